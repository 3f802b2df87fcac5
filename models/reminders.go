// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// reminder is an e-mail to who has a seat that recalls the meeting: it is sent once between two moments before the beginning.
type reminder struct {
	template string
	column   string
	sentAt   func(*Meeting) *time.Time
	// from and until are those moments; the days are Rome's, and as long as the change of the clocks makes them.
	from, until func(starts time.Time) time.Time
}

var reminders = []reminder{
	{MailReminderWeek, "reminded_week_at", func(m *Meeting) *time.Time { return &m.RemindedWeekAt },
		func(starts time.Time) time.Time { return starts.In(Rome).AddDate(0, 0, -7) },
		func(starts time.Time) time.Time { return starts.In(Rome).AddDate(0, 0, -2) }},
	{MailReminderDay, "reminded_day_at", func(m *Meeting) *time.Time { return &m.RemindedDayAt },
		func(starts time.Time) time.Time { return starts.Add(-24 * time.Hour) },
		func(starts time.Time) time.Time { return starts.Add(-2 * time.Hour) }},
}

// due tells whether the reminder of a meeting is to be sent now: its time has come, it was not sent, and it disturbs nobody's
// night unless the morning would be too late.
func (r reminder) due(m *Meeting, now time.Time) bool {
	until := r.until(m.StartsAt)
	if !r.sentAt(m).IsZero() || now.Before(r.from(m.StartsAt)) || !now.Before(until) {
		return false
	}
	return !morningOf(now).After(now) || !morningOf(now).Before(until)
}

// morningOf returns now by day, and eight o'clock of the next morning in a night, which begins at nine: when people may be
// written to what they did not just ask for.
func morningOf(now time.Time) time.Time {
	local := now.In(Rome)
	eight := time.Date(local.Year(), local.Month(), local.Day(), 8, 0, 0, 0, Rome)
	switch {
	case local.Hour() < 8:
		return eight
	case local.Hour() >= 21:
		return eight.AddDate(0, 0, 1)
	}
	return now
}

// SendReminders reminds who has a seat of each meeting that is Ahead, a week before it and a day before it: once, whoever
// else sends them at the same moment. Who registered, or was asked to confirm again, after the time of a reminder began has
// just been told, and gets none.
func SendReminders(ctx context.Context, db bun.IDB, now time.Time) error {
	var near []uuid.UUID
	err := db.NewSelect().Model((*Meeting)(nil)).Column("id").
		Where("confirmed_at IS NOT NULL AND starts_at BETWEEN ? AND ?", now, now.AddDate(0, 0, 8)).
		Where("reminded_week_at IS NULL OR reminded_day_at IS NULL").Order("id").Scan(ctx, &near)
	if err != nil {
		return err
	}
	var failures []error
	for _, id := range near {
		failures = append(failures, remind(ctx, db, now, id))
	}
	return errors.Join(failures...)
}

// remind sends the reminders of one meeting that are due, once its row is locked.
func remind(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Meeting)
		err := tx.NewSelect().Model(m).Relation("Consultation", statedConsultation).Where("meeting.id = ?", id).For("UPDATE OF meeting").Scan(ctx)
		if err != nil || !m.Ahead(now) {
			return err
		}
		for _, r := range reminders {
			if !r.due(m, now) {
				continue
			}
			*r.sentAt(m) = now
			if _, err := tx.NewUpdate().Model(m).Column(r.column).WherePK().Exec(ctx); err != nil {
				return err
			}
			err := notify(ctx, tx, now, Notification{Template: r.template, MeetingID: m.ID, States: []string{Seated}, ToldBefore: r.from(m.StartsAt)})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
