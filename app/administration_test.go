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
var administrationPages = []string{amministrazione, amministrazione + "/organizzazione", comuni, comuni + "/nuovo", comuni + "/carmignano",
	"/segreteria/testi/comuni/carmignano"}

const comuni = amministrazione + "/comuni"

func TestTheAdministrationIsForAdministratorsInBothLanguages(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for _, path := range administrationPages[:5] {
		if answer, _ := v.send(path, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("an organiser at %s: %d", path, answer.StatusCode)
		}
	}
	if v.get("/segreteria").Find("main a[href='/amministrazione']").Length() != 0 {
		t.Error("an organiser is led to the administration")
	}
	v.enter(models.RoleAdministrator, "")
	if v.get("/segreteria").Find("main a[href='/amministrazione']").Length() != 1 {
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

func TestAMunicipalityIsAddedMovedEditedAndRemoved(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	add := comuni + "/nuovo"
	_, page := v.post(add, http.StatusUnprocessableEntity, typed(v.get(add), "denomination", "Vernio di Prova", "istat_code", "100002", "cadastral_code", "Z009")...)
	if page.Find("#field-istat_code[aria-invalid=true]").Length() != 1 || page.Find("[name=denomination]").AttrOr("value", "") != "Vernio di Prova" {
		t.Error("the code of another municipality is taken, or what was typed is lost")
	}
	to, _ := v.post(add, http.StatusSeeOther, typed(v.get(add), "denomination", "Vernio di Prova", "istat_code", "999009", "cadastral_code", "z009")...)
	if to != comuni+"?fatto=comune#vernio-di-prova" || v.audited() != "add municipality" {
		t.Fatalf("led to %q, audited %q", to, v.audited())
	}
	v.post(comuni+"/vernio-di-prova/posizione", http.StatusSeeOther, "verso", "su")
	if got := text(v.get(comuni).Find(".desk-cards h2")); got != "Carmignano Vernio di Prova Poggio a Caiano" && got != "CarmignanoVernio di ProvaPoggio a Caiano" {
		t.Errorf("the list: %q", got)
	}
	if got := text(v.get("/").Find("header .navbar-brand")); got != "Comuni di Carmignano, Vernio di Prova e Poggio a Caiano" {
		t.Errorf("the header: %q", got)
	}
	path := comuni + "/vernio-di-prova"
	v.post(path, http.StatusSeeOther, typed(v.get(path), "denomination", "Prova", "hamlets", "Una\nDue")...)
	if got := v.get(path).Find("[name=hamlets]").Text(); !strings.Contains(got, "Una\nDue") {
		t.Errorf("hamlets %q", got)
	}
	contacts := "/segreteria/testi/comuni/vernio-di-prova"
	v.post(contacts, http.StatusUnprocessableEntity, typed(v.get(contacts), "friday", "sempre")...)
	v.post(contacts, http.StatusSeeOther, typed(v.get(contacts), "phone", "06 1234567", "friday", "9-12")...)
	if got := v.get(contacts).Find("[name=friday]").AttrOr("value", ""); got != "9:00-12:00" {
		t.Errorf("hours %q", got)
	}

	_, page = v.post(comuni+"/carmignano/rimozione", http.StatusConflict)
	if got := text(page.Find(".error-summary")); !strings.Contains(got, "ha degli incontri") {
		t.Errorf("removing a municipality in use says %q", got)
	}
	to, _ = v.post(path+"/rimozione", http.StatusSeeOther)
	if to != comuni+"?fatto=comune-tolto" || v.audited() != "remove municipality" {
		t.Errorf("led to %q, audited %q", to, v.audited())
	}
	for _, gone := range []string{path, comuni + "/altrove"} {
		if answer, _ := v.send(gone, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", gone, answer.StatusCode)
		}
	}
}
