// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// DoorPass lets one device check people in at one meeting, and do nothing else.
type DoorPass struct {
	bun.BaseModel `bun:"table:door_passes"`

	ID        uuid.UUID `bun:",pk,type:uuid"`
	MeetingID uuid.UUID
	// Label says which door.
	Label string
	// DeviceHash is the SHA-256 of what the device's cookie holds; nil until a device takes the pass.
	DeviceHash []byte `bun:",nullzero"`
	StaffID    uuid.UUID
	CreatedAt  time.Time
	TakenAt    time.Time `bun:",nullzero"`
	RevokedAt  time.Time `bun:",nullzero"`

	Meeting *Meeting `bun:"rel:belongs-to,join:meeting_id=id"`
	Staff   *Staff   `bun:"rel:belongs-to,join:staff_id=id"`
}

// For how long passes are good after the meeting's end, and how long a meeting is taken to last that has none.
const (
	doorsAfter   = 3 * time.Hour
	usualEvening = 3 * time.Hour
	// doorsLate is for how long afterwards a device may still send what it had no network for.
	doorsLate = 24 * time.Hour
)

// DoorsUntil is when the meeting's passes end; zero when it has no confirmed date, or is called off: none is good.
func (m *Meeting) DoorsUntil() time.Time {
	if !m.Confirmed() || m.Cancelled() {
		return time.Time{}
	}
	return m.ends().Add(doorsAfter)
}

// ends is the meeting's end; where nobody has said it, that of a usual evening.
func (m *Meeting) ends() time.Time {
	if m.EndsAt.IsZero() {
		return m.StartsAt.Add(usualEvening)
	}
	return m.EndsAt
}

// Over tells whether the pass, read with its meeting, is good no more: taken away, or at its end.
func (p *DoorPass) Over(now time.Time) bool {
	return !p.RevokedAt.IsZero() || !now.Before(p.Meeting.DoorsUntil())
}

// Late tells whether a pass that has come to its end may still send what its device had no network for.
func (p *DoorPass) Late(now time.Time) bool {
	until := p.Meeting.DoorsUntil()
	return p.RevokedAt.IsZero() && !until.IsZero() && now.Before(until.Add(doorsLate))
}

// DoorPassForm is what staff say of a new pass.
type DoorPassForm struct {
	Label string `form:"label" validate:"required,max=60,oneline"`
}

// MakePass makes a pass for a door of a meeting, which a device has still to take. FieldErrors; ErrNotFound; ErrClosed when
// the meeting has no confirmed date, or is over.
func MakePass(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, form DoorPassForm) (*DoorPass, error) {
	form.Label = strings.TrimSpace(form.Label)
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	p := &DoorPass{ID: newID(), MeetingID: meetingID, Label: form.Label, StaffID: staff.ID, CreatedAt: now}
	return p, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		var err error
		if p.Meeting, err = lockMeeting(ctx, tx, staff, meetingID); err != nil {
			return err
		}
		if p.Over(now) {
			return ErrClosed
		}
		if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "pass", "meeting", meetingID, nil, map[string]any{"label": p.Label})
	})
}

// TakePass binds a pass to the device that asks first, and returns the token that the device keeps. ErrUsed when another
// has it, ErrExpired when it is over, ErrNotFound.
func TakePass(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) (*DoorPass, string, error) {
	p, token := new(DoorPass), NewToken()
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		err := tx.NewSelect().Model(p).Relation("Meeting.Consultation", statedConsultation).Where("door_pass.id = ?", id).
			For("UPDATE OF door_pass").Scan(ctx)
		switch {
		case err != nil:
			return found(err)
		case p.Over(now):
			return ErrExpired
		case p.DeviceHash != nil:
			return ErrUsed
		}
		p.DeviceHash, p.TakenAt = Hash(token), now
		_, err = tx.NewUpdate().Model(p).Column("device_hash", "taken_at").WherePK().Exec(ctx)
		return err
	})
	return p, token, err
}

// RevokePass ends a pass of a meeting at once; doing it again changes nothing. ErrNotFound.
func RevokePass(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockMeeting(ctx, tx, staff, meetingID); err != nil {
			return err
		}
		p := new(DoorPass)
		if err := tx.NewSelect().Model(p).Where("id = ? AND meeting_id = ?", id, meetingID).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		if !p.RevokedAt.IsZero() {
			return nil
		}
		p.RevokedAt = now
		if _, err := tx.NewUpdate().Model(p).Column("revoked_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "unpass", "meeting", meetingID, map[string]any{"label": p.Label}, nil)
	})
}

// PassOf returns the pass whose device holds the token, good or over, with its meeting and who made it. ErrNotFound.
func PassOf(ctx context.Context, db bun.IDB, token string) (*DoorPass, error) {
	return passWhere(ctx, db, "door_pass.device_hash = ?", Hash(token))
}

// PassByID returns a pass with its meeting, good or over. ErrNotFound.
func PassByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*DoorPass, error) {
	return passWhere(ctx, db, "door_pass.id = ?", id)
}

func passWhere(ctx context.Context, db bun.IDB, where string, arg any) (*DoorPass, error) {
	p := new(DoorPass)
	err := db.NewSelect().Model(p).Relation("Staff").Relation("Meeting.Municipality").Relation("Meeting.Consultation", statedConsultation).
		Where(where, arg).Scan(ctx)
	return p, found(err)
}

// PassesOf returns the passes of a meeting with who made them, the newest first.
func PassesOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]DoorPass, error) {
	var passes []DoorPass
	err := db.NewSelect().Model(&passes).Relation("Staff").Relation("Meeting").Where("door_pass.meeting_id = ?", meetingID).
		Order("door_pass.id DESC").Scan(ctx)
	return passes, err
}
