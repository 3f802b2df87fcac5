// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
)

// transact runs fn in a transaction. On a *bun.DB it begins one and retries serialization failures and deadlocks
// (SQLSTATE 40001, 40P01) up to five times in all; on a bun.Tx it joins, and nothing is retried inside.
func transact(ctx context.Context, db bun.IDB, fn func(ctx context.Context, tx bun.IDB) error) error {
	root, ok := db.(*bun.DB)
	if !ok {
		return fn(ctx, db)
	}
	var err error
	for range 5 {
		err = root.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, tx) })
		if code := sqlState(err); code != "40001" && code != "40P01" {
			break
		}
	}
	return err
}

func sqlState(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// violates tells whether err is the refusal of the named constraint or unique index.
func violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.ConstraintName == constraint
}

// InUse is the answer to who would take away what others still refer to: By names the table that does.
type InUse struct{ By string }

// Error names the table, for logs.
func (e InUse) Error() string { return "in use by " + e.By }

// inUse turns the refusal of a foreign key into InUse and leaves every other error as it is.
func inUse(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23503" {
		return InUse{By: pg.TableName}
	}
	return err
}

// found turns "no rows" into ErrNotFound and leaves every other error as it is.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// changedOne turns an update that met no row into ErrNotFound.
func changedOne(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
