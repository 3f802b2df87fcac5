// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Population is how many people lived in a municipality in a year, as Source says it was published; Source is "" where
// nobody has told. Ages are the same people by age, in order; none where they were not loaded.
type Population struct {
	bun.BaseModel `bun:"table:populations"`

	MunicipalityID uuid.UUID `bun:",pk"`
	Year           int       `bun:",pk"`
	People         int
	Source         string
	NotedAt        time.Time

	Ages []AgeBand `bun:"rel:has-many,join:municipality_id=municipality_id,join:year=year"`
}

// AgeBand is how many of a population were between two ages, both included; AgeTo is nil for "and over".
type AgeBand struct {
	bun.BaseModel `bun:"table:population_ages"`

	MunicipalityID uuid.UUID `bun:",pk"`
	Year           int       `bun:",pk"`
	AgeFrom        int       `bun:",pk"`
	AgeTo          *int
	People         int
}

func byAge(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("age_from") }

// PopulationsOf returns what is known of a municipality's population, the newest year first, with ages.
func PopulationsOf(ctx context.Context, db bun.IDB, municipalityID uuid.UUID) ([]Population, error) {
	var populations []Population
	err := db.NewSelect().Model(&populations).Relation("Ages", byAge).
		Where("municipality_id = ?", municipalityID).Order("year DESC").Scan(ctx)
	return populations, err
}

// LatestPopulations returns the newest population of each municipality of an organisation, with ages, by municipality.
// Those of which none is known are not there.
func LatestPopulations(ctx context.Context, db bun.IDB, organisationID uuid.UUID) (map[uuid.UUID]Population, error) {
	var populations []Population
	err := db.NewSelect().Model(&populations).Relation("Ages", byAge).
		DistinctOn("municipality_id").Order("municipality_id", "year DESC").
		Where("municipality_id IN (SELECT id FROM municipalities WHERE organisation_id = ?)", organisationID).Scan(ctx)
	latest := make(map[uuid.UUID]Population, len(populations))
	for _, p := range populations {
		latest[p.MunicipalityID] = p
	}
	return latest, err
}
