// SPDX-License-Identifier: AGPL-3.0-or-later

package database_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/migrations"
)

// schema returns all that the migrations have made: columns, constraints, indexes, functions, triggers.
func schema(t *testing.T, db *bun.DB) []string {
	t.Helper()
	var lines []string
	err := db.NewRaw(`
		SELECT format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
		  FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'bun\_%'
		UNION ALL
		SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
		  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'bun\_%'
		UNION ALL
		SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'bun\_%'
		UNION ALL
		SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
		UNION ALL
		SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
		ORDER BY 1`).Scan(t.Context(), &lines)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func rollbackAll(t *testing.T, db *bun.DB) (names []string) {
	t.Helper()
	for {
		name, err := database.Rollback(t.Context(), db)
		if err != nil {
			t.Fatalf("after taking back %v: %v", names, err)
		}
		if name == "" {
			return names
		}
		names = append(names, name)
	}
}

func TestMigrationsGoUpDownAndUp(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	before := schema(t, db)
	if len(before) == 0 {
		t.Fatal("the template is empty")
	}
	taken := rollbackAll(t, db)
	if want := len(migrations.All.Sorted()); len(taken) != want {
		t.Errorf("%d steps were taken back, of %d", len(taken), want)
	}
	if left := schema(t, db); len(left) != 0 {
		t.Errorf("the way down leaves:\n%s", strings.Join(left, "\n"))
	}
	applied, err := database.Migrate(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(taken)
	if difference := cmp.Diff(taken, applied); difference != "" {
		t.Errorf("not the same steps up again:\n%s", difference)
	}
	if difference := cmp.Diff(before, schema(t, db)); difference != "" {
		t.Errorf("not the same tables:\n%s", difference)
	}
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	applied, err := database.Migrate(t.Context(), databasetest.New(t))
	if err != nil || len(applied) != 0 {
		t.Errorf("applied %v (%v)", applied, err)
	}
}

func TestProgramsThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	dsn := databasetest.DSN(t)
	steps := len(rollbackAll(t, connect(t, dsn)))
	const programs = 4
	type outcome struct {
		applied []string
		err     error
	}
	outcomes := make(chan outcome, programs)
	for range programs {
		db := connect(t, dsn)
		go func() {
			applied, err := database.Migrate(t.Context(), db)
			outcomes <- outcome{applied, err}
		}()
	}
	total := 0
	for range programs {
		o := <-outcomes
		if o.err != nil {
			t.Errorf("a program fails: %v", o.err)
		}
		total += len(o.applied)
	}
	if total != steps {
		t.Errorf("%d steps were applied in all, of %d", total, steps)
	}
}

func TestAMigrationThatFailsLeavesNoTrace(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	files := fstest.MapFS{
		"29990101000000_good.tx.up.sql":   {Data: []byte("CREATE TABLE good ();")},
		"29990102000000_bad.tx.up.sql":    {Data: []byte("CREATE TABLE bad (); SELECT 1/0;")},
		"29990102000000_bad.tx.down.sql":  {Data: []byte("DROP TABLE bad;")},
		"29990101000000_good.tx.down.sql": {Data: []byte("DROP TABLE good;")},
	}
	run := func() ([]string, error) {
		all := migrate.NewMigrations()
		if err := all.Discover(files); err != nil {
			t.Fatal(err)
		}
		return database.MigrateAll(t.Context(), db, all)
	}
	applied, err := run()
	if err == nil || !strings.Contains(err.Error(), "29990102000000") {
		t.Errorf("the error does not name the step that failed: %v", err)
	}
	if want := []string{"29990101000000_good"}; !slices.Equal(applied, want) {
		t.Errorf("applied %v, want %v", applied, want)
	}
	if value[bool](t, db, "SELECT to_regclass('bad') IS NOT NULL") {
		t.Error("the failed step left its table")
	}
	files["29990102000000_bad.tx.up.sql"].Data = []byte("CREATE TABLE bad ();")
	if applied, err := run(); err != nil || !slices.Equal(applied, []string{"29990102000000_bad"}) {
		t.Errorf("after mending it: applied %v (%v)", applied, err)
	}
	if held := value[int](t, db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"); held != 0 {
		t.Errorf("%d advisory locks are still held", held)
	}
}
