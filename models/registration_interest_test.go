// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestWhatIsToldWithARegistrationIsKeptAndItsQuestionReadOnceItIsConfirmed(t *testing.T) {
	e := newEvening(t, 10, 0)
	guideline := models.Guideline{ID: uuid.New(), ConsultationID: e.meeting.ConsultationID, Slug: "anagrafe", Name: models.Text{"it": "Anagrafe"}, Plan: "awaited"}
	_, err := e.db.NewInsert().Model(&guideline).Exec(e.ctx)
	e.must(err)
	organisation := &models.Organisation{Municipalities: []models.Municipality{{ID: e.meeting.MunicipalityID, Slug: "carmignano"}}}
	consultation := &models.Consultation{Guidelines: []models.Guideline{guideline}}
	for field, form := range map[string]models.InterestForm{
		"guideline":    {Guideline: "altra"},
		"municipality": {Municipality: "prato"},
	} {
		var wrong models.FieldErrors
		if err := form.Find(organisation, consultation); !errors.As(err, &wrong) || wrong[0].Field != field {
			t.Errorf("%+v: %v", form, err)
		}
	}

	asked := e.asked("anna@example.org", 2)
	asked.Form.Question, asked.Form.Guideline, asked.Form.Municipality = "  Chi paga?\r\n", "anagrafe", "carmignano"
	e.must(asked.Form.Find(organisation, consultation))
	result := e.registerOne(asked)
	e.must(result.Err)
	questions := func() []models.Question {
		found, err := models.ModeratorQuestions(e.ctx, e.db, e.meeting.ID)
		e.must(err)
		return found
	}
	if got := questions(); len(got) != 0 {
		t.Errorf("before its mailbox confirms, moderators read %+v", got)
	}
	_, err = models.Confirm(e.ctx, e.db, e.now, result.Confirmation.ID)
	e.must(err)
	r := e.of("anna@example.org")
	if r.GuidelineID != guideline.ID || r.MunicipalityID != e.meeting.MunicipalityID || r.Elsewhere {
		t.Errorf("kept %+v", r)
	}
	got := questions()
	if len(got) != 1 || got[0].Body != "Chi paga?" || got[0].RegistrationID != r.ID || got[0].State != models.QuestionNew || got[0].Author != "" {
		t.Errorf("moderators read %+v", got)
	}

	byPhone := models.StaffRegistrationForm{Name: "Bea", Seats: 1, Channel: models.ByPhone,
		InterestForm: models.InterestForm{Question: "E il parcheggio?", Municipality: models.Elsewhere}}
	e.must(byPhone.Find(organisation, consultation))
	bea, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, byPhone)
	e.must(err)
	if !bea.Elsewhere || len(questions()) != 2 {
		t.Errorf("by telephone: %+v, questions %+v", bea, questions())
	}
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, r.ID))
	if got := questions(); len(got) != 1 || got[0].Body != "E il parcheggio?" {
		t.Errorf("after she gave it up: %+v", got)
	}
}

func TestARegistrationIsCheckedBeforeItIsAskedFor(t *testing.T) {
	e := newEvening(t, 1, 0)
	meeting := e.meeting
	meeting.Consultation = &models.Consultation{PublishedAt: e.now, LargestParty: 4}
	form := e.asked("anna@example.org", 4).Form
	form.Question = strings.Repeat("è", 500)
	e.must(form.Check(e.now, &meeting)) // the seats are not there: it would wait
	for name, change := range map[string]func(*models.RegistrationForm){
		"seats":    func(f *models.RegistrationForm) { f.Seats = 5 },
		"question": func(f *models.RegistrationForm) { f.Question += "è" },
		"email":    func(f *models.RegistrationForm) { f.Email = "" },
	} {
		form := form
		change(&form)
		var wrong models.FieldErrors
		if err := form.Check(e.now, &meeting); !errors.As(err, &wrong) || wrong[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	meeting.RegistrationUntil = e.now
	if err := form.Check(e.now, &meeting); !errors.Is(err, models.ErrClosed) {
		t.Errorf("after the time to register: %v", err)
	}
}
