// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ultimaparola/models"
)

func (a *archive) mailForm(template string) models.MailTextForm {
	a.Helper()
	form, err := models.MailTextFormOf(a.Context(), a.db, a.consultation.OrganisationID, template)
	a.must(err)
	return form
}

func TestStaffSayTheirOwnInAnEmail(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	staff := a.administrator()
	form := a.mailForm(models.MailSeated)
	stale := form
	form.SubjectIT, form.OpeningIT, form.ClosingEN = "{nome}, ci vediamo", "Ecco {incontro}, {data}, {luogo}: {posti} posti. {", "See you."
	a.must(models.EditMailText(t.Context(), a.db, a.start, staff, models.MailSeated, form))
	it, err := models.MailTextOf(t.Context(), a.db, staff.OrganisationID, models.MailSeated, "it")
	a.must(err)
	en, err := models.MailTextOf(t.Context(), a.db, staff.OrganisationID, models.MailSeated, "en")
	a.must(err)
	if it.Subject != form.SubjectIT || it.Closing != "" || en.Subject != "" || en.Closing != "See you." || en.StaffID != staff.ID {
		t.Errorf("kept %+v and %+v", it, en)
	}
	if err := models.EditMailText(t.Context(), a.db, a.start, staff, models.MailSeated, stale); !errors.Is(err, models.ErrChanged) {
		t.Errorf("a form read before: %v", err)
	}
	a.must(models.ForgetMailText(t.Context(), a.db, a.start, staff, models.MailSeated))
	a.must(models.ForgetMailText(t.Context(), a.db, a.start, staff, models.MailSeated)) // nothing to forget
	a.wantRows(0, "forgotten", "mail_texts")
	a.wantRows(2, "of the log", "audit_entries WHERE subject = 'mail_text' AND action = 'edit'")
	if err := models.EditMailText(t.Context(), a.db, a.start, staff, models.MailStaffSignIn, form); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("an e-mail that staff cannot change: %v", err)
	}
}

func TestWhatAnEmailDoesNotKnowIsRefusedByName(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	staff := a.administrator()
	for template, test := range map[string]struct{ text, names string }{
		// The reader has still to prove that the address is theirs: nothing they typed is in the mail.
		models.MailConfirm + models.ConfirmRegistration: {"Ciao {nome}, {incontro}", "{nome}"},
		models.MailGuidelineUpdated:                     {"{proposta} {codice} {{proposta}} { proposta }", "{codice} { proposta }"},
		models.MailConfirm + models.ConfirmSignIn:       {"{}", "{}"},
	} {
		for field, put := range map[string]func(*models.MailTextForm){
			"subject_it": func(f *models.MailTextForm) { f.SubjectIT = test.text }, "opening_en": func(f *models.MailTextForm) { f.OpeningEN = test.text },
			"closing_it": func(f *models.MailTextForm) { f.ClosingIT = test.text },
		} {
			form := a.mailForm(template)
			put(&form)
			var wrong models.FieldErrors
			err := models.EditMailText(t.Context(), a.db, a.start, staff, template, form)
			if !errors.As(err, &wrong) {
				t.Errorf("%s, %s: %v", template, field, err)
				continue
			}
			var names []string
			for _, w := range wrong {
				names = append(names, w.Param)
				if w.Field != field || w.Key != "errors.placeholder" {
					t.Errorf("%s, %s: %+v", template, field, w)
				}
			}
			if got := strings.Join(names, " "); got != test.names {
				t.Errorf("%s, %s: refuses %q, want %q", template, field, got, test.names)
			}
		}
	}
	form := a.mailForm(models.MailSeated)
	form.SubjectIT = "Una\r\nBcc: altri@example.org"
	var wrong models.FieldErrors
	if err := models.EditMailText(t.Context(), a.db, a.start, staff, models.MailSeated, form); !errors.As(err, &wrong) || wrong[0].Key != "errors.oneline" {
		t.Errorf("a subject of two lines: %v", err)
	}
	a.wantRows(0, "after all that", "mail_texts")
}

func TestTrialsAreForStaffAndFew(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	staff := a.administrator()
	try := func(now time.Time) error {
		return models.SendTrial(t.Context(), a.db, now, staff, models.MailSeated, "en")
	}
	for range 10 {
		a.must(try(a.start))
	}
	if err := try(a.start.Add(time.Minute)); !errors.Is(err, models.ErrTooManyMails) {
		t.Errorf("the eleventh in an hour: %v", err)
	}
	a.must(try(a.start.Add(time.Hour + time.Minute)))
	var jobs []models.Job
	a.must(a.db.NewSelect().Model(&jobs).Where("kind = ?", models.JobMail).Scan(t.Context()))
	if len(jobs) != 11 {
		t.Errorf("%d e-mails", len(jobs))
	}
	for _, job := range jobs {
		var m models.Mail
		a.must(json.Unmarshal(job.Payload, &m))
		if m.StaffID != staff.ID || m.Trial != "en" || m.Template != models.MailSeated {
			t.Errorf("%+v", m)
		}
	}
	for _, wrong := range [][2]string{{models.MailStaffSignIn, "it"}, {models.MailSeated, "xx"}} {
		if err := models.SendTrial(t.Context(), a.db, a.start, staff, wrong[0], wrong[1]); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
}

func TestEveryEditableEmailHasItsAddress(t *testing.T) {
	t.Parallel()
	var slugs []string
	for _, m := range models.EditableMails {
		if at, err := models.EditableMailAt(m.Slug); err != nil || at.Template != m.Template {
			t.Errorf("%s: %+v, %v", m.Slug, at, err)
		}
		slugs = append(slugs, m.Slug)
	}
	slices.Sort(slugs)
	if n := len(slices.Compact(slugs)); n != len(models.EditableMails) {
		t.Errorf("%d addresses for %d e-mails", n, len(models.EditableMails))
	}
}
