// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Attendance is a party that came; RegistrationID is zero for one that walked in. It follows from the arrivals, which
// alone are written, see RecordArrivals. ID is the last arrival's, RecordedAt when that was.
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

// MarkAttendance records that people of a registration's party came; doing it again corrects their number.
// ErrNotFound when the registration is cancelled, FieldErrors when people is not between 1 and MostInParty.
func MarkAttendance(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, registrationID uuid.UUID, people int) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		r, m, err := atDesk(ctx, tx, staff, registrationID)
		if err != nil {
			return err
		}
		if !r.Live() {
			return ErrNotFound
		}
		a := &Arrival{ID: newID(), RegistrationID: r.ID, People: people, StaffID: staff.ID, ArrivedAt: now}
		if err := recordOne(ctx, tx, now, m, a); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "attend", "registration", r.ID, nil, map[string]any{"people": people})
	})
}

// atDesk returns a registration of a meeting whose row it locks, in a town that the staff serve; else ErrNotFound.
func atDesk(ctx context.Context, tx bun.IDB, staff *Staff, registrationID uuid.UUID) (*Registration, *Meeting, error) {
	r, err := RegistrationByID(ctx, tx, registrationID)
	if err != nil {
		return nil, nil, err
	}
	m, err := lockMeeting(ctx, tx, staff, r.MeetingID)
	return r, m, err
}

func recordOne(ctx context.Context, tx bun.IDB, now time.Time, m *Meeting, a *Arrival) error {
	results, err := record(ctx, tx, now, m, []*Arrival{a})
	if err != nil {
		return err
	}
	return results[0]
}

// UnmarkAttendance takes back that a registration's party came; doing it again changes nothing.
func UnmarkAttendance(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, registrationID uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		r, m, err := atDesk(ctx, tx, staff, registrationID)
		if err != nil {
			return err
		}
		return removeAttendance(ctx, tx, now, staff, m, r.ID, "registration")
	})
}

// WalkInForm is how many came without registering, and from where.
type WalkInForm struct {
	People int `form:"people" validate:"gte=1,lte=1000"`
	// Municipality is the slug of one of the organisation's, Elsewhere, or empty: not said.
	Municipality string `form:"municipality"`
}

// event is the form as what a device tells.
func (f *WalkInForm) event(ctx context.Context, db bun.IDB, organisationID uuid.UUID) (ArrivalEvent, error) {
	e := ArrivalEvent{ID: newID(), People: f.People, Elsewhere: f.Municipality == Elsewhere}
	if wrong := Validate(f); wrong != nil {
		return e, wrong
	}
	if f.Municipality == "" || e.Elsewhere {
		return e, nil
	}
	err := db.NewSelect().Model((*Municipality)(nil)).Column("id").
		Where("organisation_id = ? AND slug = ?", organisationID, f.Municipality).Scan(ctx, &e.MunicipalityID)
	if found(err) == ErrNotFound {
		err = Wrong("municipality", "errors.oneof")
	}
	return e, err
}

// AddWalkIn records people who came without registering, up to MostWalkIns at once: a headcount on paper. No name is
// kept. FieldErrors, ErrNotFound.
func AddWalkIn(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, form WalkInForm) (*Arrival, error) {
	e, err := form.event(ctx, db, staff.OrganisationID)
	if err != nil {
		return nil, err
	}
	a := &Arrival{ID: e.ID, People: e.People, MunicipalityID: e.MunicipalityID, Elsewhere: e.Elsewhere, StaffID: staff.ID, ArrivedAt: now}
	return a, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, meetingID)
		if err != nil {
			return err
		}
		if err := recordOne(ctx, tx, now, m, a); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "attend", "attendance", a.ID, nil, map[string]any{"people": a.People})
	})
}

// RemoveWalkIn takes back a party that walked in; doing it again changes nothing.
func RemoveWalkIn(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID, arrivalID uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, meetingID)
		if err != nil {
			return err
		}
		registered, err := tx.NewSelect().Model((*Attendance)(nil)).
			Where("meeting_id = ? AND id = ? AND registration_id IS NOT NULL", m.ID, arrivalID).Exists(ctx)
		if err != nil || registered {
			return err
		}
		return removeAttendance(ctx, tx, now, staff, m, arrivalID, "attendance")
	})
}

// removeAttendance undoes the arrivals of a party at a meeting whose row is locked.
func removeAttendance(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, m *Meeting, party uuid.UUID, subject string) error {
	a := new(Attendance)
	err := tx.NewSelect().Model(a).Where("meeting_id = ? AND (registration_id = ?1 OR id = ?1)", m.ID, party).Scan(ctx)
	if err = found(err); err == ErrNotFound {
		return nil
	} else if err != nil {
		return err
	}
	if err := undo(ctx, tx, now, m, party); err != nil {
		return err
	}
	return audit(ctx, tx, now, staff, "unattend", subject, party, map[string]any{"people": a.People}, nil)
}

// undo takes back all the arrivals of a party at a meeting whose row is locked.
func undo(ctx context.Context, tx bun.IDB, now time.Time, m *Meeting, party uuid.UUID) error {
	_, err := tx.NewUpdate().Model((*Arrival)(nil)).Set("undone_at = ?", now).Where("meeting_id = ? AND undone_at IS NULL", m.ID).
		Where("(registration_id = ?0 OR registration_id IS NULL AND id = ?0)", party).Exec(ctx)
	if err != nil {
		return err
	}
	return reckon(ctx, tx, m, []uuid.UUID{party})
}

// WalkInsOf returns the parties that came to a meeting without registering, newest first.
func WalkInsOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Attendance, error) {
	var walkIns []Attendance
	err := db.NewSelect().Model(&walkIns).Where("meeting_id = ? AND registration_id IS NULL", meetingID).
		Order("recorded_at DESC", "id DESC").Scan(ctx)
	return walkIns, err
}
