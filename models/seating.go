// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// seating gives and frees the seats of meetings whose rows the transaction has locked. It is the only way seats change,
// so it holds what must always be true: never more seats taken than the capacity allows, and never a free seat while
// a party that fits it waits.
type seating struct {
	now      time.Time
	meetings map[uuid.UUID]*Meeting

	added, changed []*Registration
	mails          []Mail
	expired        int
}

// seat locks the meetings' rows in the order of their ids, ends what was held until now and offers it to who waits, lets fn
// change registrations through the seating, offers what is free then, and saves it all: nobody who comes now is seated
// before who waits. Meetings that do not exist are not in it.
func seat(ctx context.Context, db bun.IDB, now time.Time, meetingIDs []uuid.UUID, fn func(ctx context.Context, tx bun.IDB, s *seating) error) error {
	if len(meetingIDs) == 0 {
		return nil
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		s := &seating{now: now, meetings: map[uuid.UUID]*Meeting{}}
		if err := s.lock(ctx, tx, meetingIDs); err != nil {
			return err
		}
		if err := s.expire(ctx, tx); err != nil {
			return err
		}
		if s.expired > 0 {
			if err := s.moveAllUp(ctx, tx); err != nil {
				return err
			}
		}
		if err := fn(ctx, tx, s); err != nil {
			return err
		}
		if err := s.flush(ctx, tx); err != nil {
			return err
		}
		if err := s.moveAllUp(ctx, tx); err != nil {
			return err
		}
		for _, m := range s.meetings {
			if _, err := tx.NewUpdate().Model(m).Column(seatColumns...).WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		return enqueueMail(ctx, tx, now, s.mails...)
	})
}

// seatColumns are those of a meeting that the seating alone changes.
var seatColumns = []string{"seats_taken", "wheelchairs_taken", "assistants_taken", "press_taken", "last_queue_number"}

// seatOne is seat for the meeting of one registration, as it stands once the meeting is locked.
func seatOne(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID, fn func(ctx context.Context, tx bun.IDB, s *seating, m *Meeting, r *Registration) error) error {
	r, err := RegistrationByID(ctx, db, id)
	if err != nil {
		return err
	}
	return seat(ctx, db, now, []uuid.UUID{r.MeetingID}, func(ctx context.Context, tx bun.IDB, s *seating) error {
		r, err := RegistrationByID(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, s, s.meetings[r.MeetingID], r)
	})
}

func (s *seating) lock(ctx context.Context, tx bun.IDB, ids []uuid.UUID) error {
	var meetings []*Meeting
	err := tx.NewSelect().Model(&meetings).Relation("Consultation").Where("meeting.id IN (?)", bun.List(ids)).
		Order("meeting.id").For("UPDATE OF meeting").Scan(ctx)
	for _, m := range meetings {
		s.meetings[m.ID] = m
	}
	return err
}

func (s *seating) moveAllUp(ctx context.Context, tx bun.IDB) error {
	for _, m := range s.meetings {
		if err := s.moveUp(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// moveUp offers the free seats along the queue: to each party in turn that fits what is still free. One that does not
// fit keeps its place, and is told when others after it are offered seats that were too few for it.
func (s *seating) moveUp(ctx context.Context, tx bun.IDB, m *Meeting) error {
	last := 0
	for free := m.free(); free.all() > 0 && m.Ahead(s.now); free = m.free() {
		var next []*Registration
		err := tx.NewSelect().Model(&next).Relation("Needs").Where("meeting_id = ? AND state = ?", m.ID, Waiting).Apply(free.thatFit).
			Order("queue_number").Limit(int64(free.all())).Scan(ctx)
		if err != nil {
			return err
		}
		if len(next) == 0 {
			break
		}
		for _, r := range next {
			if !m.fits(r) {
				continue
			}
			if m.free().beyond(r.places()) > 0 {
				last = r.QueueNumber
			}
			s.turn(r, Offered)
			s.mail(MailOffered, r)
		}
		if err := s.flush(ctx, tx); err != nil {
			return err
		}
	}
	return s.passOver(ctx, tx, m, last)
}

// passOver tells the parties that wait before the number last that they were passed over, once in all.
func (s *seating) passOver(ctx context.Context, tx bun.IDB, m *Meeting, last int) error {
	if last == 0 {
		return nil
	}
	var passed []*Registration
	err := tx.NewUpdate().Model((*Registration)(nil)).Set("passed_over_at = ?", s.now).
		Where("meeting_id = ? AND state = ? AND queue_number < ? AND passed_over_at IS NULL", m.ID, Waiting, last).
		Returning("*").Scan(ctx, &passed)
	for _, r := range passed {
		s.mail(MailPassedOver, r)
	}
	return err
}

// confirm seats a party, where it holds seats or they are free, or else puts it in the queue, and tells it so.
func (s *seating) confirm(r *Registration) {
	m := s.meetings[r.MeetingID]
	if r.SeatsHeld == r.Seats || m.fits(r) {
		s.turn(r, Seated)
		s.mail(MailSeated, r)
		return
	}
	s.turn(r, Waiting)
	s.mail(MailWaiting, r)
}

// accept takes the seats that are offered; ErrExpired when they are not any more.
func (s *seating) accept(m *Meeting, r *Registration) error {
	switch {
	case r.State == Seated:
		return nil
	case r.State != Offered:
		return ErrExpired
	case !m.Ahead(s.now):
		return ErrClosed
	}
	r.ReconfirmSince = time.Time{}
	s.confirm(r)
	return nil
}

// cancel ends a registration and tells it so; one that nobody has confirmed yet is not told.
func (s *seating) cancel(r *Registration) {
	if !r.Live() {
		return
	}
	if r.State != Pending {
		s.mail(MailCancelled, r)
	}
	s.turn(r, Cancelled)
}

// newRegistration adds a registration whose state is still to be given, by turn.
func (s *seating) newRegistration(m *Meeting, personID uuid.UUID, f *RegistrationForm, channel string) *Registration {
	r := &Registration{ConsultationID: m.ConsultationID, ID: newID(), MeetingID: m.ID, PersonID: personID,
		Name: f.Name, Phone: NormalAddress(Phone, f.Phone), Seats: f.Seats, Channel: channel, CreatedAt: s.now}
	if len(f.AccessNeeds) > 0 {
		r.Needs = &AccessNeeds{ConsultationID: r.ConsultationID, RegistrationID: r.ID, Needs: f.AccessNeeds}
	}
	s.added = append(s.added, r)
	return r
}

// turn brings a registration to a state, with the seats, times and number that the state has.
func (s *seating) turn(r *Registration, state string) {
	m := s.meetings[r.MeetingID]
	m.release(r)
	if state == Seated || state == Offered || state == Pending && m.fits(r) {
		m.hold(r)
	}
	r.State, r.HeldUntil = state, time.Time{}
	switch state {
	case Pending, Offered:
		r.HeldUntil = m.heldUntil(s.now)
	case Cancelled:
		r.CancelledAt = s.now
	case Waiting:
		if r.QueueNumber == 0 {
			m.LastQueueNumber++
			r.QueueNumber = m.LastQueueNumber
		}
	}
	if r.ConfirmedAt.IsZero() && (state == Seated || state == Waiting) {
		r.ConfirmedAt = s.now
	}
	s.note(r)
}

// note has a registration saved that was changed.
func (s *seating) note(r *Registration) {
	if !slices.Contains(s.added, r) && !slices.Contains(s.changed, r) {
		s.changed = append(s.changed, r)
	}
}

func (s *seating) mail(template string, r *Registration) {
	s.mails = append(s.mails, Mail{Template: template, PersonID: r.PersonID, SubjectID: r.ID})
}

// flush writes the registrations added and changed so far, so that queries see them.
func (s *seating) flush(ctx context.Context, tx bun.IDB) error {
	if len(s.added) > 0 {
		if _, err := tx.NewInsert().Model(&s.added).Exec(ctx); err != nil {
			return err
		}
		if needs := needsOf(s.added); len(needs) > 0 {
			if _, err := tx.NewInsert().Model(&needs).Exec(ctx); err != nil {
				return err
			}
		}
		if questions := questionsWith(s.added); len(questions) > 0 {
			if _, err := tx.NewInsert().Model(&questions).Exec(ctx); err != nil {
				return err
			}
		}
	}
	if len(s.changed) > 0 {
		_, err := tx.NewUpdate().Model(&s.changed).
			Column("person_id", "name", "phone", "seats", "press", "state", "seats_held", "held_until", "queue_number",
				"confirmed_at", "cancelled_at", "reconfirm_since").Bulk().Exec(ctx)
		if err != nil {
			return err
		}
	}
	s.added, s.changed = nil, nil
	return nil
}

func needsOf(registrations []*Registration) []*AccessNeeds {
	var needs []*AccessNeeds
	for _, r := range registrations {
		if r.Needs != nil {
			needs = append(needs, r.Needs)
		}
	}
	return needs
}

func questionsWith(registrations []*Registration) []*Question {
	var questions []*Question
	for _, r := range registrations {
		if r.Question != nil {
			questions = append(questions, r.Question)
		}
	}
	return questions
}
