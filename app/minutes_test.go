// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/app/web"
	"ultimaparola/models"
)

// past is signed in as Carmignano's organiser on the night of its meeting, to which a party of two came; it returns the
// address of their registration.
func (v *visitor) past() string {
	v.t.Helper()
	officer := v.enter(models.RoleOrganiser, "carmignano")
	v.open("10")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Anna Bianchi", "email", "anna@example.org", "seats", "2", "channel", models.ByPhone)
	*v.now = time.Date(2017, 12, 12, 22, 30, 0, 0, time.UTC)
	token, err := models.SignInStaff(v.t.Context(), v.deps.DB, *v.now, officer.ID, "Prova", true)
	if err != nil {
		v.t.Fatal(err)
	}
	v.cookie = "ufficio=" + token
	r := new(models.Registration)
	if err := v.deps.DB.NewSelect().Model(r).Where("name = 'Anna Bianchi'").Scan(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
	v.post(carmignano+"/iscrizioni/"+r.ID.String()+"/presenza", http.StatusSeeOther, "people", "2")
	return "/iscrizioni/" + v.deps.Links.Token(web.PurposeRegistration, r.ID)
}

func TestTheMinutesAreReadOnceTheMeetingIsClosed(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.past()
	_, page := v.post(carmignano+"/chiusura", http.StatusUnprocessableEntity)
	if got := page.Find(".error-summary a[href='#field-minutes']").Length(); got != 1 || page.Find(".error-summary a").Length() != 1 {
		t.Errorf("without minutes it says %q", text(page.Find(".error-summary")))
	}
	if page.Find("#field-minutes a[href='"+carmignano+"/verbale']").Length() != 1 || !strings.Contains(page.Find("#field-attendance").Text(), "2 persone") {
		t.Errorf("the checklist: %q", text(page.Find(".desk-checks")))
	}
	if _, page = v.post(carmignano+"/verbale", http.StatusUnprocessableEntity, "minutes_it", "Si parte.", "recording_url", "http://video"); page.Find("#field-recording_url[aria-invalid]").Length() != 1 ||
		!strings.Contains(page.Find("#field-minutes_it").Text(), "Si parte.") {
		t.Error("a wrong address is not told, or what was typed is lost")
	}
	form := typed(v.get(carmignano+"/verbale"), "minutes_it", "### Anagrafe\n\nSi parte a gennaio.", "recording_url", "https://video.example.org/1")
	v.post(carmignano+"/verbale", http.StatusSeeOther, form...)
	v.post(carmignano+"/verbale", http.StatusConflict, append(form, "minutes_it", "Altro.")...)
	if got := text(v.get(carmignano + "/verbale/1").Find("main")); !strings.Contains(got, "Si parte a gennaio.") {
		t.Errorf("the version: %q", got)
	}
	office := v.cookie
	read := func() string {
		t.Helper()
		v.cookie = ""
		defer func() { v.cookie = office }()
		return text(v.get(evenings + "/carmignano").Find("#verbale"))
	}
	if got := read(); got != "" {
		t.Errorf("before it is closed, citizens read %q", got)
	}
	to, _ := v.post(carmignano+"/chiusura", http.StatusSeeOther)
	if !strings.Contains(v.get(to).Find("main .alert-success").First().Text(), "Incontro chiuso") || v.audited() != "close meeting" {
		t.Errorf("closed, it leads to %q; audited %q", to, v.audited())
	}
	v.post(carmignano+"/chiusura", http.StatusSeeOther) // again: nothing more happens
	if got := read(); !strings.Contains(got, "Si parte a gennaio.") || strings.Contains(got, "Aggiornato") {
		t.Errorf("citizens read %q", got)
	}
	v.post(carmignano+"/verbale", http.StatusUnprocessableEntity, typed(v.get(carmignano+"/verbale"), "minutes_it", "Si parte a marzo.")...)
	v.post(carmignano+"/verbale", http.StatusSeeOther, typed(v.get(carmignano+"/verbale"), "minutes_it", "Si parte a marzo.", "minutes_note", "Il mese era sbagliato.")...)
	if got := read(); !strings.Contains(got, "Si parte a marzo.") || !strings.Contains(got, "Aggiornato") || !strings.Contains(got, "Il mese era sbagliato.") {
		t.Errorf("corrected, citizens read %q", got)
	}
	v.cookie = ""
	if got := text(v.get("/en" + evenings + "/carmignano").Find("#presenze")); !strings.Contains(got, "2 people") || !strings.Contains(got, "Not stated") {
		t.Errorf("who came: %q", got)
	}
}

func TestWhatWasSaidIsReadAmongTheComments(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.past()
	said := []string{"guideline", "anagrafe", "said_body", "E il sabato?", "said_opinion", "non-so", "municipality", "carmignano", "speaker", "Rosa", "said_published", "true"}
	if _, page := v.post(carmignano+"/interventi", http.StatusUnprocessableEntity, append([]string{"said_body", ""}, said[:2]...)...); page.Find(".error-summary a").Length() < 2 {
		t.Error("an empty form is not refused")
	}
	v.post(carmignano+"/interventi", http.StatusSeeOther, said...)
	if _, page := v.post(carmignano+"/interventi", http.StatusUnprocessableEntity, said...); page.Find(".error-summary a[href='#field-said_body']").Length() != 1 {
		t.Errorf("the same again: %q", text(page.Find(".error-summary")))
	}
	page := v.get(carmignano + "/interventi")
	take := page.Find("form[action$='/rimozione']").AttrOr("action", "")
	office := v.cookie
	v.cookie = ""
	badge := v.get(anagrafe + "/commenti").Find(".comment a.badge")
	if badge.AttrOr("href", "") != evenings+"/carmignano" || badge.Text() != "Detto all'incontro di Carmignano" {
		t.Errorf("marked %q, to %q", badge.Text(), badge.AttrOr("href", ""))
	}
	v.cookie = office
	v.post(take, http.StatusSeeOther)
	v.post(take, http.StatusNotFound)
	v.cookie = ""
	if n := v.get(anagrafe + "/commenti").Find(".comment").Length(); n != 0 {
		t.Errorf("taken back, %d comments are read", n)
	}
}

func TestWhoCameSaysHowItWas(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	mine := v.past() + "/valutazione"
	v.cookie = ""
	rows := func() (n int) {
		t.Helper()
		if err := v.deps.DB.NewRaw("SELECT count(*) FROM meeting_ratings").Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if v.get(mine); rows() != 0 {
		t.Error("opening the link rates the meeting")
	}
	if _, page := v.post(mine, http.StatusUnprocessableEntity, "rating_body", "Bene."); page.Find(".error-summary a[href='#field-stars']").Length() != 1 ||
		!strings.Contains(page.Find("textarea").Text(), "Bene.") {
		t.Errorf("without stars: %q", text(page.Find("main")))
	}
	to, _ := v.post(mine, http.StatusSeeOther, "stars", "4", "rating_body", "Bene.")
	if page := v.get(to); page.Find("input[value='4'][checked]").Length() != 1 || page.Find(".alert-success").Length() != 1 {
		t.Errorf("afterwards: %q", text(page.Find("main")))
	}
	v.post(mine, http.StatusSeeOther, "stars", "5")
	room := "/sala/" + v.room()
	if v.get(room).Find("#valutazione-incontro").Length() != 1 {
		t.Error("the room does not ask")
	}
	v.cookie = ""
	v.post(room+"/valutazione", http.StatusSeeOther, "stars", "3")
	v.post(room+"/valutazione", http.StatusUnprocessableEntity)
	if n := rows(); n != 2 {
		t.Errorf("%d ratings, want one of each", n)
	}
	*v.now = v.now.Add(31 * 24 * time.Hour)
	if v.get(mine).Find("input[name=stars]").Length() != 0 {
		t.Error("a month later one is still asked")
	}
	v.post(mine, http.StatusConflict, "stars", "1")
	v.post(room+"/valutazione", http.StatusConflict, "stars", "1")
}

func TestTheReportTellsHowAMeetingWent(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.past()
	v.post(carmignano+"/iscrizioni/nuova", http.StatusConflict, "name", "Tardi", "email", "tardi@example.org", "seats", "1", "channel", models.ByPhone)
	v.post(carmignano+"/senza-iscrizione", http.StatusSeeOther, "people", "3", "municipality", "poggio-a-caiano")
	for stars := range 5 {
		v.cookie = ""
		v.post("/sala/"+v.room()+"/valutazione", http.StatusSeeOther, "stars", strconv.Itoa(5-stars%2))
	}
	v.enter(models.RoleMayor, "carmignano")
	cells := map[string]string{}
	page := v.get("/sindaci")
	page.Find("#aftermath-caption ~ .chart-table tr").Each(func(_ int, row *goquery.Selection) {
		cell := row.Find("td").First()
		cells[text(row.Find("th[scope=row]"))] = text(cell)
		if href, led := cell.Find("a").Attr("href"); led {
			if total := text(v.get(href).Find("#total")); !strings.HasPrefix(total, text(cell.Find("a"))+" ") {
				t.Errorf("%s says %q, its rows %q", text(row.Find("th")), text(cell), total)
			}
		}
	})
	for label, want := range map[string]string{"Posti occupati da chi è venuto": "50%", "Presenti: Poggio a Caiano": "1 (3 persone)", "Presenti: Comune non indicato": "1 (2 persone)",
		"Assenti con il posto": "0 (0 persone)", "Quota degli assenti": "0%", "Valutazioni": "5 (media 4,6 stelle)"} {
		if strings.Join(strings.Fields(cells[label]), " ") != want {
			t.Errorf("%s: %q, want %q", label, cells[label], want)
		}
	}
	if table := string(v.download("/sindaci/esportazioni/incontri.csv")); !strings.Contains(table, "carmignano,carmignano,2017-12-12 21:00,10,2,5,3,50,0,0,0,0,5,4.6,0,3,0,2") {
		t.Errorf("the table: %s", table)
	}
}
