// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// The queries of this file find what a mail speaks of, by the id in Mail.SubjectID, as it is when the mail is sent.
// Each gives ErrNotFound for what is no longer there.

// RegistrationAt returns a person's registration for a meeting, unless it is cancelled, as RegistrationByID does.
func RegistrationAt(ctx context.Context, db bun.IDB, meetingID, personID uuid.UUID) (*Registration, error) {
	r := new(Registration)
	err := db.NewSelect().Model(r).Relation("Meeting.Municipality").Relation("Meeting.Consultation", statedConsultation).
		Where("registration.meeting_id = ? AND registration.person_id = ? AND registration.state <> ?", meetingID, personID, Cancelled).
		Scan(ctx)
	return r, found(err)
}

// MailedMeeting returns a meeting.
func MailedMeeting(ctx context.Context, db bun.IDB, id uuid.UUID) (*Meeting, error) {
	m := new(Meeting)
	return m, found(db.NewSelect().Model(m).Where("meeting.id = ?", id).Scan(ctx))
}

// MailedGuideline returns a guideline with its current version.
func MailedGuideline(ctx context.Context, db bun.IDB, id uuid.UUID) (*Guideline, error) {
	g, v := new(Guideline), new(GuidelineVersion)
	if err := db.NewSelect().Model(g).Where("guideline.id = ?", id).Scan(ctx); err != nil {
		return nil, found(err)
	}
	err := db.NewSelect().Model(v).Where("guideline_id = ?", id).Order("number DESC").Limit(1).Scan(ctx)
	g.Current = v
	return g, found(err)
}

// MailedComment returns a comment, whatever its state.
func MailedComment(ctx context.Context, db bun.IDB, id uuid.UUID) (*Comment, error) {
	c := new(Comment)
	return c, found(db.NewSelect().Model(c).Where("comment.id = ?", id).Scan(ctx))
}

// ConsultationSlug returns the slug that addresses of a consultation start with.
func ConsultationSlug(ctx context.Context, db bun.IDB, id uuid.UUID) (slug string, err error) {
	err = db.NewSelect().Model((*Consultation)(nil)).Column("slug").Where("id = ?", id).Scan(ctx, &slug)
	return slug, found(err)
}

// MailboxOf returns a person's e-mail address, one they have proved before any other; ErrNotFound when they gave none.
func MailboxOf(ctx context.Context, db bun.IDB, personID uuid.UUID) (*Address, error) {
	a := new(Address)
	err := db.NewSelect().Model(a).Where("person_id = ? AND kind = ?", personID, Email).
		OrderExpr("verified_at NULLS LAST, id").Limit(1).Scan(ctx)
	return a, found(err)
}
