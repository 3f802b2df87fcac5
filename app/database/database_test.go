// SPDX-License-Identifier: AGPL-3.0-or-later

package database_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
)

// with returns a DSN with one thing changed.
func with(t *testing.T, dsn string, change func(*url.URL)) string {
	t.Helper()
	address, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	change(address)
	return address.String()
}

func TestConnectSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dsn := databasetest.DSN(t)
	for name, test := range map[string]struct {
		dsn, says string
	}{
		"no address":    {"postgres://host:port/name", "DATABASE_URL is not a PostgreSQL address"},
		"nobody there":  {"postgres://someone@127.0.0.1:1/name", "no PostgreSQL answers at 127.0.0.1"},
		"no database":   {with(t, dsn, func(u *url.URL) { u.Path = "/absent" }), `the database "absent" does not exist`},
		"no such user":  {with(t, dsn, func(u *url.URL) { u.User = url.UserPassword("nobody-here", "x") }), `does not accept the user "nobody-here"`},
		"unsafe commit": {with(t, dsn, func(u *url.URL) { u.RawQuery += "&synchronous_commit=off" }), "synchronous_commit = on"},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := database.Connect(test.dsn)
			if err == nil {
				_ = db.Close()
				t.Fatal("it connects")
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("it says %q, not %q", err, test.says)
			}
			if unsafe := errors.Is(err, database.ErrUnsafeCommit); unsafe != (name == "unsafe commit") {
				t.Errorf("errors.Is(ErrUnsafeCommit) is %v", unsafe)
			}
		})
	}
}

func TestConnectionsSpeakUTC(t *testing.T) {
	t.Parallel()
	dsn := databasetest.DSN(t)
	db := connect(t, dsn)
	execute(t, db, "ALTER DATABASE "+value[string](t, db, "SELECT current_database()::text")+" SET timezone = 'Pacific/Auckland'")
	if zone := value[string](t, connect(t, dsn), "SHOW timezone"); zone != "UTC" {
		t.Errorf("the session's time zone is %s", zone)
	}
}
