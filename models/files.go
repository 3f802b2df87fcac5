// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// AttachDocument gives an act a document, in place of the one it had. ErrNotFound when there is no such act.
func AttachDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, actID uuid.UUID, file File) error {
	file.ID, file.CreatedAt = newID(), now
	return changeDocument(ctx, db, now, staff, actID, &file)
}

// DetachDocument takes an act's document away; an act without one stays as it is.
func DetachDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, actID uuid.UUID) error {
	return changeDocument(ctx, db, now, staff, actID, nil)
}

func changeDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, actID uuid.UUID, file *File) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		a := &Act{ID: actID}
		if err := tx.NewSelect().Model(a).WherePK().Apply(ofOrganisation(staff)).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		if file == nil && a.FileID == uuid.Nil {
			return nil
		}
		before, after, old := documentOf(nil), documentOf(file), a.FileID
		if old != uuid.Nil {
			was := new(File)
			if err := tx.NewSelect().Model(was).Column("name").Where("id = ?", old).Scan(ctx); err != nil {
				return found(err)
			}
			before = documentOf(was)
		}
		a.FileID = uuid.Nil
		if file != nil {
			if _, err := tx.NewInsert().Model(file).Exec(ctx); err != nil {
				return err
			}
			a.FileID = file.ID
		}
		if _, err := tx.NewUpdate().Model(a).Column("file_id").WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := removeFile(ctx, tx, old); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "edit", "act", actID, before, after)
	})
}

func documentOf(f *File) map[string]any {
	if f == nil {
		return map[string]any{"document": ""}
	}
	return map[string]any{"document": f.Name}
}

func removeFile(ctx context.Context, tx bun.IDB, id uuid.UUID) error {
	if id == uuid.Nil {
		return nil
	}
	_, err := tx.NewDelete().Model((*File)(nil)).Where("id = ?", id).Exec(ctx)
	return err
}
