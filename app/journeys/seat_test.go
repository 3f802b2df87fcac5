// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// A seat on a telephone, from the form to the evening: summary, mailbox, receipt, another number of people; seats that go
// round the queue, to a party that is too large, to one who lets the time pass, and to one who takes them.
func TestASeatFromTheFormToTheEvening(t *testing.T) {
	withAndWithoutJavaScript(t, aSeatFromTheFormToTheEvening)
}

func aSeatFromTheFormToTheEvening(t *testing.T, p *program) {
	p.confirmMeeting("carmignano", 3)
	anna := p.visit(t, phone).opens(carmignano)
	form := anna.form("/iscrizioni").writes("Nome e cognome", "Anna Bianchi").writes("E-mail", "anna@example.org").picks("Quante persone siete", "2").
		picks("Dove abiti", "Carmignano").picks("Quale proposta", "Anagrafe").writes("Una domanda per la serata", "Chi paga?").chooses("Sento poco")
	form.sends().sees("Controlla e conferma", "Non abbiamo ancora registrato nulla", "Anna Bianchi", "Chi paga?", "Anagrafe", "Sento poco").isAccessible()
	if n := p.count("SELECT count(*) FROM registrations"); n != 0 {
		t.Fatalf("%d registrations before anybody confirmed", n)
	}
	form = anna.form("#iscrizione").sends("Modifica").form("/iscrizioni")
	form.holds("Nome e cognome", "Anna Bianchi").holds("Una domanda per la serata", "Chi paga?").holds("Quale proposta", "anagrafe").
		holds("Dove abiti", "carmignano").chosen("Sento poco").writes("Una domanda per la serata", "Chi paga, e da quando?").sends().confirmsTheSummary()
	anna.confirmsFrom(p.letterTo("anna@example.org")).sees("Posto confermato", "Chi paga, e da quando?").isAccessible()
	receipt := p.letterTo("anna@example.org")
	p.checkReceipt(receipt)
	anna.sees(p.codeOf("anna@example.org"))

	p.registers("bruno@example.org", "2") // waits for two
	p.registers("carla@example.org", "1") // has the third seat
	p.registers("dora@example.org", "1")  // waits for one
	p.registers("emma@example.org", "1")
	anna.form("/posti").picks("Quante persone siete", "3").sends().sees("I posti non bastano: al massimo 2").isAccessible()
	anna.form("/posti").holds("Quante persone siete", "3")

	p.remind("carla@example.org")
	carla := p.visit(t, phone).opens(p.letterAbout("carla@example.org", "Ci siamo quasi").link(t, "/rinuncia")).sees("Non puoi più venire?", "Persona carla")
	carla.isAccessible()
	if n := p.count("SELECT seats_taken FROM meetings WHERE slug = 'carmignano'"); n != 3 {
		t.Fatalf("opening the link of a reminder left %d seats taken", n)
	}
	carla.form("/cancellazione").sends().sees("Iscrizione annullata")

	passed := p.letterAbout("bruno@example.org", "Non bastano i posti")
	bruno := carla.opens(passed.link(t, "/iscrizioni/")).sees("In lista d'attesa", "Sei al numero 1")
	bruno.isAccessible()
	dora := bruno.opens(p.letterAbout("dora@example.org", "Si è liberato un posto").link(t, "/iscrizioni/")).sees("Si è liberato posto")
	dora.isAccessible()
	p.change("UPDATE registrations SET held_until = now() - interval '1 minute' WHERE name = 'Persona dora'")
	dora.opens(dora.path()).sees("Tempo scaduto")
	p.registers("felix@example.org", "1") // comes after emma
	emma := dora.opens(p.letterAbout("emma@example.org", "Si è liberato un posto").link(t, "/iscrizioni/"))
	emma.form("/accettazione").sends().sees("Posto confermato")
	p.letterAbout("dora@example.org", "Il posto è andato ad altri")

	anna.opens(anna.path()).form("/posti").picks("Quante persone siete", "1").sends().sees("abbiamo cambiato quante persone siete")
	if n := p.count("SELECT count(*) FROM registrations WHERE name = 'Persona felix' AND state = 'offered'"); n != 1 {
		t.Error("the seat that Anna gave up is offered to nobody")
	}
	anna.opens(carmignano).missing("Persona").opens(consultation+"/incontri").missing("Persona", "Anna Bianchi")
}

// confirmsFrom opens the link of a mail and presses its button.
func (v *visitor) confirmsFrom(l letter) *visitor {
	v.t.Helper()
	return v.entersBy(l.link(v.t, "/conferme/"))
}

// registers registers a party at Carmignano and confirms it from its mailbox, in no browser; its name is "Persona" and
// what its address begins with.
func (p *program) registers(email, seats string) {
	p.t.Helper()
	name, _, _ := strings.Cut(email, "@")
	p.submit(carmignano+"/iscrizioni", url.Values{"name": {"Persona " + name}, "email": {email}, "seats": {seats}})
	p.submit(strings.TrimPrefix(p.letterTo(email).link(p.t, "/conferme/"), p.url), nil)
	p.letterTo(email) // how it stands
}

// letterAbout waits for the first mail to address that no test has opened yet, which must have this subject.
func (p *program) letterAbout(address, subject string) letter {
	p.t.Helper()
	l := p.letterTo(address)
	if !strings.Contains(l.Header("Subject"), subject) {
		p.t.Fatalf("%s got %q, not %q", address, l.Header("Subject"), subject)
	}
	return l
}

// remind has somebody reminded of the evening at Carmignano, as on the day before.
func (p *program) remind(email string) {
	p.t.Helper()
	var mail models.Mail
	err := p.db.NewRaw(`SELECT person_id, (SELECT id FROM meetings WHERE slug = 'carmignano') AS subject_id FROM addresses WHERE value = ?`, email).
		Scan(p.t.Context(), &mail.PersonID, &mail.SubjectID)
	if err != nil {
		p.t.Fatal(err)
	}
	mail.Template = models.MailReminderDay
	payload, err := json.Marshal(mail)
	if err != nil {
		p.t.Fatal(err)
	}
	p.change("UPDATE meetings SET reminded_day_at = now() WHERE slug = 'carmignano'")
	p.change("INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES (?, ?, ?, now(), now())", uuid.Must(uuid.NewV7()), models.JobMail, string(payload))
	p.change("NOTIFY jobs")
}

func (p *program) codeOf(email string) string {
	p.t.Helper()
	var id uuid.UUID
	err := p.db.NewRaw(`SELECT r.id FROM registrations r JOIN addresses a USING (person_id) WHERE a.value = ?`, email).Scan(p.t.Context(), &id)
	if err != nil {
		p.t.Fatal(err)
	}
	return models.CodeOf(id)
}

// checkReceipt holds that the mail brings the code, in letters and as an image, and the entry for the calendar.
func (p *program) checkReceipt(l letter) {
	p.t.Helper()
	if len(l.Files) != 2 {
		p.t.Fatalf("with the receipt came %d files", len(l.Files))
	}
	image, entry := l.Files[0], string(l.Files[1].Content)
	if drawn, err := png.Decode(bytes.NewReader(image.Content)); err != nil || drawn.Bounds().Dx() < 200 || !strings.Contains(l.HTML, "cid:"+image.ContentID) {
		p.t.Errorf("the image of the code: %v", err)
	}
	if code := p.codeOf(l.To); !strings.Contains(l.Text, code) || !strings.Contains(l.HTML, code) {
		p.t.Errorf("the receipt lacks the code %s: %s", code, l.Text)
	}
	_, page := p.get(carmignano + ".ics")
	for _, line := range strings.Split(page, "\r\n") {
		if (strings.HasPrefix(line, "UID:") || strings.HasPrefix(line, "SEQUENCE:")) && !strings.Contains(entry, line) {
			p.t.Errorf("the entry lacks %q: %s", line, entry)
		}
	}
}
