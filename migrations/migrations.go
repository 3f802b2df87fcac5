// SPDX-License-Identifier: AGPL-3.0-or-later

// Package migrations holds the database's history: one pair of SQL files a step,
// `YYYYMMDDhhmmss_name.tx.up.sql` and `.tx.down.sql`, embedded in the program.
// Each runs in one transaction. A file that has been released is never edited: a new one follows.
//
// While an installation is upgraded, the program of the release before and this one serve one database, and this one may
// be taken back. So the migrations of a release leave the release before at work; they widen, and the release after
// narrows:
//
//   - a new column may be NULL or has a default, and a new constraint refuses nothing that the older program writes;
//   - nothing that it uses is dropped, renamed or given another meaning: that waits for the next release;
//   - the way down takes back exactly, and keeps all that the older program knows.
//
// app/database/upgrade_test.go holds this on a filled database of the release before; `make test-upgrade` runs the two
// programs side by side.
package migrations

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/uptrace/bun/migrate"
)

//go:embed *.sql
var files embed.FS

// All holds every migration, as Bun's migrator wants them.
var All = discover()

func discover() *migrate.Migrations {
	all := migrate.NewMigrations()
	if err := all.Discover(files); err != nil {
		panic(fmt.Sprintf("migrations: %v", err)) // a misnamed file: no program should start with it
	}
	return all
}

// Hash returns 16 hexadecimal digits that change whenever any migration's name or text does.
func Hash() string {
	sum := sha256.New()
	names, _ := fs.Glob(files, "*.sql") // the pattern is well formed and an embedded file system does not fail
	for _, name := range names {
		text, _ := files.ReadFile(name)
		fmt.Fprintf(sum, "%s\x00%d\x00%s", name, len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}
