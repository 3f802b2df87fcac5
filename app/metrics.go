// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"ultimaparola/app/jobs"
	"ultimaparola/app/metrics"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// listenMetrics opens the port of the metrics; without one in the settings it returns nil.
func listenMetrics(c config) (net.Listener, error) {
	if c.metrics == "" {
		return nil, nil
	}
	listener, err := net.Listen("tcp", c.metrics)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is already in use by another program: choose another METRICS_LISTEN, or none", c.metrics)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on METRICS_LISTEN %s: %w", c.metrics, err)
	}
	return listener, nil
}

// serveMetrics answers on listener until the returned function is called. A nil listener is none.
func serveMetrics(listener net.Listener, deps web.Deps, worker *jobs.Worker) (stop func()) {
	if listener == nil {
		return func() {}
	}
	deps.Metrics.Pool(deps.DB.DB)
	deps.Metrics.Look(func(ctx context.Context) []metrics.Sample { return state(ctx, deps.Batches, worker) })
	server := &http.Server{Handler: deps.Metrics.Handler(), ReadTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)} // it names who asked
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			deps.Log.Error("the metrics are not served any more", "error", err)
		}
	}()
	return func() { _ = server.Close() }
}

// state is what the program finds when the metrics are asked for.
func state(ctx context.Context, batches *models.Batches, worker *jobs.Worker) []metrics.Sample {
	var found []metrics.Sample
	for verb, s := range batches.Stats() {
		found = append(found,
			metrics.Sample{Name: "batches_total", Help: "Transactions of the verbs that many use at once.", Label: "verb", Of: verb, Value: float64(s.Batches)},
			metrics.Sample{Name: "batched_total", Help: "What was done in them: divided by batches_total, the size of a batch.", Label: "verb", Of: verb, Value: float64(s.Items)},
			metrics.Sample{Name: "batch_waiting", Help: "What waits for its transaction now.", Label: "verb", Of: verb, Value: float64(s.Waiting)})
	}
	number := func(name, help string, value float64) {
		found = append(found, metrics.Sample{Name: name, Help: help, Value: value})
	}
	status, err := worker.Status(ctx)
	if !status.Beat.IsZero() {
		number("worker_beat_timestamp_seconds", "When the worker last looked for jobs.", float64(status.Beat.Unix()))
	}
	if err != nil {
		number("database_up", upHelp, 0)
		return found
	}
	number("database_up", upHelp, 1)
	number("jobs_due", "Jobs that should run now.", float64(status.Due))
	number("jobs_oldest_due_seconds", "How long the oldest of them has been waiting.", float64(status.OldestDueSeconds))
	number("jobs_delayed", "Jobs that have failed and wait for another try.", float64(status.Delayed))
	number("jobs_failed", "Jobs given up, such as e-mails that no server took.", float64(status.Failed))
	if last, err := models.LastBackup(ctx, worker.DB); err == nil { // else there is none
		number("backup_timestamp_seconds", "When the last backup was begun.", float64(last.StartedAt.Unix()))
		number("backup_bytes", "Its size.", float64(last.Size))
	}
	return found
}

const upHelp = "1 while the database answers, else 0."
