// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// PublishConsultation lets everybody see a draft, whose guidelines' texts are published at that moment. Doing it again
// changes nothing. ErrNotFound.
func PublishConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		published := false
		err := turnConsultation(ctx, tx, now, staff, id, "publish", func(c *Consultation) bool {
			published = c.Draft()
			if published {
				c.PublishedAt = now
			}
			return published
		})
		if err != nil || !published {
			return err
		}
		_, err = tx.NewUpdate().Model((*GuidelineVersion)(nil)).Set("published_at = ?", now).
			Where("guideline_id IN (SELECT id FROM guidelines WHERE consultation_id = ?)", id).Exec(ctx)
		return err
	})
}

// ArchiveConsultation puts a published consultation among the past ones: it stays to be read, and nothing can be sent any
// more. Doing it again changes nothing. ErrClosed for a draft, ErrNotFound.
func ArchiveConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return turnConsultation(ctx, db, now, staff, id, "archive", func(c *Consultation) bool {
		if c.Archived() {
			return false
		}
		c.ArchivedAt = now
		return true
	})
}

// UnarchiveConsultation takes a consultation back from the past ones. Doing it again changes nothing. ErrNotFound.
func UnarchiveConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return turnConsultation(ctx, db, now, staff, id, "unarchive", func(c *Consultation) bool {
		if !c.Archived() {
			return false
		}
		c.ArchivedAt = time.Time{}
		return true
	})
}

// turnConsultation brings a consultation to another state and audits it, where turn says that there is something to do.
func turnConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, action string, turn func(*Consultation) bool) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockConsultation(ctx, tx, staff, id)
		if err != nil || !turn(c) {
			return err
		}
		if _, err := tx.NewUpdate().Model(c).Column("published_at", "archived_at").WherePK().Exec(ctx); err != nil {
			if violates(err, "consultations_archived_once_published") {
				return ErrClosed
			}
			return err
		}
		return audit(ctx, tx, now, staff, action, "consultation", id, nil, nil)
	})
}

// ChooseConsultation has the member of staff whose session it is work on a consultation from now on.
func ChooseConsultation(ctx context.Context, db bun.IDB, session *Session, id uuid.UUID) error {
	session.ConsultationID = id
	_, err := db.NewUpdate().Model(session).Column("consultation_id").WherePK().Exec(ctx)
	return err
}
