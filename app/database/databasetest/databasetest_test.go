// SPDX-License-Identifier: AGPL-3.0-or-later

package databasetest_test

import (
	"testing"

	"ultimaparola/app/database/databasetest"
)

func TestEachTestHasItsOwnMigratedDatabase(t *testing.T) {
	names := make(chan string, 2)
	t.Run("both", func(t *testing.T) {
		for range 2 {
			t.Run("one", func(t *testing.T) {
				t.Parallel()
				db := databasetest.New(t)
				var name string
				var migrated int
				if err := db.NewRaw("SELECT current_database(), (SELECT count(*) FROM bun_migrations)").Scan(t.Context(), &name, &migrated); err != nil {
					t.Fatal(err)
				}
				if migrated == 0 {
					t.Error("no migration has been applied")
				}
				if _, err := db.ExecContext(t.Context(), "CREATE TABLE mine ()"); err != nil {
					t.Errorf("a table of another test is in the way: %v", err)
				}
				names <- name
			})
		}
	})
	first, second := <-names, <-names
	if first == second {
		t.Errorf("two tests share the database %s", first)
	}
	var left int
	err := databasetest.New(t).NewRaw("SELECT count(*) FROM pg_database WHERE datname IN (?, ?)", first, second).Scan(t.Context(), &left)
	if err != nil || left != 0 {
		t.Errorf("%d databases of finished tests are left (%v)", left, err)
	}
}
