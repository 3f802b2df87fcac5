// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestPersonalAreaShowsTheMailboxAndLeadsToTheRegistration(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	waiting := v.askingBrowser("/accedi", "email", "lucia@example.org")
	id := uuid.MustParse(waiting[strings.LastIndex(waiting, "/")+1:])
	answer, _ := v.send(waiting, url.Values{"code": {v.deps.Links.Code(id)}})
	v.cookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	consultation, err := models.TheConsultation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := models.ConfirmationByID(t.Context(), v.deps.DB, id)
	if err != nil {
		t.Fatal(err)
	}
	seat := &models.Registration{ConsultationID: consultation.ID, ID: uuid.New(), MeetingID: consultation.Meetings[0].ID,
		PersonID: asked.Address.PersonID, Name: "Lucia", Seats: 1, SeatsHeld: 1, State: models.Seated, Channel: models.ByWeb, CreatedAt: *v.now}
	if _, err := v.deps.DB.NewInsert().Model(seat).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}

	page := v.get("/area-personale")
	if who := page.Find(".who").Text(); !strings.Contains(who, "lucia@example.org") {
		t.Errorf("who one is: %s", who)
	}
	if sent := page.Find(".sent").First().Text(); !strings.Contains(sent, "Data da confermare") {
		t.Errorf("a registration without its date: %s", sent)
	}
	link := page.Find(".sent a").First()
	if !strings.Contains(link.Text(), "Vedi o annulla l'iscrizione") {
		t.Errorf("the registration's link: %s", link.Text())
	}
	v.get(link.AttrOr("href", ""))
}

func TestCardsOfProposalsSayWhatTheyAreInALine(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for path, line := range map[string]string{
		"/": "I due comuni vogliono gestire insieme l'anagrafe.",
		"/consultazioni/servizi-associati/linee-guida": "I due comuni vogliono gestire insieme l'anagrafe.",
	} {
		if text := v.get(path).Find("main article").First().Text(); !strings.Contains(text, line) {
			t.Errorf("%s: %s", path, text)
		}
	}
}

func TestButtonsSayWhatTheyDoToWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	to := v.confirm(v.askingBrowser(anagrafe+"/contributi", says("Anna", models.Against, "Costa troppo")...))
	id := strings.TrimPrefix(v.get(to).Find("#fatto a").AttrOr("href", ""), "#c-")
	v.signIn("Bruno")
	page := v.get(anagrafe + "/commenti/" + id)
	if label := page.Find("#sostegno [type=submit]").Text(); label != "Salva" {
		t.Errorf("the support's button: %s", label)
	}
	if label := page.Find("#risposta [type=submit]").Text(); label != "Pubblica la risposta" {
		t.Errorf("the reply's button: %s", label)
	}
	if answer, page := v.send("/accesso-uffici", nil); answer.StatusCode != http.StatusOK || page.Find(".telephone").Length() != 1 {
		t.Error("the offices' sign-in has no telephone number")
	}
}
