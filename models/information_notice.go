// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// InformationNotice is the information notice (GDPR art. 13) as it could be read since PublishedAt, until the one with
// the next number. A text is never changed, so that the notice of any day is found again.
type InformationNotice struct {
	bun.BaseModel `bun:"table:privacy_notices"`

	OrganisationID uuid.UUID `bun:",pk"`
	Number         int       `bun:",pk"`
	Title          Text      `bun:"type:jsonb"`
	Body           Text      `bun:"type:jsonb"`
	PublishedAt    time.Time
}

// SameAs tells whether a notice reads as title and body do.
func (n *InformationNotice) SameAs(title, body Text) bool {
	return maps.Equal(n.Title, title) && maps.Equal(n.Body, body)
}

// LatestNotice returns the information notice kept last; ErrNotFound when none was.
func LatestNotice(ctx context.Context, db bun.IDB, organisationID uuid.UUID) (*InformationNotice, error) {
	n := new(InformationNotice)
	return n, found(db.NewSelect().Model(n).Where("organisation_id = ?", organisationID).Order("number DESC").Limit(1).Scan(ctx))
}

// NoticesKept returns every information notice without its text, the newest first.
func NoticesKept(ctx context.Context, db bun.IDB, organisationID uuid.UUID) ([]InformationNotice, error) {
	var kept []InformationNotice
	err := db.NewSelect().Model(&kept).Column("organisation_id", "number", "published_at").
		Where("organisation_id = ?", organisationID).Order("number DESC").Scan(ctx)
	return kept, err
}

// NoticeKept returns the information notice with that number.
func NoticeKept(ctx context.Context, db bun.IDB, organisationID uuid.UUID, number int) (*InformationNotice, error) {
	n := &InformationNotice{OrganisationID: organisationID, Number: number}
	return n, found(db.NewSelect().Model(n).WherePK().Scan(ctx))
}

// KeepNotice writes down that the information notice reads so from now on; where the last one reads the same, or
// somebody else writes it down at the same moment, it does nothing.
func KeepNotice(ctx context.Context, db bun.IDB, now time.Time, organisationID uuid.UUID, title, body Text) error {
	next := &InformationNotice{OrganisationID: organisationID, Number: 1, Title: title, Body: body, PublishedAt: now}
	switch last, err := LatestNotice(ctx, db, organisationID); {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case last.SameAs(title, body):
		return nil
	default:
		next.Number = last.Number + 1
	}
	_, err := db.NewInsert().Model(next).On("CONFLICT DO NOTHING").Exec(ctx)
	return err
}
