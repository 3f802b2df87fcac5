// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// Slug is where the consultation of the case is found.
const Slug = "servizi-associati"

// Case loads the consultation of Carmignano and Poggio a Caiano, opening its
// first phase on the day of now, into an empty database. Where there is an
// organisation already it does nothing.
//
// Everything comes from the known facts; what they leave open (dates, places,
// persons in charge, acts' numbers) stays empty, which reads "da confermare".
func Case(ctx context.Context, db *bun.DB, now time.Time) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		// Two programs starting on the same empty database load it once.
		if _, err := tx.ExecContext(ctx, "LOCK TABLE organisations IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		loaded, err := tx.NewSelect().Model((*models.Organisation)(nil)).Exists(ctx)
		if err != nil || loaded {
			return err
		}
		return loadCase(ctx, tx, now.UTC())
	})
}

func loadCase(ctx context.Context, tx bun.Tx, now time.Time) error {
	organisation := &models.Organisation{ID: newID(), Name: "Carmignano e Poggio a Caiano"}
	towns, reserved := theTowns(organisation.ID), theReservedNames(organisation.ID)
	populations := thePopulations(towns, now)
	consultation, err := theConsultation(organisation.ID, now)
	if err != nil {
		return err
	}
	pages, err := thePages(organisation.ID, now)
	if err != nil {
		return err
	}
	phases, err := thePhases(consultation.ID, now)
	if err != nil {
		return err
	}
	guidelines, versions, err := theGuidelines(consultation.ID, now)
	if err != nil {
		return err
	}
	meetings, err := theMeetings(consultation.ID, towns, now)
	if err != nil {
		return err
	}
	acts, err := theActs(consultation.ID)
	if err != nil {
		return err
	}
	faqs, notices, err := theAnswersAndNotices(consultation.ID, now)
	if err != nil {
		return err
	}
	return insert(ctx, tx, organisation, &towns, &populations, &reserved, consultation, &pages, &phases,
		&guidelines, &versions, &meetings, &acts, &faqs, &notices)
}

// insert writes rows, or slices of rows, in the order given.
func insert(ctx context.Context, tx bun.IDB, rows ...any) error {
	for _, row := range rows {
		if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// newID returns a UUIDv7, as the program's own rows have.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func theConsultation(organisation uuid.UUID, now time.Time) (*models.Consultation, error) {
	d, err := read("consultazione")
	if err != nil {
		return nil, err
	}
	return &models.Consultation{
		ID: newID(), OrganisationID: organisation, Slug: Slug,
		Title: d.Title, Summary: d.Lead, Body: join(nil, d.Sections),
		Publication: models.PublicationAtOnce, HoldHours: 24, CreatedAt: now, PublishedAt: now,
	}, nil
}

// thePhases begin with the first today; the days of the others are not known.
func thePhases(consultation uuid.UUID, now time.Time) ([]models.Phase, error) {
	d, err := read("fasi")
	if err != nil {
		return nil, err
	}
	phases := phasesOf(d)
	for i := range phases {
		phases[i].ConsultationID = consultation
	}
	phases[0].StartsOn = models.Day(now)
	return phases, nil
}

// theGuidelines are the three proposals, each with its first version; the
// first section of each text is its five lines in brief.
func theGuidelines(consultation uuid.UUID, now time.Time) ([]models.Guideline, []models.GuidelineVersion, error) {
	var guidelines []models.Guideline
	var versions []models.GuidelineVersion
	for i, g := range []struct {
		slug string
		name models.Text
	}{
		{"anagrafe", models.Text{"it": "Anagrafe", "en": "Civil registry"}},
		{"informatica", models.Text{"it": "Informatica", "en": "Information technology"}},
		{"polizia-municipale", models.Text{"it": "Polizia municipale", "en": "Municipal police"}},
	} {
		d, err := read(g.slug)
		if err != nil {
			return nil, nil, err
		}
		row := models.Guideline{ID: newID(), ConsultationID: consultation, Slug: g.slug, Position: i + 1,
			Name: g.name, Plan: "awaited"}
		guidelines = append(guidelines, row)
		versions = append(versions, models.GuidelineVersion{GuidelineID: row.ID, Number: 1, Title: d.Title,
			InBrief: d.Sections[0].Body, Body: join(nil, d.Sections[1:]), PublishedAt: now})
	}
	return guidelines, versions, nil
}
