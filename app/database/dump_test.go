// SPDX-License-Identifier: AGPL-3.0-or-later

package database_test

import (
	"strings"
	"testing"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
)

func TestPasswordsAreNotAmongTheProcesses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]string{
		"postgres://u:p%40ss@db.example.org:5433/name?sslmode=require":          {"postgres://u@db.example.org:5433/name?sslmode=require", "p@ss"},
		"postgresql:///name?host=%2Frun%2Fpostgresql&user=u&password=secret":    {"postgresql:///name?host=%2Frun%2Fpostgresql&user=u", "secret"},
		"postgres://u@/name?default_query_exec_mode=exec&statement_timeout=100": {"postgres://u@/name", ""},
		"host=/run/postgresql dbname=name user=u":                               {"host=/run/postgresql dbname=name user=u", ""},
		`host=db password='it\'s \\ secret' dbname=name`:                        {"host=db  dbname=name", `it's \ secret`},
		`password = word\ s dbname=name`:                                        {" dbname=name", "word s"},
		"user=password password=x":                                              {"user=password ", "x"},
	} {
		shown, password := database.WithoutPassword(address)
		if shown != want[0] || password != want[1] {
			t.Errorf("%s: %q, %q", address, shown, password)
		}
	}
}

func TestToolsThatAreTooOldAreNotTaken(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	tools, err := database.FindTools(t.Context(), db, 0)
	if err != nil {
		t.Fatal(err)
	}
	if server := value[int](t, db, "SELECT current_setting('server_version_num')::int / 10000"); tools.Server() != server || tools.Major() < server {
		t.Errorf("%d for the server's %d", tools.Major(), server)
	}
	_, err = database.FindTools(t.Context(), db, 99)
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL 99 or newer") || !strings.Contains(err.Error(), "apt-get install postgresql-client") {
		t.Errorf("it says %v", err)
	}
}
