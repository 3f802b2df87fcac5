// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingRating is how somebody who came found a meeting: by the registration with which they came, or, for who walked
// in, by their browser.
type MeetingRating struct {
	bun.BaseModel `bun:"table:meeting_ratings"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	MeetingID      uuid.UUID
	RegistrationID uuid.UUID `bun:",nullzero"`
	BrowserHash    []byte    `bun:",nullzero"`
	Stars          int
	Body           string
	CreatedAt      time.Time
}

// MeetingRatingForm rates a meeting.
type MeetingRatingForm struct {
	Stars int    `form:"stars" validate:"oneof=1 2 3 4 5"`
	Body  string `form:"rating_body" validate:"max=1000"`
}

// Clean makes the typed text what is kept.
func (f *MeetingRatingForm) Clean() { f.Body = cleanText(f.Body) }

// RatedFor is how long after its end, or its closing, a meeting can be rated.
const RatedFor = 30 * 24 * time.Hour

// Rateable tells whether the meeting can be rated now: from its end for RatedFor, and again as long from its closing, when
// who came is written to and asked.
func (m *Meeting) Rateable(now time.Time) bool {
	if m.Cancelled() || m.Draft || !m.Closed() && !m.Ended(now) {
		return false
	}
	return now.Before(m.end().Add(RatedFor)) || m.Closed() && now.Before(m.ClosedAt.Add(RatedFor))
}

// RatingBy returns the rating by a registration, or, where that is nil, by a browser; ErrNotFound when there is none.
func RatingBy(ctx context.Context, db bun.IDB, m *Meeting, r *Registration, browserHash []byte) (*MeetingRating, error) {
	given := new(MeetingRating)
	q := db.NewSelect().Model(given).Where("meeting_id = ?", m.ID)
	if r != nil {
		q.Where("consultation_id = ? AND registration_id = ?", r.ConsultationID, r.ID)
	} else {
		q.Where("browser_hash = ?", browserHash)
	}
	return given, found(q.Scan(ctx))
}

// Came tells whether somebody came with a registration; false once its name is erased.
func Came(ctx context.Context, db bun.IDB, r *Registration) (bool, error) {
	if !r.Live() || r.Name == nameErased {
		return false, nil
	}
	return db.NewSelect().Model((*Attendance)(nil)).Where("consultation_id = ? AND registration_id = ?", r.ConsultationID, r.ID).Exists(ctx)
}

// RateMeeting keeps how a meeting was found by who came with a registration; another answer takes the place of the first.
// FieldErrors; ErrNotFound for who did not come, ErrClosed unless the meeting is Rateable.
func RateMeeting(ctx context.Context, db bun.IDB, now time.Time, registrationID uuid.UUID, form MeetingRatingForm) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		r, err := RegistrationByID(ctx, tx, registrationID)
		if err != nil {
			return err
		}
		switch came, err := Came(ctx, tx, r); {
		case err != nil:
			return err
		case !came:
			return ErrNotFound
		case !r.Meeting.Rateable(now):
			return ErrClosed
		}
		return rate(ctx, tx, now, r.Meeting, r, nil, form)
	})
}

// RateMeetingAs keeps how a meeting was found by somebody in the room, known by their browser alone; another answer of the
// same browser takes the place of the first. FieldErrors; ErrClosed unless the meeting is Rateable, ErrNotFound.
func RateMeetingAs(ctx context.Context, db bun.IDB, now time.Time, meetingID uuid.UUID, browserHash []byte, form MeetingRatingForm) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := MailedMeeting(ctx, tx, meetingID)
		if err != nil {
			return err
		}
		if !m.Rateable(now) {
			return ErrClosed
		}
		return rate(ctx, tx, now, m, nil, browserHash, form)
	})
}

func rate(ctx context.Context, tx bun.IDB, now time.Time, m *Meeting, r *Registration, browserHash []byte, form MeetingRatingForm) error {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	given := &MeetingRating{ConsultationID: m.ConsultationID, ID: newID(), MeetingID: m.ID, BrowserHash: browserHash,
		Stars: form.Stars, Body: form.Body, CreatedAt: now}
	one := "CONFLICT (meeting_id, browser_hash) WHERE browser_hash IS NOT NULL DO UPDATE"
	if r != nil {
		given.RegistrationID = r.ID
		one = "CONFLICT (consultation_id, registration_id) WHERE registration_id IS NOT NULL DO UPDATE"
	}
	_, err := tx.NewInsert().Model(given).On(one).Set("stars = EXCLUDED.stars, body = EXCLUDED.body").Exec(ctx)
	return err
}
