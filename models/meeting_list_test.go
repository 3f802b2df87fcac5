// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestAMeetingIsAddedInATownThatTheStaffServe(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	local := &models.Staff{OrganisationID: s.organisation.ID, MunicipalityID: s.towns[0].ID, Role: models.RoleOrganiser, Name: "Ivo Prova", Email: "ivo@valle.example"}
	s.must(models.AddStaff(s.ctx, s.db, s.now, local))
	form := models.NewMeetingForm{MeetingTexts: models.MeetingTexts{TitleIT: "Incontro a Valle", BodyIT: "Ci vediamo."}, Municipality: "valle", Capacity: 80}
	m, err := models.AddMeeting(s.ctx, s.db, s.now, local, s.consultation.ID, form)
	s.must(err)
	again, err := models.AddMeeting(s.ctx, s.db, s.now, local, s.consultation.ID, form)
	s.must(err)
	if _, err := models.MeetingBySlug(s.ctx, s.db, s.consultation.ID, m.Slug); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("everybody sees a draft: %v", err)
	}
	got, err := models.MeetingForStaff(s.ctx, s.db, local, s.consultation.ID, "incontro-a-valle")
	s.must(err)
	if got.ID != m.ID || got.Capacity != 80 || got.Confirmed() || !got.StartsAt.IsZero() || got.MunicipalityID != s.towns[0].ID || again.Slug != "incontro-a-valle-2" {
		t.Errorf("%+v, then %q", got, again.Slug)
	}
	for _, elsewhere := range []string{"monte-alto", "nessuno"} {
		form.Municipality = elsewhere
		var wrong models.FieldErrors
		if _, err := models.AddMeeting(s.ctx, s.db, s.now, local, s.consultation.ID, form); !errors.As(err, &wrong) || wrong[0].Field != "town" {
			t.Errorf("in %s: %v", elsewhere, err)
		}
	}
	texts := got.TextsForm()
	texts.TitleIT, texts.BodyEN = "Incontro in piazza", "See you there."
	s.must(models.EditMeetingTexts(s.ctx, s.db, s.now, local, m.ID, texts))
	if err := models.EditMeetingTexts(s.ctx, s.db, s.now, local, m.ID, texts); !errors.Is(err, models.ErrChanged) {
		t.Errorf("a form that somebody else overtook: %v", err)
	}
	got, err = models.MeetingForStaff(s.ctx, s.db, local, s.consultation.ID, "incontro-a-valle")
	s.must(err)
	if got.Title["it"] != "Incontro in piazza" || got.Body["en"] != "See you there." || got.Capacity != 80 {
		t.Errorf("%+v", got)
	}
	stranger := &models.Staff{ID: local.ID, OrganisationID: uuid.New()}
	s.must(models.RemoveMeeting(s.ctx, s.db, s.now, stranger, m.ID)) // not theirs: nothing happens
	s.must(models.RemoveMeeting(s.ctx, s.db, s.now, local, m.ID))
	s.must(models.RemoveMeeting(s.ctx, s.db, s.now, local, m.ID))
	if got := s.audits(m.ID); !slices.Equal(got, []string{"add", "edit", "remove"}) {
		t.Errorf("the log: %v", got)
	}
	awaiting := models.FollowAsked{ConsultationID: s.consultation.ID, MeetingID: again.ID}
	if err := models.FollowAs(s.ctx, s.db, s.now, s.person(), awaiting); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a draft is awaited: %v", err)
	}
	s.must(models.PublishMeeting(s.ctx, s.db, s.now, local, again.ID))
	s.must(models.FollowAs(s.ctx, s.db, s.now, s.person(), awaiting))
	var use models.InUse
	if err := models.RemoveMeeting(s.ctx, s.db, s.now, local, again.ID); !errors.As(err, &use) || use.By != "follows" {
		t.Errorf("awaited by somebody: %v", err)
	}
}

func TestAMeetingWithRegistrationsStays(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	e.confirmed("anna@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("anna@example.org").ID))
	var use models.InUse
	if err := models.RemoveMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID); !errors.As(err, &use) || use.By != "registrations" {
		t.Errorf("with a registration given up: %v", err)
	}
}
