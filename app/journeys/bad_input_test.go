// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// publicForm is a form that anybody can post: where to, what is right in it, and what each wrong field may hold.
type publicForm struct {
	name, path string
	right      url.Values
	wrong      map[string][]string
	// empty and refused are the statuses of an empty form and of a wrong field: 422 where none is given. The rating's form
	// stands on every page, to which it leads back (303); a sign-in is never refused.
	empty, refused int
}

const nobody = "00000000-0000-7000-8000-000000000000"

// Whatever is sent to a public form, the answer is a clear page with the right status, and nothing else happens.
func TestBadInputIsAnsweredClearly(t *testing.T) {
	t.Parallel()
	p := start(t)
	carmignano := consultation + "/incontri/carmignano"
	p.confirmMeeting("carmignano", 3)
	comment := p.comment("dora@example.org")
	asked := p.ask("eva@example.org")
	conversation := anagrafe + "/commenti/" + comment
	long := strings.Repeat("à", 2001)
	email := []string{"", "anna", "anna@", "a@b@c", "Anna <anna@example.org>", long + "@example.org"}

	for _, f := range []publicForm{
		{name: "contributi", path: anagrafe + "/contributi",
			right: url.Values{"opinion": {"favorevole"}, "pseudonym": {"Fabio"}, "municipality": {"carmignano"}, "email": {"fabio@example.org"}, "published": {"true"}},
			wrong: map[string][]string{"opinion": {"", "forse", long}, "pseudonym": {"", "x", long, "Sindaco"}, "municipality": {"", "prato"}, "email": email, "body": {long}}},
		{name: "risposte", path: conversation + "/risposte",
			right: url.Values{"body": {"Anch'io."}, "pseudonym": {"Gino"}, "municipality": {"altrove"}, "email": {"gino@example.org"}},
			wrong: map[string][]string{"body": {"", long}, "pseudonym": {"", "x"}, "municipality": {"", "prato"}, "email": email}},
		{name: "sostegni", path: conversation + "/sostegni",
			right: url.Values{"value": {"agree"}, "email": {"ilaria@example.org"}},
			wrong: map[string][]string{"value": {"", "forse"}, "email": email}},
		{name: "avvisami (proposta)", path: anagrafe + "/avvisami", right: url.Values{"email": {"lia@example.org"}}, wrong: map[string][]string{"email": email}},
		{name: "avvisami (incontro)", path: carmignano + "/avvisami", right: url.Values{"email": {"lia@example.org"}}, wrong: map[string][]string{"email": email}},
		{name: "iscrizioni", path: carmignano + "/iscrizioni",
			right: url.Values{"name": {"Mario"}, "email": {"mario@example.org"}, "seats": {"1"}},
			wrong: map[string][]string{"name": {"", long}, "email": email, "phone": {"abc", long}, "seats": {"0", "6", "-1", "uno", "99999999999999999999"}, "access_needs": {"piscina"}}},
		{name: "accedi", path: "/accedi", right: url.Values{"email": {"nora@example.org"}}, wrong: map[string][]string{"email": email}},
		{name: "accesso-uffici", path: "/accesso-uffici", right: url.Values{"email": {"nora@example.org"}}, wrong: map[string][]string{"email": email}},
		{name: "valutazioni", path: "/valutazioni", right: url.Values{"path": {"/"}, "stars": {"3"}},
			wrong: map[string][]string{"stars": {"", "0", "6", "tre"}, "path": {"", "//example.org", "https://example.org"}}, empty: 303, refused: 303},
		{name: "codice", path: "/conferme/attesa/" + asked, right: url.Values{"code": {"123456"}}, wrong: map[string][]string{"code": {"", "abc", long}}, empty: 404, refused: 404},
		{name: "conferma", path: "/conferme/AAAA", right: url.Values{}, empty: 404},
		{name: "cancellazione", path: "/iscrizioni/AAAA/cancellazione", right: url.Values{}, empty: 404},
		{name: "accettazione", path: "/iscrizioni/AAAA/accettazione", right: url.Values{}, empty: 404},
		{name: "disiscrizione", path: "/avvisami/AAAA/disiscrizione", right: url.Values{}, empty: 404},
	} {
		t.Run(f.name, func(t *testing.T) { f.try(t, p) })
	}
	if n := p.count("SELECT (SELECT count(*) FROM opinions WHERE person_id NOT IN (SELECT person_id FROM comments)) + (SELECT count(*) FROM registrations)"); n != 0 {
		t.Errorf("bad input left %d opinions and registrations", n)
	}
}

func (f publicForm) try(t *testing.T, p *program) {
	expected := func(status int) int {
		if status == 0 {
			return http.StatusUnprocessableEntity
		}
		return status
	}
	post := func(what string, status int, values url.Values) {
		t.Helper()
		p.post(t, what, f.path, status, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
	}
	with := func(field, value string) url.Values {
		values := url.Values{}
		for name, v := range f.right {
			values[name] = v
		}
		values.Set(field, value)
		return values
	}

	post("empty", expected(f.empty), nil)
	for field, values := range f.wrong {
		for _, value := range values {
			if field == "email" && value == "" && f.name == "iscrizioni" {
				continue // without a telephone number: tried below
			}
			post(fmt.Sprintf("%s %.20q", field, value), expected(f.refused), with(field, value))
		}
	}
	for field := range f.right {
		post("NUL in "+field, http.StatusBadRequest, with(field, "a\x00b"))
		post("malformed UTF-8 in "+field, http.StatusBadRequest, with(field, "a\xff\xfeb"))
	}
	p.post(t, "malformed percent signs", f.path, 0, "application/x-www-form-urlencoded", strings.NewReader("email=%zz&%&=&;"))
	p.post(t, "not a form", f.path, 0, "application/json", strings.NewReader(`{"email":{"$ne":1}}`))
	p.post(t, "a broken multipart body", f.path, 0, "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nanna"))
	p.post(t, "no boundary", f.path, 0, "multipart/form-data", strings.NewReader("--x"))
	var many bytes.Buffer
	parts := multipart.NewWriter(&many)
	_ = parts.WriteField("email", "a\x00b")
	_ = parts.Close()
	p.post(t, "NUL in a multipart field", f.path, http.StatusBadRequest, parts.FormDataContentType(), &many)
	p.post(t, "10 MB", f.path, http.StatusRequestEntityTooLarge, "application/x-www-form-urlencoded", strings.NewReader("body="+strings.Repeat("a", 10<<20)))
	p.post(t, "10 MB of unknown length", f.path, http.StatusRequestEntityTooLarge, "application/x-www-form-urlencoded",
		io.MultiReader(strings.NewReader("body="), strings.NewReader(strings.Repeat("a", 10<<20))))

	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://example.org", "Cookie": "persona=x"} {
		request := p.request(t, http.MethodPost, f.path, strings.NewReader(f.right.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set(name, value)
		p.answers(t, "posted from another site ("+name+")", request, http.StatusForbidden)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		p.answers(t, method, p.request(t, method, f.path, nil), http.StatusMethodNotAllowed)
	}
}

// What is not there, or no longer good, is told apart, by GET and by POST.
func TestLinksThatAreNotGood(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.confirmMeeting("carmignano", 3)
	p.ask("used@example.org")
	used := strings.TrimPrefix(p.letterTo("used@example.org").link(t, "/conferme/"), p.url)
	p.post(t, "the first press of the button", used, http.StatusSeeOther, "", nil)
	p.ask("late@example.org")
	expired := strings.TrimPrefix(p.letterTo("late@example.org").link(t, "/conferme/"), p.url)
	p.change("UPDATE confirmations SET expires_at = now() - interval '1 minute' WHERE used_at IS NULL")
	tampered := used[:len(used)-4] + "AAAA"
	registration := "/iscrizioni/" + strings.TrimPrefix(used, "/conferme/") // made for another purpose

	for path, status := range map[string]int{
		used: http.StatusGone, expired: http.StatusGone, tampered: http.StatusNotFound, "/conferme/x": http.StatusNotFound, registration: http.StatusNotFound,
		"/avvisami/x/disiscrizione": http.StatusNotFound, "/conferme/attesa/" + nobody: http.StatusNotFound, "/conferme/attesa/x": http.StatusNotFound,
	} {
		p.answers(t, "GET", p.request(t, http.MethodGet, path, nil), status)
		if path != registration {
			p.post(t, "POST", path, status, "", nil)
		}
	}
	for _, path := range []string{
		"/nulla", "/consultazioni/altra", consultation + "/linee-guida/altra", consultation + "/incontri/altro", consultation + "/incontri/altro.ics", "/documenti/x", "/documenti/" + nobody,
		anagrafe + "/commenti/" + nobody, anagrafe + "/commenti/x", "/en/nulla", "/public/nulla.css", consultation + "/linee-guida/" + strings.Repeat("a", 3000),
	} {
		p.answers(t, "GET", p.request(t, http.MethodGet, path, nil), http.StatusNotFound)
	}
	for _, path := range []string{"/%00", "/%ff", "/?a=%00", anagrafe + "/commenti?dopo=%ff"} {
		p.answers(t, "GET", p.request(t, http.MethodGet, path, nil), http.StatusBadRequest)
	}
	for _, query := range []string{"?ordine=x", "?dopo=x", "?dopo=" + strings.Repeat("A", 900), "?ordine=sostenuti&dopo=AAAA.9", "?fatto=<script>"} {
		p.answers(t, "GET", p.request(t, http.MethodGet, anagrafe+"/commenti"+query, nil), 0)
	}
	for _, path := range []string{anagrafe + "/commenti/" + nobody + "/risposte", anagrafe + "/commenti/x/sostegni", consultation + "/incontri/altro/iscrizioni", consultation + "/linee-guida/altra/contributi"} {
		p.post(t, "POST", path, http.StatusNotFound, "application/x-www-form-urlencoded", strings.NewReader("email=a@example.org"))
	}
	for _, path := range []string{"/segreteria", "/sindaci"} {
		p.answers(t, "GET", p.request(t, http.MethodGet, path, nil), http.StatusUnauthorized)
	}
}

// post sends a body and checks the answer; status 0: whatever is not a failure of ours.
func (p *program) post(t *testing.T, what, path string, status int, contentType string, body io.Reader) {
	t.Helper()
	request := p.request(t, http.MethodPost, path, body)
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	p.answers(t, what, request, status)
}

func (p *program) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	request, err := http.NewRequest(method, p.url+"/", body)
	if err != nil {
		t.Fatal(err)
	}
	// As it is: a client would refuse to parse some.
	request.URL.Opaque = "//" + request.URL.Host + path
	return request
}

// answers sends a request: the answer must have the status and be a page that says, in its heading, what happened.
func (p *program) answers(t *testing.T, what string, request *http.Request, status int) {
	t.Helper()
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		t.Errorf("%s %.120s, %s: no answer: %v", request.Method, request.URL.Opaque, what, err)
		return
	}
	defer answer.Body.Close()
	page, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		t.Errorf("%s %.120s, %s: %v", request.Method, request.URL.Opaque, what, err)
		return
	}
	if status != 0 && answer.StatusCode != status || answer.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s %.120s, %s: status %d, want %d", request.Method, request.URL.Opaque, what, answer.StatusCode, status)
	}
	if answer.StatusCode >= 400 && (page.Find("html[lang] main h1").Length() != 1 || page.Find("main p").Length() == 0) {
		t.Errorf("%s %.120s, %s: status %d without a page that says what happened: %.200s", request.Method, request.URL.Opaque, what, answer.StatusCode, page.Text())
	}
	if text := page.Text(); strings.Contains(text, "goroutine ") || strings.Contains(text, "SQLSTATE") || strings.Contains(text, "runtime error") {
		t.Errorf("%s %.120s, %s: the page shows our insides: %.300s", request.Method, request.URL.Opaque, what, text)
	}
}
