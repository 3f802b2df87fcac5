// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// StaffRegistrationForm is what staff write down for who registers by telephone or at the counter; a mailbox or a
// number may be missing.
type StaffRegistrationForm struct {
	Name        string   `form:"name" validate:"required,max=100,oneline"`
	Email       string   `form:"email" validate:"omitempty,max=254,oneline,email"`
	Phone       string   `form:"phone" validate:"omitempty,max=40,oneline,phone"`
	Seats       int      `form:"seats" validate:"oneof=1 2 3 4 5"`
	AccessNeeds []string `form:"access_needs" validate:"max=6,unique,dive,oneof=wheelchair hearing sign_language large_print companion call_me"`
	// Press: they come to report on the meeting, and sit on the seats kept for the press.
	Press   bool   `form:"press"`
	Channel string `form:"channel" validate:"oneof=phone counter"`
	InterestForm
}

// RegisterByStaff seats a party at once, or puts it in the queue, also when it is not the time any more, or not yet, in
// which people register themselves. Errors: FieldErrors (also when the address or the
// number is registered already), ErrNotFound, ErrClosed.
func RegisterByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, form StaffRegistrationForm) (*Registration, error) {
	f := RegistrationForm{Name: form.Name, Email: form.Email, Phone: form.Phone, Seats: form.Seats, AccessNeeds: form.AccessNeeds, InterestForm: form.InterestForm}
	f.Clean()
	form.Name, form.Email, form.Phone, form.Question = f.Name, f.Email, f.Phone, f.Question
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	var r *Registration
	err := seat(ctx, db, now, []uuid.UUID{meetingID}, func(ctx context.Context, tx bun.IDB, s *seating) error {
		m, err := s.servedBy(staff, meetingID)
		if err != nil {
			return err
		}
		if !m.Ahead(now) {
			return ErrClosed
		}
		if err := m.allows(f.Seats); err != nil {
			return err
		}
		personID, err := personOfForm(ctx, tx, now, &f, "it")
		if err != nil {
			return err
		}
		if err := registeredAlready(ctx, tx, m.ID, personID, &f); err != nil {
			return err
		}
		r = s.newRegistration(m, personID, &f, form.Channel)
		r.Press = form.Press
		r.tell(now, &form.InterestForm)
		s.confirm(r)
		if err := s.flush(ctx, tx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "register", "registration", r.ID, nil,
			map[string]any{"name": r.Name, "seats": r.Seats, "state": r.State, "channel": r.Channel})
	})
	return r, err
}

// registeredAlready says, as FieldErrors, that whose address the form has is registered for the meeting.
func registeredAlready(ctx context.Context, tx bun.IDB, meetingID, personID uuid.UUID, f *RegistrationForm) error {
	registered, err := tx.NewSelect().Model((*Registration)(nil)).
		Where("meeting_id = ? AND person_id = ? AND state <> ?", meetingID, personID, Cancelled).Exists(ctx)
	if err == nil && registered {
		err = Wrong(f.address().kind, "errors.registered")
	}
	return err
}

// personOfForm returns whose address the form has, or a new person, of that language, when nobody has it or it has none.
func personOfForm(ctx context.Context, tx bun.IDB, now time.Time, f *RegistrationForm, language string) (uuid.UUID, error) {
	if f.Email == "" && f.Phone == "" {
		p := &Person{ID: newID(), Language: language, CreatedAt: now}
		_, err := tx.NewInsert().Model(p).Exec(ctx)
		return p.ID, err
	}
	key := f.address()
	a, err := addressOf(ctx, tx, now, key.kind, key.value, language)
	if err != nil {
		return uuid.Nil, err
	}
	return a.PersonID, nil
}

// ConfirmByStaff confirms a pending registration for its owner, as after a telephone call: it is seated or put in the
// queue. Doing it again changes nothing; ErrExpired when its hold is over, ErrClosed once the meeting has begun.
func ConfirmByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return changedByStaff(ctx, db, now, staff, "confirm", id, func(s *seating, m *Meeting, r *Registration) error {
		switch {
		case !r.Live():
			return ErrExpired
		case !m.Ahead(now):
			return ErrClosed
		case r.State == Pending:
			s.confirm(r)
		}
		return nil
	})
}

// AcceptByStaff takes the seats offered to a registration for its owner; as AcceptOffer otherwise.
func AcceptByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return changedByStaff(ctx, db, now, staff, "accept", id, func(s *seating, m *Meeting, r *Registration) error {
		return s.accept(m, r)
	})
}

// ReconfirmByStaff says for its owner that a party comes though the date moved; as Reconfirm otherwise.
func ReconfirmByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return changedByStaff(ctx, db, now, staff, "reconfirm", id, func(s *seating, m *Meeting, r *Registration) error {
		return s.reconfirm(m, r)
	})
}

// CancelByStaff gives up a registration for its owner; its seats go to who waits. Doing it again changes nothing.
func CancelByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return changedByStaff(ctx, db, now, staff, "cancel", id, func(s *seating, _ *Meeting, r *Registration) error {
		s.cancel(r)
		return nil
	})
}

// changedByStaff changes one registration through the seating and audits the change of where it stands, if there was one.
func changedByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, action string, id uuid.UUID, change func(*seating, *Meeting, *Registration) error) error {
	return seatOne(ctx, db, now, id, func(ctx context.Context, tx bun.IDB, s *seating, m *Meeting, r *Registration) error {
		if err := staff.mayRun(m); err != nil {
			return err
		}
		before := r.standing()
		if err := change(s, m, r); err != nil {
			return err
		}
		old, changed := changes(before, r.standing())
		if len(changed) == 0 {
			return nil
		}
		return audit(ctx, tx, now, staff, action, "registration", r.ID, old, changed)
	})
}

// standing is where a registration stands, as the log says it.
func (r *Registration) standing() map[string]any {
	return map[string]any{"state": r.State, "to_reconfirm": r.Live() && !r.ReconfirmSince.IsZero()}
}
