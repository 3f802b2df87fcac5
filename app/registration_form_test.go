// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// everything is a registration form with everything in it.
var everything = []string{"name", "Anna Prova", "email", "anna@example.org", "phone", "055 1234567", "seats", "2", "municipality", "carmignano",
	"guideline", "anagrafe", "question", "Chi paga?\n\n<b>Quando?</b>", "access_needs", "hearing", "access_needs", "call_me"}

func TestASummaryKeepsAllAndDoesNothing(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	b := v.browser()
	summary := b.post(meetingPath+"/iscrizioni", append(everything, "riepilogo", "1")...)
	if summary.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", summary.StatusCode, summary.Find("main").Text())
	}
	for _, want := range []string{"Anna Prova", "anna@example.org", "055 1234567", "Carmignano", "Anagrafe", "Chi paga?", "<b>Quando?</b>", "Sento poco"} {
		if !strings.Contains(summary.Find("dl.summary").Text(), want) {
			t.Errorf("the summary lacks %q: %s", want, summary.Find("dl.summary").Text())
		}
	}
	n, err := v.DB.NewSelect().Table("registrations").Count(v.ctx)
	v.must(err)
	if n != 0 {
		t.Fatalf("%d registrations before anybody confirmed", n)
	}
	// What the page has hidden is what was typed.
	form := summary.Find(`form[action$="/iscrizioni#iscrizione"]`)
	var again []string
	for _, input := range form.Find(`input[type=hidden]`).EachIter() {
		again = append(again, input.AttrOr("name", ""), input.AttrOr("value", ""))
	}
	if form.Find("button[name=modifica]").Length() != 1 || len(again) != len(everything) {
		t.Fatalf("sends again %q", again)
	}
	back := b.post(meetingPath+"/iscrizioni", append(again, "modifica", "1")...)
	if back.StatusCode != http.StatusOK || back.Find("[name=question]").Text() != "Chi paga?\n\n<b>Quando?</b>" ||
		back.Find("[name=guideline] option[selected]").AttrOr("value", "") != "anagrafe" || back.Find("[name=municipality] option[selected]").AttrOr("value", "") != "carmignano" ||
		back.Find("[name=access_needs][checked]").Length() != 2 || back.Find("[name=name]").AttrOr("value", "") != "Anna Prova" {
		t.Errorf("status %d, to be changed: %s", back.StatusCode, back.Find("form").Text())
	}
	b.confirm(b.post(meetingPath+"/iscrizioni", again...))
	questions, err := models.ModeratorQuestions(v.ctx, v.DB, v.meeting.ID)
	v.must(err)
	if len(questions) != 1 || questions[0].Body != "Chi paga?\n\n<b>Quando?</b>" {
		t.Errorf("moderators read %+v", questions)
	}
	for field, value := range map[string]string{"guideline": "altra", "municipality": "prato", "question": strings.Repeat("a", 501)} {
		wrong := b.post(meetingPath+"/iscrizioni", "name", "Bea", "email", "bea@example.org", "seats", "1", "riepilogo", "1", field, value)
		if wrong.StatusCode != http.StatusUnprocessableEntity || wrong.Find(`.error-summary a[href="#field-`+field+`"]`).Length() != 1 {
			t.Errorf("%s %q: status %d, %s", field, value, wrong.StatusCode, wrong.Find(".error-summary").Text())
		}
	}
}

func TestTheSummarySaysHowManySeatsRemain(t *testing.T) {
	v := newTown(t)
	v.fix(2, 0)
	for seats, want := range map[string]string{"2": "", "3": "I posti che restano (2) non bastano per 3 persone"} {
		summary := v.browser().post(meetingPath+"/iscrizioni", "name", "Anna", "email", "anna@example.org", "seats", seats, "riepilogo", "1")
		got := summary.Find("main").Text()
		if strings.Contains(got, "I posti da prenotare sono finiti") || strings.Contains(got, "non bastano") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%s of two seats: %s", seats, got)
		}
	}
}

func TestOutsideTheTimeToRegisterThePageSaysWhenItIs(t *testing.T) {
	for column, test := range map[string]struct {
		after time.Duration
		want  string
	}{
		"registration_from":  {48 * time.Hour, "Ci si può iscrivere dal 23 novembre 2017"},
		"registration_until": {-48 * time.Hour, "Le iscrizioni si sono chiuse il 19 novembre 2017"},
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			v := newTown(t)
			v.fix(10, 0)
			_, err := v.DB.ExecContext(v.ctx, "UPDATE meetings SET "+column+" = ?", v.Now().Add(test.after))
			v.must(err)
			page := v.browser().get(meetingPath)
			if !strings.Contains(page.Find("#iscrizione").Text(), test.want) || page.Find(`form[action$="/iscrizioni"]`).Length() != 0 {
				t.Errorf("the page says %s", page.Find("#iscrizione").Text())
			}
			if refused := v.browser().post(meetingPath+"/iscrizioni", append(everything, "riepilogo", "1")...); refused.StatusCode != http.StatusConflict {
				t.Errorf("registered with status %d", refused.StatusCode)
			}
		})
	}
}

func TestStaffTakeDownTheQuestionAndThePlace(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("2")
	form := carmignano + "/iscrizioni/nuova"
	said := []string{"action", "save", "name", "Rosa", "seats", "1", "channel", "phone", "guideline", "anagrafe", "question", "Chi paga?"}
	_, wrong := v.post(form, http.StatusUnprocessableEntity, append(said, "municipality", "prato")...)
	if wrong.Find("[name=question]").Text() != "Chi paga?" || wrong.Find("[name=guideline][checked]").AttrOr("value", "") != "anagrafe" {
		t.Errorf("with a place that is none of ours the form holds %s", wrong.Find("main form").Text())
	}
	v.post(form, http.StatusSeeOther, append(said, "municipality", models.Elsewhere)...)
	r := new(models.Registration)
	if err := v.deps.DB.NewSelect().Model(r).Relation("Question").Where("name = 'Rosa'").Scan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !r.Elsewhere || r.GuidelineID == uuid.Nil || r.Question == nil || r.Question.Body != "Chi paga?" {
		t.Errorf("kept %+v, with the question %+v", r, r.Question)
	}
}
