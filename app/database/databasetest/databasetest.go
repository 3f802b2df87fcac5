// SPDX-License-Identifier: AGPL-3.0-or-later

// Package databasetest gives every test a true PostgreSQL database of its own: a copy of a migrated
// template, on a server that the test process starts at the first call and that dies with it
// (or on the one TEST_DATABASE_URL names, whose role may create databases).
package databasetest

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/migrations"
)

// New returns a pool on a fresh, migrated, empty database. Both end with the test.
func New(t testing.TB) *bun.DB {
	t.Helper()
	db, err := database.Connect(DSN(t))
	if err != nil {
		t.Fatalf("connecting to the test's database: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// DSN returns the address of a fresh, migrated, empty database, for a program under test.
// The database ends with the test.
func DSN(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("starting the tests' PostgreSQL: %v", err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	if err := server.execute("CREATE DATABASE " + name + " TEMPLATE " + templateName()); err != nil {
		t.Fatalf("copying the template database: %v", err)
	}
	t.Cleanup(func() {
		if err := server.execute("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
	})
	return withDatabase(server.address, name)
}

// testServer is the process's server, with the template in it.
type testServer struct {
	address string
	admin   *bun.DB // on its maintenance database, open until the process ends
}

var shared = sync.OnceValues(func() (*testServer, error) {
	address := os.Getenv("TEST_DATABASE_URL")
	if address == "" {
		var err error
		if address, err = start(); err != nil {
			return nil, err
		}
	}
	admin, err := database.Connect(address)
	if err != nil {
		return nil, err
	}
	server := &testServer{address, admin}
	return server, server.makeTemplate()
})

// patience bounds each statement on the maintenance database.
const patience = time.Minute

func (s *testServer) execute(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := s.admin.ExecContext(ctx, statement)
	return err
}

// start starts a server in a temporary folder. Nothing tells a package when the last of the process's tests is over,
// so the process just ends: the kernel then ends the server, and the sweeper removes the folder.
func start() (string, error) {
	dir, err := os.MkdirTemp("", "ultimaparola-test-")
	if err != nil {
		return "", err
	}
	if err := sweepAfter(dir); err != nil {
		return "", err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's server is another account
		return "", err
	}
	server, err := database.StartServer(context.Background(), database.ServerOptions{
		Dir: dir, NoSync: true, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return "", err
	}
	return server.SuperuserDSN(), nil
}

// sweepAfter starts a shell that waits, on a pipe that only this process holds open, until the process
// has ended however it may, and then removes dir as soon as the server has let go of it.
func sweepAfter(dir string) error {
	sweeper := exec.Command("/bin/sh", "-c",
		`cat >/dev/null; n=0; until rm -rf "$1" 2>/dev/null || [ $n -ge 100 ]; do n=$((n+1)); sleep 0.1; done`, "sweeper", dir)
	sweeper.Dir = filepath.Dir(dir)
	sweeper.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is not for it
	var err error
	if held, err = sweeper.StdinPipe(); err != nil {
		return err
	}
	return sweeper.Start()
}

// held is the sweeper's pipe, closed by the process's end alone: unreferenced, the garbage collector would close it,
// and the folder would go while the server still lives in it.
var held io.WriteCloser

func templateName() string { return "ultimaparola_template_" + migrations.Hash() }

// makeTemplate makes the migrated template unless this server has it. Processes that share a server take turns.
func (s *testServer) makeTemplate() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext(?))", templateName()); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(ctx, "SELECT pg_advisory_unlock_all()") }()
	var exists bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = ?)", templateName()).Scan(&exists); err != nil || exists {
		return err
	}
	// Under another name until it is complete, so that an interrupted one is never taken for whole.
	partial := templateName() + "_partial"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + partial + " WITH (FORCE)", "CREATE DATABASE " + partial} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	if err := migrated(ctx, withDatabase(s.address, partial)); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+partial+" RENAME TO "+templateName())
	return err
}

// migrated migrates the database at address and leaves no connection on it.
func migrated(ctx context.Context, address string) error {
	db, err := database.Connect(address)
	if err != nil {
		return err
	}
	_, err = database.Migrate(ctx, db)
	return errors.Join(err, db.Close())
}

// withDatabase returns address, a URL, with another database's name.
func withDatabase(address, name string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		panic("TEST_DATABASE_URL is not a URL: " + err.Error())
	}
	parsed.Path = "/" + name
	return parsed.String()
}
