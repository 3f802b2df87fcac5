// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

// generalPages are about no consultation.
var generalPages = []string{"/", "/privacy", "/note-legali", "/regole", "/assistenza", "/mappa-del-sito", "/accedi", "/accesso-uffici", "/en", "/en/regole"}

// Before there is an organisation, and before it has a municipality or a consultation, no page breaks.
func TestANewInstallationSaysWhatIsNotThereYet(t *testing.T) {
	t.Parallel()
	now := time.Date(2018, 1, 8, 10, 0, 0, 0, time.UTC)
	v := newVisitorOn(t, databasetest.New(t), &now)
	look := func(when string) {
		t.Helper()
		for _, path := range generalPages {
			page := v.get(path)
			if page.Find("h1").Length() != 1 || page.Find("nav#menu").Length() != 0 {
				t.Errorf("%s, %s: no title, or a navigation to nowhere", when, path)
			}
		}
		if got := text(v.get("/").Find(".lead")); got != "Adesso non c'è nessuna consultazione aperta. Quando si apre, la trovi qui." {
			t.Errorf("%s, the first page says %q", when, got)
		}
		if got := text(v.get("/regole").Find(".page-heading .lead")); got != "Questa pagina non è ancora scritta. Se ti serve qualcosa, chiama o scrivi al tuo comune." {
			t.Errorf("%s, the rules say %q", when, got)
		}
		if answer, page := v.send("/consultazioni/servizi-associati", nil); answer.StatusCode != http.StatusNotFound || page.Find("[data-failure=not_found]").Length() != 1 {
			t.Errorf("%s, an unknown consultation: %d", when, answer.StatusCode)
		}
		v.signIn("")
		if v.get("/area-personale").Find("h1").Length() != 1 {
			t.Errorf("%s, no personal area", when)
		}
		v.cookie = ""
	}
	look("without an organisation")
	if _, err := v.deps.DB.NewInsert().Model(&models.Organisation{ID: uuid.Must(uuid.NewV7()), Name: "Unione di prova"}).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	look("without a consultation")

	for role, at := range map[string]map[string]int{
		models.RoleAdministrator: {"/segreteria": 200, "/segreteria/testi": 200, "/segreteria/registro": 200, "/sindaci": 404, "/segreteria/commenti": 404, "/segreteria/impostazioni": 404},
		models.RoleOrganiser:     {"/segreteria": 200, "/segreteria/testi": 200, "/segreteria/incontri/x": 404, "/segreteria/testi/fasi/1": 404},
		models.RoleObserver:      {"/segreteria": 200, "/sindaci": 404},
		models.RoleModerator:     {"/segreteria/commenti": 404},
	} {
		v.enter(role, "")
		for path, want := range at {
			answer, page := v.send(path, nil)
			if answer.StatusCode != want || want == http.StatusNotFound && page.Find("[data-failure=no_consultation]").Length() != 1 {
				t.Errorf("%s at %s: %d, %s", role, path, answer.StatusCode, text(page.Find("h1")))
			}
		}
	}

	// The texts that every organisation has begin with one that suits anybody.
	v.enter(models.RoleOrganiser, "nessuno")
	for slug, title := range map[string]string{"regole": "Regole di partecipazione", "note-legali": "Note legali"} {
		path := "/segreteria/testi/pagine/" + slug
		if link := v.get("/segreteria/testi").Find("a[href='" + path + "']"); text(link) != title {
			t.Errorf("the texts lead to %q", text(link))
		}
		form := v.get(path)
		if words := form.Find("form").Text(); strings.Contains(words, "2017") || strings.Contains(words, "due comuni") || strings.Contains(words, "Carmignano") {
			t.Errorf("%s begins with somebody's text", path)
		}
		v.post(path, http.StatusSeeOther, typed(form, "body_en", "")...)
		if got := v.audited(); got != "add page" {
			t.Errorf("audited %q", got)
		}
		v.post(path, http.StatusConflict, typed(form, "title_it", "Altro titolo")...) // somebody else was faster
		if page := v.get("/" + slug); text(page.Find("h1")) != title || page.Find(".richtext h2").Length() < 4 {
			t.Errorf("/%s: %s", slug, text(page.Find("main")))
		}
	}
	v.post("/segreteria/testi/pagine/altro", http.StatusNotFound, "title_it", "Altro", "body_it", "Testo")
}
