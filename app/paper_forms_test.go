// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"

	"ultimaparola/models"
)

// A paper form answers on two proposals: its person counts once, and what they wrote is marked.
func TestWhatComesBackOnPaperIsTypedInOnce(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	form := func(guideline string, more ...string) []string {
		return append([]string{"sheet", "17", "guideline", guideline, "municipality", "carmignano", "action", "save"}, more...)
	}
	v.post("/segreteria/moduli", http.StatusUnprocessableEntity, form("anagrafe", "paper_body", "Senza un parere né la scelta di non darlo.")...)
	_, page := v.post("/segreteria/moduli", http.StatusUnprocessableEntity, form("anagrafe", "paper_opinion", "none")...)
	if page.Find("[name=sheet]").AttrOr("value", "") != "17" || !strings.Contains(text(page.Find(".error-summary")), "almeno una delle due") {
		t.Errorf("an empty form: %s", text(page.Find(".error-summary")))
	}
	to, _ := v.post("/segreteria/moduli", http.StatusSeeOther, form("anagrafe", "paper_opinion", "favorevole", "paper_body", "Lo sportello resti aperto.", "paper_published", "true")...)
	if !strings.Contains(to, "modulo=17") || !strings.Contains(to, "proposta=informatica") {
		t.Errorf("the next proposal is not ready: %s", to)
	}
	v.post("/segreteria/moduli", http.StatusSeeOther, form("informatica", "paper_opinion", "none", "paper_body", "Da solo per voi.")...)
	v.post("/segreteria/moduli", http.StatusUnprocessableEntity, form("anagrafe", "paper_opinion", "contrario")...)
	v.post("/segreteria/moduli", http.StatusUnprocessableEntity, "sheet", "18", "guideline", "trasporti", "paper_opinion", "contrario", "municipality", "carmignano", "action", "save")
	_, page = v.post("/segreteria/moduli", http.StatusUnprocessableEntity, "sheet", "17", "guideline", "polizia-municipale", "paper_opinion", "contrario",
		"municipality", "poggio-a-caiano", "action", "save")
	if !strings.Contains(text(page.Find(".error-summary")), "altro comune") {
		t.Errorf("the same number at another counter: %s", text(page.Find(".error-summary")))
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM people WHERE channel = 'paper'":                                                        1,
		"SELECT count(*) FROM opinions o JOIN people p ON p.id = o.person_id WHERE p.pseudonym = 'Modulo 17'":        1,
		"SELECT count(*) FROM comments WHERE state = 'published'":                                                    1,
		"SELECT count(*) FROM comments WHERE state = 'private'":                                                      1,
		"SELECT count(*) FROM audit_entries WHERE action = 'enter_paper'":                                            2,
		"SELECT count(*) FROM opinion_history h JOIN people p ON p.id = h.person_id WHERE p.pseudonym = 'Modulo 17'": 1,
	} {
		var n int
		if err := v.deps.DB.NewRaw(query).Scan(t.Context(), &n); err != nil || n != want {
			t.Errorf("%s: %d, want %d (%v)", query, n, want, err)
		}
	}
	if _, err := v.deps.DB.NewRaw("UPDATE consultations SET published_at = NULL").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	v.post("/segreteria/moduli", http.StatusConflict, form("polizia-municipale", "paper_opinion", "contrario")...)
	if _, err := v.deps.DB.NewRaw("UPDATE consultations SET published_at = created_at").Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	cookie := v.cookie
	v.cookie = ""
	comment := v.get(anagrafe).Find(".comment").First()
	if got := text(comment); !strings.Contains(got, "Modulo di carta") || !strings.Contains(got, "Lo sportello resti aperto.") || !strings.Contains(got, "Modulo 17") {
		t.Errorf("the comment from paper: %s", got)
	}

	// Typed in by mistake, it is taken back whole, and its number is free again.
	v.cookie = cookie
	v.post("/segreteria/moduli/99/rimozione", http.StatusNotFound)
	v.post("/segreteria/moduli/17/rimozione", http.StatusSeeOther)
	for _, query := range []string{"SELECT count(*) FROM opinions", "SELECT count(*) FROM comments WHERE state <> 'withdrawn'", "SELECT count(*) FROM paper_forms"} {
		var n int
		if err := v.deps.DB.NewRaw(query).Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("taken back, %s: %d (%v)", query, n, err)
		}
	}
	v.post("/segreteria/moduli", http.StatusSeeOther, form("anagrafe", "paper_opinion", "contrario")...)
}

func TestPrintsSayWhereToHaveOnesSay(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for path, want := range map[string][]string{
		"/segreteria/stampe":                      {"Manifesto A3", "Anagrafe"},
		"/segreteria/stampe/manifesto":            {"http://localhost:3000/consultazioni/servizi-associati", "Carmignano", "da confermare"},
		"/segreteria/stampe/modulo":               {"Modulo n.", "Anagrafe", "Informatica", "Polizia municipale", "Altrove", "/privacy"},
		"/segreteria/stampe/linee-guida/anagrafe": {"In breve", "anagrafe"},
	} {
		shown := text(v.get(path).Find("main"))
		for _, words := range want {
			if !strings.Contains(shown, words) {
				t.Errorf("%s does not say %q:\n%s", path, words, shown)
			}
		}
	}
	if answer, _ := v.send("/segreteria/stampe/linee-guida/trasporti", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a proposal that is not there: %d", answer.StatusCode)
	}
}
