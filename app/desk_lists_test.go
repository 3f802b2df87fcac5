// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestExportsSayWhatARegistrationSaid(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("2")
	for _, name := range []string{"Anna", "Bruno", "Carla"} {
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", name, "email", name+"@example.org", "seats", "1", "channel", "phone")
	}
	db, ctx := v.deps.DB, t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	anna := new(models.Registration)
	must(db.NewSelect().Model(anna).Where("name = 'Anna'").Scan(ctx))
	question := &models.Question{ConsultationID: anna.ConsultationID, ID: uuid.New(), MeetingID: anna.MeetingID, RegistrationID: anna.ID,
		Body: "Quando apre lo sportello?", Channel: models.WithRegistration, State: models.QuestionNew, CreatedAt: *v.now, ChangedAt: *v.now}
	_, err := db.NewInsert().Model(question).Exec(ctx)
	must(err)
	_, err = db.ExecContext(ctx, `UPDATE registrations SET press = true, reconfirm_since = now(),
		guideline_id = (SELECT id FROM guidelines WHERE slug = 'anagrafe'), municipality_id = (SELECT id FROM municipalities WHERE slug = 'carmignano')
		WHERE name = 'Anna'`)
	must(err)
	_, err = db.ExecContext(ctx, "UPDATE registrations SET elsewhere = true WHERE name = 'Carla'")
	must(err)
	rows, err := csv.NewReader(bytes.NewReader(v.download(carmignano + "/iscrizioni.csv"))).ReadAll()
	must(err)
	said := func(row int, columns ...string) (said []string) {
		for _, column := range columns {
			said = append(said, rows[row][slices.Index(rows[0], column)])
		}
		return said
	}
	columns := []string{"Nome", "Codice", "Da riconfermare", "Stampa", "Comune", "Proposta", "Domanda", "Numero in lista"}
	want := []string{"Anna", anna.Code(), "sì", "sì", "Carmignano", v.get(anagrafe).Find("h1").Text(), "Quando apre lo sportello?", ""}
	got := said(1, columns...)
	got[5], want[5] = fmt.Sprint(got[5] != ""), "true"
	if !slices.Equal(got, want) {
		t.Errorf("Anna: %q, want %q", got, want)
	}
	if got, want := said(3, "Nome", "Comune", "Domanda", "Numero in lista", "Stato"), []string{"Carla", "Altrove", "", "1", "in lista d'attesa"}; !slices.Equal(got, want) {
		t.Errorf("Carla: %q, want %q", got, want)
	}
}

func TestTheListIsSearchedNarrowedAndTurned(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("1")
	for i := range 60 {
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", fmt.Sprintf("Persona %02d", 59-i), "seats", "1", "channel", "phone")
	}
	// Who waits stands in the order of the queue, and the next page goes on where this one ends.
	queue := v.get(carmignano + "?stato=waiting")
	if first := text(queue.Find(".desk-cards > li").First()); !strings.Contains(first, "Persona 58") || !strings.Contains(first, "posto in lista: 1") {
		t.Errorf("the queue begins with %q", first)
	}
	rest := v.get(queue.Find("a[rel=next]").AttrOr("href", ""))
	if n, first := rest.Find(".desk-cards > li").Length(), text(rest.Find(".desk-cards > li").First()); n != 9 || !strings.Contains(first, "Persona 08") || !strings.Contains(first, "posto in lista: 51") {
		t.Errorf("the queue goes on with %d: %q", n, first)
	}
	for words, want := range map[string]string{"persona 1": "Trovate 10 iscrizioni.", "persona": "Trovate più di 50 iscrizioni: ecco le prime.", "nessuno": "Trovate 0 iscrizioni.", "": ""} {
		_, page := v.post(carmignano+"/ricerca", http.StatusOK, "search", words)
		if got := text(page.Find("#found[role=status]")); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
		if cards := page.Find("#list .desk-cards > li").Length(); words == "" && cards != 50 {
			t.Errorf("without words %d are shown", cards)
		}
	}
	code := text(v.get(carmignano + "?stato=seated").Find(".desk-cards > li [data-code]"))
	if _, page := v.post(carmignano+"/ricerca", http.StatusOK, "search", strings.ToLower(strings.ReplaceAll(code, "-", ""))); len(code) != 9 || text(page.Find("#found")) != "Trovata 1 iscrizione." {
		t.Errorf("the code %q: %q", code, text(page.Find("#found")))
	}
	if got := text(v.get(carmignano + "?stato=without_mail").Find("[aria-current]")); !strings.Contains(got, "Senza e-mail (60)") {
		t.Errorf("without e-mail: %q", got)
	}
}

func TestTheMorningSummaryIsStoppedAndAskedForAgain(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for _, step := range []struct{ path, says string }{
		{"", "Non mandarmi il riepilogo"}, {"/il-mio-accesso/riepilogo/disdetta", "Mandami il riepilogo"},
		{"/il-mio-accesso/riepilogo/disdetta", "Mandami il riepilogo"}, {"/il-mio-accesso/riepilogo", "Non mandarmi il riepilogo"},
	} {
		if step.path != "" {
			v.post(step.path, http.StatusSeeOther)
		}
		if got := text(v.get("/il-mio-accesso").Find("section[aria-labelledby=digest] button")); got != step.says {
			t.Errorf("after %q: %q, want %q", step.path, got, step.says)
		}
	}
	v.enter(models.RoleModerator, "")
	if v.get("/il-mio-accesso").Find("section[aria-labelledby=digest]").Length() != 0 {
		t.Error("a moderator is offered the summary")
	}
}
