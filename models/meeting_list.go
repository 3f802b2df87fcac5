// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingTexts is what a meeting is called and what it is about.
type MeetingTexts struct {
	TitleIT string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN string `form:"title_en" validate:"max=200,oneline"`
	BodyIT  string `form:"body_it" validate:"required,max=10000"`
	BodyEN  string `form:"body_en" validate:"max=10000"`
}

func (f MeetingTexts) apply(m *Meeting) {
	m.Title, m.Body = m.Title.with(f.TitleIT, f.TitleEN), m.Body.with(f.BodyIT, f.BodyEN)
}

// MeetingTextsForm is a meeting's texts as staff edit them.
type MeetingTextsForm struct {
	MeetingTexts
	Basis
}

// TextsForm returns the meeting's texts as the form has them.
func (m *Meeting) TextsForm() MeetingTextsForm {
	f := MeetingTextsForm{MeetingTexts: MeetingTexts{TitleIT: m.Title.typed("it"), TitleEN: m.Title.typed("en"),
		BodyIT: m.Body.typed("it"), BodyEN: m.Body.typed("en")}}
	f.Seen = seenOf(f)
	return f
}

// NewMeetingForm is a meeting to be added; its day and place come later, see MeetingForm.
type NewMeetingForm struct {
	MeetingTexts
	// Municipality is the slug of the one in which it takes place.
	Municipality string `form:"town" validate:"required"`
	Capacity     int    `form:"capacity" validate:"gte=1,lte=100000"`
}

// AddMeeting adds a draft of a meeting to a consultation, its date to be confirmed, under an address made of its title,
// which it keeps for ever. FieldErrors, also for a municipality that the staff do not serve; ErrNotFound.
func AddMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, form NewMeetingForm) (*Meeting, error) {
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	m := &Meeting{ID: newID(), ConsultationID: consultationID, Capacity: form.Capacity, Draft: true, UpdatedAt: now}
	form.apply(m)
	return m, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockConsultation(ctx, tx, staff, consultationID); err != nil {
			return err
		}
		town, err := townServed(ctx, tx, staff, form.Municipality)
		if err != nil {
			return err
		}
		m.MunicipalityID = town.ID
		if err := insertMeeting(ctx, tx, m); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "add", "meeting", m.ID, nil, fieldsOf(form))
	})
}

// townServed returns the municipality with that slug, if the staff serve it; else FieldErrors of the field "town".
func townServed(ctx context.Context, tx bun.IDB, staff *Staff, slug string) (*Municipality, error) {
	town := new(Municipality)
	err := found(tx.NewSelect().Model(town).Where("slug = ? AND organisation_id = ?", slug, staff.OrganisationID).Scan(ctx))
	if errors.Is(err, ErrNotFound) || err == nil && !staff.Serves(town.ID) {
		return nil, Wrong("town", "errors.oneof")
	}
	return town, err
}

// insertMeeting adds a meeting to its consultation, which the transaction has locked, under a free address made of its
// Italian title.
func insertMeeting(ctx context.Context, tx bun.IDB, m *Meeting) (err error) {
	taken := tx.NewSelect().Model((*Meeting)(nil)).Where("consultation_id = ?", m.ConsultationID)
	if m.Slug, err = freeSlugAmong(ctx, taken, m.Title["it"], Addition); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(m).Exec(ctx)
	return err
}

// EditMeetingTexts changes what a meeting is called and what it is about; nobody is told. FieldErrors, ErrChanged,
// ErrNotFound.
func EditMeetingTexts(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form MeetingTextsForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "meeting", id, m.TextsForm(), form, form.Seen, func() error {
			form.apply(m)
			m.UpdatedAt = now
			_, err := tx.NewUpdate().Model(m).Column("title", "body", "updated_at").WherePK().Exec(ctx)
			return err
		})
	})
}

// RemoveMeeting takes a meeting away, with its documents; taking it away again changes nothing. InUse as long as somebody has registered for
// it, even if they gave it up, has come to it, or waits to be told its date.
func RemoveMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := removeMeetingFiles(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(m).WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "remove", "meeting", id, fieldsOf(m.TextsForm()), nil)
	})
	return inUse(err)
}
