// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"

	"ultimaparola/models"
)

const amministrazione = "/amministrazione"

// administrationPages are those that nothing has to be there for.
var administrationPages = []string{amministrazione, amministrazione + "/organizzazione"}

func TestTheAdministrationIsForAdministratorsInBothLanguages(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for _, path := range administrationPages {
		if answer, _ := v.send(path, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("an organiser at %s: %d", path, answer.StatusCode)
		}
	}
	if v.get("/segreteria").Find("a[href='/amministrazione']").Length() != 0 {
		t.Error("an organiser is led to the administration")
	}
	v.enter(models.RoleAdministrator, "")
	if v.get("/segreteria").Find("a[href='/amministrazione']").Length() != 1 {
		t.Error("an administrator is not led to the administration")
	}
	for _, path := range administrationPages {
		for lang, prefix := range map[string]string{"it": "", "en": "/en"} {
			page := v.get(prefix + path)
			if got := page.Find("html").AttrOr("lang", ""); got != lang || page.Find("meta[name=robots][content=noindex]").Length() != 1 {
				t.Errorf("%s speaks %q, or is for search engines", prefix+path, got)
			}
			for _, area := range []string{"administration.", "editing.", "errors."} {
				if text := page.Find("main").Text(); strings.Contains(text, area) {
					t.Errorf("%s shows the key of a message: %s", prefix+path, text[strings.Index(text, area):][:40])
				}
			}
		}
	}
}

func TestTheOrganisationIsWhoItsAdministratorSays(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	const path = amministrazione + "/organizzazione"
	_, page := v.post(path, http.StatusUnprocessableEntity, typed(v.get(path), "denomination", " ", "fiscal_code", "01234567890", "ipa_code", "c a/1",
		"pec", "x", "monday", "13-9", "albo_url", "albo.example.org", "short_name", "Le Valli")...)
	for _, field := range []string{"denomination", "fiscal_code", "ipa_code", "pec", "monday", "albo_url"} {
		if page.Find("#field-"+field+"[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s is not shown as wrong", field)
		}
	}
	if got := page.Find("[name=short_name]").AttrOr("value", ""); got != "Le Valli" {
		t.Errorf("what was typed is lost: %q", got)
	}
	if v.audited() != "" {
		t.Errorf("half a change: %s", v.audited())
	}

	to, _ := v.post(path, http.StatusSeeOther, typed(v.get(path), "denomination", "Unione delle Valli", "legal_person", "true", "short_name", "Le Valli",
		"fiscal_code", "0123 4567 897", "ipa_code", "UCV_01", "pec", "valli@pec.example.org", "monday", "8.30 - 13 e 15-17",
		"accessibility_url", "https://valli.example.org/accessibilita")...)
	if to != amministrazione+"?fatto=dichiarazione" || v.audited() != "edit organisation" {
		t.Errorf("led to %q, audited %q", to, v.audited())
	}
	if !strings.Contains(v.get(to).Find("[role=status]").Text(), "form.agid.gov.it") || !strings.Contains(v.get(path).Find("#field-accessibility_url-hint").Text(), "form.agid.gov.it. Controlla") {
		t.Error("nobody says that a statement is published on AgID's platform")
	}
	organisation, err := models.TheOrganisation(t.Context(), v.deps.DB)
	if err != nil || organisation.FiscalCode != "01234567897" || organisation.IPACode != "ucv_01" || organisation.Hours.Monday != "8:30-13:00, 15:00-17:00" {
		t.Errorf("kept %+v (%v)", organisation, err)
	}
	page = v.get("/")
	if header, footer := text(page.Find("header .navbar-brand")), page.Find("footer").Text(); header != "Le Valli" || !strings.Contains(footer, "Unione delle Valli") || strings.Contains(footer, "Comuni di") {
		t.Errorf("header %q, footer %q", header, footer)
	}
	if to, _ := v.post(path, http.StatusSeeOther, typed(v.get(path), "accessibility_url", "https://form.agid.gov.it/view/x")...); to != amministrazione+"?fatto=salvato" {
		t.Errorf("led to %q", to)
	}
}
