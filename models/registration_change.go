// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ChangeParty changes for how many a registration is, as its owner asks. Seats given up go to who waits; who waits keeps
// its place in the queue. FieldErrors of the field "seats" when there are not as many, or more are asked for than are
// offered, with how many there are, and nothing is changed; ErrExpired when the registration is given up, ErrClosed once
// the meeting has begun.
func ChangeParty(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID, seats int) error {
	if seats < 1 || seats > MostSeats {
		return Wrong("seats", "errors.oneof")
	}
	return seatOne(ctx, db, now, id, func(_ context.Context, _ bun.IDB, s *seating, m *Meeting, r *Registration) error {
		switch {
		case !r.Live():
			return ErrExpired
		case !m.Ahead(now):
			return ErrClosed
		case r.State == Offered && seats > r.Seats:
			return seatsAtMost(r.Seats)
		}
		return s.change(r, func() { r.Seats, r.ReconfirmSince = seats, time.Time{} })
	})
}

// Reconfirm says, as its owner does, that a party comes though the date moved. Doing it again changes nothing; ErrExpired
// when the registration is given up, ErrClosed once the meeting has begun.
func Reconfirm(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) error {
	return seatOne(ctx, db, now, id, func(_ context.Context, _ bun.IDB, s *seating, m *Meeting, r *Registration) error {
		return s.reconfirm(m, r)
	})
}

func (s *seating) reconfirm(m *Meeting, r *Registration) error {
	switch {
	case !r.Live():
		return ErrExpired
	case !m.Ahead(s.now):
		return ErrClosed
	case r.ReconfirmSince.IsZero():
		return nil
	}
	return s.change(r, func() { r.ReconfirmSince = time.Time{} })
}

// change edits what a party wants, its state apart. One that holds seats must fit with what it wants then, or else gets
// FieldErrors, and the transaction has to be given up.
func (s *seating) change(r *Registration, edit func()) error {
	m, before := s.meetings[r.MeetingID], r.Seats
	held := r.SeatsHeld > 0
	m.release(r)
	edit()
	if r.Seats > before {
		if err := m.allows(r.Seats); err != nil {
			return err
		}
	}
	if held {
		if !m.fits(r) {
			return seatsAtMost(m.most(r))
		}
		m.hold(r)
	}
	s.note(r)
	return nil
}

// most is for how many, of those that the party would be, there are seats.
func (m *Meeting) most(r *Registration) int {
	smaller := *r
	for smaller.Seats > 0 && !m.fits(&smaller) {
		smaller.Seats--
	}
	return smaller.Seats
}

func seatsAtMost(most int) error {
	return FieldErrors{{Field: "seats", Key: "errors.seats_at_most", Param: strconv.Itoa(most)}}
}

// askToReconfirm asks everybody who has confirmed a registration for a meeting to do so again.
func askToReconfirm(ctx context.Context, tx bun.IDB, now time.Time, meetingID uuid.UUID) error {
	_, err := tx.NewUpdate().Model((*Registration)(nil)).Set("reconfirm_since = ?", now).
		Where("meeting_id = ? AND state IN (?)", meetingID, bun.List([]string{Seated, Waiting, Offered})).Exec(ctx)
	return err
}
