// SPDX-License-Identifier: AGPL-3.0-or-later

// Package backup writes the whole database into one encrypted file, and fills an empty database from it.
//
// The file is age (age-encryption.org/v1) to the office's key, which is not on the server: whoever takes the server, or
// the file, cannot read it. In it are one line of JSON, the manifest, and then what pg_dump --format=custom has written,
// so that it opens without this program too: `age -d -i KEY FILE | tail -n +2 | pg_restore …`. Manifest and dump see one
// snapshot. Nothing is ever on disk in the clear, and nothing grows in memory with the data. Documents are rows, so they
// are in it; the program's SECRET is not, and has to be kept elsewhere.
//
// # What must not be in a backup
//
// A backup outlives what it was made of: a key that is destroyed would still be in it. So the rows of a table stay out
// when its migration says
//
//	COMMENT ON TABLE … IS 'backup: without rows';
//
// and a restore makes the table empty. The final ballot (issue 5) must say so of the keys that issue ballots, which are
// destroyed at the close and have a backup of their own until then, and of the inbox of ballots not yet in the log, whose
// rows still stand in the order in which they came.
package backup

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/models"
)

// Plan is how an installation's backups are made.
type Plan struct {
	Dir        string // where the nightly ones are; "" means that there are none
	Recipients []age.Recipient
	Keep       int    // how many days' backups stay in Dir
	Version    string // of the program
}

// ErrNoRecipient means that nobody could open a backup.
var ErrNoRecipient = errors.New("backups are encrypted, and BACKUP_RECIPIENT does not say to whom: `ultimaparola backup key` makes a key")

const (
	named   = "ultimaparola-20060102T150405Z.age" // a backup's name tells when it was made, as time.Parse reads it
	partial = ".partial"                          // is added to it until the file is whole
)

// Path returns where in Dir, which it makes when missing, the backup of a time belongs.
func (p Plan) Path(at time.Time) string {
	_ = os.MkdirAll(p.Dir, 0o700) // if it cannot be made, writing the backup says so
	return filepath.Join(p.Dir, at.UTC().Format(named))
}

// Make backs db up into the file at path, which must not exist, and notes how it went in the table of backups. The file
// appears whole or, with an error, not at all; ErrNoRecipient is one. While another backup is being made it waits.
func (p Plan) Make(ctx context.Context, db *bun.DB, now time.Time, path string) (*models.Backup, error) {
	var made *models.Backup
	err := alone(ctx, db, "pg_advisory_lock", func() (err error) {
		made, err = p.note(ctx, db, now, path)
		return err
	})
	return made, err
}

// note makes a backup and a row about it. The row comes last: the backup does not hold itself.
func (p Plan) note(ctx context.Context, db *bun.DB, now time.Time, path string) (*models.Backup, error) {
	began := time.Now()
	made := &models.Backup{StartedAt: now, Name: filepath.Base(path)}
	outcome := p.write(ctx, db, now, path, made)
	made.FinishedAt = now.Add(time.Since(began))
	if outcome != nil {
		made.Error = outcome.Error()
	}
	return made, errors.Join(outcome, models.NoteBackup(context.WithoutCancel(ctx), db, made))
}

// write makes the file and fills in its size and hash.
func (p Plan) write(ctx context.Context, db *bun.DB, now time.Time, path string, made *models.Backup) (err error) {
	if len(p.Recipients) == 0 {
		return ErrNoRecipient
	}
	tools, err := database.FindTools(ctx, db, 0)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s is there already", path), err)
	}
	file, err := os.OpenFile(path+partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the backup cannot be written: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	defer file.Close()
	out := &measured{w: file, hash: sha256.New()}
	if err := p.encrypt(ctx, db, now, tools, out); err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	made.Size, made.SHA256 = out.size, hex.EncodeToString(out.hash.Sum(nil))
	return syncFolder(filepath.Dir(path))
}

// encrypt writes manifest and dump, which see the same snapshot.
func (p Plan) encrypt(ctx context.Context, db *bun.DB, now time.Time, tools database.Tools, w io.Writer) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	// The server would end a transaction that waits for pg_dump.
	if _, err := tx.ExecContext(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
		return err
	}
	var snapshot string
	if err := tx.QueryRowContext(ctx, "SELECT pg_export_snapshot()").Scan(&snapshot); err != nil {
		return err
	}
	m := manifest{Format: format, Program: p.Version, MadeAt: now.UTC(), Server: tools.Server(), Dump: tools.Major()}
	if m.contents, err = read(ctx, tx); err != nil {
		return err
	}
	encrypted, err := age.Encrypt(w, p.Recipients...)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(encrypted).Encode(m); err != nil { // one line, and its end
		return err
	}
	if err := tools.Dump(ctx, snapshot, m.leftOut(), encrypted); err != nil {
		return err
	}
	return encrypted.Close() // only now is the file one that opens to its end
}

// backupLock is the advisory lock that a program holds while it makes a backup ("ulti-bkp" in ASCII).
const backupLock = 0x756c74692d626b70

// errUnderWay means that another backup of the same database is being made.
var errUnderWay = errors.New("another backup is being made at this moment")

// alone runs do while no other program makes a backup of db. How it takes the lock is a function of PostgreSQL's: one that
// waits, or one that tries, and then alone returns errUnderWay.
func alone(ctx context.Context, db *bun.DB, take string, do func() error) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Also when ctx has ended; should it fail, the connection is broken and the lock gone with it.
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_all()") }()
	var answer string
	if err := conn.QueryRowContext(ctx, "SELECT "+take+"(?)::text", backupLock).Scan(&answer); err != nil {
		return err
	}
	if answer == "false" {
		return errUnderWay
	}
	return do()
}

// measured passes on what is written and knows how much it was.
type measured struct {
	w    io.Writer
	hash hash.Hash
	size int64
}

func (m *measured) Write(b []byte) (int, error) {
	n, err := m.w.Write(b)
	m.hash.Write(b[:n])
	m.size += int64(n)
	return n, err
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
