// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

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

// largestWalkIn bounds a party that comes without registering.
const largestWalkIn = 20

// MarkAttendance records that people of a registration's party came; doing it again corrects their number.
// ErrNotFound when the registration is cancelled, FieldErrors when people is not between 1 and 20.
func MarkAttendance(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, registrationID uuid.UUID, people int) error {
	if people < 1 || people > largestWalkIn {
		return Wrong("people", "errors.oneof")
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		r, err := RegistrationByID(ctx, tx, registrationID)
		if err != nil {
			return err
		}
		if !r.Live() {
			return ErrNotFound
		}
		a := &Attendance{ConsultationID: r.ConsultationID, ID: newID(), MeetingID: r.MeetingID, RegistrationID: r.ID,
			People: people, RecordedAt: now, StaffID: staff.ID}
		_, err = tx.NewInsert().Model(a).On("CONFLICT (consultation_id, registration_id) DO UPDATE").
			Set("people = EXCLUDED.people").Exec(ctx)
		if err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "attend", "registration", r.ID, nil, map[string]any{"people": people})
	})
}

// UnmarkAttendance takes back that a registration's party came; doing it again changes nothing.
func UnmarkAttendance(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, registrationID uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		r, err := RegistrationByID(ctx, tx, registrationID)
		if err != nil {
			return err
		}
		return removeAttendance(ctx, tx, now, staff, r.ID, "registration",
			"consultation_id = ? AND registration_id = ?", r.ConsultationID, r.ID)
	})
}

// AddWalkIn records a party that came without registering; no name is kept.
func AddWalkIn(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, people int) (*Attendance, error) {
	if people < 1 || people > largestWalkIn {
		return nil, Wrong("people", "errors.oneof")
	}
	a := &Attendance{ID: newID(), MeetingID: meetingID, People: people, RecordedAt: now, StaffID: staff.ID}
	return a, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		err := tx.NewSelect().Model((*Meeting)(nil)).Column("consultation_id").Where("id = ?", meetingID).Scan(ctx, &a.ConsultationID)
		if err != nil {
			return found(err)
		}
		if _, err := tx.NewInsert().Model(a).Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "attend", "attendance", a.ID, nil, map[string]any{"people": people})
	})
}

// RemoveWalkIn takes back a party that walked in; doing it again changes nothing.
func RemoveWalkIn(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID, attendanceID uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		return removeAttendance(ctx, tx, now, staff, attendanceID, "attendance",
			"meeting_id = ? AND id = ? AND registration_id IS NULL", meetingID, attendanceID)
	})
}

func removeAttendance(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, subjectID uuid.UUID, subject, where string, args ...any) error {
	a := new(Attendance)
	res, err := tx.NewDelete().Model(a).Where(where, args...).Returning("*").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return audit(ctx, tx, now, staff, "unattend", subject, subjectID, map[string]any{"people": a.People}, nil)
}

// WalkInsOf returns the parties that came to a meeting without registering, newest first.
func WalkInsOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Attendance, error) {
	var walkIns []Attendance
	err := db.NewSelect().Model(&walkIns).Where("meeting_id = ? AND registration_id IS NULL", meetingID).
		Order("id DESC").Scan(ctx)
	return walkIns, err
}
