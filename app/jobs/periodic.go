// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"time"

	"ultimaparola/models"
)

// task is work done again and again. Two programs on one database may both do it: it must be repeatable, and it is.
type task struct {
	what  string
	every time.Duration
	do    func(context.Context, *Worker) error
}

// commitLag is longer than any transaction lasts: what one wrote with an earlier time is seen by then.
const commitLag = time.Minute

var periodic = []task{
	{"ending holds and offers that are over", 15 * time.Second, func(ctx context.Context, w *Worker) error {
		_, err := models.ExpireHolds(ctx, w.DB, w.Now())
		return err
	}},
	{"reminding of meetings", time.Minute, func(ctx context.Context, w *Worker) error {
		return models.SendReminders(ctx, w.DB, w.Now())
	}},
	// It knows by itself when a morning's is due.
	{"telling the office what came in", time.Minute, func(ctx context.Context, w *Worker) error {
		return models.SendDigests(ctx, w.DB, w.Now())
	}},
	{"counting supports", 10 * time.Second, func(ctx context.Context, w *Worker) error {
		_, err := models.CountSupports(ctx, w.DB, w.Now().Add(-commitLag))
		return err
	}},
	// The check behind the counting, and for what happened while no worker ran.
	{"counting all supports anew", time.Hour, func(ctx context.Context, w *Worker) error {
		wrong, err := models.RecountSupports(ctx, w.DB)
		if wrong > 0 {
			w.Log.Info("counts of supports corrected", "comments", wrong)
		}
		return err
	}},
	{"writing down how the information notice reads", 10 * time.Second, keepNotice},
	{"erasing what is no longer needed", time.Hour, func(ctx context.Context, w *Worker) error {
		return models.Retain(ctx, w.DB, w.Now())
	}},
	// It knows by itself when a night's is due.
	{"making the night's backup", time.Minute, func(ctx context.Context, w *Worker) error {
		made, err := w.Backups.Nightly(ctx, w.DB, w.Now())
		if made != nil && made.Error == "" {
			w.Log.Info("backup made", "name", made.Name, "bytes", made.Size)
		}
		return err
	}},
	{"signing the head of the log", time.Hour, signHead},
	{"checking the log", time.Hour, checkLog},
}

// repeat does a task at once and then again and again, until ctx ends.
func (w *Worker) repeat(ctx context.Context, t task) {
	trouble := outage{log: w.Log, what: t.what}
	tick := time.NewTicker(t.every)
	defer tick.Stop()
	for ctx.Err() == nil {
		trouble.report(ctx, t.do(ctx, w))
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}
