// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// PopulationForm is how many people lived in a municipality in a year, and who published it.
type PopulationForm struct {
	Year   int    `form:"year" validate:"gte=1861,lte=2100"`
	People string `form:"people" validate:"required,headcount"`
	Source string `form:"source" validate:"required,max=200,oneline"`
}

// AgesForm is the same by age: Ages is the table, as ReadAges reads it.
type AgesForm struct {
	Year   int    `form:"year" validate:"gte=1861,lte=2100"`
	Source string `form:"source" validate:"required,max=200,oneline"`
	Ages   string `form:"ages" validate:"required"`
}

// SavePopulation notes how many people lived in a municipality of the staff's organisation in a year, in place of what
// was known of that year. FieldErrors, also where that year is known by age already; ErrNotFound.
func SavePopulation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID, form PopulationForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	people, _ := Headcount(form.People) // the shape of the form holds that it is one
	return changePopulation(ctx, db, now, staff, municipalityID, form.Year, func(was *Population) (*Population, error) {
		if was != nil && len(was.Ages) > 0 {
			return nil, Wrong("year", "errors.ages_known")
		}
		return &Population{People: people, Source: form.Source}, nil
	})
}

// SaveAges notes the population of a municipality of the staff's organisation in a year by age, and with it the total,
// in place of what was known of that year. FieldErrors; ErrNotFound.
func SaveAges(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID, form AgesForm, bands []AgeBand) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	people := Headcounts(bands)
	if _, countable := Headcount(strconv.Itoa(people)); !countable {
		return Wrong("ages", "errors.headcount")
	}
	return changePopulation(ctx, db, now, staff, municipalityID, form.Year, func(*Population) (*Population, error) {
		return &Population{People: people, Source: form.Source, Ages: bands}, nil
	})
}

// RemovePopulation takes away what is known of a year; where nothing is it changes nothing. ErrNotFound.
func RemovePopulation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID, year int) error {
	return changePopulation(ctx, db, now, staff, municipalityID, year, func(*Population) (*Population, error) { return nil, nil })
}

// Headcounts adds up the people of all bands.
func Headcounts(bands []AgeBand) (people int) {
	for _, b := range bands {
		people += b.People
	}
	return people
}

// changePopulation puts what change makes of a year's population in its place; nil is nothing.
func changePopulation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID, year int, change func(was *Population) (*Population, error)) error {
	if year > now.In(Rome).Year() {
		return Wrong("year", "errors.year_future")
	}
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		exists, err := tx.NewSelect().Model((*Municipality)(nil)).Where("id = ? AND organisation_id = ?", municipalityID, o.ID).Exists(ctx)
		if err != nil {
			return err
		}
		if !exists {
			return ErrNotFound
		}
		var known []Population
		if err := tx.NewSelect().Model(&known).Relation("Ages").Where("municipality_id = ? AND year = ?", municipalityID, year).Scan(ctx); err != nil {
			return err
		}
		var was *Population
		if len(known) > 0 {
			was = &known[0]
		}
		next, err := change(was)
		if err != nil || was == nil && next == nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*Population)(nil)).Where("municipality_id = ? AND year = ?", municipalityID, year).Exec(ctx); err != nil {
			return err
		}
		if next != nil {
			next.MunicipalityID, next.Year, next.NotedAt = municipalityID, year, now
			if err := insertPopulation(ctx, tx, next); err != nil {
				return err
			}
		}
		return audit(ctx, tx, now, staff, "edit", "municipality", municipalityID,
			map[string]any{"population": was.inWords()}, map[string]any{"population": next.inWords()})
	})
}

func insertPopulation(ctx context.Context, tx bun.IDB, p *Population) error {
	if _, err := tx.NewInsert().Model(p).Exec(ctx); err != nil || len(p.Ages) == 0 {
		return err
	}
	for i := range p.Ages {
		p.Ages[i].MunicipalityID, p.Ages[i].Year = p.MunicipalityID, p.Year
	}
	_, err := tx.NewInsert().Model(&p.Ages).Exec(ctx)
	return err
}

// inWords is what the log says of a population: "2024: 14856 (101), ISTAT", with how many ages it is told by.
func (p *Population) inWords() string {
	if p == nil {
		return ""
	}
	ages := ""
	if len(p.Ages) > 0 {
		ages = " (" + strconv.Itoa(len(p.Ages)) + ")"
	}
	return fmt.Sprintf("%d: %d%s, %s", p.Year, p.People, ages, p.Source)
}
