// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/app/jobs"
	"ultimaparola/app/mail"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// drainPatience is how long requests under way may take to end when the program stops.
const drainPatience = 10 * time.Second

// serve runs the program until ctx ends: first the port, so that a second program is told at once and
// browsers already wait in line; then the database; then the pages. It stops in the opposite order.
func serve(ctx context.Context, c config, log *slog.Logger) error {
	listener, err := net.Listen("tcp", c.address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is already in use by another program: stop it, or choose another PORT", c.address)
	}
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.address, err)
	}
	defer listener.Close()
	metricsListener, err := listenMetrics(c)
	if err != nil {
		return err
	}
	if metricsListener != nil {
		defer metricsListener.Close()
	}

	db, closeDatabase, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	return errors.Join(servePages(ctx, c, log, db, listener, metricsListener), closeDatabase())
}

func servePages(ctx context.Context, c config, log *slog.Logger, db *bun.DB, listener, metricsListener net.Listener) error {
	if err := prepareData(ctx, db, c); err != nil {
		return err
	}
	mailer, err := mail.New(c.SMTPURL, c.mailFrom, filepath.Join(c.DataDir, "posta"))
	if err != nil {
		return err
	}
	deps := web.NewDeps(db, c.Config, time.Now, log)
	worker := jobs.New(deps, mailer)
	worker.Backups = c.backups
	// The worker ends after the last request, so that it may still send what that asks for.
	atWork, stop := context.WithCancel(context.WithoutCancel(ctx))
	var working sync.WaitGroup
	working.Go(func() { worker.Run(atWork) })
	defer working.Wait()
	defer stop()

	defer serveMetrics(metricsListener, deps, worker)()
	server := newServer(deps, worker)
	ended := make(chan error, 1)
	go func() { ended <- server.Listener(web.Listener(listener)) }()
	fmt.Printf("Ultima Parola %s: %s\n", c.Version, c.BaseURL)
	tellSystemd(log, daemon.SdNotifyReady)
	// Whoever stops the program in this moment stops it as in any other.
	telling := context.WithoutCancel(ctx)
	if err := printFoundingLink(telling, os.Stdout, db, c); err != nil {
		return errors.Join(err, server.Shutdown())
	}
	if c.Demo {
		if err := printDemoLinks(telling, os.Stdout, db, c); err != nil {
			return errors.Join(err, server.Shutdown())
		}
	}

	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	tellSystemd(log, daemon.SdNotifyStopping)
	return server.ShutdownWithTimeout(drainPatience)
}

// tellSystemd tells the service manager that started the program, if one did, what state it is in (sd_notify).
func tellSystemd(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("systemd cannot be told", "state", state, "cause", err)
	}
}

// printFoundingLink writes the address at which the first administrator begins, as long as there is none.
func printFoundingLink(ctx context.Context, w io.Writer, db *bun.DB, c config) error {
	founded, err := models.HasAdministrator(ctx, db)
	if err == nil && !founded {
		fmt.Fprintf(w, "The first administrator begins at %s\n", c.links().Founding())
	}
	return err
}

// prepareData brings the tables up to date. On a development machine it also fills an empty database; elsewhere the
// first administrator chooses with what to begin.
func prepareData(ctx context.Context, db *bun.DB, c config) error {
	if err := migrated(ctx, db, c); err != nil || !c.Development {
		return err
	}
	return loadData(ctx, db, c)
}

// loadData loads the case into an empty database, with DEMO also invented people.
func loadData(ctx context.Context, db *bun.DB, c config) error {
	if err := seed.Case(ctx, db, time.Now()); err != nil || !c.Demo {
		return err
	}
	return seed.Demo(ctx, db, time.Now())
}

// openDatabase connects to the database of the settings, or starts the program's own. The returned function closes both.
func openDatabase(ctx context.Context, c config, log *slog.Logger) (*bun.DB, func() error, error) {
	if c.databaseURL != "" {
		db, err := database.Connect(c.databaseURL)
		if err != nil {
			return nil, nil, err
		}
		return db, db.Close, nil
	}
	server, err := database.StartServer(ctx, database.ServerOptions{Dir: c.DataDir, Log: log})
	if err != nil {
		return nil, nil, err
	}
	db, err := database.Connect(server.DSN())
	if err != nil {
		return nil, nil, errors.Join(err, server.Stop())
	}
	return db, func() error { return errors.Join(db.Close(), server.Stop()) }, nil
}

// joinDatabase connects to the database that another program runs on the same data folder.
func joinDatabase(c config) (*bun.DB, func() error, error) {
	dsn, err := database.RunningDSN(c.DataDir)
	if err != nil {
		return nil, nil, err
	}
	db, err := database.Connect(dsn)
	if err != nil {
		return nil, nil, err
	}
	return db, db.Close, nil
}
