// SPDX-License-Identifier: AGPL-3.0-or-later

// Package jobs is the worker: it does what must happen after a commit (a file for each kind of job) and what must
// happen again and again. A job may be interrupted at any moment and is then done again, so each is written to be
// repeated.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"ultimaparola/app/backup"
	"ultimaparola/app/mail"
	"ultimaparola/app/metrics"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

const (
	// concurrency is how many jobs run at once: mail servers are slow to answer, and few like many conversations.
	concurrency = 4
	// pollEvery finds jobs whose time has come, and those that a lost NOTIFY would have told of.
	pollEvery = 2 * time.Second
	// jobTimeout leaves the rest of the lease for writing down how the job went.
	jobTimeout = models.JobLease - 15*time.Second
	// attempts and firstRetry make for a day and a half: 1, 2, 4, … minutes between tries.
	attempts   = 12
	firstRetry = time.Minute
)

// errSuperseded says that a job has nothing to do any more, because what it is about has gone or gone on.
var errSuperseded = errors.New("nothing to do any more")

// Worker carries out jobs. It is made by New and lives as long as its Run.
type Worker struct {
	web.Deps
	Mailer *mail.Mailer
	// Backups are made each night, when they have a folder.
	Backups backup.Plan
	kinds   map[string]func(context.Context, models.Job) error
	wake    chan struct{}
	// running are the jobs under way, by id: a job of ours whose lease has run out is not begun again beside itself.
	running sync.Map
	beat    atomic.Int64
}

// New returns a worker on the database of deps that sends through mailer.
func New(deps web.Deps, mailer *mail.Mailer) *Worker {
	w := &Worker{Deps: deps, Mailer: mailer, wake: make(chan struct{}, 1)}
	w.kinds = map[string]func(context.Context, models.Job) error{
		models.JobMail:   w.send,
		models.JobNotify: w.notify,
	}
	return w
}

// Run works until ctx ends, and returns when what was under way then is done. It outlives a database that goes away.
func (w *Worker) Run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { w.listen(ctx) })
	for _, p := range periodic {
		group.Go(func() { w.repeat(ctx, p) })
	}
	group.Go(func() { w.work(ctx) })
	group.Wait()
}

// nudge has work look for jobs now.
func (w *Worker) nudge() {
	select {
	case w.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

func (w *Worker) work(ctx context.Context) {
	var group sync.WaitGroup
	defer group.Wait()
	free := make(chan struct{}, concurrency)
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	trouble := outage{log: w.Log, what: "looking for jobs"}
	for ctx.Err() == nil {
		// Only this loop takes slots, so at least this many stay free.
		if slots := cap(free) - len(free); slots > 0 {
			claimed, err := models.ClaimJobs(ctx, w.DB, w.Now(), slots)
			if trouble.report(ctx, err); err == nil {
				w.beat.Store(w.Now().UnixNano())
			}
			for _, job := range claimed {
				free <- struct{}{}
				group.Go(func() {
					w.do(ctx, job)
					<-free
					w.nudge()
				})
			}
		}
		select {
		case <-w.wake:
		case <-poll.C:
		case <-ctx.Done():
		}
	}
}

// do carries out one job and writes down how it went. It does both to the end when ctx ends meanwhile.
func (w *Worker) do(ctx context.Context, job models.Job) {
	if _, already := w.running.LoadOrStore(job.ID, true); already {
		return
	}
	defer w.running.Delete(job.ID)
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobTimeout)
	defer cancel()
	w.settle(ctx, job, w.carryOut(limited, job))
}

func (w *Worker) carryOut(ctx context.Context, job models.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = models.Panicked(p)
		}
	}()
	if job.Attempts > attempts {
		return fmt.Errorf("interrupted %d times", attempts)
	}
	carryOut, known := w.kinds[job.Kind]
	if !known {
		return fmt.Errorf("this version of the program knows no job of kind %q", job.Kind)
	}
	return carryOut(ctx, job)
}

// settle writes down how a job went, and tries as long as the program runs: a mail whose job could not be crossed off
// would be sent twice.
func (w *Worker) settle(ctx context.Context, job models.Job, outcome error) {
	log := w.Log.With("job", job.ID, "kind", job.Kind, "attempt", job.Attempts)
	trouble := outage{log: log, what: "writing down a job"}
	for {
		writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		err := w.record(writing, log, job, outcome)
		cancel()
		if trouble.report(context.WithoutCancel(ctx), err); err == nil {
			return
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return
		}
	}
}

// record writes down how a job went, and then logs it.
func (w *Worker) record(ctx context.Context, log *slog.Logger, job models.Job, outcome error) error {
	switch {
	case outcome == nil:
		err := models.FinishJob(ctx, w.DB, job.ID)
		if err == nil {
			w.Metrics.Job(job.Kind, metrics.Done)
			log.Debug("job done")
		}
		return err
	case errors.Is(outcome, errSuperseded), errors.Is(outcome, models.ErrNotFound):
		err := models.FinishJob(ctx, w.DB, job.ID)
		if err == nil {
			w.Metrics.Job(job.Kind, metrics.Superseded)
			log.Debug("job no longer needed")
		}
		return err
	case errors.Is(outcome, mail.ErrPermanent), job.Attempts >= attempts:
		err := models.FailJob(ctx, w.DB, w.Now(), job.ID, web.Impersonal(outcome))
		if err == nil {
			w.Metrics.Job(job.Kind, metrics.Failed)
			log.Error("job given up", "error", outcome)
		}
		return err
	}
	next := w.Now().Add(firstRetry << (job.Attempts - 1))
	err := models.RetryJob(ctx, w.DB, job.ID, next, web.Impersonal(outcome))
	if err == nil {
		w.Metrics.Job(job.Kind, metrics.Retried)
		log.Warn("job to be tried again", "error", outcome, "at", next)
	}
	return err
}

// outage logs the first of a row of failures, and their end.
type outage struct {
	log  *slog.Logger
	what string
	on   bool
}

func (o *outage) report(ctx context.Context, err error) {
	switch {
	case err != nil && !o.on && ctx.Err() == nil:
		o.log.Error("worker: "+o.what+" fails", "error", err)
		o.on = true
	case err == nil && o.on:
		o.log.Info("worker: " + o.what + " works again")
		o.on = false
	}
}

// Status is what /status tells of the worker.
type Status struct {
	// Beat is when the worker last looked for jobs; zero: never.
	Beat time.Time `json:"beat"`
	Due  int       `json:"due"`
	// OldestDue is how long the oldest due job has been waiting.
	OldestDueSeconds int `json:"oldest_due_seconds"`
	// Failed jobs are not tried again; Delayed ones have failed and wait for another try.
	Failed  int `json:"failed"`
	Delayed int `json:"delayed"`
}

// Status returns the worker's Status; its error is the database's.
func (w *Worker) Status(ctx context.Context) (Status, error) {
	now := w.Now()
	queue, err := models.QueueNow(ctx, w.DB, now)
	s := Status{Due: queue.Due, Failed: queue.Failed, Delayed: queue.Delayed}
	if !queue.OldestDue.IsZero() {
		s.OldestDueSeconds = int(now.Sub(queue.OldestDue).Seconds())
	}
	if beat := w.beat.Load(); beat != 0 {
		s.Beat = time.Unix(0, beat).UTC()
	}
	return s, err
}
