// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ultimaparola/models"
)

// administrator opens the account of who sets the program up.
func (a *archive) administrator() *models.Staff {
	a.Helper()
	s := &models.Staff{OrganisationID: a.consultation.OrganisationID, Role: models.RoleAdministrator, Name: "Ada Prova", Email: "ada@example.org"}
	a.must(models.AddStaff(a.Context(), a.db, a.start, s))
	return s
}

func (a *archive) privacy() *models.Privacy {
	a.Helper()
	p, err := models.PrivacyOf(a.Context(), a.db, a.consultation.OrganisationID)
	a.must(err)
	return p
}

// set changes one of the forms of the settings as somebody who read it just now does.
func set[F models.PrivacyForm[F]](a *archive, staff *models.Staff, change func(*F)) error {
	a.Helper()
	form := models.PrivacyFormOf[F](a.privacy())
	change(&form)
	return models.EditPrivacy(a.Context(), a.db, a.start, staff, form)
}

func TestEachPartFilledInIsMissingNoMore(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	staff := a.administrator()
	missing := func() []string {
		t.Helper()
		o, err := models.TheOrganisation(t.Context(), a.db)
		a.must(err)
		keys, err := models.PrivacyMissing(t.Context(), a.db, o)
		a.must(err)
		for i := range keys {
			keys[i] = strings.TrimPrefix(keys[i], "privacy.missing.")
		}
		return keys
	}
	// The towns' addresses are known, nothing else is.
	left := []string{"pecs", "agreement", "dpo", "act", "law", "needs_basis", "host", "mail", "outside_eu", "contributions_months",
		"log_months", "server_log_days", "rights_contact"}
	if diff := cmp.Diff(left, missing()); diff != "" {
		t.Fatalf("of the case (-want +got):\n%s", diff)
	}
	filled := func(err error, keys ...string) {
		t.Helper()
		a.must(err)
		left = slices.DeleteFunc(left, func(key string) bool { return slices.Contains(keys, key) })
		if diff := cmp.Diff(left, missing(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", keys, diff)
		}
	}
	_, err := a.db.ExecContext(t.Context(), "UPDATE municipalities SET pec = slug || '@pec.example.org'")
	filled(err, "pecs")
	filled(set(a, staff, func(f *models.ControllersForm) { f.Agreement = "Accordo n. 7" }))
	filled(set(a, staff, func(f *models.ControllersForm) { f.AgreementOn = "2017-11-20" }), "agreement")
	filled(set(a, staff, func(f *models.LegalBasisForm) { f.Act, f.Law, f.NeedsBasis = "Atto", "Legge", "Base" }), "act", "law", "needs_basis")
	filled(set(a, staff, func(f *models.RecipientsForm) { f.HostName, f.HostCountry, f.MailName = "Uno", "Italia", "Due" }), "host")
	filled(set(a, staff, func(f *models.RecipientsForm) { f.MailCountry, f.OutsideEU = "Irlanda", "no" }), "mail", "outside_eu")
	filled(set(a, staff, func(f *models.RetentionForm) { f.ContributionsMonths, f.LogMonths, f.ServerLogDays = 12, 24, "0" }),
		"contributions_months", "log_months", "server_log_days")
	filled(set(a, staff, func(f *models.RightsForm) { f.RightsContact = "diritti@example.org" }), "rights_contact")

	// The officer: each town its own, or one for those without.
	o, err := models.TheOrganisation(t.Context(), a.db)
	a.must(err)
	own := o.Municipalities[0].OwnDPO()
	own.DPOName, own.DPOContact = "Ufficio DPO", "dpo@example.org"
	filled(models.EditOwnDPO(t.Context(), a.db, a.start, staff, o.Municipalities[0].ID, own))
	filled(set(a, staff, func(f *models.ControllersForm) { f.DPOName, f.DPOContact = "DPO di tutti", "tutti@example.org" }), "dpo")

	// A legal person answers by itself, at its own address.
	_, err = a.db.ExecContext(t.Context(), "UPDATE organisations SET legal_person = true")
	a.must(err)
	if diff := cmp.Diff([]string{"addresses", "pecs"}, missing()); diff != "" {
		t.Errorf("of a legal person (-want +got):\n%s", diff)
	}
}

func TestPrivacySettingsAreRefusedLoggedAndNotOverwrittenUnseen(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	staff := a.administrator()
	for field, change := range map[string]func() error{
		"agreement_on": func() error { return set(a, staff, func(f *models.ControllersForm) { f.AgreementOn = "ieri" }) },
		"dpo_contact":  func() error { return set(a, staff, func(f *models.ControllersForm) { f.DPOName = "Ada" }) },
		"act_url": func() error {
			return set(a, staff, func(f *models.LegalBasisForm) { f.ActURL = "javascript:alert(1)" })
		},
		"safeguards":           func() error { return set(a, staff, func(f *models.RecipientsForm) { f.OutsideEU = "yes" }) },
		"registrations_days":   func() error { return set(a, staff, func(f *models.RetentionForm) { f.RegistrationsDays = 0 }) },
		"contributions_months": func() error { return set(a, staff, func(f *models.RetentionForm) { f.ContributionsMonths = -1 }) },
		"server_log_days":      func() error { return set(a, staff, func(f *models.RetentionForm) { f.ServerLogDays = "sette" }) },
		"rights_contact":       func() error { return set(a, staff, func(f *models.RightsForm) { f.RightsContact = "a\nb" }) },
	} {
		var wrong models.FieldErrors
		if err := change(); !errors.As(err, &wrong) || wrong[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	form := models.PrivacyFormOf[models.RightsForm](a.privacy())
	a.must(set(a, staff, func(f *models.RightsForm) { f.RightsContact = "uno@example.org" }))
	form.RightsContact = "due@example.org"
	if err := models.EditPrivacy(t.Context(), a.db, a.start, staff, form); !errors.Is(err, models.ErrChanged) {
		t.Errorf("a form read before somebody else saved: %v", err)
	}
	if got := a.privacy().RightsContact; got != "uno@example.org" {
		t.Errorf("kept %q", got)
	}
	entries, err := models.AuditOf(t.Context(), a.db, models.AuditAsked{OrganisationID: staff.OrganisationID, Limit: 10})
	a.must(err)
	if len(entries) != 1 || entries[0].Subject != "privacy" || !slices.Equal(entries[0].Fields, []string{"rights_contact"}) {
		t.Errorf("logged %+v", entries)
	}
}

func TestEveryNoticeIsFoundAgain(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	id := a.consultation.OrganisationID
	keep := func(days int, body string) {
		t.Helper()
		a.must(models.KeepNotice(t.Context(), a.db, a.start.Add(time.Duration(days)*24*time.Hour), id, models.Text{"it": "Privacy"}, models.Text{"it": body}))
	}
	keep(0, "Prima.")
	keep(1, "Prima.")
	keep(2, "Seconda.")
	keep(3, "Prima.")
	kept, err := models.NoticesKept(t.Context(), a.db, id)
	a.must(err)
	var got []string
	for _, n := range kept {
		whole, err := models.NoticeKept(t.Context(), a.db, id, n.Number)
		a.must(err)
		got = append(got, whole.PublishedAt.Sub(a.start).String()+" "+whole.Body["it"])
	}
	if diff := cmp.Diff([]string{"72h0m0s Prima.", "48h0m0s Seconda.", "0s Prima."}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
