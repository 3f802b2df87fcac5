// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

// square is a consultation of two invented towns, with one guideline, open for opinions at its now.
type square struct {
	t            testing.TB
	db           *bun.DB
	ctx          context.Context
	now          time.Time
	organisation models.Organisation
	towns        []models.Municipality
	consultation models.Consultation
	guideline    models.Guideline
	mayor        *models.Staff
	people       int
}

func newSquare(t testing.TB) *square {
	t.Helper()
	s := &square{t: t, db: databasetest.New(t), ctx: t.Context(), now: time.Date(2017, 11, 25, 10, 0, 0, 0, time.UTC)}
	s.organisation = models.Organisation{ID: uuid.New(), Name: "Unione"}
	s.towns = []models.Municipality{
		{ID: uuid.New(), OrganisationID: s.organisation.ID, Position: 1, Slug: "valle", Name: "Valle", PostalCodes: []string{}, Hamlets: []string{}},
		{ID: uuid.New(), OrganisationID: s.organisation.ID, Position: 2, Slug: "monte-alto", Name: "Monte Alto", PostalCodes: []string{}, Hamlets: []string{}}}
	s.consultation = models.Consultation{ID: uuid.New(), OrganisationID: s.organisation.ID, Slug: "prova", Title: models.Text{"it": "Prova"},
		Summary: models.Text{"it": "-"}, Body: models.Text{"it": "-"}, Publication: models.PublicationAtOnce, HoldHours: 24, CreatedAt: s.now, PublishedAt: s.now}
	s.guideline = models.Guideline{ID: uuid.New(), ConsultationID: s.consultation.ID, Slug: "anagrafe", Name: models.Text{"it": "Anagrafe"}, Plan: "awaited"}
	phase := models.Phase{ConsultationID: s.consultation.ID, Number: models.PhaseOpinions, Title: models.Text{"it": "Di' la tua"},
		Body: models.Text{"it": "-"}, StartsOn: models.Day(s.now).AddDate(0, 0, -1), EndsOn: models.Day(s.now).AddDate(0, 0, 20)}
	for _, row := range []any{&s.organisation, &s.towns, &s.consultation, &s.guideline, &phase} {
		s.insert(row)
	}
	s.mayor = &models.Staff{OrganisationID: s.organisation.ID, MunicipalityID: s.towns[0].ID, Role: models.RoleMayor,
		Name: "Zoe Inventata", Email: "zoe@valle.example"}
	s.must(models.AddStaff(s.ctx, s.db, s.now, s.mayor))
	return s
}

func (s *square) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *square) insert(row any) {
	s.t.Helper()
	_, err := s.db.NewInsert().Model(row).Exec(s.ctx)
	s.must(err)
}

// person makes somebody whose address is proved and who has written nothing.
func (s *square) person() uuid.UUID {
	s.t.Helper()
	s.people++
	p := &models.Person{ID: uuid.New(), Language: "it", CreatedAt: s.now}
	s.insert(p)
	s.insert(&models.Address{ID: uuid.New(), PersonID: p.ID, Kind: models.Email, Value: fmt.Sprintf("p%d@example.org", s.people), VerifiedAt: s.now})
	return p.ID
}

// says is what a person called name, of the first town, would send.
func (s *square) says(person uuid.UUID, name, opinion, body string) models.ContributionBy {
	return models.ContributionBy{PersonID: person, Contribution: models.Contribution{ConsultationID: s.consultation.ID,
		GuidelineID: s.guideline.ID, Author: models.Author{Pseudonym: name, MunicipalityID: s.towns[0].ID, Language: "it"},
		Opinion: opinion, Body: body, Published: true}}
}

// contribute carries out contributions that must all be accepted.
func (s *square) contribute(given ...models.ContributionBy) []models.Contributed {
	s.t.Helper()
	results, err := models.Contribute(s.ctx, s.db, s.now, given)
	s.must(err)
	for i, r := range results {
		if r.Err != nil {
			s.t.Fatalf("contribution %d: %v", i, r.Err)
		}
	}
	return results
}

// comment posts a comment by a new person and returns both.
func (s *square) comment(body string) (comment, author uuid.UUID) {
	s.t.Helper()
	author = s.person()
	return s.contribute(s.says(author, fmt.Sprintf("Voce %d", s.people), models.InFavour, body))[0].CommentID, author
}

func (s *square) reply(to uuid.UUID, body string) *models.Comment {
	s.t.Helper()
	c, err := models.ReplyAs(s.ctx, s.db, s.now, s.person(), models.Reply{ConsultationID: s.consultation.ID, CommentID: to,
		Author: models.Author{Pseudonym: fmt.Sprintf("Voce %d", s.people), Elsewhere: true}, Body: body})
	s.must(err)
	return c
}

func (s *square) history(person uuid.UUID) []string {
	s.t.Helper()
	var values []string
	s.must(s.db.NewSelect().Model((*models.OpinionChange)(nil)).ColumnExpr("coalesce(value, '')").Where("person_id = ?", person).
		Order("given_at", "id").Scan(s.ctx, &values))
	return values
}

func (s *square) page(order, after string) *models.CommentPage {
	s.t.Helper()
	page, err := models.CommentsOf(s.ctx, s.db, models.CommentsAsked{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID, Order: order, After: after})
	s.must(err)
	return page
}

func (s *square) mails(template string) int {
	s.t.Helper()
	n, err := s.db.NewSelect().Model((*models.Job)(nil)).Where("kind = ? AND payload ->> 'template' = ?", models.JobMail, template).Count(s.ctx)
	s.must(err)
	return int(n)
}
