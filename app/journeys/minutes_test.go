// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"strings"
	"testing"
)

// After the evening: the segreteria writes down who came, what was said and answered, and the minutes, and closes the
// meeting; who came and who follows are told; everybody reads it, who came says how it was, and the report tells.
func TestFromTheEveningToTheMinutes(t *testing.T) {
	withAndWithoutJavaScript(t, fromTheEveningToTheMinutes)
}

func fromTheEveningToTheMinutes(t *testing.T, p *program) {
	isAccessible := func(v *visitor) *visitor {
		if !p.scriptsOff { // axe-core is one itself
			v.isAccessible()
		}
		return v
	}
	p.submit(carmignano+"/avvisami", map[string][]string{"email": {"carla@example.org"}})
	p.submit(strings.TrimPrefix(p.letterTo("carla@example.org").link(t, "/conferme/"), p.url), nil)
	const evening = "/segreteria/incontri/carmignano"
	v := p.segreteria(t).confirmsTheEvening("carmignano", "20")
	p.letterTo("carla@example.org") // the date
	for _, name := range []string{"Anna", "Bruno"} {
		v.opens(evening+"/iscrizioni/nuova").form("/iscrizioni/nuova").writes("Nome e cognome", name+" Bianchi").
			writes("E-mail", strings.ToLower(name)+"@example.org").chooses("2").sends().sees("ha il posto")
		p.letterTo(strings.ToLower(name) + "@example.org")
	}
	p.change("UPDATE meetings SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' WHERE slug = 'carmignano'")

	// Who came: Anna's party, and four from the other town.
	v.opens(evening).sees("Dopo l'incontro").form("/presenza").sends("Segna presenti").sees("Presenza segnata")
	v.form("/senza-iscrizione").writes("Quante persone", "4").picks("Dove abita", "Poggio a Caiano").sends().sees("4 persone presenti")

	// What was said aloud, and a question with its answer.
	isAccessible(v.opens(evening + "/interventi").sees("Detto all'incontro"))
	isAccessible(v.form("/interventi").sends().sees("Che cosa ha detto: " + needed))
	v.form("/interventi").chooses("Anagrafe", "Favorevole", "Carmignano").writes("Che cosa ha detto", "Bene, ma di sabato?").writes("Nome con cui appare", "Rosa").
		sends("Inserisci").sees("Intervento inserito", "Bene, ma di sabato?", "Rosa")
	v.form("/interventi").chooses("Anagrafe", "Carmignano").writes("Che cosa ha detto", "Scritto per sbaglio.").sends("Inserisci")
	isAccessible(v.sees("2 interventi inseriti")).form("/rimozione").sends("Togli").sees("Intervento tolto").missing("Scritto per sbaglio.")
	v.opens(moderators).form("/domande").writes("La domanda", "Chi paga?").sends()
	v.follows("Scrivi la risposta").form("/risposta").writes("Risposta", "I due comuni, come oggi.").sends("Salva")

	// The minutes, and what is missing without them.
	isAccessible(v.opens(evening+"/chiusura").sees("Manca:", "6 persone", "con risposta 1 su 1", "1 inserito"))
	isAccessible(v.form("/chiusura").sends().sees("Verbale: Manca il verbale."))
	isAccessible(v.opens(evening + "/verbale").sees("Il verbale si legge sul sito quando chiudi"))
	v.form("/verbale").writes("Verbale – italiano", "### Anagrafe\n\nSi parte a gennaio.").writes("Indirizzo della registrazione", "https://video.example.org/12").sends("Anteprima").
		sees("Non abbiamo ancora salvato nulla", "Gulpease", "Si parte a gennaio.").form("/verbale").sends("Salva").sees("Verbale salvato", "Versione 1")
	reader := p.visit(t, phone).opens(carmignano).missing("Si parte a gennaio.")
	isAccessible(v.opens(evening+"/chiusura").missing("Manca:").form("/chiusura").sends().sees("Incontro chiuso", "Se qualcosa è sbagliato"))

	told := p.letterTo("anna@example.org")
	if !strings.Contains(told.Header("Subject"), "Il verbale è pubblico") || !strings.Contains(p.letterTo("carla@example.org").Text, "/disiscrizione") {
		t.Errorf("who came is told %q", told.Header("Subject"))
	}
	reader.opens(carmignano).comesToSee("Si parte a gennaio.")
	isAccessible(reader.sees("Chi è venuto", "Poggio a Caiano", "Guarda o ascolta la registrazione", "Chi paga?", "I due comuni, come oggi.", "Detto all'incontro", "1 intervento"))
	isAccessible(reader.follows("Anagrafe").sees("Bene, ma di sabato?", "Detto all'incontro di Carmignano"))
	v.opens(evening+"/verbale").form("/verbale").writes("Verbale – italiano", "### Anagrafe\n\nSi parte a marzo.").writes("Che cosa cambia", "Il mese era sbagliato.").sends("Salva").sees("Versione 2")
	reader.opens(carmignano).comesToSee("Si parte a marzo.").sees("Aggiornato il", "Il mese era sbagliato.")

	// How it was.
	anna := p.visit(t, phone).opens(told.link(t, "/valutazione"))
	isAccessible(anna.sees("Com'è andato l'incontro?"))
	isAccessible(anna.form("/valutazione").sends().mistakes("Stelle: Scegli una delle risposte."))
	anna.form("/valutazione").chooses("4 stelle").writes("Due parole", "Chiaro.").sends().sees("Grazie, la valutazione è arrivata")
	if n := p.count("SELECT count(*) FROM meeting_ratings WHERE stars = 4 AND body = 'Chiaro.'"); n != 1 {
		t.Errorf("%d ratings are kept", n)
	}
	for _, letter := range p.mails.Taken() {
		if letter.To == "bruno@example.org" && strings.Contains(letter.Header("Subject"), "verbale") {
			t.Error("who did not come is told too")
		}
	}
	isAccessible(v.opens("/sindaci").sees("Com'è andata", "Presenti: Poggio a Caiano", "Quota degli assenti", "50%", "meno di cinque"))
}
