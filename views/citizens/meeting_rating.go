// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"

	"github.com/a-h/templ"

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

// starInput are the attributes of the n-th star: the first is where the summary of mistakes leads.
func starInput(n int, wrong bool) templ.Attributes {
	input := templ.Attributes{}
	if n == 1 {
		input["id"] = parts.FieldID("", "stars")
	}
	if wrong {
		input["aria-invalid"] = "true"
	}
	return input
}
