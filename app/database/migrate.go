// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"

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
