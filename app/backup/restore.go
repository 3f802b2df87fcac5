// SPDX-License-Identifier: AGPL-3.0-or-later

package backup

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"filippo.io/age"
	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/migrations"
	"ultimaparola/models"
)

// Restored is what a restore has put back, and what it found when it looked.
type Restored struct {
	Program string // that made the backup
	MadeAt  time.Time
	Checks  []Check
	// Secret is models.CheckSecret's answer for this program's.
	Secret error
	// Pending are the migrations that the backup's program did not have yet.
	Pending []string
}

// Check is one thing that was compared with the manifest.
type Check struct {
	What        string
	Rows        int64 // or how many there are of it
	Differs     string
	EmptyByRule bool // its rows are never in a backup
}

// ErrDiffers means that a restored database is not what the backup says.
var ErrDiffers = errors.New("what was restored is not what was backed up: do not use this database")

// ErrNotEmpty means that a backup was to be restored over something.
var ErrNotEmpty = errors.New("a backup is restored into an empty database only, and this one has tables")

// Restore fills db, which must be empty, from the backup at path, opened with one of keys, and compares it with the
// manifest: every table's rows, the migrations, the constraints, indexes, triggers and functions. secret is this program's.
//
// A file that is damaged or cut off, or that none of the keys opens, is refused before anything is written, as is one
// of a newer program or PostgreSQL; the database is filled in one transaction. It fails with ErrNotEmpty, and with
// ErrDiffers when the comparison finds something: then Restored says what, and the database stays for who wants to look.
func Restore(ctx context.Context, db *bun.DB, path string, keys []age.Identity, secret []byte) (*Restored, error) {
	there, err := tables(ctx, db)
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		return nil, fmt.Errorf("%w (%s and others)", ErrNotEmpty, there[0].Name)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the backup cannot be read: %w", err)
	}
	defer file.Close()
	// To its end, before anything is written: only then is it sure that nothing is missing.
	m, rest, err := open(file, keys)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return nil, damaged(err)
	}
	pending, err := m.fits()
	if err != nil {
		return nil, err
	}
	tools, err := database.FindTools(ctx, db, m.Dump)
	if err != nil {
		return nil, err
	}
	if tools.Server() < m.Server {
		return nil, fmt.Errorf("the backup is of PostgreSQL %d, and this database is one of PostgreSQL %d: restore it on %d or newer", m.Server, tools.Server(), m.Server)
	}

	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if _, rest, err = open(file, keys); err != nil {
		return nil, err
	}
	if err := tools.Load(ctx, rest); err != nil {
		return nil, fmt.Errorf("nothing was restored: %w", err)
	}
	restored := &Restored{Program: m.Program, MadeAt: m.MadeAt, Pending: pending, Secret: models.ErrNotFound}
	if restored.Checks, err = compare(ctx, db, m.contents); err != nil {
		return restored, err
	}
	if slices.ContainsFunc(m.Tables, func(t table) bool { return t.Name == "installation" }) { // older programs have none
		restored.Secret = models.CheckSecret(ctx, db, secret)
	}
	return restored, nil
}

// open returns a backup's manifest and the dump that follows it.
func open(file io.Reader, keys []age.Identity) (m manifest, dump io.Reader, err error) {
	decrypted, err := age.Decrypt(file, keys...)
	if noMatch := (*age.NoIdentityMatchError)(nil); errors.As(err, &noMatch) {
		return m, nil, errors.New("this key does not open this backup: it was made for another one")
	}
	if err != nil {
		return m, nil, damaged(err)
	}
	lines := bufio.NewReaderSize(decrypted, 1<<16)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return m, nil, damaged(err)
	}
	if err := json.Unmarshal(line, &m); err != nil || m.Format == 0 {
		return m, nil, errors.New("the key opens this file, but it is no backup of this program")
	}
	if m.Format > format {
		return m, nil, fmt.Errorf("the backup was made by a newer program (%s): restore it with that one", m.Program)
	}
	return m, lines, nil
}

func damaged(err error) error {
	return fmt.Errorf("this file is no whole backup: it is damaged, cut off, or something else; take another copy, or another night's (%w)", err)
}

// fits returns the migrations of this program that the backup does not have; its error says that it has others.
func (m manifest) fits() (pending []string, err error) {
	var known []string
	for _, migration := range migrations.All.Sorted() {
		known = append(known, migration.Name)
		if !slices.Contains(m.Migrations, migration.Name) {
			pending = append(pending, migration.String())
		}
	}
	for _, name := range m.Migrations {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("the backup was made by a newer program (%s): restore it with that one", m.Program)
		}
	}
	return pending, nil
}

// compare returns what db holds beside what it should, and ErrDiffers when that is not the same.
func compare(ctx context.Context, db *bun.DB, want contents) ([]Check, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	got, err := read(ctx, tx)
	if err != nil {
		return nil, err
	}
	found := map[string]table{}
	for _, t := range got.Tables {
		found[t.Name] = t
	}
	var checks []Check
	for _, t := range want.Tables {
		is, there := found[t.Name]
		delete(found, t.Name)
		check := Check{What: t.Name, Rows: is.Rows, EmptyByRule: t.LeftOut}
		switch {
		case !there:
			check.Differs = "is missing"
		case is.Rows != t.Rows:
			check.Differs = fmt.Sprintf("had %d rows", t.Rows)
		case is.Checksum != t.Checksum || is.LeftOut != t.LeftOut:
			check.Differs = "has other contents"
		}
		checks = append(checks, check)
	}
	for name, t := range found {
		checks = append(checks, Check{What: name, Rows: t.Rows, Differs: "was not there"})
	}
	for _, what := range slices.Sorted(maps.Keys(want.Objects)) {
		check := Check{What: what, Rows: int64(got.Objects[what])}
		if got.Objects[what] != want.Objects[what] {
			check.Differs = fmt.Sprintf("were %d", want.Objects[what])
		}
		checks = append(checks, check)
	}
	applied := Check{What: "migrations", Rows: int64(len(got.Migrations))}
	if !slices.Equal(got.Migrations, want.Migrations) {
		applied.Differs = fmt.Sprintf("were %v", want.Migrations)
	}
	checks = append(checks, applied)
	if slices.ContainsFunc(checks, func(c Check) bool { return c.Differs != "" }) {
		return checks, ErrDiffers
	}
	return checks, nil
}
