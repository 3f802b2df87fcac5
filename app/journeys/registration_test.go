// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const carmignano = consultation + "/incontri/carmignano"

// From "Avvisami quando c'è la data" to a seat: the organiser confirms day and place, who asked is told, people register
// through their mailboxes, and a seat given up goes to who waits for it.
func TestFromTheDateToASeat(t *testing.T) { withAndWithoutJavaScript(t, fromTheDateToASeat) }

func fromTheDateToASeat(t *testing.T, p *program) {
	anna := p.visit(t, phone)
	anna.opens(carmignano).sees("Data da confermare", "L'ingresso è libero").form("/avvisami").writes("La tua e-mail", "anna@example.org").sends()
	anna.confirmsByCode("anna@example.org").sees("Ti scriviamo appena c'è la data")

	p.segreteria(t).confirmsTheEvening("carmignano", "2")
	told := p.letterTo("anna@example.org")
	anna.opens(told.link(t, carmignano)).sees("2 posti liberi", "Iscriviti")

	form := anna.form("/iscrizioni").writes("Nome e cognome", "").writes("Telefono", "abc").chooses("Preferisco essere chiamato")
	form.sends().sees("Nome e cognome: "+needed, "Scrivi un numero di telefono valido")
	form.holds("Telefono", "abc").chosen("Preferisco essere chiamato")
	form.writes("Nome e cognome", "Anna Bianchi").writes("Telefono", "055 1234567").picks("Quante persone siete", "2").sends()
	anna.sees("Controlla e conferma", "Anna Bianchi", "Preferisco essere chiamato").confirmsTheSummary().sees("Posto confermato", "Anna Bianchi")
	calendar, entry := p.get(carmignano + ".ics")
	if calendar.StatusCode != http.StatusOK || !strings.Contains(entry, "STATUS:CONFIRMED") || !strings.Contains(entry, "TZID=Europe/Rome") {
		t.Errorf("the calendar entry, status %d:\n%s", calendar.StatusCode, entry)
	}

	bruno := p.visit(t, phone).withoutScripts()
	bruno.opens(carmignano).sees("lista d'attesa").form("/iscrizioni").writes("Nome e cognome", "Bruno Verdi").writes("E-mail", "bruno@example.org").sends()
	bruno.sees("lista d'attesa").form("#iscrizione").sends("Entra in lista")
	link := p.letterTo("bruno@example.org").link(t, "/conferme/")
	bruno.opens(link).opens(link)
	if n := p.count("SELECT count(*) FROM registrations WHERE name = 'Bruno Verdi' AND state <> 'pending'"); n != 0 {
		t.Fatal("opening the link changed the registration")
	}
	bruno.form(strings.TrimPrefix(link, p.url)).sends().sees("In lista d'attesa", "Sei al numero 1")

	p.letterTo("anna@example.org") // that she has a seat
	anna.form("/cancellazione").sends().sees("Iscrizione annullata")
	for offer := p.letterTo("bruno@example.org"); ; offer = p.letterTo("bruno@example.org") {
		if link := linkPattern.FindString(offer.Text); strings.Contains(link, "/iscrizioni/") && !strings.Contains(offer.Header("Subject"), "attesa") {
			bruno.opens(link)
			break
		}
	}
	bruno.sees("Si è liberato posto").form("/accettazione").sends().sees("Posto confermato")
	if n := p.count("SELECT seats_taken FROM meetings WHERE slug = 'carmignano'"); n != 1 {
		t.Errorf("%d seats are taken, for one person", n)
	}
}

// confirmsTheSummary sends what the page before the registration shows.
func (v *visitor) confirmsTheSummary() *visitor {
	v.t.Helper()
	return v.form("/iscrizioni#iscrizione").sends("Conferma l'iscrizione")
}

// segreteria signs an organiser in, in a browser of their own, with the link that the program prints.
func (p *program) segreteria(t testing.TB) *visitor {
	t.Helper()
	return p.visit(t, desktop).entersBy(p.staff("--name", "Segreteria", "--email", "segreteria@example.org"))
}

// entersBy signs in with a one-time link: opening it shows one button.
func (v *visitor) entersBy(link string) *visitor {
	v.t.Helper()
	return v.opens(link).form(strings.TrimPrefix(link, v.program.url)).sends()
}

// confirmsTheEvening gives a meeting its day, its place and so many seats, through the pages of the segreteria.
func (v *visitor) confirmsTheEvening(slug, seats string) *visitor {
	v.t.Helper()
	address := "/segreteria/incontri/" + slug + "/modifica"
	return v.opens(address).form(address).writes("Luogo", "Sala consiliare").writes("Data dell'incontro", time.Now().AddDate(0, 0, 20).Format(time.DateOnly)).
		writes("Comincia alle", "21:00").writes("Finisce alle", "23:00").writes("Posti in tutto", seats).writes("Posti per chi viene senza iscrizione", "0").
		chooses("Data e luogo sono confermati").sends("Salva").sees("Salvato")
}
