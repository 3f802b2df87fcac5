// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/models"
)

// names returns what the selected elements say.
func names(page *goquery.Document, selector string) []string {
	var names []string
	page.Find(selector).Each(func(_ int, s *goquery.Selection) { names = append(names, text(s)) })
	return names
}

func TestWhoHasNoMailboxGetsALetterAndASlip(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("3")
	register := func(name, email, seats string) (receipt string) {
		at, _ := v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", name, "email", email, "seats", seats, "channel", "phone")
		return v.get(at).Find("a:contains('Stampa la ricevuta')").AttrOr("href", "")
	}
	anna := register("Anna", "", "2")
	bruno := register("Bruno", "bruno@example.org", "1")
	carla := register("Carla", "", "1") // waits
	for path, want := range map[string]string{
		anna: "Lettera per Anna hai 2 posti", bruno: "Lettera per Bruno hai un posto", carla: "Lettera per Carla in lista d'attesa, al numero 1",
	} {
		letter := v.get(path).Find(".letter")
		who, stands, _ := strings.Cut(want, " hai")
		if stands == "" {
			who, stands, _ = strings.Cut(want, " in")
		}
		if letter.Length() != 1 || letter.AttrOr("aria-label", "") != who || !strings.Contains(text(letter), strings.TrimSpace(stands)) {
			t.Errorf("%s: %d letters: %q, want %q", path, letter.Length(), text(letter), want)
		}
		if letter.Find("svg.qr").Length() != 1 || !strings.Contains(text(letter), "martedì 12 dicembre 2017, ore 21:00DoveSala") {
			t.Errorf("%s lacks the code, day or place: %q", path, text(letter))
		}
	}
	var to []string
	v.get(carmignano + "/lettere").Find(".letter").Each(func(_ int, s *goquery.Selection) { to = append(to, s.AttrOr("aria-label", "")) })
	if want := []string{"Lettera per Anna", "Lettera per Carla"}; !slices.Equal(to, want) {
		t.Errorf("letters %q, want %q", to, want)
	}
	if got, want := names(v.get(carmignano+"/talloncini"), ".slip-name"), []string{"Anna"}; !slices.Equal(got, want) {
		t.Errorf("slips for %q, want %q", got, want)
	}
	if got, want := names(v.get(carmignano+"/talloncini?per=tutti"), ".slip-name"), []string{"Anna", "Bruno"}; !slices.Equal(got, want) {
		t.Errorf("all slips for %q, want %q", got, want)
	}

	// A letter names the registration of its own meeting alone.
	id := anna[strings.LastIndex(anna, "=")+1:]
	for _, path := range []string{"/segreteria/incontri/poggio-a-caiano/lettere?iscrizione=" + id, carmignano + "/lettere?iscrizione=x",
		carmignano + "/talloncini?dopo=01939c3e-0000-7000-8000-000000000000"} {
		if got := v.status(path); got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
	v.post(carmignano+"/iscrizioni/"+id+"/annullamento", http.StatusSeeOther)
	if got := v.status(anna); got != http.StatusNotFound {
		t.Errorf("%s: %d", anna, got)
	}
}
