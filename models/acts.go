// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Author is how a person appears beside what they write, and where they say they live.
type Author struct {
	Pseudonym      string    `json:"pseudonym"`
	MunicipalityID uuid.UUID `json:"municipality_id,omitzero"`
	Elsewhere      bool      `json:"elsewhere"`
	Language       string    `json:"language"`
}

// Contribution ("Di' la tua") is a parere on a guideline, with a comment or without.
type Contribution struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	GuidelineID    uuid.UUID `json:"guideline_id"`
	Author         Author    `json:"author"`
	Opinion        string    `json:"opinion"`
	Body           string    `json:"body"`
	// Published is false for a text meant for staff alone.
	Published bool `json:"published"`
}

// Reply is a comment on a comment.
type Reply struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	CommentID      uuid.UUID `json:"comment_id"`
	Author         Author    `json:"author"`
	Body           string    `json:"body"`
}

// SupportGiven is an answer to somebody's comment: agree, disagree, unsure.
type SupportGiven struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	CommentID      uuid.UUID `json:"comment_id"`
	Value          string    `json:"value"`
}

// FollowAsked is the wish to be told about a guideline, or about a meeting's date.
type FollowAsked struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	GuidelineID    uuid.UUID `json:"guideline_id,omitzero"`
	MeetingID      uuid.UUID `json:"meeting_id,omitzero"`
}

func contribute(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act Contribution) error {
	return ErrNotFound
}

func reply(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act Reply) error {
	return ErrNotFound
}

func support(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act SupportGiven) error {
	return ErrNotFound
}

func follow(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act FollowAsked) error {
	return ErrNotFound
}
