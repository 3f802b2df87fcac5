// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// RegistrationEdit is what staff change of a registration.
type RegistrationEdit struct {
	Name        string   `form:"name" validate:"required,max=100,oneline"`
	Email       string   `form:"email" validate:"omitempty,max=254,oneline,email"`
	Phone       string   `form:"phone" validate:"omitempty,max=40,oneline,phone"`
	Seats       int      `form:"seats" validate:"oneof=1 2 3 4 5"`
	AccessNeeds []string `form:"access_needs" validate:"max=6,unique,dive,oneof=wheelchair hearing sign_language large_print companion call_me"`
	Press       bool     `form:"press"`
	Basis
}

// RegistrationAtDesk returns a registration with its needs, its meeting and its person's addresses, for the meeting's staff.
func RegistrationAtDesk(ctx context.Context, db bun.IDB, id uuid.UUID) (*Registration, error) {
	r, err := RegistrationByID(ctx, db, id)
	if err != nil {
		return nil, err
	}
	r.Person, err = PersonByID(ctx, db, r.PersonID)
	return r, err
}

// EditForm returns a registration read for the desk as staff edit it.
func (r *Registration) EditForm() RegistrationEdit {
	f := RegistrationEdit{Name: r.Name, Phone: r.Phone, Seats: r.Seats, Press: r.Press}
	f.Email, _ = r.Contacts()
	if r.Needs != nil {
		f.AccessNeeds = slices.Sorted(slices.Values(r.Needs.Needs))
	}
	f.Seen = seenOf(f)
	return f
}

// withheld stands in the log for access needs, which are erased before its texts are.
const withheld = "•••"

// audited are the form's values as the log keeps them, before and after; of the needs, that they changed.
func (f RegistrationEdit) audited(after RegistrationEdit) (old, edited map[string]any) {
	before, now := fieldsOf(f), fieldsOf(after)
	delete(before, "access_needs")
	delete(now, "access_needs")
	old, edited = changes(before, now)
	if !slices.Equal(f.AccessNeeds, after.AccessNeeds) {
		old["access_needs"], edited["access_needs"] = withheld, withheld
	}
	return old, edited
}

// clean makes what was typed what is kept. FieldErrors.
func (f *RegistrationEdit) clean() error {
	party := f.party()
	party.Clean()
	f.Name, f.Email, f.Phone = party.Name, party.Email, party.Phone
	if wrong := Validate(f); wrong != nil {
		return wrong
	}
	f.Email, f.Phone = NormalAddress(Email, f.Email), NormalAddress(Phone, f.Phone)
	slices.Sort(f.AccessNeeds)
	return nil
}

// party is the form as one that is registered anew.
func (f *RegistrationEdit) party() RegistrationForm {
	return RegistrationForm{Name: f.Name, Email: f.Email, Phone: f.Phone, Seats: f.Seats, AccessNeeds: f.AccessNeeds}
}

// EditRegistrationByStaff changes who is registered and for what. Another e-mail address, or number where there is none,
// makes the registration that of whoever has it, as if it had been taken down so: nobody's own addresses ever change by
// it. They are told how it stands. More seats only where there are; who waits keeps its place. FieldErrors (also when the
// address is registered already), ErrChanged, ErrNotFound. It returns the id by which the registration is found from now
// on: another one for somebody else's, see rename.
func EditRegistrationByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form RegistrationEdit) (uuid.UUID, error) {
	if err := form.clean(); err != nil {
		return uuid.Nil, err
	}
	found := id
	err := seatOne(ctx, db, now, id, func(ctx context.Context, tx bun.IDB, s *seating, m *Meeting, r *Registration) error {
		if err := staff.mayRun(m); err != nil {
			return err
		}
		var err error
		if r.Person, err = PersonByID(ctx, tx, r.PersonID); err != nil {
			return err
		}
		current := r.EditForm()
		switch {
		case !r.Live() || r.Name == nameErased:
			return ErrNotFound
		case form.Seen != current.Seen:
			return ErrChanged
		}
		old, edited := current.audited(form)
		if len(edited) == 0 {
			return nil
		}
		if err := s.passTo(ctx, tx, r, current.party(), form.party()); err != nil {
			return err
		}
		err = s.change(r, func() {
			r.Name, r.Phone, r.Seats, r.Press = form.Name, form.Phone, form.Seats, form.Press
			r.Needs = &AccessNeeds{ConsultationID: r.ConsultationID, RegistrationID: r.ID, Needs: form.AccessNeeds}
		})
		if err != nil {
			return err
		}
		if err := saveNeeds(ctx, tx, r.Needs); err != nil {
			return err
		}
		found = r.ID
		return audit(ctx, tx, now, staff, "edit", "registration", r.ID, old, edited)
	})
	return found, err
}

// stateMails tell how a registration stands.
var stateMails = map[string]string{Seated: MailSeated, Waiting: MailWaiting, Offered: MailOffered}

// passTo makes a registration that of whose address after has, where before had another.
func (s *seating) passTo(ctx context.Context, tx bun.IDB, r *Registration, before, after RegistrationForm) error {
	if before.address() == after.address() {
		return nil
	}
	personID, err := personOfForm(ctx, tx, s.now, &after, r.Person.Language)
	if err != nil || personID == r.PersonID {
		return err
	}
	if err := registeredAlready(ctx, tx, r.MeetingID, personID, &after); err != nil {
		return err
	}
	if err := rename(ctx, tx, r); err != nil {
		return err
	}
	r.PersonID = personID
	if template := stateMails[r.State]; template != "" {
		s.mail(template, r)
	}
	return nil
}

// rename gives a registration another id, and with it another link and code: those that went to a mailbox which is not its
// owner's open nothing any more. What the log said of it goes, since retention would not find it. The id of a party that
// is there already stays, as the doors know it.
func rename(ctx context.Context, tx bun.IDB, r *Registration) error {
	came, err := tx.NewSelect().Model((*Arrival)(nil)).Where("consultation_id = ? AND registration_id = ?", r.ConsultationID, r.ID).Exists(ctx)
	if err != nil || came {
		return err
	}
	id := newID()
	// Foreign keys are looked at once the whole statement is done.
	_, err = tx.NewRaw(`
		WITH needs AS (UPDATE access_needs SET registration_id = ?2 WHERE consultation_id = ?0 AND registration_id = ?1),
			asked AS (UPDATE questions SET registration_id = ?2 WHERE consultation_id = ?0 AND registration_id = ?1),
			said AS (DELETE FROM audit_texts t USING audit_entries e WHERE e.id = t.audit_id AND e.subject = 'registration' AND e.subject_id = ?1)
		UPDATE registrations SET id = ?2 WHERE consultation_id = ?0 AND id = ?1`, r.ConsultationID, r.ID, id).Exec(ctx)
	r.ID = id
	return err
}

func saveNeeds(ctx context.Context, tx bun.IDB, needs *AccessNeeds) error {
	if len(needs.Needs) == 0 {
		_, err := tx.NewDelete().Model(needs).WherePK().Exec(ctx)
		return err
	}
	_, err := tx.NewInsert().Model(needs).On("CONFLICT (consultation_id, registration_id) DO UPDATE").Set("needs = EXCLUDED.needs").Exec(ctx)
	return err
}

// Promotion says why somebody is offered seats before others who have waited longer.
type Promotion struct {
	Reason string `form:"promotion_reason" validate:"required,max=500,oneline"`
}

// PromoteByStaff offers seats to a waiting registration out of its order, and logs the reason. Free seats that others wait
// for do not exist, so they are those kept for who comes without registering, of which there are then fewer. Doing it again
// changes nothing. FieldErrors: no reason, or too few seats; ErrExpired when the registration is given up or was never
// confirmed, ErrClosed once the meeting has begun; ErrNotFound.
func PromoteByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form Promotion) error {
	form.Reason = cleanText(form.Reason)
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return seatOne(ctx, db, now, id, func(ctx context.Context, tx bun.IDB, s *seating, m *Meeting, r *Registration) error {
		if err := staff.mayRun(m); err != nil {
			return err
		}
		switch {
		case r.State == Offered || r.State == Seated:
			return nil
		case r.State != Waiting:
			return ErrExpired
		case !m.Ahead(now):
			return ErrClosed
		}
		walkIns := m.WalkInSeats
		if err := m.makeRoom(r); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(m).Column("walk_in_seats").WherePK().Exec(ctx); err != nil {
			return err
		}
		s.turn(r, Offered)
		s.mail(MailOffered, r)
		return audit(ctx, tx, now, staff, "promote", "registration", r.ID,
			map[string]any{"state": Waiting, "walk_in_seats": walkIns},
			map[string]any{"state": Offered, "walk_in_seats": m.WalkInSeats, "promotion_reason": form.Reason})
	})
}

// makeRoom frees as many of the seats kept for who comes without registering as a party lacks.
func (m *Meeting) makeRoom(r *Registration) error {
	free := m.free()
	lacking := free.beyond(r.places()) - free.general
	if lacking > m.WalkInSeats {
		return FieldErrors{{Field: "seats", Key: "errors.too_few_seats", Param: strconv.Itoa(free.general + m.WalkInSeats)}}
	}
	m.WalkInSeats -= max(0, lacking)
	return nil
}
