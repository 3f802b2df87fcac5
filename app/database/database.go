// SPDX-License-Identifier: AGPL-3.0-or-later

// Package database gives the program its PostgreSQL: it connects to one, brings its tables
// up to date, and where none is configured runs one of its own (Server).
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// connectTimeout bounds the first conversation with the server.
const connectTimeout = 10 * time.Second

// ErrUnsafeCommit means that the server may forget what it has confirmed.
var ErrUnsafeCommit = errors.New("the database has synchronous_commit off, so a crash could lose what people were told is saved: set synchronous_commit = on")

// Connect opens a pool on the PostgreSQL that dsn (an address `postgres://…` or `key=value` words)
// names, and speaks with it once. It fails, with a sentence that says what to do, when the address
// is not one, when nobody answers, and with ErrUnsafeCommit. The caller closes the pool.
func Connect(dsn string) (*bun.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL is not a PostgreSQL address like postgres://user:password@host:5432/name: %w", err)
	}
	// The simple protocol needs one round trip a query and leaves no prepared statements behind,
	// which also lets a connection pooler stand in between.
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["client_encoding"] = "UTF8"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "ultimaparola"
	}

	pool := stdlib.OpenDB(*config)
	// A connection is a process on the server: beyond a few for each core they only queue there.
	size := 4 + 4*runtime.GOMAXPROCS(0)
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	pool.SetConnMaxIdleTime(5 * time.Minute)

	if err := greet(pool); err != nil {
		_ = pool.Close()
		if errors.Is(err, ErrUnsafeCommit) {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w", explain(err, config), err)
	}
	// Beside a newer program the tables may have columns that this one does not know (package migrations).
	return bun.NewDB(pool, pgdialect.New(), bun.WithDiscardUnknownColumns()), nil
}

func greet(pool *sql.DB) error {
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	var commit string
	if err := pool.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&commit); err != nil {
		return err
	}
	if commit == "off" {
		return ErrUnsafeCommit
	}
	return nil
}

// explain says what to do about a first conversation that failed.
func explain(err error, config *pgx.ConnConfig) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		switch answer.Code {
		case "28P01", "28000":
			return fmt.Sprintf("PostgreSQL does not accept the user %q with this password: check DATABASE_URL", config.User)
		case "3D000":
			return fmt.Sprintf("the database %q does not exist: create it (createdb %s) or check DATABASE_URL", config.Database, config.Database)
		}
		return "PostgreSQL refused the connection"
	}
	return fmt.Sprintf("no PostgreSQL answers at %s: check that it is running, and DATABASE_URL", config.Host)
}
