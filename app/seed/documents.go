// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// thePages are the organisation's own texts, by the slug of their address.
func thePages(organisation uuid.UUID, now time.Time) ([]models.Page, error) {
	var pages []models.Page
	for _, slug := range []string{"note-legali", "regole"} {
		d, err := read(slug)
		if err != nil {
			return nil, err
		}
		pages = append(pages, models.Page{OrganisationID: organisation, Slug: slug, Title: d.Title,
			Body: join(d.Lead, d.Sections), UpdatedAt: now})
	}
	return pages, nil
}

// theActs are the chronology up to November 2017, in the order of the text's
// sections. An empty number, or no link, is to be confirmed.
func theActs(consultation uuid.UUID) ([]models.Act, error) {
	acts := []models.Act{
		{
			Dated: day(2015, time.October, 1), DatePrecision: "month", Issuer: "Consigli comunali di Carmignano e Poggio a Caiano",
			Kind: models.Text{"it": "Convenzione", "en": "Convention"},
		},
		{
			Dated: day(2017, time.November, 20), DatePrecision: "day", Issuer: "Conferenza dei Sindaci",
			Kind: models.Text{"it": "Accordo", "en": "Agreement"},
		},
		{
			Dated: day(2017, time.November, 21), DatePrecision: "day", Issuer: "Stampa",
			Kind: models.Text{"it": "Notizia", "en": "News report"},
		},
	}
	d, err := read("atti")
	if err != nil {
		return nil, err
	}
	if len(d.Sections) != len(acts) {
		return nil, fmt.Errorf("seed: %d acts, but texts for %d", len(acts), len(d.Sections))
	}
	for i, s := range d.Sections {
		acts[i].ID, acts[i].ConsultationID = newID(), consultation
		acts[i].Title, acts[i].Body = s.Heading, s.Body
	}
	return acts, nil
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

func theAnswersAndNotices(consultation uuid.UUID, now time.Time) ([]models.FAQ, []models.Notice, error) {
	questions, err := read("faq")
	if err != nil {
		return nil, nil, err
	}
	news, err := read("avvisi")
	if err != nil {
		return nil, nil, err
	}
	var faqs []models.FAQ
	for i, s := range questions.Sections {
		faqs = append(faqs, models.FAQ{ID: newID(), ConsultationID: consultation, Position: i + 1, Question: s.Heading, Answer: s.Body})
	}
	var notices []models.Notice
	for _, s := range news.Sections {
		notices = append(notices, models.Notice{ID: newID(), ConsultationID: consultation, Title: s.Heading, Body: s.Body, PublishedAt: now})
	}
	return faqs, notices, nil
}
