// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingWork is what waits at a meeting for who organises it, in parties, and what came in during a time.
type MeetingWork struct {
	MeetingID uuid.UUID
	// Queue waits for a seat, and Offers are open; ToCall only a telephone call can confirm, ToReconfirm were asked to
	// confirm again, because the date moved, and have not.
	Queue                       Tally `bun:"embed:queue_"`
	Offers, ToCall, ToReconfirm int
	// Minutes are still to be published: 1 of a meeting that was held, else 0.
	Minutes int
	// Questions nobody has read.
	Questions int

	// Registered, Cancelled and Asked came in during the time; Asked are questions that nobody has read.
	Registered, Cancelled, Asked int
}

// Called tells whether something came in, or somebody is to be telephoned.
func (w MeetingWork) Called() bool { return w.Registered+w.Cancelled+w.Asked+w.ToCall > 0 }

// WorkOf returns what waits now at each of some meetings, whose Consultations must be there, and what came in from since
// until until.
func WorkOf(ctx context.Context, db bun.IDB, meetings []Meeting, now, since, until time.Time) (map[uuid.UUID]MeetingWork, error) {
	work := make(map[uuid.UUID]MeetingWork, len(meetings))
	if len(meetings) == 0 {
		return work, nil
	}
	meetingIDs := make([]uuid.UUID, len(meetings))
	for i := range meetings {
		meetingIDs[i] = meetings[i].ID
	}
	var rows []MeetingWork
	err := db.NewRaw(`SELECT meeting_id,
			count(*) FILTER (WHERE state = 'waiting') AS queue_parties,
			coalesce(sum(seats) FILTER (WHERE state = 'waiting'), 0) AS queue_people,
			count(*) FILTER (WHERE state = 'offered') AS offers,
			count(*) FILTER (WHERE `+toCall+`) AS to_call,
			count(*) FILTER (WHERE `+toReconfirm+`) AS to_reconfirm,
			count(*) FILTER (WHERE state <> 'cancelled' AND confirmed_at >= ?1 AND confirmed_at < ?2) AS registered,
			count(*) FILTER (WHERE state = 'cancelled' AND confirmed_at IS NOT NULL AND cancelled_at >= ?1 AND cancelled_at < ?2) AS cancelled
		FROM registrations AS registration WHERE meeting_id IN (?0) GROUP BY meeting_id`, bun.List(meetingIDs), since, until).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	for _, w := range rows {
		work[w.MeetingID] = w
	}
	var asked []struct {
		MeetingID uuid.UUID
		All, New  int
	}
	err = db.NewSelect().Model((*Question)(nil)).Column("meeting_id").ColumnExpr(`count(*) AS "all"`).
		ColumnExpr(`count(*) FILTER (WHERE created_at >= ? AND created_at < ?) AS "new"`, since, until).
		Where("meeting_id IN (?) AND question.state = ? AND body <> ?", bun.List(meetingIDs), QuestionNew, withdrawnBody).
		Where(ofWhoComes).Group("meeting_id").Scan(ctx, &asked)
	for _, q := range asked {
		w := work[q.MeetingID]
		w.MeetingID, w.Questions, w.Asked = q.MeetingID, q.All, q.New
		work[q.MeetingID] = w
	}
	for i := range meetings {
		m := &meetings[i]
		w := work[m.ID]
		w.MeetingID = m.ID
		if !m.Ahead(now) { // nobody is offered or asked anything any more
			w.Offers, w.ToCall, w.ToReconfirm = 0, 0, 0
		}
		if m.LacksMinutes(now) {
			w.Minutes = 1
		}
		work[m.ID] = w
	}
	return work, err
}
