// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"strings"
	"testing"
	"time"

	"ultimaparola/models"
)

// Letters are signed by who writes them: the municipalities, or the legal person that they make up.
func TestLettersAreSignedByWhoWritesThem(t *testing.T) {
	sender := Sender{Organisation: &models.Organisation{Name: "Unione delle Valli", Phone: "06 1", Email: "info@valli.example",
		Municipalities: []models.Municipality{{Name: "Alta", Phone: "06 2"}, {Name: "Bassa"}}}}
	says := func() string {
		_, text, html, err := Render(context.Background(), sender, Letter{Subject: "Prova", Why: "Perché sì."})
		if err != nil || !strings.Contains(html, sender.Name(context.Background())) {
			t.Errorf("the HTML is not signed (%v): %s", err, html)
		}
		return text
	}
	if text := says(); !strings.Contains(text, "Comuni di Alta e Bassa") || !strings.Contains(text, "Comune di Alta, telefono 06 2") || strings.Contains(text, "Valli") {
		t.Errorf("by the municipalities: %s", text)
	}
	sender.Organisation.LegalPerson = true
	if text := says(); strings.Contains(text, "Comuni di") || !strings.Contains(text, "Unione delle Valli, telefono 06 1, info@valli.example") {
		t.Errorf("by the union: %s", text)
	}
}

// Who only waits, or is offered seats, has none that stay theirs when the date moves.
func TestAMovedDateSaysToEachWhatTheyKeep(t *testing.T) {
	now := time.Date(2017, 11, 21, 9, 0, 0, 0, time.UTC)
	for state, want := range map[string]string{
		models.Seated:  "Il posto resta tuo",
		models.Waiting: "Il tuo posto in lista d'attesa resta quello",
		models.Offered: "resta per te fino al 22 novembre 2017",
	} {
		r := &models.Registration{State: state, Seats: 2, ReconfirmSince: now, Meeting: &models.Meeting{StartsAt: now.AddDate(0, 0, 7), ConfirmedAt: now}}
		if state == models.Offered {
			r.HeldUntil = now.AddDate(0, 0, 1)
		}
		_, text, _, err := Render(context.Background(), Sender{Organisation: &models.Organisation{}}, MeetingChanged(context.Background(), Seats{Registration: r}))
		text = strings.Join(strings.Fields(text), " ")
		if err != nil || !strings.Contains(text, want) || state != models.Seated && strings.Contains(text, "posto resta tuo") {
			t.Errorf("%s (%v): %s", state, err, text)
		}
	}
}

func TestWhoWaitsIsToldHowManySeatsRemain(t *testing.T) {
	for capacity, want := range map[int]string{0: "I posti sono finiti", 1: "I posti che restano (1) non bastano per 2 persone"} {
		letter := RegistrationWaiting(context.Background(), Seats{Registration: &models.Registration{Seats: 2, Meeting: &models.Meeting{Capacity: capacity}}})
		if lead := string(letter.Blocks[0].(Paragraph)); !strings.Contains(lead, want) {
			t.Errorf("%d seats: %s", capacity, lead)
		}
	}
}
