// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"ultimaparola/models"
)

// starting makes the evening begin at that hour of Rome, and the clock stand at another.
func (e *evening) starting(at, now string) {
	e.Helper()
	e.meeting.StartsAt, e.now = inRome(at), inRome(now)
	e.meeting.EndsAt = e.meeting.StartsAt.Add(2 * time.Hour)
	_, err := e.db.NewUpdate().Model(&e.meeting).Column("starts_at", "ends_at").WherePK().Exec(e.ctx)
	e.must(err)
}

func inRome(at string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", at, models.Rome)
	if err != nil {
		panic(err)
	}
	return t
}

// reminded returns whom the reminders that are now due reach: template, then the addresses.
func (e *evening) reminded() []string {
	e.Helper()
	e.must(models.SendReminders(e.ctx, e.db, e.now))
	return e.announced()
}

// announced carries out the notifications in the queue and returns each mail that comes of them: its template and to whom.
func (e *evening) announced() []string {
	e.Helper()
	var told []string
	for _, job := range e.queued(models.JobNotify) {
		before := len(e.queued(models.JobMail))
		done, err := models.Notify(e.ctx, e.db, e.now, job.ID)
		if err != nil || !done {
			e.Fatalf("done %v, %v", done, err)
		}
		for _, mail := range e.queued(models.JobMail)[before:] {
			var m models.Mail
			e.must(json.Unmarshal(mail.Payload, &m))
			a, err := models.MailboxOf(e.ctx, e.db, m.PersonID)
			e.must(err)
			told = append(told, m.Template+" "+a.Value)
		}
		e.must(models.FinishJob(e.ctx, e.db, job.ID))
	}
	slices.Sort(told)
	return told
}

func (e *evening) queued(kind string) []models.Job {
	e.Helper()
	var jobs []models.Job
	e.must(e.db.NewSelect().Model(&jobs).Where("kind = ?", kind).Order("id").Scan(e.ctx))
	return jobs
}

func TestWhoHasASeatIsRemindedAWeekAndADayBefore(t *testing.T) {
	e := newEvening(t, 1, 0)
	e.starting("2017-12-12 21:00", "2017-11-21 10:00")
	e.confirmed("anna@example.org", 1)
	e.confirmed("rosa@example.org", 1) // waits
	week, day := []string{models.MailReminderWeek + " anna@example.org"}, []string{models.MailReminderDay + " anna@example.org"}
	for _, step := range []struct {
		now  string
		want []string
	}{
		{"2017-12-05 20:59", nil},
		{"2017-12-05 21:00", nil}, // a week before, but the night begins
		{"2017-12-06 07:59", nil},
		{"2017-12-06 08:00", week},
		{"2017-12-06 08:01", nil},
		{"2017-12-10 20:00", nil},
		{"2017-12-11 20:59", nil},
		{"2017-12-12 07:59", nil},
		{"2017-12-12 08:00", day},
		{"2017-12-12 08:01", nil},
		{"2017-12-12 21:30", nil},
	} {
		e.now = inRome(step.now)
		if got := e.reminded(); !slices.Equal(got, step.want) {
			t.Errorf("%s: %q, want %q", step.now, got, step.want)
		}
	}
}

func TestAReminderIsNotSentTooLateAndTheNightGivesWayWhereTheMorningIs(t *testing.T) {
	for _, test := range []struct {
		starts, now string
		want        int
	}{
		{"2017-12-12 21:00", "2017-12-10 20:59", 1}, // two days and a minute before: the week's
		{"2017-12-12 21:00", "2017-12-10 21:00", 0},
		{"2017-12-12 21:00", "2017-12-12 18:59", 1},
		{"2017-12-12 21:00", "2017-12-12 19:00", 0},
		{"2017-12-12 09:30", "2017-12-11 22:00", 1}, // at eight it would be too late
		{"2017-12-12 10:30", "2017-12-11 22:00", 0}, // at eight there are two hours and a half
		{"2017-12-12 10:30", "2017-12-12 08:00", 1},
		{"2018-03-28 18:00", "2018-03-21 17:59", 0}, // over the change of the clocks a week is an hour shorter
		{"2018-03-28 18:00", "2018-03-21 18:00", 1},
	} {
		t.Run(test.now, func(t *testing.T) {
			t.Parallel()
			e := newEvening(t, 9, 0)
			e.starting(test.starts, "2017-11-21 10:00")
			e.confirmed("anna@example.org", 1)
			e.now = inRome(test.now)
			if got := e.reminded(); len(got) != test.want {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestWhoHasJustBeenToldIsNotReminded(t *testing.T) {
	e := newEvening(t, 9, 0)
	e.starting("2017-12-12 21:00", "2017-11-21 10:00")
	e.confirmed("anna@example.org", 1)
	asked := e.confirmed("bea@example.org", 1)
	e.now = inRome("2017-12-05 22:00")
	e.confirmed("carla@example.org", 1) // in the night that the reminder waits for
	_, err := e.db.ExecContext(e.ctx, "UPDATE registrations SET reconfirm_since = ? WHERE id = ?", e.now, asked.ID)
	e.must(err)
	e.now = inRome("2017-12-06 09:00")
	if got, want := e.reminded(), []string{models.MailReminderWeek + " anna@example.org"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	e.now = inRome("2017-12-12 09:00")
	if got := e.reminded(); len(got) != 3 {
		t.Errorf("a day before: %q", got)
	}
}

func TestNobodyIsRemindedOfWhatIsNotHeld(t *testing.T) {
	for _, set := range []string{"draft = true", "confirmed_at = NULL", "cancelled_at = now()"} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			e := newEvening(t, 9, 0)
			e.starting("2017-12-12 21:00", "2017-11-21 10:00")
			e.confirmed("anna@example.org", 1)
			_, err := e.db.ExecContext(e.ctx, "UPDATE meetings SET "+set)
			e.must(err)
			e.now = inRome("2017-12-06 09:00")
			if got := e.reminded(); len(got) != 0 {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestManyProgramsRemindOnce(t *testing.T) {
	e := newEvening(t, 9, 0)
	e.starting("2017-12-12 21:00", "2017-11-21 10:00")
	e.confirmed("anna@example.org", 1)
	e.now = inRome("2017-12-06 09:00")
	var programs sync.WaitGroup
	for range 8 {
		programs.Go(func() {
			if err := models.SendReminders(e.ctx, e.db, e.now); err != nil {
				t.Error(err)
			}
		})
	}
	programs.Wait()
	if got := e.announced(); len(got) != 1 {
		t.Errorf("%q", got)
	}
}
