// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Follow is the wish to be told about a guideline, or about a meeting's date and its minutes.
type Follow struct {
	bun.BaseModel `bun:"table:follows"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	PersonID       uuid.UUID
	GuidelineID    uuid.UUID `bun:",nullzero"`
	MeetingID      uuid.UUID `bun:",nullzero"`
	CreatedAt      time.Time

	Guideline *Guideline `bun:"rel:belongs-to,join:guideline_id=id"`
	Meeting   *Meeting   `bun:"rel:belongs-to,join:meeting_id=id"`
}

// FollowForm asks where to send "Avvisami".
type FollowForm struct {
	Email string `form:"email" validate:"required_if=SignedIn false,omitempty,email,max=254"`

	SignedIn bool `form:"-"`
}

// FollowAsked is the wish to be told about a guideline, or about a meeting's date and its minutes.
type FollowAsked struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	GuidelineID    uuid.UUID `json:"guideline_id,omitzero"`
	MeetingID      uuid.UUID `json:"meeting_id,omitzero"`
}

// FollowAs has a person told of what asked names; asking again changes nothing. ErrClosed where the consultation is not
// Live, or the meeting is cancelled or closed: there will be nothing to tell. ErrNotFound, also for a draft.
func FollowAs(ctx context.Context, db bun.IDB, now time.Time, personID uuid.UUID, asked FollowAsked) error {
	c := new(Consultation)
	if err := db.NewSelect().Model(c).Apply(statedConsultation).Where("id = ?", asked.ConsultationID).Scan(ctx); err != nil {
		return found(err)
	}
	if !c.Live() {
		return ErrClosed
	}
	if asked.MeetingID != uuid.Nil {
		m := new(Meeting)
		if err := db.NewSelect().Model(m).Where("id = ? AND NOT draft", asked.MeetingID).Scan(ctx); err != nil {
			return found(err)
		}
		if m.Cancelled() || m.Closed() {
			return ErrClosed
		}
	}
	_, err := db.NewInsert().Model(&Follow{ConsultationID: asked.ConsultationID, ID: newID(), PersonID: personID,
		GuidelineID: asked.GuidelineID, MeetingID: asked.MeetingID, CreatedAt: now}).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}

func follow(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act FollowAsked) error {
	return FollowAs(ctx, tx, now, personID, act)
}

// Unfollow ends a follow; ending one that is over changes nothing, so that a mail's button works twice.
func Unfollow(ctx context.Context, db bun.IDB, id uuid.UUID) error {
	_, err := db.NewDelete().Model((*Follow)(nil)).Where("id = ?", id).Exec(ctx)
	return err
}

// FollowByID returns a follow with what it is about; ErrNotFound when it has ended.
func FollowByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Follow, error) {
	f := new(Follow)
	return f, found(db.NewSelect().Model(f).Relation("Guideline").Relation("Meeting").Where("follow.id = ?", id).Scan(ctx))
}

// FollowOf returns a person's follow of a guideline or a meeting; ErrNotFound when there is none.
func FollowOf(ctx context.Context, db bun.IDB, personID, guidelineOrMeetingID uuid.UUID) (*Follow, error) {
	f := new(Follow)
	return f, found(db.NewSelect().Model(f).
		Where("person_id = ? AND ? IN (guideline_id, meeting_id)", personID, guidelineOrMeetingID).Scan(ctx))
}
