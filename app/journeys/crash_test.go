// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"ultimaparola/app/database"
	"ultimaparola/app/mail/mailtest"
)

// The program and its own database are killed in the middle of the work. Started again on the same data it has all that
// it had acknowledged, once, and sends what it still had to.
func TestNothingAcknowledgedIsLostWhenTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	mails := mailtest.New(t)
	p := install(t)
	p.mails = mails
	p.environment = append(p.environment, "SMTP_URL="+mails.URL)
	p.run()
	p.openOwnDatabase()
	p.confirmMeeting("carmignano", 100)

	const people = 12
	acknowledged := make(chan string, people)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for i := range people {
			email := fmt.Sprintf("persona%d@example.org", i)
			if !p.tries(anagrafe+"/contributi", url.Values{"opinion": {"favorevole"}, "pseudonym": {email[:8]}, "municipality": {"carmignano"}, "email": {email}, "published": {"true"}, "body": {"Testo di " + email}}) ||
				!p.tries(consultation+"/incontri/carmignano/iscrizioni", url.Values{"name": {email}, "email": {email}, "seats": {"1"}}) {
				return
			}
			acknowledged <- email
		}
	}()
	var sent []string
	for range people / 2 {
		sent = append(sent, <-acknowledged)
	}
	_ = p.db.Close()
	p.kill()
	<-stopped
	close(acknowledged)
	for email := range acknowledged {
		sent = append(sent, email)
	}

	p.printed = newPrinted()
	p.run()
	p.openOwnDatabase()
	p.change("UPDATE jobs SET run_at = now() WHERE attempts > 0") // what was being sent stays claimed for a minute and a half
	for _, email := range sent {
		for range 2 { // the opinion and the registration, in whichever order
			p.submit(strings.TrimPrefix(p.letterTo(email).link(t, "/conferme/"), p.url), nil)
		}
	}
	for what, query := range map[string]string{
		"opinions":      "SELECT count(*) FROM opinions JOIN addresses a USING (person_id) WHERE a.value = ?",
		"comments":      "SELECT count(*) FROM comments JOIN addresses a USING (person_id) WHERE a.value = ? AND comments.state = 'published'",
		"registrations": "SELECT count(*) FROM registrations r JOIN addresses a USING (person_id) WHERE a.value = ? AND r.state = 'seated'",
	} {
		for _, email := range sent {
			if n := p.count(query, email); n != 1 {
				t.Errorf("%s has %d %s", email, n, what)
			}
		}
	}
	t.Logf("%d people acknowledged before the program was killed", len(sent))
}

// openOwnDatabase looks into the database that the program runs, by its address with more parameters at the end.
func (p *program) openOwnDatabase(parameters ...string) {
	p.t.Helper()
	dsn, err := database.RunningDSN(p.folder)
	if err != nil {
		p.t.Fatal(err)
	}
	if p.db, err = database.Connect(dsn + strings.Join(parameters, "")); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = p.db.Close() })
}
