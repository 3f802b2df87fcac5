// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/web"
)

// A meeting with fewer seats than people, who register, confirm and give up at the same time: three times the program and
// its database are killed in the middle. What it had acknowledged is there, once, and the seats are as they must be.
func TestSeatsAreRightHoweverOftenTheProgramIsKilled(t *testing.T) {
	t.Parallel()
	h := &killedHall{program: install(t), links: web.Links{Secret: []byte(strings.Repeat("sale", 10))}, want: map[string]string{}}
	h.environment = append(h.environment, "SECRET="+string(h.links.Secret))
	for kill := range 3 {
		h.printed = newPrinted()
		h.run()
		h.openOwnDatabase()
		if kill == 0 {
			h.confirmMeeting("carmignano", 12)
			h.change("UPDATE meetings SET wheelchair_seats = 2 WHERE slug = 'carmignano'")
		}
		h.check()
		enough := make(chan struct{})
		h.steps = 0
		var people sync.WaitGroup
		for person := range 6 {
			people.Go(func() { h.takePart(fmt.Sprintf("%d-%d", kill, person), enough) })
		}
		<-enough
		h.kill()
		people.Wait()
		_ = h.db.Close()
	}
	h.printed = newPrinted()
	h.run()
	h.openOwnDatabase()
	h.check()
}

// killedHall is a program that is killed, with what it acknowledged to whom: the states in which a registration may be.
type killedHall struct {
	*program
	links web.Links

	mu    sync.Mutex
	want  map[string]string
	steps int
}

const (
	isRegistered = "pending seated waiting offered"
	isConfirmed  = "seated waiting offered"
	mayBeOver    = isConfirmed + " cancelled"
	isOver       = "cancelled"
)

// acknowledged notes what somebody was told, or may have been carried out, and says when enough has been done to kill.
func (h *killedHall) acknowledged(email, states string, enough chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.want[email] = states
	if h.steps++; h.steps == 40 {
		close(enough)
	}
}

// takePart has one after the other register and confirm, and every second one give up, until the program is gone.
func (h *killedHall) takePart(name string, enough chan struct{}) {
	for i := 0; ; i++ {
		email := fmt.Sprintf("p%s-%d@example.org", name, i)
		form := url.Values{"name": {"Persona " + name}, "email": {email}, "seats": {fmt.Sprint(1 + i%3)}}
		if i%4 == 0 {
			form.Set("access_needs", "wheelchair")
		}
		if !h.tries(consultation+"/incontri/carmignano/iscrizioni", form) {
			return
		}
		h.acknowledged(email, isRegistered, enough)
		var registration, confirmation uuid.UUID
		err := h.db.NewRaw(`SELECT r.id, c.id FROM addresses a JOIN registrations r USING (person_id) JOIN confirmations c ON c.address_id = a.id
			WHERE a.value = ?`, email).Scan(h.t.Context(), &registration, &confirmation)
		if err != nil || !h.tries("/conferme/"+h.links.Token(web.PurposeConfirm, confirmation), nil) {
			return
		}
		h.acknowledged(email, isConfirmed, enough)
		if i%2 == 0 {
			continue
		}
		h.mu.Lock()
		h.want[email] = mayBeOver // as long as no answer has come
		h.mu.Unlock()
		if !h.tries("/iscrizioni/"+h.links.Token(web.PurposeRegistration, registration)+"/cancellazione", nil) {
			return
		}
		h.acknowledged(email, isOver, enough)
	}
}

// check holds that the seats are as they must be, and everybody's registration as it was acknowledged.
func (h *killedHall) check() {
	h.t.Helper()
	databasetest.SeatsAreRight(h.t, h.t.Context(), h.db)
	for email, states := range h.want {
		var found []string
		err := h.db.NewRaw("SELECT r.state FROM registrations r JOIN addresses a USING (person_id) WHERE a.value = ?", email).Scan(h.t.Context(), &found)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(found) != 1 || !strings.Contains(states, found[0]) {
			h.t.Errorf("%s is %q, and was told to be one of %s", email, found, states)
		}
	}
	h.t.Logf("%d people were told something; %d wait", len(h.want), h.count("SELECT count(*) FROM registrations WHERE state = 'waiting'"))
}
