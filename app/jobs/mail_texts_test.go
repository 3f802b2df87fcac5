// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// Whatever staff say instead of the program, a mail keeps its facts, its links, and why it comes.
func TestEveryMailCanSayStaffsOwnWords(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Languages {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			s := newStory(o, lang)
			editable := map[string]bool{}
			for _, mail := range models.EditableMails {
				editable[mail.Template] = true
				words := "Parole nostre"
				for _, name := range mail.Placeholders {
					words += " {" + name + "}"
				}
				for _, language := range locale.Languages {
					s.insert(&models.MailText{OrganisationID: s.consultation.OrganisationID, Template: mail.Template, Language: language,
						Subject: "Oggetto " + language, Opening: words, Closing: "Fine nostra", UpdatedAt: o.now()})
				}
			}
			o.run()
			for occasion, happen := range occasions {
				t.Run(occasion, func(t *testing.T) {
					o.T = t
					template, more, _ := strings.Cut(occasion, ".")
					before := len(o.server.Taken())
					s.begin()
					if about := happen(s); about != uuid.Nil {
						o.must(models.Enqueue(t.Context(), o.db, o.now(), o.now(), models.JobMail, models.Mail{Template: template,
							PersonID: s.person.ID, SubjectID: about, Subject: "Parcheggio", Body: "Si entra dal retro."}))
					}
					if line := o.log.wait(t, "job"); len(o.server.Taken()) != before+1 {
						t.Fatalf("%d mails; %s", len(o.server.Taken())-before, line)
					}
					m := o.server.Taken()[before]
					checkMail(t, s, m)
					if more == "registered" {
						template = models.MailAlreadyRegistered
					}
					ours := m.Header("Subject") == "Oggetto "+lang && strings.HasPrefix(m.Text, "Parole nostre") &&
						strings.Contains(m.HTML, "Fine nostra") && !strings.Contains(m.Text, "{")
					if ours != editable[template] {
						t.Errorf("staff's own words: %v, want %v: %q\n%s", ours, editable[template], m.Header("Subject"), m.Text)
					}
				})
			}
		})
	}
}

func TestATrialGoesToTheStaffWhoAskedForIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	organisation, err := models.TheOrganisation(t.Context(), o.db)
	o.must(err)
	staff := &models.Staff{OrganisationID: organisation.ID, Role: models.RoleOrganiser, Name: "Segreteria", Email: "segreteria@example.org"}
	o.must(models.AddStaff(t.Context(), o.db, o.now(), staff))
	o.must(models.SendTrial(t.Context(), o.db, o.now(), staff, models.MailGuidelineUpdated, "en"))
	o.run()
	m := o.server.Wait(1)[0]
	if m.To != staff.Email || !strings.HasPrefix(m.Header("Subject"), "[Trial] ") || m.Header("Content-Language") != "en" || !strings.Contains(m.Text, "Example proposal") {
		t.Errorf("to %s: %s\n%s", m.To, m.Header("Subject"), m.Text)
	}
	if m.Header("List-Unsubscribe") != "" {
		t.Error("a trial can be unsubscribed from")
	}
}
