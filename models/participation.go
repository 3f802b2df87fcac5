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
