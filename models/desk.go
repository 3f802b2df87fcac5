// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Waits is what waits for the organisers of a consultation.
type Waits struct {
	// HeldComments wait for a check; PrivateComments were sent for staff alone and no office has answered them.
	HeldComments, PrivateComments int
	// FailedJobs are not tried again, such as mails that no server took; DelayedJobs have failed and wait for another try.
	FailedJobs, DelayedJobs int
}

// WaitsOf returns what waits for the organisers of a consultation.
func WaitsOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) (w Waits, err error) {
	err = db.NewRaw(`SELECT
		(SELECT count(*) FROM comments WHERE consultation_id = ?0 AND state = 'held') AS held_comments,
		(SELECT count(*) FROM comments c WHERE consultation_id = ?0 AND state = 'private' AND office_id IS NULL AND NOT EXISTS (
			SELECT FROM comments a WHERE a.consultation_id = ?0 AND a.parent_id = c.id AND a.office_id IS NOT NULL)) AS private_comments,
		(SELECT count(*) FROM jobs WHERE failed_at IS NOT NULL) AS failed_jobs,
		(SELECT count(*) FROM jobs WHERE `+delayed+`) AS delayed_jobs`, consultationID).Scan(ctx, &w)
	return w, err
}

// toCall keeps the registrations that wait for an answer which nobody can give by e-mail: whether they are confirmed, the
// seats offered to them taken, or the new date suits them.
const toCall = `(registration.state IN ('pending', 'offered') OR ` + toReconfirm + `) AND ` + withoutMail

// toReconfirm keeps the registrations asked to confirm again, because the date moved, that have not.
const toReconfirm = `registration.state <> 'cancelled' AND registration.reconfirm_since IS NOT NULL`

// withoutMail keeps the registrations to whose owners no e-mail can be written.
const withoutMail = `NOT EXISTS (SELECT FROM addresses a WHERE a.person_id = registration.person_id AND a.kind = 'email')`

// FollowersOf returns how many people asked to be told the date of a meeting.
func FollowersOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) (int, error) {
	n, err := db.NewSelect().Model((*Follow)(nil)).Where("meeting_id = ?", meetingID).Count(ctx)
	return int(n), err
}

// SheetOf returns who has a seat at a meeting, or was offered one, by surname (the last word of the name), for the
// meeting's staff: with access needs.
func SheetOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Registration, error) {
	var registrations []Registration
	err := db.NewSelect().Model(&registrations).Relation("Needs").
		Where("registration.meeting_id = ? AND registration.state IN (?, ?)", meetingID, Seated, Offered).
		OrderExpr(`lower(regexp_replace(registration.name, '^.*\s', '')) COLLATE "it-x-icu", lower(registration.name) COLLATE "it-x-icu", registration.id`).
		Scan(ctx)
	return registrations, err
}

// CommentsForStaff returns the comments of a consultation that citizens sent, newest first, at most limit, with their
// guidelines and authors: those in one state, or in any when state is empty. before is the id of the last one already
// seen; zero: from the newest.
func CommentsForStaff(ctx context.Context, db bun.IDB, consultationID uuid.UUID, state string, before uuid.UUID, limit int) ([]Comment, error) {
	var comments []Comment
	q := db.NewSelect().Model(&comments).Relation("Guideline").Relation("Person").
		Where("comment.consultation_id = ? AND comment.office_id IS NULL", consultationID).
		Order("comment.id DESC").Limit(int64(limit))
	if state != "" {
		q.Where("comment.state = ?", state)
	} else {
		q.Where("comment.state NOT IN (?)", bun.List(gone))
	}
	if before != uuid.Nil {
		q.Where("comment.id < ?", before)
	}
	return comments, q.Scan(ctx)
}

// CommentForStaff returns a comment of a consultation with its guideline and author, whatever its state.
func CommentForStaff(ctx context.Context, db bun.IDB, consultationID, id uuid.UUID) (*Comment, error) {
	c := new(Comment)
	err := db.NewSelect().Model(c).Relation("Guideline").Relation("Person").
		Where("comment.consultation_id = ? AND comment.id = ? AND comment.state NOT IN (?)", consultationID, id, bun.List(gone)).Scan(ctx)
	return c, found(err)
}
