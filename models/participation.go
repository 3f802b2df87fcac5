// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Follow is the wish to be told about a guideline or about a meeting's date.
type Follow struct {
	bun.BaseModel `bun:"table:follows"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	PersonID       uuid.UUID
	GuidelineID    uuid.UUID `bun:",nullzero"`
	MeetingID      uuid.UUID `bun:",nullzero"`
	CreatedAt      time.Time
}

// Values of an opinion, as they stand in addresses, forms and exports.
const (
	InFavour = "favorevole"
	Against  = "contrario"
	Unsure   = "non-so"
)

// Opinion (parere) is a person's current answer on a guideline.
type Opinion struct {
	bun.BaseModel `bun:"table:opinions"`

	ConsultationID uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID `bun:",pk"`
	PersonID       uuid.UUID `bun:",pk"`
	Value          string
	GivenAt        time.Time
}

// OpinionChange is one line of an opinion's history; an empty value: withdrawn.
type OpinionChange struct {
	bun.BaseModel `bun:"table:opinion_history"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID
	PersonID       uuid.UUID
	Value          string `bun:",nullzero"`
	GivenAt        time.Time
}

// States of a comment.
const (
	Published = "published"
	Private   = "private"
	Held      = "held"
	Hidden    = "hidden"
	Withdrawn = "withdrawn"
)

// Comment is what a person wrote on a guideline, or an office's official answer (OfficeID set).
type Comment struct {
	bun.BaseModel `bun:"table:comments"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID
	PersonID       uuid.UUID `bun:",nullzero"`
	OfficeID       uuid.UUID `bun:",nullzero"`
	// ParentID is the comment answered, RootID the one that opened the conversation; both zero at the top.
	ParentID     uuid.UUID `bun:",nullzero"`
	RootID       uuid.UUID `bun:",nullzero"`
	Body         string
	Language     string
	State        string
	HiddenReason string
	CreatedAt    time.Time
	Agree        int
	Disagree     int
	Unsure       int
}

// Values of a support.
const (
	Agree     = "agree"
	Disagree  = "disagree"
	Undecided = "unsure"
)

// Support is a person's answer to somebody else's comment.
type Support struct {
	bun.BaseModel `bun:"table:supports"`

	ConsultationID uuid.UUID `bun:",pk"`
	CommentID      uuid.UUID `bun:",pk"`
	PersonID       uuid.UUID `bun:",pk"`
	Value          string
	GivenAt        time.Time
}

// Outcomes of a guideline in an office's response.
const (
	Accepted    = "accepted"
	Partly      = "partly"
	NotAccepted = "not_accepted"
)

// Response is an office's public response to a guideline; its newest counts.
type Response struct {
	bun.BaseModel `bun:"table:responses"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID
	MunicipalityID uuid.UUID
	Outcome        string
	Reasons        string
	PublishedAt    time.Time
	StaffID        uuid.UUID `bun:",nullzero"`
}

// Rating is an answer to "how clear is this page?"; it belongs to nobody.
type Rating struct {
	bun.BaseModel `bun:"table:ratings"`

	ID        uuid.UUID `bun:",pk"`
	Path      string
	Stars     int
	Reason    string
	Body      string
	CreatedAt time.Time
}
