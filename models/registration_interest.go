// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// InterestForm is what one may tell with a registration, all of it optional.
type InterestForm struct {
	// Question is one for the evening.
	Question string `form:"question" validate:"max=500"`
	// Guideline is the slug of the one that interests most.
	Guideline string `form:"guideline" validate:"max=100,oneline"`
	// Municipality is the slug of the one where one lives, or Elsewhere.
	Municipality string `form:"municipality" validate:"max=100,oneline"`

	// Told is what the form says, once Find has found what it names.
	Told Interest `form:"-"`
}

// Interest is what somebody told with a registration; what is zero was not said.
type Interest struct {
	GuidelineID    uuid.UUID
	MunicipalityID uuid.UUID
	Elsewhere      bool
}

// Find fills Told, from an organisation with its municipalities and a consultation with its guidelines. FieldErrors where
// the form names one that they do not have.
func (f *InterestForm) Find(o *Organisation, c *Consultation) error {
	told := Interest{Elsewhere: f.Municipality == Elsewhere}
	if f.Guideline != "" {
		g := c.Guideline(f.Guideline)
		if g == nil {
			return Wrong("guideline", "errors.oneof")
		}
		told.GuidelineID = g.ID
	}
	if f.Municipality != "" && !told.Elsewhere {
		m := o.MunicipalityBySlug(f.Municipality)
		if m == nil {
			return Wrong("municipality", "errors.oneof")
		}
		told.MunicipalityID = m.ID
	}
	f.Told = told
	return nil
}

// tell keeps what was told with a new registration. Its question is for the moderators alone, once the registration is
// confirmed.
func (r *Registration) tell(now time.Time, f *InterestForm) {
	r.GuidelineID, r.MunicipalityID, r.Elsewhere = f.Told.GuidelineID, f.Told.MunicipalityID, f.Told.Elsewhere
	if f.Question != "" {
		r.Question = &Question{ConsultationID: r.ConsultationID, ID: newID(), MeetingID: r.MeetingID, RegistrationID: r.ID,
			Body: f.Question, Channel: WithRegistration, State: QuestionNew, CreatedAt: now, ChangedAt: now}
	}
}

// QuestionWith returns the question that came with a registration; nil: none.
func QuestionWith(ctx context.Context, db bun.IDB, r *Registration) (*Question, error) {
	q := new(Question)
	err := found(db.NewSelect().Model(q).Where("consultation_id = ? AND registration_id = ? AND body <> ?", r.ConsultationID, r.ID, withdrawnBody).Scan(ctx))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return q, err
}

// Holds tells whether a party of so many, for whom no seats are kept, would find them.
func (m *Meeting) Holds(seats int) bool { return seats <= m.SeatsLeft() }

// Check says what is wrong with a registration that somebody is about to ask for, as Register would, and does nothing.
// FieldErrors, ErrClosed. The meeting's Consultation must be there.
func (f *RegistrationForm) Check(now time.Time, m *Meeting) error {
	f.Clean()
	if wrong := Validate(f); wrong != nil {
		return wrong
	}
	return m.admits(now, f)
}

// admits says why a party cannot register itself: ErrClosed, or FieldErrors of the field "seats".
func (m *Meeting) admits(now time.Time, f *RegistrationForm) error {
	if !m.Open(now) {
		return ErrClosed
	}
	return m.allows(f.Seats)
}
