// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// How large the measured consultation is.
const (
	commentsOnPage = 50
	peopleSignedIn = 2000
	seatsAtMeeting = 200
	walkInSeats    = 0
)

// town is what the measures act on: a consultation with people who are signed in and a meeting with seats.
type town struct {
	consultation *models.Consultation
	guidelines   []models.Guideline
	meeting      models.Meeting
	staff        *models.Staff
	sessions     []string // tokens
}

func settle(ctx context.Context, p *process) (*town, error) {
	now := time.Now()
	consultation, err := models.TheConsultation(ctx, p.db)
	if err != nil {
		return nil, err
	}
	t := &town{consultation: consultation, guidelines: consultation.Guidelines}
	organisation, err := models.TheOrganisation(ctx, p.db)
	if err != nil {
		return nil, err
	}
	if err := t.signIn(ctx, p.db, now, organisation); err != nil {
		return nil, err
	}
	t.staff = &models.Staff{OrganisationID: organisation.ID, Role: models.RoleOrganiser, Name: "Bench", Email: "bench@example.org"}
	if err := models.AddStaff(ctx, p.db, now, t.staff); err != nil {
		return nil, err
	}
	t.meeting = consultation.Meetings[0]
	_, err = p.db.NewUpdate().Model(&t.meeting).WherePK().Set("capacity = ?, walk_in_seats = ?", seatsAtMeeting, walkInSeats).
		Set("starts_at = ?, ends_at = ?, confirmed_at = ?", now.Add(240*time.Hour), now.Add(242*time.Hour), now).Exec(ctx)
	if err != nil {
		return nil, err
	}
	return t, drained(ctx, p.db)
}

// drained waits until the worker has sent what the preparation put into the outbox: it is no part of the measures.
func drained(ctx context.Context, db *bun.DB) error {
	for {
		due, err := db.NewSelect().Model((*models.Job)(nil)).Where("run_at <= now() AND failed_at IS NULL").Count(ctx)
		if err != nil || due == 0 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// signIn makes people with sessions, the first of whom have commented on the first guideline.
func (t *town) signIn(ctx context.Context, db *bun.DB, now time.Time, organisation *models.Organisation) error {
	home := organisation.Municipalities
	for i := range peopleSignedIn {
		asked, err := models.Ask(ctx, db, now, models.Asker{Email: fmt.Sprintf("person%d@example.org", i), Language: "it"},
			models.ConfirmContribution, models.Contribution{
				ConsultationID: t.consultation.ID, GuidelineID: t.guidelines[0].ID, Opinion: models.InFavour, Published: true,
				Author: models.Author{Pseudonym: fmt.Sprintf("Persona %d", i), MunicipalityID: home[i%len(home)].ID, Language: "it"},
				Body:   comment(i),
			})
		if err != nil {
			return err
		}
		confirmed, err := models.Confirm(ctx, db, now, asked.ID)
		if err != nil {
			return err
		}
		token, err := models.SignInPerson(ctx, db, now, confirmed.Address.PersonID)
		if err != nil {
			return err
		}
		t.sessions = append(t.sessions, token)
	}
	return nil
}

func comment(i int) string {
	if i >= commentsOnPage {
		return ""
	}
	return fmt.Sprintf("Commento numero %d: lo sportello vicino a casa serve a chi non guida, e gli orari devono restare quelli di oggi.", i)
}

// address of a page of the consultation.
func (t *town) address(p *process, rest string) string {
	return p.base + "/consultazioni/" + t.consultation.Slug + rest
}
