// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ultimaparola/app/jobs"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// registered returns a registration confirmed from a mailbox, and the address of its page.
func (v *town) registered(email, seats string) (*models.Registration, string) {
	v.Helper()
	b := v.browser()
	b.confirm(b.register(email, seats))
	r := new(models.Registration)
	v.must(v.DB.NewSelect().Model(r).Join("JOIN addresses a ON a.person_id = registration.person_id").Where("a.value = ?", email).Scan(v.ctx))
	return r, "/iscrizioni/" + v.Links.Token(web.PurposeRegistration, r.ID)
}

func (v *town) stateOf(r *models.Registration) *models.Registration {
	v.Helper()
	now, err := models.RegistrationByID(v.ctx, v.DB, r.ID)
	v.must(err)
	return now
}

func TestAPartyChangesFromItsPage(t *testing.T) {
	v := newTown(t)
	v.fix(3, 0)
	anna, page := v.registered("anna@example.org", "2")
	b := v.browser()
	if shown := b.get(page); shown.Find(".receipt .qr").Length() != 1 || !strings.Contains(shown.Find(".receipt").Text(), anna.Code()) {
		t.Errorf("the receipt: %s", shown.Find(".receipt").Text())
	}
	tooMany := b.post(page+"/posti", "seats", "5")
	if tooMany.StatusCode != http.StatusUnprocessableEntity || tooMany.Find(`.error-summary a[href="#field-seats"]`).Length() != 1 ||
		tooMany.Find("#field-seats option[selected]").AttrOr("value", "") != "5" || v.stateOf(anna).Seats != 2 {
		t.Errorf("five of three seats: status %d, %s", tooMany.StatusCode, tooMany.Find(".error-summary").Text())
	}
	if done := b.follow(b.post(page+"/posti", "seats", "3")); !strings.Contains(done.Find("#fatto").Text(), "abbiamo cambiato") || v.stateOf(anna).SeatsHeld != 3 {
		t.Errorf("three of three: %s", done.Find("main").Text())
	}
	bruno, waits := v.registered("bruno@example.org", "2")
	if shown := b.get(waits); shown.Find(".qr").Length() != 0 || !strings.Contains(shown.Find(".receipt").Text(), "Posto in lista d'attesa1") {
		t.Errorf("who waits: %s", shown.Find("main").Text())
	}
	b.follow(b.post(page+"/posti", "seats", "1"))
	if got := v.stateOf(bruno); got.State != models.Offered {
		t.Errorf("with two seats free who waits is %s", got.State)
	}
	for _, wrong := range []string{"0", "9", "x", ""} {
		if r := b.post(page+"/posti", "seats", wrong); r.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d", wrong, r.StatusCode)
		}
	}
	v.must(models.CancelRegistration(v.ctx, v.DB, v.Now(), anna.ID))
	if gone := b.follow(b.post(page+"/posti", "seats", "1")); !strings.Contains(gone.Find("main").Text(), "Iscrizione annullata") {
		t.Errorf("after it was given up: %s", gone.Find("main").Text())
	}
	if r := b.post("/iscrizioni/x/posti", "seats", "1"); r.StatusCode != http.StatusNotFound {
		t.Errorf("with a token of nobody's: status %d", r.StatusCode)
	}
}

func TestWhoIsAskedConfirmsTheNewDay(t *testing.T) {
	v := newTown(t)
	v.fix(3, 0)
	anna, page := v.registered("anna@example.org", "2")
	b := v.browser()
	if b.get(page).Find(`form[action$="/riconferma"]`).Length() != 0 {
		t.Error("nobody asked, and the page does")
	}
	_, err := v.DB.ExecContext(v.ctx, "UPDATE registrations SET reconfirm_since = ?", v.Now())
	v.must(err)
	b.get(page)
	if b.get(page).Find(`form[action$="/riconferma"]`).Length() != 1 || v.stateOf(anna).ReconfirmSince.IsZero() {
		t.Error("the page does not ask, or opening it answered")
	}
	for range 2 {
		done := b.follow(b.post(page + "/riconferma"))
		if !strings.Contains(done.Find("#fatto").Text(), "ti aspettiamo") || done.Find(`form[action$="/riconferma"]`).Length() != 0 || !v.stateOf(anna).ReconfirmSince.IsZero() {
			t.Errorf("confirmed again: %s", done.Find("main").Text())
		}
	}
}

func TestWhatARegistrationSaysOnceTheMeetingHasBegun(t *testing.T) {
	v := newTown(t)
	v.fix(5, 0)
	anna, seated := v.registered("anna@example.org", "3")
	bruno, offered := v.registered("bruno@example.org", "2")
	_, err := v.DB.ExecContext(v.ctx, "UPDATE registrations SET state = 'offered', held_until = ? WHERE id = ?", v.Now().Add(time.Hour), bruno.ID)
	v.must(err)
	look := func(ago time.Duration, page string, code bool, says ...string) {
		v.Helper()
		begun := v.Now().Add(-ago)
		_, err := v.DB.ExecContext(v.ctx, "UPDATE meetings SET starts_at = ?, ends_at = ? WHERE id = ?", begun, begun.Add(2*time.Hour), v.meeting.ID)
		v.must(err)
		shown := v.browser().get(page).Find("main")
		for _, want := range says {
			if !strings.Contains(shown.Text(), want) {
				t.Errorf("after %s the page does not say %q: %s", ago, want, shown.Text())
			}
		}
		if got := shown.Find(".receipt .qr").Length() == 1; got != code || strings.Contains(shown.Find(".receipt").Text(), anna.Code()) != code {
			t.Errorf("after %s it shows the code: %t", ago, got)
		}
		if strings.Contains(shown.Text(), "annulla:") || strings.Contains(shown.Text(), "Accetta entro") || shown.Find("form").Length() > 0 {
			t.Errorf("after %s it asks for what cannot be done: %s", ago, shown.Text())
		}
	}
	look(time.Minute, seated, true, "L'incontro è cominciato: mostra il codice all'ingresso")
	look(5*time.Hour-time.Minute, seated, true, "L'incontro si è tenuto")
	look(5*time.Hour, seated, false, "L'incontro si è tenuto")
	look(time.Minute, offered, false, "L'incontro è cominciato", "Nessun posto è tenuto per te", "Puoi sempre venire senza iscrizione")
	look(5*time.Hour, offered, false, "L'incontro si è tenuto")
	v.must(models.MarkAttendance(v.ctx, v.DB, v.Now(), v.staff, anna.ID, 3))
	look(5*time.Hour, seated, false, "Grazie di aver partecipato", "Com'è andato l'incontro?")
}

func TestWhoIsOfferedSeatsMayChooseFewerAlone(t *testing.T) {
	v := newTown(t)
	v.fix(3, 0)
	anna, _ := v.registered("anna@example.org", "3")
	_, page := v.registered("bruno@example.org", "3")
	v.must(models.CancelRegistration(v.ctx, v.DB, v.Now(), anna.ID))
	if got := v.browser().get(page).Find("#field-seats option").Text(); got != "12" {
		t.Errorf("of three seats offered one may choose %q", got)
	}
}

func TestGivingUpIsAskedOnceMore(t *testing.T) {
	v := newTown(t)
	v.fix(3, 0)
	anna, page := v.registered("anna@example.org", "2")
	b := v.browser()
	asked := b.get(page + "/rinuncia")
	if asked.Find(`form[action$="/cancellazione"] button`).Length() != 1 || v.stateOf(anna).State != models.Seated {
		t.Fatalf("the page asks %s, the registration is %s", asked.Find("main").Text(), v.stateOf(anna).State)
	}
	b.follow(b.post(page + "/cancellazione"))
	if after := b.get(page + "/rinuncia"); v.stateOf(anna).State != models.Cancelled || after.StatusCode != http.StatusSeeOther {
		t.Errorf("the registration is %s, and the link leads to status %d", v.stateOf(anna).State, after.StatusCode)
	}
}

func TestTheCancelledMeetingIsSaidOnTheRegistration(t *testing.T) {
	v := newTown(t)
	v.fix(3, 0)
	_, page := v.registered("anna@example.org", "2")
	v.must(models.CancelMeeting(v.ctx, v.DB, v.Now(), v.staff, v.meeting.ID, models.CancelMeetingForm{ReasonIT: "La sala è chiusa."}))
	shown := v.browser().get(page)
	if text := shown.Find("main").Text(); !strings.Contains(text, "L'incontro è annullato") || !strings.Contains(text, "La sala è chiusa.") || shown.Find("main form").Length() > 0 {
		t.Errorf("the page says %s", text)
	}
}

// Who registers, and who waits, is named on no page that everybody can open.
func TestWhoIsRegisteredIsNamedOnNoPublicPage(t *testing.T) {
	v := newTown(t)
	v.fix(2, 0)
	for _, email := range []string{"seduta@example.org", "aspetta@example.org"} {
		b := v.browser()
		b.confirm(b.post(meetingPath+"/iscrizioni", "name", "Zaccheo "+email, "email", email, "phone", "055 9876543", "seats", "2", "question", "Canta il canarino?"))
	}
	known := strings.NewReplacer(":consultation", "servizi-associati", ":meeting", "carmignano", ":guideline", "anagrafe")
	looked := 0
	for _, r := range routes(v.Deps, jobs.New(v.Deps, nil)) {
		path := known.Replace(r.path)
		if r.method != http.MethodGet || strings.ContainsAny(path, ":*") {
			continue
		}
		page := v.browser().get(path)
		if page.StatusCode == http.StatusOK {
			looked++
		}
		for _, word := range []string{"Zaccheo", "aspetta@", "seduta@", "9876543", "canarino"} {
			if strings.Contains(page.body, word) {
				t.Errorf("%s says %q", path, word)
			}
		}
	}
	if looked < 15 {
		t.Errorf("only %d pages were looked at", looked)
	}
}
