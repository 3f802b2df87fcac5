// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"ultimaparola/app/jobs"
	"ultimaparola/models"
)

// newProduction is a browser before a program in production, on the case.
func newProduction(t testing.TB) *visitor {
	t.Helper()
	v := newVisitor(t)
	v.deps.Config.Development = false
	v.server = newServer(v.deps, jobs.New(v.deps, v.mailer))
	return v
}

// keep takes over the cookies that an answer sets.
func (v *visitor) keep(answer *http.Response) *visitor {
	for _, c := range answer.Cookies() {
		var kept []string
		for _, pair := range strings.Split(v.cookie, "; ") {
			if name, _, _ := strings.Cut(pair, "="); pair != "" && name != c.Name {
				kept = append(kept, pair)
			}
		}
		if c.MaxAge >= 0 {
			kept = append(kept, c.Name+"="+c.Value)
		}
		v.cookie = strings.Join(kept, "; ")
	}
	return v
}

// does posts a form, keeps the cookies, and returns where it leads.
func (v *visitor) does(path string, form map[string][]string) string {
	v.t.Helper()
	answer, page := v.send(path, form)
	if answer.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("POST %s: %d, %s", path, answer.StatusCode, text(page.Find("main")))
	}
	v.keep(answer)
	return answer.Header.Get("Location")
}

// The first administrator comes in by the printed link, sets up an app, and does what is dangerous only with its code.
func TestTheFirstAdministratorComesInWithASecondFactor(t *testing.T) {
	t.Parallel()
	v := newProduction(t)
	link := strings.TrimPrefix(v.deps.Links.Founding(), v.deps.Links.Base)
	if answer, _ := v.send("/primo-accesso/un-altro-link", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("another link: %d", answer.StatusCode)
	}
	answer, page := v.send(link, map[string][]string{"staff_name": {"Ada Inventata"}, "email": {"ada"}})
	if answer.StatusCode != http.StatusUnprocessableEntity || page.Find("[name=staff_name]").AttrOr("value", "") != "Ada Inventata" {
		t.Errorf("a wrong address: %d, and what was typed is %q", answer.StatusCode, page.Find("[name=staff_name]").AttrOr("value", ""))
	}
	v.does(link, map[string][]string{"staff_name": {"Ada Inventata"}, "email": {"ada@example.org"}})
	if answer, _ := v.send(link, nil); answer.StatusCode != http.StatusGone {
		t.Errorf("the link a second time: %d", answer.StatusCode)
	}

	// Half of the way: every page of staff leads to the second factor, and posts do nothing.
	answer, _ = v.send("/amministrazione/personale", nil)
	if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || to != "/accesso-uffici/secondo-fattore?poi=%2Famministrazione%2Fpersonale" {
		t.Errorf("without a second factor: %d, %q", answer.StatusCode, to)
	}
	if answer, _ := v.send("/segreteria/impostazioni", map[string][]string{}); answer.StatusCode != http.StatusForbidden {
		t.Errorf("a post without a second factor: %d", answer.StatusCode)
	}

	answer, page = v.send("/il-mio-accesso/app", nil)
	v.keep(answer)
	secret := strings.ReplaceAll(page.Find("code.secret").Text(), " ", "")
	code := func() map[string][]string {
		code, err := totp.GenerateCode(secret, *v.now)
		if err != nil {
			t.Fatal(err)
		}
		return map[string][]string{"code": {code}}
	}
	if to := v.does("/il-mio-accesso/app", code()); !strings.HasPrefix(to, "/il-mio-accesso/codici") {
		t.Errorf("then it leads to %q", to)
	}
	_, page = v.send("/il-mio-accesso/codici", map[string][]string{})
	codes := page.Find(".recovery-codes li")
	if codes.Length() != 10 {
		t.Fatalf("%d recovery codes", codes.Length())
	}
	if answer, _ := v.send("/amministrazione/personale/nuovo", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("with the second factor just shown: %d", answer.StatusCode)
	}

	*v.now = v.now.Add(11 * time.Minute)
	answer, _ = v.send("/amministrazione/personale/nuovo", nil)
	if to := answer.Header.Get("Location"); !strings.HasPrefix(to, "/accesso-uffici/secondo-fattore") {
		t.Errorf("eleven minutes later: %d, %q", answer.StatusCode, to)
	}
	// What changes how one comes in asks at once; another form that was open may still be sent.
	if answer, _ := v.send("/il-mio-accesso/codici", map[string][]string{}); answer.StatusCode != http.StatusForbidden {
		t.Errorf("new recovery codes eleven minutes later: %d", answer.StatusCode)
	}
	v.does("/amministrazione/personale/nuovo", map[string][]string{"staff_name": {"Bea"}, "email": {"bea@example.org"}, "role": {"observer"}, "action": {"save"}})
	if got := v.audited(); got != "add staff" {
		t.Errorf("audited %q", got)
	}
	v.does("/accesso-uffici/secondo-fattore", map[string][]string{"code": {codes.First().Text()}, "poi": {"//evil.example"}})
	if answer, _ := v.send("/amministrazione/personale/nuovo", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("after a recovery code: %d", answer.StatusCode)
	}
}

// A token of a session half of the way is not the one after it: whoever saw the first gets nowhere with it.
func TestTheSecondFactorBringsANewSession(t *testing.T) {
	t.Parallel()
	v := newProduction(t)
	staff := v.enter(models.RoleOrganiser, "")
	sealer := models.NewSealer(v.deps.Config.Secret, "totp")
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	code, err := totp.GenerateCode(secret, *v.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := models.AddTOTP(t.Context(), v.deps.DB, *v.now, sealer, staff, secret, code); err != nil {
		t.Fatal(err)
	}
	token, err := models.SignInStaff(t.Context(), v.deps.DB, *v.now, staff.ID, "", false)
	if err != nil {
		t.Fatal(err)
	}
	*v.now = v.now.Add(time.Minute)
	half := "ufficio=" + token
	v.cookie = half
	answer, _ := v.send("/accesso-uffici/secondo-fattore", map[string][]string{"code": {"000000"}})
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", answer.StatusCode)
	}
	if code, err = totp.GenerateCode(secret, *v.now); err != nil {
		t.Fatal(err)
	}
	if to := v.does("/accesso-uffici/secondo-fattore", map[string][]string{"code": {code}, "poi": {"/segreteria/testi"}}); to != "/segreteria/testi" {
		t.Errorf("it leads to %q", to)
	}
	if answer, _ := v.send("/segreteria", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("with the new session: %d", answer.StatusCode)
	}
	v.cookie = half
	if answer, _ := v.send("/segreteria", nil); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("with the old one: %d", answer.StatusCode)
	}
	// Who has shown only the mailbox cannot add a factor of their own beside the one there is.
	if token, err = models.SignInStaff(t.Context(), v.deps.DB, *v.now, staff.ID, "", false); err != nil {
		t.Fatal(err)
	}
	v.cookie = "ufficio=" + token
	for _, path := range []string{"/il-mio-accesso/passkey/sfida", "/il-mio-accesso/passkey", "/il-mio-accesso/app"} {
		if answer, _ := v.send(path, map[string][]string{}); answer.StatusCode < 400 {
			t.Errorf("%s without the second factor: %d", path, answer.StatusCode)
		}
	}
}

func TestStaffSeeAndEndTheirSessions(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	staff := v.enter(models.RoleOrganiser, "")
	other, err := models.SignInStaff(t.Context(), v.deps.DB, *v.now, staff.ID, "Lynx, Amiga", true)
	if err != nil {
		t.Fatal(err)
	}
	page := v.get("/il-mio-accesso")
	form := page.Find(`li:contains("Lynx, Amiga") form`)
	v.does(form.AttrOr("action", ""), map[string][]string{})
	if _, err := models.SignedInStaff(t.Context(), v.deps.DB, *v.now, other); err == nil {
		t.Error("the other browser is still signed in")
	}
	if answer, _ := v.send("/il-mio-accesso/sessioni/0000000000000000/chiusura", map[string][]string{}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a session that is not theirs: %d", answer.StatusCode)
	}
}

// A session that ends while somebody writes takes nothing of what they wrote: the page has it, to be sent again.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "")
	*v.now = v.now.Add(31 * time.Minute)
	answer, page := v.send("/segreteria/testi/domande/nuovo", map[string][]string{"question_it": {"Quando?"}, "answer_it": {"Presto.\n\n<b>Davvero</b>"},
		"position": {"3"}, "action": {"save"}})
	if answer.StatusCode != http.StatusUnauthorized {
		t.Fatalf("after 31 idle minutes: %d", answer.StatusCode)
	}
	form := map[string][]string{}
	page.Find("main form [name]").Each(func(_ int, s *goquery.Selection) {
		form[s.AttrOr("name", "")] = append(form[s.AttrOr("name", "")], s.AttrOr("value", ""))
	})
	v.enter(models.RoleOrganiser, "carmignano")
	if to := v.does(page.Find("main form").AttrOr("action", ""), form); !strings.HasPrefix(to, "/segreteria/testi") {
		t.Errorf("sent again it leads to %q", to)
	}
	if shown := text(v.get("/segreteria/testi").Find("main")); !strings.Contains(shown, "Quando?") {
		t.Error("the question is not there")
	}
}
