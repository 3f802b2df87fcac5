// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Guideline (linea guida) is one proposal of the consultation: a service the municipalities would run together.
type Guideline struct {
	bun.BaseModel `bun:"table:guidelines"`

	ID             uuid.UUID `bun:",pk"`
	ConsultationID uuid.UUID
	Slug           string
	Position       int
	Name           Text `bun:"type:jsonb"`
	// Responsible is the person in charge of the service; empty: to be named.
	Responsible string
	// Plan is the state of the reorganisation plan: awaited, in_preparation, presented, approved.
	Plan string

	Consultation *Consultation `bun:"rel:belongs-to,join:consultation_id=id"`

	// Current is the version in force, filled by the queries that say so.
	Current *GuidelineVersion `bun:"-"`
}

// GuidelineVersion is a guideline's text as published at one moment; the highest number is in force.
type GuidelineVersion struct {
	bun.BaseModel `bun:"table:guideline_versions"`

	GuidelineID uuid.UUID `bun:",pk"`
	Number      int       `bun:",pk"`
	Title       Text      `bun:"type:jsonb"`
	InBrief     Text      `bun:"type:jsonb"`
	Body        Text      `bun:"type:jsonb"`
	ChangeNote  string
	PublishedAt time.Time
	StaffID     uuid.UUID `bun:",nullzero"`
}

// GuidelinesOf returns a consultation's guidelines in order, each with its current version.
func GuidelinesOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]Guideline, error) {
	var guidelines []Guideline
	err := db.NewSelect().Model(&guidelines).Where("consultation_id = ?", consultationID).Order("position", "id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	var versions []GuidelineVersion
	err = db.NewSelect().Model(&versions).DistinctOn("guideline_id").
		Where("guideline_id IN (SELECT id FROM guidelines WHERE consultation_id = ?)", consultationID).
		Order("guideline_id", "number DESC").Scan(ctx)
	for i := range guidelines {
		for j := range versions {
			if versions[j].GuidelineID == guidelines[i].ID {
				guidelines[i].Current = &versions[j]
			}
		}
	}
	return guidelines, err
}

// GuidelineBySlug returns one guideline of a consultation with its current version.
func GuidelineBySlug(ctx context.Context, db bun.IDB, consultationID uuid.UUID, slug string) (*Guideline, error) {
	g, v := new(Guideline), new(GuidelineVersion)
	err := db.NewSelect().Model(g).Where("consultation_id = ? AND slug = ?", consultationID, slug).Scan(ctx)
	if err != nil {
		return nil, found(err)
	}
	err = db.NewSelect().Model(v).Where("guideline_id = ?", g.ID).Order("number DESC").Limit(1).Scan(ctx)
	g.Current = v
	return g, found(err)
}
