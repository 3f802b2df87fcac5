// SPDX-License-Identifier: AGPL-3.0-or-later

package database_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
)

// releaseBefore is the database of the release before this one, as its own program left it after a demonstration and a
// few visits: every table but jobs has rows, and all of them are invented. Plain SQL, a row a statement, each naming its
// columns. When a release is made, `make release-data` makes the next one's.
func releaseBefore(t *testing.T) string {
	t.Helper()
	file, err := os.Open("testdata/release-before.sql.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// run runs SQL as it is, on a connection that is then thrown away with its settings.
func run(t *testing.T, dsn, sql string) {
	t.Helper()
	db := connect(t, dsn)
	if _, err := db.DB.ExecContext(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// becomeReleaseBefore puts the database of the release before in the place of what is there.
func becomeReleaseBefore(t *testing.T, dsn string) {
	t.Helper()
	run(t, dsn, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	run(t, dsn, releaseBefore(t))
}

// columnsOf returns the columns of each table, in the order of their names.
func columnsOf(t *testing.T, db *bun.DB) map[string][]string {
	t.Helper()
	var found []struct{ Table, Column string }
	err := db.NewRaw(`SELECT table_name AS table, column_name AS column FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'bun\_%' ORDER BY 1, 2`).Scan(t.Context(), &found)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for _, f := range found {
		columns[f.Table] = append(columns[f.Table], f.Column)
	}
	return columns
}

// rowsOf returns what is in these columns of these tables, a line a row.
func rowsOf(t *testing.T, db *bun.DB, columns map[string][]string) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for table, names := range columns {
		var lines []string
		if err := db.NewRaw(fmt.Sprintf("SELECT ROW(%s)::text FROM %s ORDER BY 1", strings.Join(names, ", "), table)).Scan(t.Context(), &lines); err != nil {
			t.Errorf("what the release before reads of %s is not there: %v", table, err)
		}
		rows[table] = lines
	}
	return rows
}

func TestTheDatabaseOfTheReleaseBeforeIsUpgradedAndTakenBack(t *testing.T) {
	t.Parallel()
	dsn := databasetest.DSN(t)
	becomeReleaseBefore(t, dsn)
	db := connect(t, dsn)
	tables, columns := schema(t, db), columnsOf(t, db)
	rows := rowsOf(t, db, columns)
	for table, lines := range rows {
		if len(lines) == 0 && table != "jobs" {
			t.Errorf("there are no %s to be upgraded", table)
		}
	}
	unchanged := func(when string) {
		t.Helper()
		if difference := cmp.Diff(rows, rowsOf(t, db, columns)); difference != "" {
			t.Errorf("%s the rows are others:\n%s", when, difference)
		}
	}
	steps, err := database.Migrate(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	unchanged("upgraded,")
	if left := value[string](t, db, "SELECT coalesce(string_agg(conname, ' '), '') FROM pg_constraint WHERE NOT convalidated"); left != "" {
		t.Errorf("these constraints have not been checked: %s", left)
	}
	upgraded := schema(t, db)

	for i := range slices.Backward(steps) {
		if name, err := database.Rollback(t.Context(), db); err != nil || name != steps[i] {
			t.Fatalf("%s was to be taken back, and it was %q (%v)", steps[i], name, err)
		}
	}
	if difference := cmp.Diff(tables, schema(t, db)); difference != "" {
		t.Errorf("taken back, the tables are others:\n%s", difference)
	}
	unchanged("taken back,")

	if again, err := database.Migrate(t.Context(), db); err != nil || !slices.Equal(again, steps) {
		t.Fatalf("up again: %v (%v)", again, err)
	}
	if difference := cmp.Diff(upgraded, schema(t, db)); difference != "" {
		t.Errorf("up again, the tables are others:\n%s", difference)
	}
	unchanged("up again,")
}

// The program of the release before works on beside this one (package migrations): whatever it has written it can write
// into this one's tables, naming the columns that it knows.
func TestTheReleaseBeforeWritesIntoTheTablesOfThisOne(t *testing.T) {
	t.Parallel()
	_, rows, _ := strings.Cut(releaseBefore(t), "\nINSERT INTO ")
	rows, _, _ = strings.Cut(rows, "\nALTER TABLE ")
	dsn := databasetest.DSN(t)
	// As a replica it takes the tables in whatever order; what a row must be holds there too.
	run(t, dsn, "SET session_replication_role = replica; DELETE FROM bun_migrations; INSERT INTO "+rows)
	if n := value[int](t, connect(t, dsn), "SELECT count(*) FROM supports"); n < 1000 {
		t.Errorf("only %d rows of supports were written", n)
	}
}

// It asks for all columns of some tables, and does not know what to do with one more: those come with the next release,
// whose predecessor, this one, leaves aside what it does not know.
func TestTheReleaseBeforeReadsWholeRowsOfThisOne(t *testing.T) {
	t.Parallel()
	dsn := databasetest.DSN(t)
	db := connect(t, dsn)
	now := columnsOf(t, db)
	becomeReleaseBefore(t, dsn)
	before := columnsOf(t, db)
	for _, table := range []string{"acts", "addresses", "attendances", "comments", "faqs", "jobs", "notices"} {
		if !slices.Equal(now[table], before[table]) {
			t.Errorf("%s has the columns %v, and had %v", table, now[table], before[table])
		}
	}
}

// An older program is not troubled by the columns of a newer one.
func TestColumnsThatTheProgramDoesNotKnowAreLeftAside(t *testing.T) {
	t.Parallel()
	var row struct{ Known string }
	if err := databasetest.New(t).NewRaw("SELECT 'yes' AS known, 1 AS unknown").Scan(t.Context(), &row); err != nil || row.Known != "yes" {
		t.Errorf("%+v (%v)", row, err)
	}
}
