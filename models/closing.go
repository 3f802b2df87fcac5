// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Closing is what there is of a meeting when it is to be closed.
type Closing struct {
	// Held tells whether the meeting was held: its end is past, everybody sees it, and it is not cancelled.
	Held bool
	// Minutes is the number of the current version; 0: nobody has written any.
	Minutes int
	// Came is how many people are recorded as present.
	Came int
	// Questions are those that were not set aside; Answered of them have an answer.
	Questions, Answered int
	// Contributions are what was said aloud and entered.
	Contributions int
	// Told is how many people came with a registration or follow the meeting: closing it tells them, so far as they have a
	// mailbox.
	Told int
}

// ClosingForm closes a meeting. NobodyCame says that it was held before empty seats, where no attendance is recorded.
type ClosingForm struct {
	NobodyCame bool `form:"nobody_came"`
}

// ClosingOf returns what there is of a meeting.
func ClosingOf(ctx context.Context, db bun.IDB, now time.Time, m *Meeting) (Closing, error) {
	c := Closing{Held: m.Ended(now) && !m.Cancelled() && !m.Draft}
	err := db.NewRaw(`SELECT
		(SELECT coalesce(max(number), 0) FROM minutes WHERE meeting_id = ?0),
		(SELECT coalesce(sum(people), 0) FROM attendances WHERE meeting_id = ?0),
		(SELECT count(*) FROM questions question WHERE meeting_id = ?0 AND `+wasAsked+`),
		(SELECT count(*) FROM questions question WHERE meeting_id = ?0 AND `+wasAsked+` AND state = 'answered'),
		(SELECT count(*) FROM meeting_comments WHERE meeting_id = ?0),
		(SELECT count(*) FROM (?1) told)`, m.ID, whoCameOrFollows(db, m.ID)).
		Scan(ctx, &c.Minutes, &c.Came, &c.Questions, &c.Answered, &c.Contributions, &c.Told)
	return c, err
}

// wasAsked keeps the questions that somebody has put: not set aside, and not of a registration that was never confirmed, or
// was given up.
const wasAsked = `question.state <> 'set_aside' AND NOT EXISTS (SELECT FROM registrations r
	WHERE r.consultation_id = question.consultation_id AND r.id = question.registration_id AND r.state IN ('pending', 'cancelled'))`

// Lacks says, as FieldErrors of the fields "held", "minutes" and "attendance", what is missing before the meeting can
// be closed, and of "nobody_came" that somebody did; nil: nothing.
func (c Closing) Lacks(form ClosingForm) FieldErrors {
	var lacks FieldErrors
	if !c.Held {
		lacks = append(lacks, FieldError{Field: "held", Key: "errors.not_held"})
	}
	if c.Minutes == 0 {
		lacks = append(lacks, FieldError{Field: "minutes", Key: "errors.no_minutes"})
	}
	switch {
	case c.Came == 0 && !form.NobodyCame:
		lacks = append(lacks, FieldError{Field: "attendance", Key: "errors.no_attendance"})
	case c.Came > 0 && form.NobodyCame:
		lacks = append(lacks, FieldError{Field: "nobody_came", Key: "errors.somebody_came"})
	}
	return lacks
}

// CloseMeeting publishes a meeting's minutes and tells who came and who follows the meeting, each once. Closing one that
// is closed changes nothing. FieldErrors: what Lacks; ErrNotFound.
func CloseMeeting(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form ClosingForm) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, id)
		if err != nil || m.Closed() {
			return err
		}
		c, err := ClosingOf(ctx, tx, now, m)
		if err != nil {
			return err
		}
		if lacks := c.Lacks(form); lacks != nil {
			return lacks
		}
		m.ClosedAt, m.UpdatedAt = now, now
		if _, err := tx.NewUpdate().Model(m).Column("closed_at", "updated_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := notify(ctx, tx, now, Notification{Template: MailMeetingMinutes, MeetingID: id}); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "close", "meeting", id, nil, map[string]any{"people": c.Came, "nobody_came": form.NobodyCame})
	})
}

// whoCameOrFollows are the people to whom the minutes of a meeting matter.
func whoCameOrFollows(db bun.IDB, meetingID uuid.UUID) *bun.SelectQuery {
	came := db.NewSelect().TableExpr("registrations AS r").ColumnExpr("r.person_id").
		Join("JOIN attendances AS a ON a.consultation_id = r.consultation_id AND a.registration_id = r.id").
		Where("r.meeting_id = ? AND r.state <> ?", meetingID, Cancelled)
	return came.Union(db.NewSelect().Model((*Follow)(nil)).Column("person_id").Where("meeting_id = ?", meetingID))
}
