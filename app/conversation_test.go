// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/jobs"
	"ultimaparola/app/mail"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// visitor is a browser on the true routes, over the case in a database of its own.
type visitor struct {
	t      testing.TB
	deps   web.Deps
	server *fiber.App
	mailer *mail.Mailer
	cookie string
	now    *time.Time
}

const anagrafe = "/consultazioni/servizi-associati/linee-guida/anagrafe"

func newVisitor(t testing.TB) *visitor {
	t.Helper()
	db := databasetest.New(t)
	now := time.Date(2017, 11, 25, 10, 0, 0, 0, time.UTC)
	if err := seed.Case(t.Context(), db, now); err != nil {
		t.Fatal(err)
	}
	return newVisitorOn(t, db, &now)
}

// newVisitorOn is a browser on the true routes over a database as it is.
func newVisitorOn(t testing.TB, db *bun.DB, now *time.Time) *visitor {
	t.Helper()
	base, _ := url.Parse("http://localhost:3000")
	v := &visitor{t: t, now: now}
	config := web.Config{BaseURL: base, Development: true, Secret: []byte(strings.Repeat("s", 32))}
	v.deps = web.NewDeps(db, config, func() time.Time { return *v.now }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	mailer, err := mail.New("", "noreply@localhost", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	v.mailer, v.server = mailer, newServer(v.deps, jobs.New(v.deps, mailer))
	return v
}

// send posts form, or gets path when form is nil.
func (v *visitor) send(path string, form url.Values) (*http.Response, *goquery.Document) {
	v.t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	if form != nil {
		request = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if v.cookie != "" {
		request.Header.Set("Cookie", v.cookie)
	}
	answer, err := v.server.Test(request, 20_000)
	if err != nil {
		v.t.Fatal(err)
	}
	page, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	// Stored pages are a second old at most: the next look is later.
	*v.now = v.now.Add(2 * time.Second)
	return answer, page
}

func (v *visitor) get(path string) *goquery.Document {
	v.t.Helper()
	answer, page := v.send(path, nil)
	if answer.StatusCode != http.StatusOK {
		v.t.Fatalf("GET %s: %d", path, answer.StatusCode)
	}
	return page
}

// post sends form and wants that status; it returns where the answer leads, and its page.
func (v *visitor) post(path string, status int, pairs ...string) (string, *goquery.Document) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	answer, page := v.send(path, form)
	if answer.StatusCode != status {
		v.t.Fatalf("POST %s: %d, want %d: %s", path, answer.StatusCode, status, page.Find("main").Text())
	}
	return answer.Header.Get("Location"), page
}

// confirm opens the link that was mailed for the confirmation the browser was sent to wait for.
func (v *visitor) confirm(location string) string {
	v.t.Helper()
	id, err := uuid.Parse(location[strings.LastIndex(location, "/")+1:])
	if err != nil {
		v.t.Fatalf("not sent to the mailbox: %q", location)
	}
	link := "/conferme/" + v.deps.Links.Token(web.PurposeConfirm, id)
	v.get(link)
	to, _ := v.post(link, http.StatusSeeOther)
	return to
}

// signIn gives the browser a session of a new person, who is called name unless that is empty.
func (v *visitor) signIn(name string) uuid.UUID {
	v.t.Helper()
	p := &models.Person{ID: uuid.New(), Pseudonym: name, Elsewhere: name != "", Language: "it", CreatedAt: *v.now}
	if _, err := v.deps.DB.NewInsert().Model(p).Exec(v.t.Context()); err != nil {
		v.t.Fatal(err)
	}
	token, err := models.SignInPerson(v.t.Context(), v.deps.DB, *v.now, p.ID)
	if err != nil {
		v.t.Fatal(err)
	}
	v.cookie = "persona=" + token
	return p.ID
}

func says(name, opinion, body string) []string {
	return []string{"pseudonym", name, "email", strings.ToLower(strings.ReplaceAll(name, " ", "")) + "@example.org",
		"municipality", "carmignano", "opinion", opinion, "body", body, "published", "true"}
}

func TestGuidelinePageSaysWhatIsProposed(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, path := range []string{"/consultazioni/servizi-associati/linee-guida", "/en/consultazioni/servizi-associati/linee-guida"} {
		if n := v.get(path).Find("main article h2").Length(); n != 3 {
			t.Errorf("%s lists %d proposals", path, n)
		}
	}
	page := v.get(anagrafe)
	for selector, text := range map[string]string{"h1": "Anagrafe: che cosa si propone", ".in-brief": "In breve", ".facts": "da nominare",
		"#pareri":    "Pareri raccolti da indirizzi e-mail confermati e da moduli di carta; comune dichiarato. Non è un voto né un campione.",
		"#di-la-tua": "regole di partecipazione", "#commenti": "Non ci sono ancora commenti", "#avvisami": "Avvisami", ".telephone": "Telefona"} {
		if !strings.Contains(page.Find(selector).Text(), text) {
			t.Errorf("%s does not say %q", selector, text)
		}
	}
	if strings.Contains(page.Find("#pareri").Text(), "%") {
		t.Error("a percentage without its count")
	}
	if answer, _ := v.send("/consultazioni/servizi-associati/linee-guida/niente", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown guideline: %d", answer.StatusCode)
	}
}

func TestContributionFromFormToPage(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	location, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", "favorevole", "Uno sportello aperto il sabato.\n\n<b>Grazie</b>")...)
	if got := v.get(anagrafe).Find(".comment").Length(); got != 0 {
		t.Fatal("the comment is public before its author has confirmed")
	}
	to := v.confirm(location)
	if !strings.HasPrefix(to, anagrafe+"?fatto=contribution") {
		t.Fatalf("after confirming: %s", to)
	}
	page := v.get(to)
	if page.Find("#fatto [role=status]").Length() != 1 {
		t.Error("the page does not say that it is done")
	}
	if at := page.Find("#fatto a").AttrOr("href", "#none"); page.Find("#commenti "+at).Length() != 1 {
		t.Errorf("the page does not lead to the comment: %q", at)
	}
	comment := page.Find("#commenti .comment")
	for _, text := range []string{"Anna", "Carmignano", "Favorevole", "Uno sportello aperto il sabato.", "<b>Grazie</b>"} {
		if !strings.Contains(comment.Text(), text) {
			t.Errorf("the comment does not show %q: %s", text, comment.Text())
		}
	}
	if text := page.Find("#pareri .opinions").First().Text(); !strings.Contains(text, "1 parere") {
		t.Errorf("totals of Carmignano: %s", text)
	}
}

func TestWrongContributionKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	long := strings.Repeat("à", 2001)
	_, page := v.post(anagrafe+"/contributi", http.StatusUnprocessableEntity, "pseudonym", "Ufficio anagrafe", "email", "anna",
		"municipality", "prato", "opinion", "forse", "body", long, "published", "")
	page.Find(".error-summary a").Each(func(_ int, link *goquery.Selection) {
		if page.Find(link.AttrOr("href", "#none")).Length() != 1 {
			t.Errorf("the summary leads nowhere: %s", link.AttrOr("href", ""))
		}
	})
	if n := page.Find(".error-summary a").Length(); n != 5 {
		t.Errorf("%d problems: %s", n, page.Find(".error-summary").Text())
	}
	for selector, value := range map[string]string{"#field-pseudonym": "Ufficio anagrafe", "#field-email": "anna"} {
		field := page.Find(selector)
		if field.AttrOr("value", "") != value || field.AttrOr("aria-invalid", "") != "true" || field.AttrOr("aria-describedby", "") == "" {
			t.Errorf("%s: %q", selector, field.AttrOr("value", ""))
		}
	}
	if strings.TrimPrefix(page.Find("#field-body").Text(), "\n") != long {
		t.Error("the text is lost")
	}
	if page.Find("[name=published][value=false][checked]").Length() != 1 {
		t.Error("the wish not to be published is lost")
	}
}

func TestWhoIsSignedInActsAtOnce(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	location, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", "contrario", "Costa troppo")...)
	v.confirm(location)
	v.signIn("")
	if v.get(anagrafe).Find("#contributo [name=email]").Length() != 0 {
		t.Error("somebody signed in is asked for an address")
	}
	_, page := v.post(anagrafe+"/contributi", http.StatusUnprocessableEntity, says("ANNA", "favorevole", "")...)
	if !strings.Contains(page.Find(".error-summary").Text(), "usato da un'altra persona") {
		t.Errorf("a name that is taken: %s", page.Find(".error-summary").Text())
	}
	to, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Bruno", "favorevole", "")...)
	if to != anagrafe+"?fatto=contribution#fatto" {
		t.Errorf("leads to %s", to)
	}
	v.post(anagrafe+"/contributi", http.StatusSeeOther, "opinion", "non-so", "published", "true")
	page = v.get(anagrafe)
	if page.Find("#field-opinion-3[checked]").Length() != 1 || page.Find("#contributo details").Length() != 1 {
		t.Error("the page does not know their opinion and their name")
	}
	id := strings.TrimPrefix(page.Find("#commenti .comment").AttrOr("id", ""), "c-")
	to, _ = v.post(anagrafe+"/commenti/"+id+"/sostegni", http.StatusSeeOther, "value", "agree", "back", anagrafe+"?ordine=primi")
	if to != anagrafe+"?ordine=primi#c-"+id {
		t.Errorf("leads to %s", to)
	}
	if pressed := v.get(anagrafe).Find(".comment-acts [aria-pressed=true]"); pressed.AttrOr("value", "") != "agree" || !strings.Contains(pressed.Text(), "(1)") {
		t.Errorf("their own support is not shown: %s", pressed.Text())
	}
	to, _ = v.post(anagrafe+"/commenti/"+id+"/sostegni", http.StatusSeeOther, "value", "disagree", "back", "//evil.example")
	if !strings.HasPrefix(to, anagrafe) {
		t.Errorf("leads to another site: %s", to)
	}
	to, _ = v.post(anagrafe+"/commenti/"+id+"/risposte", http.StatusSeeOther, "body", "Non credo")
	page = v.get(to)
	if own := page.Find(page.Find("#fatto a").AttrOr("href", "#none")); !strings.Contains(own.Text(), "Non credo") || own.Find("a[href^='/area-personale']").Length() != 1 {
		t.Errorf("the reply does not say whose it is: %s", own.Text())
	}
	if n := page.Find(".comment-acts a[href^='/area-personale']").Length(); n != 1 {
		t.Errorf("%d comments are said to be theirs", n)
	}
	if text := v.get(anagrafe).Find(".comments .comments .comment").Text(); !strings.Contains(text, "Bruno") || !strings.Contains(text, "Non credo") {
		t.Errorf("the reply: %s", text)
	}
}

func TestReplyAndSupportWithoutASession(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	location, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", "contrario", "Costa troppo")...)
	v.confirm(location)
	acts := v.get(anagrafe).Find("#commenti .comment-acts a")
	if acts.Length() != 2 {
		t.Fatalf("%d links under a comment", acts.Length())
	}
	path, _, _ := strings.Cut(acts.First().AttrOr("href", ""), "#")
	if page := v.get(path); page.Find("#sostegno form").Length() != 1 || page.Find("#risposta form").Length() != 1 {
		t.Fatal("the conversation's page lacks a form")
	}
	_, page := v.post(path+"/sostegni", http.StatusUnprocessableEntity, "value", "", "email", "bruno@")
	if page.Find("#sostegno-field-email").AttrOr("value", "") != "bruno@" || page.Find(".error-summary a").Length() != 2 {
		t.Error("the wrong support lost what was typed")
	}
	_, page = v.post(path+"/risposte", http.StatusUnprocessableEntity, "body", "Sicura?", "pseudonym", "B", "email", "bruno@example.org", "municipality", "altrove")
	if strings.TrimPrefix(page.Find("#risposta-field-body").Text(), "\n") != "Sicura?" || page.Find("#risposta-field-pseudonym[aria-invalid]").Length() != 1 {
		t.Error("the wrong reply lost what was typed")
	}
	location, _ = v.post(path+"/sostegni", http.StatusSeeOther, "value", "agree", "email", "bruno@example.org")
	v.confirm(location)
	location, _ = v.post(path+"/risposte", http.StatusSeeOther, "body", "Sicura?", "pseudonym", "Bruno", "email", "bruno@example.org", "municipality", "altrove")
	v.confirm(location)
	if text := v.get(anagrafe).Find(".comments .comments .comment").Text(); !strings.Contains(text, "Bruno") || !strings.Contains(text, "Altrove") {
		t.Errorf("the reply: %s", text)
	}
	location, _ = v.post(path+"/sostegni", http.StatusSeeOther, "value", "agree", "email", "anna@example.org")
	id := uuid.MustParse(location[strings.LastIndex(location, "/")+1:])
	_, page = v.post("/conferme/"+v.deps.Links.Token(web.PurposeConfirm, id), http.StatusConflict)
	if !strings.Contains(page.Find("h1").Text(), "tuo") {
		t.Errorf("supporting one's own comment: %s", page.Find("main").Text())
	}
}

func TestAvvisamiAndItsEnd(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	meeting := "/consultazioni/servizi-associati/incontri/carmignano"
	_, page := v.post(anagrafe+"/avvisami", http.StatusUnprocessableEntity, "email", "anna")
	if page.Find("#avviso-field-email").AttrOr("value", "") != "anna" {
		t.Error("what was typed is lost")
	}
	_, page = v.post(meeting+"/avvisami", http.StatusUnprocessableEntity, "email", "anna")
	if page.Find("[name=email][aria-invalid]").AttrOr("value", "") != "anna" {
		t.Error("what was typed for the meeting is lost")
	}
	anna := v.signIn("Anna")
	v.post(anagrafe+"/avvisami", http.StatusSeeOther)
	v.post(anagrafe+"/avvisami", http.StatusSeeOther)
	v.post(meeting+"/avvisami", http.StatusSeeOther)
	mine, err := models.MyContributions(t.Context(), v.deps.DB, anna)
	if err != nil || len(mine.Follows) != 2 {
		t.Fatalf("%d follows, %v", len(mine.Follows), err)
	}
	v.cookie = ""
	link := "/avvisami/" + v.deps.Links.Token(web.PurposeUnsubscribe, mine.Follows[0].ID) + "/disiscrizione"
	if v.get(link).Find("main form[action*=disiscrizione]").Length() != 1 {
		t.Fatal("the page has no button")
	}
	for range 2 {
		_, page := v.post(link, http.StatusOK, "List-Unsubscribe", "One-Click")
		if !strings.Contains(page.Find("[role=status]").Text(), "Fatto") {
			t.Error("the page does not say that it is done")
		}
	}
	if mine, err := models.MyContributions(t.Context(), v.deps.DB, anna); err != nil || len(mine.Follows) != 1 {
		t.Fatalf("%d follows are left, %v", len(mine.Follows), err)
	}
	if answer, _ := v.send("/avvisami/manomesso/disiscrizione", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a tampered link: %d", answer.StatusCode)
	}
}

func TestClosedPhaseTakesNothing(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	if _, err := v.deps.DB.ExecContext(t.Context(), "UPDATE phases SET ends_on = ? WHERE number = 1", models.Day(*v.now)); err != nil {
		t.Fatal(err)
	}
	*v.now = v.now.AddDate(0, 0, 1)
	if v.get(anagrafe).Find("#contributo").Length() != 0 {
		t.Error("the form is shown")
	}
	v.post(anagrafe+"/contributi", http.StatusConflict, says("Anna", "favorevole", "Tardi")...)
}
