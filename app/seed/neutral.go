// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import "ultimaparola/models"

// Phases are those that a new consultation begins with: texts that suit any
// union of municipalities, and no dates.
func Phases() ([]models.Phase, error) {
	d, err := readFrom("neutral", "fasi")
	if err != nil {
		return nil, err
	}
	return phasesOf(d), nil
}

func phasesOf(d *document) []models.Phase {
	phases := make([]models.Phase, len(d.Sections))
	for i, s := range d.Sections {
		phases[i] = models.Phase{Number: i + 1, Title: s.Heading, Body: s.Body}
	}
	return phases
}

// Page is the text, fit for any union of municipalities, from which one of
// models.PageSlugs can be written. There is none with another slug.
func Page(slug string) (*models.Page, error) {
	d, err := readFrom("neutral", slug)
	if err != nil {
		return nil, err
	}
	return &models.Page{Slug: slug, Title: d.Title, Body: join(d.Lead, d.Sections)}, nil
}
