// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// States of a registration. Pending, offered: seats are held until held_until.
const (
	Pending   = "pending"
	Seated    = "seated"
	Waiting   = "waiting"
	Offered   = "offered"
	Cancelled = "cancelled"
)

// Registration (iscrizione) keeps seats for one party at a meeting.
type Registration struct {
	bun.BaseModel `bun:"table:registrations"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	MeetingID      uuid.UUID
	PersonID       uuid.UUID
	Name           string
	Seats          int
	SeatsHeld      int
	State          string
	// Channel is web, phone or counter.
	Channel     string
	HeldUntil   time.Time `bun:",nullzero"`
	QueueNumber int       `bun:",nullzero"`
	CreatedAt   time.Time
	ConfirmedAt time.Time `bun:",nullzero"`
	CancelledAt time.Time `bun:",nullzero"`

	Person  *Person  `bun:"rel:belongs-to,join:person_id=id"`
	Meeting *Meeting `bun:"rel:belongs-to,join:meeting_id=id"`
}

// AccessNeeds are what a party needs at the meeting: data about health, for the meeting's staff alone.
type AccessNeeds struct {
	bun.BaseModel `bun:"table:access_needs"`

	ConsultationID uuid.UUID `bun:",pk"`
	RegistrationID uuid.UUID `bun:",pk"`
	Needs          []string  `bun:",array"`
}

// Attendance is a party that came; RegistrationID is zero for one that walked in.
type Attendance struct {
	bun.BaseModel `bun:"table:attendances"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	MeetingID      uuid.UUID
	RegistrationID uuid.UUID `bun:",nullzero"`
	People         int
	RecordedAt     time.Time
	StaffID        uuid.UUID `bun:",nullzero"`
}

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
