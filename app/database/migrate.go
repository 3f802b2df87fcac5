// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/migrate"

	"ultimaparola/migrations"
)

// migrationLock is the advisory lock that migrating programs take ("ultimapa" in ASCII).
// Bun's own lock is a row, which outlives a crash.
const migrationLock = 0x756c74696d617061

// Migrate brings db's tables up to this program's version and returns the names of the migrations
// it applied. Programs that start together take turns. A migration that fails leaves no trace;
// those before it stay.
func Migrate(ctx context.Context, db *bun.DB) ([]string, error) {
	return migrateAll(ctx, db, migrations.All)
}

// Rollback takes the last applied migration back and returns its name, "" when none is applied.
func Rollback(ctx context.Context, db *bun.DB) (string, error) {
	return rollbackLast(ctx, db, migrations.All)
}

// Outstanding returns the migrations that this program would apply to db, and those applied that it does not know, as a
// newer one's. It changes nothing.
func Outstanding(ctx context.Context, db *bun.DB) (unapplied, unknown []string, err error) {
	var applied []string
	err = db.NewRaw("SELECT name FROM bun_migrations ORDER BY name").Scan(ctx, &applied)
	var missing *pgconn.PgError
	if errors.As(err, &missing) && missing.Code == "42P01" { // no such table: nothing has been applied
		err = nil
	}
	if err != nil {
		return nil, nil, err
	}
	var known []string
	for _, m := range migrations.All.Sorted() {
		known = append(known, m.Name)
		if !slices.Contains(applied, m.Name) {
			unapplied = append(unapplied, m.String())
		}
	}
	for _, name := range applied {
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	return unapplied, unknown, nil
}

// Newest is the day on which this program's newest migration was written: no clock that is right tells an earlier one.
func Newest() time.Time {
	all := migrations.All.Sorted()
	day, err := time.Parse("20060102150405", all[len(all)-1].Name)
	if err != nil {
		panic("a migration is not named by its time: " + err.Error())
	}
	return day
}

func migrateAll(ctx context.Context, db *bun.DB, all *migrate.Migrations) (applied []string, err error) {
	err = locked(ctx, db, func(held *bun.DB) error {
		pending, err := newMigrator(held, all).MigrationsWithStatus(ctx)
		if err != nil {
			return err
		}
		for _, migration := range pending.Unapplied() {
			// One at a time: what Bun applies in one call it would also take back in one.
			step := migrate.NewMigrations()
			step.Add(migration)
			if _, err := newMigrator(held, step).Migrate(ctx); err != nil {
				return fmt.Errorf("migration %w", err)
			}
			applied = append(applied, migration.String())
		}
		return nil
	})
	return applied, err
}

func rollbackLast(ctx context.Context, db *bun.DB, all *migrate.Migrations) (name string, err error) {
	err = locked(ctx, db, func(held *bun.DB) error {
		group, err := newMigrator(held, all).Rollback(ctx)
		if err != nil {
			return fmt.Errorf("migration %w", err)
		}
		if len(group.Migrations) > 0 {
			name = group.Migrations[0].String()
		}
		return nil
	})
	return name, err
}

// newMigrator returns a migrator that notes a migration as applied, or as taken back, in the
// migration's own transaction, so that a crash cannot come between the two. Bun notes it again
// after the commit, which then changes nothing.
func newMigrator(db *bun.DB, all *migrate.Migrations) *migrate.Migrator {
	note := func(ctx context.Context, tx bun.IConn, migration *migrate.Migration) error {
		if migration.IsApplied() {
			_, err := tx.ExecContext(ctx, "DELETE FROM bun_migrations WHERE name = ?", migration.Name)
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO bun_migrations (name, group_id) VALUES (?, ?)", migration.Name, migration.GroupID)
		return err
	}
	return migrate.NewMigrator(db, all, migrate.WithMarkAppliedOnSuccess(true), migrate.WithUpsert(true), migrate.AfterMigration(note))
}

// locked runs fn with a pool of exactly the one connection that holds the migration lock: when the
// connection breaks, lock and work end together.
func locked(ctx context.Context, db *bun.DB, fn func(held *bun.DB) error) error {
	conn, err := db.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		pool := sql.OpenDB(heldConn{raw.(*stdlib.Conn)})
		pool.SetMaxOpenConns(1)
		held := bun.NewDB(pool, pgdialect.New())
		if _, err := held.ExecContext(ctx, "SELECT pg_advisory_lock(?)", migrationLock); err != nil {
			return err
		}
		defer func() {
			// Also when ctx has ended; should it fail, the connection is broken and the lock gone with it.
			_, _ = held.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", migrationLock)
		}()
		if err := newMigrator(held, migrate.NewMigrations()).Init(ctx); err != nil {
			return err
		}
		return fn(held)
	})
}

// heldConn is a connection lent to a second pool, which must not close it.
type heldConn struct{ *stdlib.Conn }

func (c heldConn) Connect(context.Context) (driver.Conn, error) { return c, nil }
func (c heldConn) Driver() driver.Driver                        { return stdlib.GetDefaultDriver() }
func (c heldConn) Close() error                                 { return nil }
