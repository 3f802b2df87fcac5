// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
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
}
