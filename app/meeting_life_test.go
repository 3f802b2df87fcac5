// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"ultimaparola/models"
)

const evenings = "/consultazioni/servizi-associati/incontri"

func TestADraftOfAMeetingIsNowhereOnTheSite(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "")
	v.post("/segreteria/incontri/nuovo", http.StatusSeeOther, "title_it", "Incontro segreto", "body_it", "Ci vediamo.", "capacity", "50", "town", "carmignano")
	if got := v.get("/segreteria").Find("#meetings ~ .card-list").Text(); !strings.Contains(got, "Incontro segreto") || !strings.Contains(got, "Bozza") {
		t.Errorf("the desk shows %q", got)
	}
	office := v.cookie
	public := func() (places []string) {
		for _, path := range []string{"/", "/mappa-del-sito", "/consultazioni/servizi-associati", evenings, evenings + "/carmignano"} {
			if strings.Contains(v.get(path).Text(), "Incontro segreto") {
				places = append(places, path)
			}
		}
		for _, path := range []string{"/incontro-segreto", "/incontro-segreto.ics", "/incontro-segreto/telefonata"} {
			if v.status(evenings+path) != http.StatusNotFound {
				places = append(places, path)
			}
		}
		return places
	}
	for _, name := range []string{"", "Anna"} {
		if v.cookie = ""; name != "" {
			v.signIn(name)
		}
		if found := public(); found != nil {
			t.Errorf("%q finds a draft at %v", name, found)
		}
		v.post(evenings+"/incontro-segreto/avvisami", http.StatusNotFound, "email", "anna@example.org")
		v.post(evenings+"/incontro-segreto/iscrizioni", http.StatusNotFound, "name", "Anna", "email", "anna@example.org", "seats", "1")
	}
	v.cookie = office
	if strings.Contains(v.get("/sindaci").Text(), "Incontro segreto") {
		t.Error("the mayors read of a draft")
	}
	v.post("/segreteria/incontri/incontro-segreto/pubblicazione", http.StatusSeeOther)
	if got := v.audited(); got != "publish meeting" {
		t.Errorf("audited %q", got)
	}
	v.cookie = ""
	if found := public(); len(found) < 5 || !slices.Contains(found, evenings) {
		t.Errorf("published, it is found at %v alone", found)
	}
}

func TestAMeetingIsCancelledReopenedAndCopied(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "carmignano")
	v.open("10")
	const evening = "/segreteria/incontri/carmignano"
	if _, page := v.post(evening+"/annullamento", http.StatusUnprocessableEntity); page.Find(".error-summary a[href='#field-cancel_reason_it']").Length() != 1 {
		t.Errorf("it does not ask for the reason: %s", text(page.Find(".error-summary")))
	}
	v.post(evening+"/annullamento", http.StatusSeeOther, "cancel_reason_it", "La strada è chiusa per neve.", "cancel_reason_en", "Snow.")
	if got := v.audited(); got != "cancel meeting" {
		t.Errorf("audited %q", got)
	}
	office := v.cookie
	v.cookie = ""
	page := v.get(evenings + "/carmignano")
	if got := text(page.Find("main .alert-warning").First()); !strings.Contains(got, "Annullato") || !strings.Contains(got, "chiusa per neve") {
		t.Errorf("citizens read %q", got)
	}
	if page.Find("#iscrizione, #avvisami").Length() != 0 || !strings.Contains(v.get("/en"+evenings+"/carmignano").Text(), "Snow.") {
		t.Error("one still registers, or the reason in English is missing")
	}
	if got := v.get(evenings).Find(".card-list").Text(); !strings.Contains(got, "Annullato") {
		t.Errorf("the list says %q", got)
	}
	v.post(evenings+"/carmignano/iscrizioni", http.StatusConflict, "name", "Anna", "email", "anna@example.org", "seats", "1")
	v.post(evenings+"/carmignano/avvisami", http.StatusConflict, "email", "anna@example.org")
	v.cookie = office
	v.post(evening+"/riapertura", http.StatusSeeOther)
	if got := v.audited(); got != "reopen meeting" || v.get(evenings+"/carmignano").Find("#iscrizione").Length() != 1 {
		t.Errorf("audited %q, or one cannot register again", got)
	}
	form := append(typed(v.get(evening+"/copia"), "title_it", "Incontro in frazione"), "town", "carmignano")
	to, _ := v.post(evening+"/copia", http.StatusSeeOther, form...)
	if !strings.HasPrefix(to, "/segreteria/incontri/incontro-in-frazione?") || !strings.Contains(v.get("/segreteria/incontri/incontro-in-frazione").Text(), "Bozza") {
		t.Errorf("the copy: %q", to)
	}
	for _, noun := range []string{"pubblicazione", "annullamento", "riapertura", "copia"} {
		v.post("/segreteria/incontri/poggio-a-caiano/"+noun, http.StatusNotFound, "cancel_reason_it", "No", "title_it", "No", "town", "carmignano")
	}
}
