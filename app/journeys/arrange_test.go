// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"net/http"
	"net/url"
	"strings"
)

// change runs a statement that brings about what no page can, such as the passing of time.
func (p *program) change(statement string, arguments ...any) {
	p.t.Helper()
	if _, err := p.db.ExecContext(p.t.Context(), statement, arguments...); err != nil {
		p.t.Fatal(err)
	}
}

// confirmMeeting gives a meeting its day, three weeks from now, and seats.
func (p *program) confirmMeeting(slug string, capacity int) {
	p.t.Helper()
	p.change(`UPDATE meetings SET starts_at = now() + interval '21 days', ends_at = now() + interval '21 days 2 hours',
		confirmed_at = now(), capacity = ?, walk_in_seats = 0 WHERE slug = ?`, capacity, slug)
}

// submit posts a form as a browser of this site does, without cookies, and returns where it leads.
func (p *program) submit(path string, values url.Values) string {
	p.t.Helper()
	answer, err := p.send(path, values)
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusSeeOther {
		p.t.Fatalf("posting to %s: status %d", path, answer.StatusCode)
	}
	return answer.Header.Get("Location")
}

// tries is submit for when the program may be gone: it tells whether the form was taken.
func (p *program) tries(path string, values url.Values) bool {
	answer, err := p.send(path, values)
	return err == nil && answer.StatusCode == http.StatusSeeOther
}

func (p *program) send(path string, values url.Values) (*http.Response, error) {
	request, err := http.NewRequest(http.MethodPost, p.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	client := http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	return answer, answer.Body.Close()
}

// ask gives an opinion that waits for its mailbox, and returns the id of what waits.
func (p *program) ask(email string) string {
	p.t.Helper()
	name, _, _ := strings.Cut(email, "@")
	waiting := p.submit(anagrafe+"/contributi", url.Values{"opinion": {"favorevole"}, "pseudonym": {name},
		"municipality": {"carmignano"}, "email": {email}, "published": {"true"}, "body": {"Un commento di " + name + "."}})
	return waiting[strings.LastIndex(waiting, "/")+1:]
}

// comment writes a comment, confirmed, and returns its id.
func (p *program) comment(email string) (id string) {
	p.t.Helper()
	p.ask(email)
	p.submit(strings.TrimPrefix(p.letterTo(email).link(p.t, "/conferme/"), p.url), nil)
	err := p.db.NewRaw(`SELECT c.id::text FROM comments c JOIN addresses a USING (person_id) WHERE a.value = ?`, email).Scan(p.t.Context(), &id)
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}
