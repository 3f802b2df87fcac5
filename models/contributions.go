// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Contributions are what a person gave and asked, newest first.
type Contributions struct {
	Opinions []Opinion // with their Guideline
	Comments []Comment // with their Guideline; replies too, withdrawn ones not
	Follows  []Follow  // with their Guideline or Meeting
}

// MyContributions returns what a person gave and asked, for their own page.
func MyContributions(ctx context.Context, db bun.IDB, personID uuid.UUID) (*Contributions, error) {
	mine := new(Contributions)
	err := db.NewSelect().Model(&mine.Opinions).Relation("Guideline").
		Where("opinion.person_id = ?", personID).Order("opinion.given_at DESC").Scan(ctx)
	if err != nil {
		return nil, err
	}
	err = db.NewSelect().Model(&mine.Comments).Relation("Guideline").
		Where("comment.person_id = ? AND comment.state <> ?", personID, Withdrawn).Order("comment.id DESC").Scan(ctx)
	if err != nil {
		return nil, err
	}
	err = db.NewSelect().Model(&mine.Follows).Relation("Guideline").Relation("Meeting").
		Where("follow.person_id = ?", personID).Order("follow.id DESC").Scan(ctx)
	return mine, err
}
