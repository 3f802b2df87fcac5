// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// lockMeeting locks and returns the meeting, if it is in a municipality that the staff serve; else ErrNotFound.
func lockMeeting(ctx context.Context, tx bun.IDB, staff *Staff, id uuid.UUID) (*Meeting, error) {
	m := new(Meeting)
	err := tx.NewSelect().Model(m).Where("id = ?", id).Apply(ofOrganisation(staff)).For("UPDATE").Scan(ctx)
	if err == nil && !staff.Serves(m.MunicipalityID) {
		err = ErrNotFound
	}
	return m, found(err)
}

// servedBy returns a meeting that the seating has locked, if it is in a municipality that the staff serve; else ErrNotFound.
func (s *seating) servedBy(staff *Staff, id uuid.UUID) (*Meeting, error) {
	m := s.meetings[id]
	return m, staff.mayRun(m)
}

// PublishMeeting has everybody see a draft; for one that is published it changes nothing. ErrNotFound; ErrClosed where the
// consultation is past.
func PublishMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return seat(ctx, db, now, []uuid.UUID{id}, func(ctx context.Context, tx bun.IDB, s *seating) error {
		m, err := s.servedBy(staff, id)
		switch {
		case err != nil || !m.Draft:
			return err
		case m.Consultation.Archived():
			return ErrClosed
		}
		m.Draft, m.UpdatedAt = false, now
		if err := updateMeeting(ctx, tx, m, "draft"); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "publish", "meeting", id, nil, nil)
	})
}

// CancelMeetingForm is why a meeting is not held, as everybody reads it.
type CancelMeetingForm struct {
	ReasonIT string `form:"cancel_reason_it" validate:"required,max=500"`
	ReasonEN string `form:"cancel_reason_en" validate:"max=500"`
}

// CancelForm returns why the meeting is cancelled, to be edited.
func (m *Meeting) CancelForm() CancelMeetingForm {
	return CancelMeetingForm{ReasonIT: m.CancelReason.typed("it"), ReasonEN: m.CancelReason.typed("en")}
}

// CancelMeeting calls a meeting off, and tells who is registered; everybody still sees it, with the reason. Of one that is
// cancelled it changes the reason, and tells nobody. FieldErrors; ErrNotFound; ErrClosed for a draft, and for a meeting
// that has begun.
func CancelMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form CancelMeetingForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return seat(ctx, db, now, []uuid.UUID{id}, func(ctx context.Context, tx bun.IDB, s *seating) error {
		m, err := s.servedBy(staff, id)
		if err != nil {
			return err
		}
		old, reason := changes(fieldsOf(m.CancelForm()), fieldsOf(form))
		m.CancelReason, m.UpdatedAt = m.CancelReason.with(form.ReasonIT, form.ReasonEN), now
		switch {
		case m.Cancelled() && len(reason) == 0:
			return nil
		case m.Cancelled():
			if err := updateMeeting(ctx, tx, m, "cancel_reason"); err != nil {
				return err
			}
			return audit(ctx, tx, now, staff, "edit", "meeting", id, old, reason)
		case m.Draft || m.Begun(now):
			return ErrClosed
		}
		m.CancelledAt = now
		m.Sequence++
		if err := updateMeeting(ctx, tx, m, "cancelled_at", "cancel_reason", "sequence"); err != nil {
			return err
		}
		if err := notify(ctx, tx, now, Notification{Template: MailMeetingCancelled, MeetingID: id}); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "cancel", "meeting", id, nil, fieldsOf(form))
	})
}

// ReopenMeeting has a cancelled meeting held after all, and tells who is registered; free seats go to who waits. For one
// that is not cancelled it changes nothing. ErrNotFound.
func ReopenMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return seat(ctx, db, now, []uuid.UUID{id}, func(ctx context.Context, tx bun.IDB, s *seating) error {
		m, err := s.servedBy(staff, id)
		if err != nil || !m.Cancelled() {
			return err
		}
		old := fieldsOf(m.CancelForm())
		m.CancelledAt, m.CancelReason, m.UpdatedAt = time.Time{}, nil, now
		m.Sequence++
		if err := updateMeeting(ctx, tx, m, "cancelled_at", "cancel_reason", "sequence"); err != nil {
			return err
		}
		if err := notify(ctx, tx, now, Notification{Template: MailMeetingChanged, MeetingID: id}); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "reopen", "meeting", id, old, nil)
	})
}

func updateMeeting(ctx context.Context, tx bun.IDB, m *Meeting, columns ...string) error {
	_, err := tx.NewUpdate().Model(m).Column(append(columns, "updated_at")...).WherePK().Exec(ctx)
	return err
}

// CopyMeetingForm is what a copy of a meeting is called and where it takes place.
type CopyMeetingForm struct {
	TitleIT      string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN      string `form:"title_en" validate:"max=200,oneline"`
	Municipality string `form:"town" validate:"required"`
}

// CopyMeeting adds a draft with the texts and settings of another meeting, and what is said of its place where it is in
// the same municipality; its date, its registrations and its documents belong to the other alone. FieldErrors, also for a
// municipality that the staff do not serve; ErrNotFound.
func CopyMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form CopyMeetingForm) (*Meeting, error) {
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	var made *Meeting
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		if _, err := lockConsultation(ctx, tx, staff, m.ConsultationID); err != nil {
			return err
		}
		town, err := townServed(ctx, tx, staff, form.Municipality)
		if err != nil {
			return err
		}
		made = m.copyTo(town, now)
		made.Title = Text{}.with(form.TitleIT, form.TitleEN)
		if err := insertMeeting(ctx, tx, made); err != nil {
			return err
		}
		_, err = tx.NewRaw("INSERT INTO meeting_guidelines SELECT ?, guideline_id FROM meeting_guidelines WHERE meeting_id = ?", made.ID, id).Exec(ctx)
		if err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "copy", "meeting", made.ID, nil, fieldsOf(form))
	})
	return made, err
}

func (m *Meeting) copyTo(town *Municipality, now time.Time) *Meeting {
	made := &Meeting{ID: newID(), ConsultationID: m.ConsultationID, MunicipalityID: town.ID, Draft: true, UpdatedAt: now,
		Body: m.Body, Programme: m.Programme, Speakers: m.Speakers, ChildCare: m.ChildCare, Interpreters: m.Interpreters,
		Recorded: m.Recorded, Capacity: m.Capacity, WalkInSeats: m.WalkInSeats, Reserved: m.Reserved}
	if town.ID == m.MunicipalityID {
		made.Venue, made.Address, made.Latitude, made.Longitude = m.Venue, m.Address, m.Latitude, m.Longitude
		made.Access, made.AccessNote, made.Contact = m.Access, m.AccessNote, m.Contact
	}
	return made
}
