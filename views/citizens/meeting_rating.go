// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/parts"
)

// MeetingRating asks who came how a meeting was. Action is where the answer goes, without the language; Form holds what
// was typed, or answered before (Given), and Wrong what is wrong with it. Thanks: an answer has just been kept.
type MeetingRating struct {
	Action        string
	Form          models.MeetingRatingForm
	Wrong         models.FieldErrors
	Given, Thanks bool
}

// RatingPage asks the owner of a registration how the meeting was; Rating is nil for who cannot say so, or not now.
type RatingPage struct {
	RegistrationPage
	Rating *MeetingRating
}

func (p RoomPage) problems(ctx context.Context) []parts.Problem {
	problems := parts.ProblemsOf(ctx, p.Wrong, "")
	if p.Rating != nil {
		problems = append(problems, parts.ProblemsOf(ctx, p.Rating.Wrong, "")...)
	}
	return problems
}
