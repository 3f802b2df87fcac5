// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
)

func TestALinkShowsAllThatItWillDoAndDoesNothing(t *testing.T) {
	v := newVisitor(t)
	location, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Lucia", models.Against, "Lo sportello\nvicino a casa")...)
	id := uuid.MustParse(location[strings.LastIndex(location, "/")+1:])
	link := "/conferme/" + v.deps.Links.Token(web.PurposeConfirm, id)

	summary := v.get(link).Find(".summary").Text()
	for _, shown := range []string{"Anagrafe", "Contrario", "Lo sportello\nvicino a casa", "Tutti, su questo sito", "Lucia", "Carmignano"} {
		if !strings.Contains(summary, shown) {
			t.Errorf("the summary does not show %q:\n%s", shown, summary)
		}
	}
	if n, err := v.deps.DB.NewSelect().Model((*models.Opinion)(nil)).Count(t.Context()); n != 0 || err != nil {
		t.Errorf("opening the link made %d opinions, %v", n, err)
	}
	v.post(link, http.StatusSeeOther)
	if n, err := v.deps.DB.NewSelect().Model((*models.Opinion)(nil)).Count(t.Context()); n != 1 || err != nil {
		t.Errorf("the button made %d opinions, %v", n, err)
	}
	v.post(link, http.StatusGone)
}

func TestACodeIsForTheBrowserThatAskedAndForFiveGuesses(t *testing.T) {
	v := newVisitor(t)
	answer, _ := v.send("/accedi", map[string][]string{"email": {"lucia@example.org"}})
	waiting := answer.Header.Get("Location")
	if answer, _ := v.send(waiting, nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("another browser sees the page that waits: %d", answer.StatusCode)
	}
	v.cookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	id := uuid.MustParse(waiting[strings.LastIndex(waiting, "/")+1:])
	right, wrong := v.deps.Links.Code(id), "000000"
	if right == wrong {
		wrong = "000001"
	}
	for range 4 {
		v.post(waiting, http.StatusUnprocessableEntity, "code", wrong)
	}
	answer, _ = v.send(waiting, map[string][]string{"code": {right[:3] + " " + right[3:]}})
	if answer.StatusCode != http.StatusSeeOther || !strings.Contains(answer.Header.Get("Set-Cookie"), "persona=") {
		t.Errorf("the right code at the fifth guess: %d, cookie %q", answer.StatusCode, answer.Header.Get("Set-Cookie"))
	}

	answer, _ = v.send("/accedi", map[string][]string{"email": {"lucia@example.org"}})
	waiting = answer.Header.Get("Location")
	id = uuid.MustParse(waiting[strings.LastIndex(waiting, "/")+1:])
	for range 5 {
		v.send(waiting, map[string][]string{"code": {"12"}})
	}
	v.post(waiting, http.StatusTooManyRequests, "code", v.deps.Links.Code(id))
}
