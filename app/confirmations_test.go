// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
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

// askingBrowser sends a form and keeps the cookie by which the browser that asked is known; it returns the page that waits.
func (v *visitor) askingBrowser(path string, pairs ...string) string {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	answer, page := v.send(path, form)
	if answer.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("POST %s: %d: %s", path, answer.StatusCode, page.Find("main").Text())
	}
	v.cookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	return answer.Header.Get("Location")
}

func TestWhoWaitsForAMailCanHaveItSentAgain(t *testing.T) {
	v := newVisitor(t)
	waiting := v.askingBrowser(anagrafe+"/contributi", says("Lucia", models.Against, "")...)
	if link := v.get(waiting).Find("main a[href='/posta']"); link.Length() != 1 {
		t.Error("under development the page does not lead to the mails")
	}
	cookie := v.cookie
	v.cookie = ""
	v.post(waiting+"/invii", http.StatusNotFound)
	v.cookie = cookie
	for range 3 {
		to, _ := v.post(waiting+"/invii", http.StatusSeeOther)
		if said := v.get(to).Find("#fatto").Text(); !strings.Contains(said, "lucia@example.org") {
			t.Errorf("after sending again: %q", said)
		}
	}
	if v.get(waiting).Find("form[action$='/invii']").Length() != 0 {
		t.Error("a fourth time is offered")
	}
	v.post(waiting+"/invii", http.StatusTooManyRequests)
	if n, err := v.deps.DB.NewSelect().Model((*models.Job)(nil)).Where("kind = ?", models.JobMail).Count(t.Context()); n != 4 || err != nil {
		t.Errorf("%d mails, %v", n, err)
	}
}

func TestAMistypedAddressLeadsBackToTheForm(t *testing.T) {
	v := newVisitor(t)
	meeting := "/consultazioni/servizi-associati/incontri/carmignano"
	for _, form := range []struct {
		asked []string
		back  string
	}{
		{[]string{"/accedi", "email", "lucia@exmple.org"}, "/accedi"},
		{append([]string{anagrafe + "/contributi"}, says("Lucia", models.Against, "")...), anagrafe + "#di-la-tua"},
		{[]string{anagrafe + "/avvisami", "email", "lucia@exmple.org"}, anagrafe + "#avvisami"},
		{[]string{meeting + "/avvisami", "email", "lucia@exmple.org"}, meeting + "#avvisami"},
	} {
		waiting := v.askingBrowser(form.asked[0], form.asked[1:]...)
		if v.get(waiting).Find("main a[href='"+form.back+"']").Length() != 1 {
			t.Errorf("after %s the page does not lead to %s", form.asked[0], form.back)
		}
		v.cookie = ""
	}
}

func TestWhoseNameWasTakenIsToldTheirOther(t *testing.T) {
	v := newVisitor(t)
	v.confirm(v.askingBrowser(anagrafe+"/contributi", says("Sentiero77", models.Against, "")...))
	v.cookie = ""
	ask := func(email string) string {
		return v.askingBrowser(anagrafe+"/contributi", "pseudonym", "Sentiero77", "email", email, "municipality", "altrove", "opinion", models.Against)
	}
	waiting := ask("lucia@example.org")
	v.cookie = ""
	if said := v.get(v.confirm(waiting)).Find("#fatto").Text(); !strings.Contains(said, "già usato") {
		t.Errorf("in another browser: %s", said)
	}
	waiting = ask("bruno@example.org")
	id := uuid.MustParse(waiting[strings.LastIndex(waiting, "/")+1:])
	answer, _ := v.send(waiting, url.Values{"code": {v.deps.Links.Code(id)}})
	v.cookie, _, _ = strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	if said := v.get(answer.Header.Get("Location")).Find("#fatto").Text(); !strings.Contains(said, "il tuo è Sentiero77 3") {
		t.Errorf("in the browser that asked: %s", said)
	}
}
