// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// JobLease is how long a claimed job belongs to who claimed it. Whoever claims one gives up before that.
const JobLease = 90 * time.Second

// ClaimJobs hands out at most limit due jobs, the oldest first: nobody else gets them before JobLease is over.
//
// A claim is a lease (run_at moves on, the try is counted) and not a lock held while the job runs, for three reasons:
// a try is counted even when it kills the program; no transaction stays open while a mail server thinks; and a mail
// sent while PostgreSQL was away can still be crossed off when it is back, where a lost lock would send it again.
// The price is that a job of a killed program waits for the end of its lease.
func ClaimJobs(ctx context.Context, db bun.IDB, now time.Time, limit int) ([]Job, error) {
	var jobs []Job
	err := db.NewRaw(`WITH due AS MATERIALIZED (
			SELECT id FROM jobs WHERE failed_at IS NULL AND run_at <= ? ORDER BY run_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
		UPDATE jobs SET attempts = attempts + 1, run_at = ? FROM due WHERE jobs.id = due.id RETURNING jobs.*`,
		now, limit, now.Add(JobLease)).Scan(ctx, &jobs)
	return jobs, err
}

// FinishJob crosses off a job that is done.
func FinishJob(ctx context.Context, db bun.IDB, id uuid.UUID) error {
	_, err := db.NewDelete().Model((*Job)(nil)).Where("id = ?", id).Exec(ctx)
	return err
}

// RetryJob has a job that did not succeed tried again at runAt.
func RetryJob(ctx context.Context, db bun.IDB, id uuid.UUID, runAt time.Time, cause string) error {
	_, err := db.NewUpdate().Model((*Job)(nil)).Set("run_at = ?", runAt).Set("last_error = ?", cause).
		Where("id = ?", id).Exec(ctx)
	return err
}

// FailJob gives a job up for good. It stays, for staff to see, without the text of its mail.
func FailJob(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID, cause string) error {
	_, err := db.NewUpdate().Model((*Job)(nil)).Set("failed_at = ?", now).Set("last_error = ?", cause).
		Set("payload = payload - '{subject,body}'::text[]").Where("id = ?", id).Exec(ctx)
	return err
}

// Queue is the state of the jobs at one moment.
type Queue struct {
	// Due jobs should run now, the oldest of them since OldestDue; NextAt is when the next one falls due.
	Due       int
	OldestDue time.Time
	NextAt    time.Time
	// Failed jobs are not tried again; Delayed ones have failed and wait for another try.
	Failed, Delayed int
}

// QueueNow returns the state of the jobs.
func QueueNow(ctx context.Context, db bun.IDB, now time.Time) (Queue, error) {
	var q struct {
		Due       int
		OldestDue bun.NullTime
		NextAt    bun.NullTime
		Failed    int
		Delayed   int
	}
	err := db.NewRaw(`SELECT count(*) FILTER (WHERE failed_at IS NULL AND run_at <= ?) AS due,
		min(run_at) FILTER (WHERE failed_at IS NULL AND run_at <= ?) AS oldest_due,
		min(run_at) FILTER (WHERE failed_at IS NULL AND run_at > ?) AS next_at,
		count(failed_at) AS failed, count(*) FILTER (WHERE `+delayed+`) AS delayed FROM jobs`, now, now, now).Scan(ctx, &q)
	return Queue{Due: q.Due, OldestDue: q.OldestDue.Time, NextAt: q.NextAt.Time, Failed: q.Failed, Delayed: q.Delayed}, err
}

// delayed keeps the jobs that have failed and wait for another try.
const delayed = `failed_at IS NULL AND last_error <> ''`

// Trouble is a sort of jobs that have not succeeded.
type Trouble struct {
	// Kind and, of an e-mail, Template say what they do; LastError is why the newest has failed.
	Kind, Template, LastError string
	// Failed of them are not tried again, Delayed ones are.
	Failed, Delayed int
}

// TroublesNow returns the jobs that have not succeeded, by what they do.
func TroublesNow(ctx context.Context, db bun.IDB) ([]Trouble, error) {
	var troubles []Trouble
	err := db.NewRaw(`SELECT kind, coalesce(payload->>'template', '') AS template, count(failed_at) AS failed,
			count(*) FILTER (WHERE `+delayed+`) AS delayed, (array_agg(last_error ORDER BY id DESC))[1] AS last_error
		FROM jobs WHERE failed_at IS NOT NULL OR `+delayed+` GROUP BY 1, 2 ORDER BY 1, 2`).Scan(ctx, &troubles)
	return troubles, err
}

// RetryJobs has every job that has not succeeded tried again now, as if for the first time, and returns how many. A
// message that staff wrote is not: its text is gone once it has failed for good.
func RetryJobs(ctx context.Context, db bun.IDB, now time.Time) (int64, error) {
	var retried int64
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		result, err := tx.NewUpdate().Model((*Job)(nil)).Set("failed_at = NULL").Set("attempts = 0").Set("run_at = ?", now).
			Where("failed_at IS NOT NULL AND payload->>'template' IS DISTINCT FROM ? OR "+delayed, MailMeetingMessage).Exec(ctx)
		if err != nil {
			return err
		}
		if retried, err = result.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "NOTIFY jobs")
		return err
	})
	return retried, err
}
