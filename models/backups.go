// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Backup is one file that holds all of the database, or, with an Error, a try at one that left none.
type Backup struct {
	bun.BaseModel `bun:"table:backups"`

	ID                    uuid.UUID `bun:",pk"`
	StartedAt, FinishedAt time.Time
	// Name is the file's, without its folder; Size and SHA256 are those of the file.
	Name   string
	Size   int64
	SHA256 string `bun:"sha256"`
	Error  string
}

// NoteBackup keeps how a backup went. In a database that does not know of backups yet, because it is to be brought up to
// date after this one, it does nothing.
func NoteBackup(ctx context.Context, db bun.IDB, b *Backup) error {
	var known bool
	if err := db.QueryRowContext(ctx, "SELECT to_regclass('backups') IS NOT NULL").Scan(&known); err != nil || !known {
		return err
	}
	b.ID = newID()
	_, err := db.NewInsert().Model(b).Exec(ctx)
	return err
}

// LastBackup returns the last backup that was made; ErrNotFound when there is none.
func LastBackup(ctx context.Context, db bun.IDB) (*Backup, error) {
	b := new(Backup)
	return b, found(db.NewSelect().Model(b).Where("error = ''").Order("started_at DESC", "id DESC").Limit(1).Scan(ctx))
}

// Backups returns the last backups, made or failed, the newest first.
func Backups(ctx context.Context, db bun.IDB, limit int64) (all []Backup, err error) {
	err = db.NewSelect().Model(&all).Order("started_at DESC", "id DESC").Limit(limit).Scan(ctx)
	return all, err
}

// NoteRestored audits that the database has been restored from a backup: what the log held after that one was made is not
// there any more.
func NoteRestored(ctx context.Context, db bun.IDB, now time.Time) error {
	organisation, err := TheOrganisation(ctx, db)
	if errors.Is(err, ErrNotFound) {
		return nil // nothing of anybody's is there yet
	}
	if err != nil {
		return err
	}
	return audit(ctx, db, now, ByProgram(organisation.ID), "recover", "organisation", organisation.ID, nil, nil)
}
