// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// HideForm asks why a comment is hidden: the reason stands in its place and is mailed to its author.
type HideForm struct {
	Reason string `form:"reason" validate:"required,max=500"`
}

// Clean makes the typed text what is kept.
func (f *HideForm) Clean() { f.Reason = cleanText(f.Reason) }

// HideComment puts a placeholder with the reason in a comment's place; its replies stay. The author is told by e-mail.
// ErrNotFound when it is not the staff's to hide, or neither published nor held.
func HideComment(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, reason string) error {
	return moderate(ctx, db, now, staff, id, "comment.hide", []string{Published, Held}, Hidden, reason)
}

// RestoreComment shows a hidden comment again. ErrNotFound when it is not hidden.
func RestoreComment(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return moderate(ctx, db, now, staff, id, "comment.restore", []string{Hidden}, Published, "")
}

// PublishHeld publishes a comment that waited for a check. ErrNotFound when none waits.
func PublishHeld(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return moderate(ctx, db, now, staff, id, "comment.publish", []string{Held}, Published, "")
}

func moderate(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, action string, from []string, to, reason string) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := commentForStaff(ctx, tx, staff, id, from)
		if err != nil {
			return err
		}
		before := map[string]any{"state": c.State, "hidden_reason": c.HiddenReason}
		c.State, c.HiddenReason = to, reason
		if _, err := tx.NewUpdate().Model(c).Column("state", "hidden_reason").WherePK().Exec(ctx); err != nil {
			return err
		}
		after := map[string]any{"state": to, "hidden_reason": reason}
		if err := audit(ctx, tx, now, staff, action, "comment", id, before, after); err != nil {
			return err
		}
		if to != Hidden || c.Official() {
			return nil
		}
		return enqueueMail(ctx, tx, now, Mail{Template: MailCommentHidden, PersonID: c.PersonID, SubjectID: id})
	})
}

// commentForStaff locks and returns a comment of the staff's organisation in one of the states.
func commentForStaff(ctx context.Context, tx bun.IDB, staff *Staff, id uuid.UUID, states []string) (*Comment, error) {
	c := new(Comment)
	err := tx.NewSelect().Model(c).
		Apply(ofOrganisation(staff)).Where("id = ? AND state IN (?)", id, bun.List(states)).For("UPDATE").Scan(ctx)
	return c, found(err)
}
