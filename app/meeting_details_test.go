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

// sectionsOf are the headings of a meeting's page, in order.
func sectionsOf(page *goquery.Document) (titles []string) {
	page.Find("main .event-section > h2").Each(func(_ int, s *goquery.Selection) { titles = append(titles, text(s)) })
	return titles
}

func TestThePageOfAMeetingSaysWhatItOffersInTheUsualOrder(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "carmignano")
	v.open("10")
	office, public := v.cookie, evenings+"/carmignano"
	v.cookie = ""
	bare := []string{"Cos'è", "A chi è rivolto", "Luogo", "Date e orari", "Costi", "Iscriviti", "Appuntamenti", "Contatti", "Patrocinio", "Ultimo aggiornamento"}
	if got := sectionsOf(v.get(public)); !slices.Equal(got, bare) {
		t.Errorf("with nothing filled in: %q", got)
	}
	v.cookie = office
	details := carmignano + "/dettagli"
	wrong := append(typed(v.get(details), "stream_url", "ftp://video"), "recorded", "none")
	if _, page := v.post(details, http.StatusUnprocessableEntity, wrong...); page.Find("#field-stream_url").AttrOr("value", "") != "ftp://video" {
		t.Error("what was typed is lost")
	}
	v.post(details, http.StatusSeeOther, append(typed(v.get(details), "programme_it", "- Ore 21: saluti", "speakers_it", "La sindaca",
		"access_note_it", "La rampa è a destra.", "child_care_it", "Dai 3 anni.", "contact", "incontri@comune.example", "stream_url", "https://video.example/1"),
		"guidelines", "anagrafe", "access", "step_free", "access", "bus", "interpreters", "zh", "recorded", "video")...)
	if got := v.audited(); got != "edit meeting" {
		t.Errorf("audited %q", got)
	}
	v.upload(carmignano+"/documenti", "document", "volantino.pdf", []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "title_it", "Il volantino")
	again := append(typed(v.get(details), "access_note_it", "La rampa è dietro."), "access", "step_free")
	v.post(details, http.StatusSeeOther, again...)
	v.cookie = ""
	page := v.get(public + "?")
	full := slices.Insert(slices.Clone(bare), 6, "Diretta e registrazione", "Allegati")
	if got := sectionsOf(page); !slices.Equal(got, full) {
		t.Errorf("with everything filled in: %q", got)
	}
	for selector, want := range map[string]string{
		"#cosa": "Ore 21: saluti", "#cosa a[href='/consultazioni/servizi-associati/linee-guida/anagrafe']": "Anagrafe",
		"#destinatari": "La rampa è dietro.", "#destinatari li": "ingresso senza gradini", "#diretta": "posti fuori dalle riprese",
		"#diretta a[href='https://video.example/1']": "diretta", "#contatti a[href='mailto:incontri@comune.example']": "incontri", "#allegati": "PDF, 1 kB",
	} {
		if got := text(page.Find(selector)); !strings.Contains(got, want) {
			t.Errorf("%s says %q, not %q", selector, got, want)
		}
	}
	if got := text(page.Find("#destinatari")); !strings.Contains(got, "cinese") || !strings.Contains(got, "Dai 3 anni") {
		t.Errorf("who can come: %q", got)
	}
	file := page.Find("#allegati a").AttrOr("href", "")
	if answer, _ := v.answer(file); answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%s: %d, %s", file, answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	v.cookie = office
	taken, _ := v.get(carmignano + "/documenti").Find("form[action$='/rimozione']").Attr("action")
	v.post(taken, http.StatusSeeOther)
	v.cookie = ""
	if v.status(file) != http.StatusNotFound {
		t.Error("a document that was taken away is still there")
	}
}

func TestADocumentOfAMeetingNeedsATitleAndAKindThatPeopleCanOpen(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "carmignano")
	answer, page := v.upload(carmignano+"/documenti", "document", "virus.exe", []byte("MZ"), "title_en", "A flyer")
	if answer.StatusCode != http.StatusUnprocessableEntity || page.Find("#field-document[aria-invalid=true], #field-title_it[aria-invalid=true]").Length() != 2 ||
		page.Find("#field-title_en").AttrOr("value", "") != "A flyer" {
		t.Errorf("%d: %s", answer.StatusCode, text(page.Find(".error-summary")))
	}
}

func TestStaffSeeHowADraftWillLook(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "carmignano")
	v.post(carmignano+"/copia", http.StatusSeeOther, "title_it", "Ancora", "town", "carmignano")
	if got := text(v.get(evenings + "/ancora").Find("main .alert-warning").First()); !strings.Contains(got, "Bozza") {
		t.Errorf("it does not say that it is a draft: %q", got)
	}
	v.enter(models.RoleOrganiser, "poggio-a-caiano")
	if v.status(evenings+"/ancora") != http.StatusNotFound {
		t.Error("staff of another town see it")
	}
}
