// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// listenAgain is how long to wait before listening again when PostgreSQL has gone away.
const listenAgain = 2 * time.Second

// listen nudges the worker whenever somebody enqueues a job, until ctx ends. While it cannot, polling finds them.
func (w *Worker) listen(ctx context.Context) {
	trouble := outage{log: w.Log, what: "listening for jobs"}
	for ctx.Err() == nil {
		trouble.report(ctx, w.listenOnce(ctx, func() { trouble.report(ctx, nil) }))
		select {
		case <-time.After(listenAgain):
		case <-ctx.Done():
		}
	}
}

// listenOnce listens on one connection until it breaks; listening is called when it has begun to.
func (w *Worker) listenOnce(ctx context.Context, listening func()) error {
	conn, err := w.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		pg := driver.(*stdlib.Conn).Conn()
		// The pool must not hand out a connection that listens; closed, it is thrown away.
		defer func() {
			closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = pg.Close(closing)
		}()
		if _, err := pg.Exec(ctx, "LISTEN jobs"); err != nil {
			return err
		}
		listening()
		w.nudge() // for what came before
		for {
			if _, err := pg.WaitForNotification(ctx); err != nil {
				return err
			}
			w.nudge()
		}
	})
}
