// SPDX-License-Identifier: AGPL-3.0-or-later

package backup

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// format is the manifest's, and grows when an older program could not read it.
const format = 1

// manifest is the first line of a backup: who made it, and what a restore must find.
type manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"`
	MadeAt  time.Time `json:"made_at"`
	// Server and Dump are the major versions of PostgreSQL and of its pg_dump.
	Server int `json:"server"`
	Dump   int `json:"dump"`
	contents
}

// contents are what a database holds, so far as two can be compared by it.
type contents struct {
	// Migrations are the names of those applied, in order.
	Migrations []string `json:"migrations"`
	Tables     []table  `json:"tables"`
	// Objects counts the constraints, indexes and the like.
	Objects map[string]int `json:"objects"`
}

type table struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	// Checksum is the sum of the first 8 bytes of each row's SHA-256, whatever their order.
	Checksum string `json:"checksum"`
	// LeftOut: its rows are not in the backup (package comment).
	LeftOut bool `json:"left_out,omitempty"`
}

func (c contents) leftOut() (names []string) {
	for _, t := range c.Tables {
		if t.LeftOut {
			names = append(names, t.Name)
		}
	}
	return names
}

// errEmpty means that there is nothing to back up, or to compare with.
var errEmpty = errors.New("the database is empty")

// own selects what belongs to no extension, whose parts may differ from one version of PostgreSQL to the next.
const own = ` NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.tableoid AND d.objid = o.oid AND d.deptype = 'e')`

// read returns what the database of tx holds. It fails with errEmpty where no program has made its tables.
func read(ctx context.Context, tx bun.Tx) (c contents, err error) {
	// A row's text must not depend on the server's settings.
	for _, setting := range []string{"datestyle = 'ISO, YMD'", "intervalstyle = 'postgres'", "bytea_output = 'hex'", "extra_float_digits = 1"} {
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+setting); err != nil {
			return c, err
		}
	}
	names, err := tables(ctx, tx)
	if err != nil {
		return c, err
	}
	if len(names) == 0 {
		return c, errEmpty
	}
	if err := tx.NewRaw("SELECT name FROM bun_migrations ORDER BY name").Scan(ctx, &c.Migrations); err != nil {
		return c, err
	}
	for _, t := range names {
		// The name comes quoted, where it must be, from PostgreSQL itself. Those left out are empty after a restore.
		if !t.LeftOut {
			err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(
				('x' || left(encode(sha256(convert_to(whole_row::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint), 0)::text
				FROM `+t.Name+` AS whole_row`).Scan(&t.Rows, &t.Checksum)
		}
		if err != nil {
			return c, err
		}
		c.Tables = append(c.Tables, t)
	}
	var counted []struct {
		What  string
		Count int
	}
	err = tx.NewRaw(`
		SELECT 'constraints' AS what, count(*) FROM pg_constraint o WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c', 'x') AND`+own+`
		UNION ALL SELECT 'constraints not checked', count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND NOT convalidated
		UNION ALL SELECT 'indexes', count(*) FROM pg_class o WHERE relnamespace = 'public'::regnamespace AND relkind = 'i' AND`+own+`
		UNION ALL SELECT 'triggers', count(*) FROM pg_trigger o WHERE NOT tgisinternal AND`+own+`
		UNION ALL SELECT 'functions', count(*) FROM pg_proc o WHERE pronamespace = 'public'::regnamespace AND`+own).Scan(ctx, &counted)
	c.Objects = map[string]int{}
	for _, o := range counted {
		c.Objects[o.What] = o.Count
	}
	return c, err
}

// tables returns the database's own tables, in order, not yet counted.
func tables(ctx context.Context, db bun.IDB) (found []table, err error) {
	err = db.NewRaw(`
		SELECT o.oid::regclass::text AS name, coalesce(obj_description(o.oid, 'pg_class') LIKE 'backup: without rows%', false) AS left_out
		FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
		WHERE o.relkind = 'r' AND o.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND`+own+`
		ORDER BY 1`).Scan(ctx, &found)
	return found, err
}
