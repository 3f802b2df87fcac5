// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/seed"
	"ultimaparola/models"
)

// A worker may be killed between two chunks: whoever takes the job again goes on where it was.
func TestAnInterruptedNotificationMailsEachFollowerOnce(t *testing.T) {
	t.Parallel()
	db, ctx, now := databasetest.New(t), t.Context(), time.Date(2017, 11, 27, 9, 0, 0, 0, time.UTC)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(seed.Case(ctx, db, now))
	consultation, err := models.TheConsultation(ctx, db)
	must(err)
	guideline := consultation.Guidelines[0].ID
	const followers = 1_201
	_, err = db.ExecContext(ctx, `WITH p AS (INSERT INTO people (id, created_at) SELECT gen_random_uuid(), ? FROM generate_series(1, ?) RETURNING id)
		INSERT INTO follows (consultation_id, id, person_id, guideline_id, created_at) SELECT ?, gen_random_uuid(), id, ?, ? FROM p`,
		now, followers, consultation.ID, guideline, now)
	must(err)
	must(models.Enqueue(ctx, db, now, now, models.JobNotify, models.Notification{Template: models.MailGuidelineUpdated, GuidelineID: guideline}))
	claimed, err := models.ClaimJobs(ctx, db, now, 1)
	must(err)
	done, err := models.Notify(ctx, db, now, claimed[0].ID)
	must(err)
	if done {
		t.Fatal("one chunk was enough: nothing to interrupt")
	}

	again, err := models.ClaimJobs(ctx, db, now.Add(2*models.JobLease), 2_000)
	must(err)
	for _, job := range again {
		for job.Kind == models.JobNotify && !done {
			done, err = models.Notify(ctx, db, now, job.ID)
			must(err)
		}
	}
	// Repeated once more before it could be crossed off.
	if done, err = models.Notify(ctx, db, now, claimed[0].ID); err != nil || !done {
		t.Errorf("done %v, %v", done, err)
	}
	var mails, people int
	must(db.NewRaw(`SELECT count(*), count(DISTINCT payload ->> 'person_id') FROM jobs WHERE kind = 'mail'`).Scan(ctx, &mails, &people))
	if mails != followers || people != followers {
		t.Errorf("%d mails to %d of %d people", mails, people, followers)
	}
	must(models.FinishJob(ctx, db, claimed[0].ID))
	if _, err := models.Notify(ctx, db, now, claimed[0].ID); err != models.ErrNotFound {
		t.Errorf("a job that is done: %v", err)
	}
	if _, err := models.Notify(ctx, db, now, uuid.New()); err != models.ErrNotFound {
		t.Errorf("a job that never was: %v", err)
	}
}
