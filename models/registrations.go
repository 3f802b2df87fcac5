// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strings"
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

// Channels through which a registration came.
const (
	ByWeb     = "web"
	ByPhone   = "phone"
	AtCounter = "counter"
)

// Registration (iscrizione) keeps seats for one party at a meeting.
type Registration struct {
	bun.BaseModel `bun:"table:registrations"`

	ConsultationID uuid.UUID `bun:",pk,type:uuid"` // the type is needed where many are updated at once
	ID             uuid.UUID `bun:",pk,type:uuid"`
	MeetingID      uuid.UUID
	PersonID       uuid.UUID `bun:",type:uuid"`
	Name           string
	// Phone is the number to call about this registration; it may be shared by a family.
	Phone     string
	Seats     int
	SeatsHeld int
	State     string
	// Channel is web, phone or counter.
	Channel     string
	HeldUntil   time.Time `bun:",nullzero"`
	QueueNumber int       `bun:",nullzero"`
	CreatedAt   time.Time
	ConfirmedAt time.Time `bun:",nullzero"`
	CancelledAt time.Time `bun:",nullzero"`

	// GuidelineID is the one that interests its owner most; zero: not said.
	GuidelineID uuid.UUID `bun:",nullzero,type:uuid"`
	// MunicipalityID and Elsewhere are where its owner lives; neither: not said.
	MunicipalityID uuid.UUID `bun:",nullzero,type:uuid"`
	Elsewhere      bool
	// Press: the whole party sits on the seats kept for the press.
	Press bool
	// ReconfirmSince is since when its owner is asked to confirm again, because the date moved; zero: nothing is asked.
	ReconfirmSince time.Time `bun:",nullzero"`
	// PassedOverAt is when its owner was told that seats became free, too few for the party.
	PassedOverAt time.Time `bun:",nullzero"`

	// Place is that of a waiting one in the queue, the first being 1, filled by the lists for staff.
	Place int `bun:"-"`

	Person     *Person      `bun:"rel:belongs-to,join:person_id=id"`
	Meeting    *Meeting     `bun:"rel:belongs-to,join:meeting_id=id"`
	Needs      *AccessNeeds `bun:"rel:has-one,join:consultation_id=consultation_id,join:id=registration_id"`
	Question   *Question    `bun:"rel:has-one,join:consultation_id=consultation_id,join:id=registration_id"`
	Attendance *Attendance  `bun:"rel:has-one,join:consultation_id=consultation_id,join:id=registration_id"`
}

// AccessNeeds are what a party needs at the meeting: data about health, for the meeting's staff alone.
type AccessNeeds struct {
	bun.BaseModel `bun:"table:access_needs"`

	ConsultationID uuid.UUID `bun:",pk"`
	RegistrationID uuid.UUID `bun:",pk"`
	Needs          []string  `bun:",array"`
}

// MostSeats is the largest party that any consultation's rules may allow at a meeting.
const MostSeats = 5

// AccessNeedKeys are the needs one can tick, in the order of the form; their names are "access_needs.<key>".
var AccessNeedKeys = []string{"wheelchair", "hearing", "sign_language", "large_print", "companion", "call_me"}

// RegistrationForm is what one writes to register for a meeting.
type RegistrationForm struct {
	Name        string   `form:"name" validate:"required,max=100,oneline"`
	Email       string   `form:"email" validate:"required_without=Phone,omitempty,max=254,oneline,email"`
	Phone       string   `form:"phone" validate:"required_without=Email,omitempty,max=40,oneline,phone"`
	Seats       int      `form:"seats" validate:"oneof=1 2 3 4 5"`
	AccessNeeds []string `form:"access_needs" validate:"max=6,unique,dive,oneof=wheelchair hearing sign_language large_print companion call_me"`
	InterestForm
}

// Clean makes the typed text what is kept.
func (f *RegistrationForm) Clean() {
	f.Name, f.Email, f.Phone = strings.TrimSpace(f.Name), strings.TrimSpace(f.Email), strings.TrimSpace(f.Phone)
	f.Question = cleanText(f.Question)
}

// address is where the registration is confirmed: the mailbox, or else the telephone.
func (f *RegistrationForm) address() addressKey {
	if f.Email != "" {
		return addressKey{Email, NormalAddress(Email, f.Email)}
	}
	return addressKey{Phone, NormalAddress(Phone, f.Phone)}
}

// Live tells whether the registration still counts.
func (r *Registration) Live() bool { return r.State != Cancelled }

// RegistrationByID returns a registration with its needs, its attendance, its meeting and the meeting's municipality and consultation, for its owner.
func RegistrationByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Registration, error) {
	r := new(Registration)
	err := db.NewSelect().Model(r).Relation("Needs").Relation("Attendance").Relation("Meeting.Municipality").
		Relation("Meeting.Consultation", statedConsultation).Apply(registrationID(id)).Scan(ctx)
	return r, found(err)
}

// registrationID finds by the primary key though the address of a registration names its id alone.
func registrationID(id uuid.UUID) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("registration.consultation_id = ANY (ARRAY(SELECT id FROM consultations))").Where("registration.id = ?", id)
	}
}

// RegistrationsOfPerson returns a person's registrations with their meetings, newest first.
func RegistrationsOfPerson(ctx context.Context, db bun.IDB, personID uuid.UUID) ([]Registration, error) {
	var registrations []Registration
	err := db.NewSelect().Model(&registrations).Relation("Meeting.Municipality").
		Where("registration.person_id = ?", personID).Order("registration.id DESC").Scan(ctx)
	return registrations, err
}

// QueuePosition returns the place of a waiting registration in its meeting's queue, the first being 1; else 0.
func QueuePosition(ctx context.Context, db bun.IDB, r *Registration) (int, error) {
	if r.State != Waiting {
		return 0, nil
	}
	before, err := db.NewSelect().Model((*Registration)(nil)).
		Where("meeting_id = ? AND state = ? AND queue_number < ?", r.MeetingID, Waiting, r.QueueNumber).Count(ctx)
	return int(before) + 1, err
}
