// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ExpireHolds ends the holds and offers that are over, passes their seats on, and returns how many it ended. It takes
// one transaction a meeting and may be repeated at any time.
func ExpireHolds(ctx context.Context, db bun.IDB, now time.Time) (int, error) {
	var meetingIDs []uuid.UUID
	err := db.NewSelect().Model((*Registration)(nil)).ColumnExpr("DISTINCT meeting_id").
		Where("held_until < ?", now).Scan(ctx, &meetingIDs)
	if err != nil {
		return 0, err
	}
	ended := 0
	var failures []error
	for _, id := range meetingIDs {
		expired := 0
		err := seat(ctx, db, now, []uuid.UUID{id}, func(_ context.Context, _ bun.IDB, s *seating) error {
			expired = s.expired
			return nil
		})
		if err != nil {
			failures = append(failures, err)
			continue
		}
		ended += expired
	}
	return ended, errors.Join(failures...)
}

// shortenHolds has the open holds and offers of a meeting whose date is sooner than before end when one that begins now
// would: all are over by the beginning.
func (s *seating) shortenHolds(ctx context.Context, tx bun.IDB, before, m *Meeting) error {
	if !m.Confirmed() || before.Confirmed() && !m.StartsAt.Before(before.StartsAt) {
		return nil
	}
	until := m.heldUntil(s.now)
	_, err := tx.NewUpdate().Model((*Registration)(nil)).Set("held_until = ?", until).
		Where("meeting_id = ? AND held_until > ?", m.ID, until).Exec(ctx)
	return err
}

// expire ends the holds and the offers that are over. Nobody can accept an offer while the meeting is called off or has no
// date: who has one then waits again, in their place.
func (s *seating) expire(ctx context.Context, tx bun.IDB) error {
	if len(s.meetings) == 0 {
		return nil
	}
	var ids []uuid.UUID
	for id := range s.meetings {
		ids = append(ids, id)
	}
	var over []*Registration
	err := tx.NewSelect().Model(&over).Relation("Needs").Where("held_until < ? AND meeting_id IN (?)", s.now, bun.List(ids)).
		Order("held_until", "id").Scan(ctx)
	if err != nil {
		return err
	}
	for _, r := range over {
		m := s.meetings[r.MeetingID]
		switch {
		case r.State != Offered:
			s.turn(r, Cancelled)
		case m.Cancelled() || !m.Confirmed():
			s.turn(r, Waiting)
		default:
			s.mail(MailOfferExpired, r)
			s.turn(r, Cancelled)
		}
	}
	s.expired = len(over)
	return s.flush(ctx, tx)
}
