// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	consultation = "/consultazioni/servizi-associati"
	anagrafe     = consultation + "/linee-guida/anagrafe"
	needed       = "Questo campo serve per andare avanti."
)

// The whole way of a citizen on a phone: from the home page to what they sent, and back out of it.
func TestACitizenHasTheirSay(t *testing.T) {
	t.Parallel()
	p := start(t)
	anna := p.visit(t, phone)
	anna.opens("/").follows("Leggi le proposte")
	anna.follows("Anagrafe").sees("In breve", "Non è un voto né un campione", "Non ci sono ancora commenti")

	sayIt := anna.form("/contributi")
	sayIt.writes("Il tuo commento", "Lo sportello di Seano deve restare aperto.").writes("La tua e-mail", "anna@").chooses("Solo la segreteria")
	sayIt.sends().mistakes("Il tuo parere: "+needed, "Nome pubblico: "+needed, "Dove abiti: "+needed,
		"E-mail: Scrivi un indirizzo e-mail valido, per esempio nome@esempio.it.")
	sayIt.holds("Il tuo commento", "Lo sportello di Seano deve restare aperto.").holds("La tua e-mail", "anna@").chosen("Solo la segreteria")

	sayIt.chooses("Favorevole", "Tutti", "Carmignano").writes("Nome pubblico", "Anna di Seano").writes("La tua e-mail", "anna@example.org")
	sayIt.sends().sees("anna@example.org")
	letter := p.letterTo("anna@example.org")
	if n := p.count("SELECT count(*) FROM opinions"); n != 0 {
		t.Fatalf("%d opinions before the mailbox has confirmed", n)
	}
	waiting := anna.form(anna.path())
	waiting.writes("Codice", "000000").sends().sees("C'è un campo da correggere")
	waiting.writes("Codice", letter.code(t)).sends().sees("Abbiamo registrato il tuo parere")
	anna.sees("1 commento", "Lo sportello di Seano deve restare aperto.", "Anna di Seano", "Carmignano 1 parere")

	// A browser once confirmed is not asked again.
	anna.sees("Scrivi come Anna di Seano", "Il tuo parere di adesso: Favorevole")
	anna.form("/contributi").chooses("Contrario").sends().sees("Abbiamo registrato il tuo parere", "Il tuo parere di adesso: Contrario")
	anna.sees("Favorevole 0 Contrario 1")
	if n := p.count("SELECT count(*) FROM opinions WHERE value = 'contrario'"); n != 1 {
		t.Errorf("%d opinions against, after one changed to it", n)
	}

	bruno := p.visit(t, phone)
	bruno.opens(anagrafe).follows("Sei d'accordo?")
	support := bruno.form("/sostegni")
	support.chooses("D'accordo").writes("La tua e-mail", "bruno@example.org").sends()
	bruno.confirmsByCode("bruno@example.org").sees("Abbiamo registrato che cosa pensi del commento")
	bruno.pressed("D'accordo").sees("D'accordo (1)")
	bruno.follows("Rispondi")
	bruno.form("/risposte").writes("La tua risposta", "Anche quello di Comeana.").writes("Nome pubblico", "Bruno").chooses("Poggio a Caiano").sends()
	bruno.sees("Abbiamo ricevuto la tua risposta", "2 commenti", "Anche quello di Comeana.")

	anna.opens(anagrafe).sees("Anche quello di Comeana.").comesToSee("D'accordo: 1")
	anna.follows("Area personale").sees("Anna di Seano", "Contrario", "Lo sportello di Seano deve restare aperto.")
	anna.form("/pareri/" + p.guideline("anagrafe") + "/ritiro").sends().missing("Contrario")
	anna.page.MustElement(`form[action*="/commenti/"]`)
	anna.form("/ritiro").sends().missing("Lo sportello di Seano deve restare aperto.")
	anna.opens(anagrafe).missing("Lo sportello di Seano deve restare aperto.").sees("Commento ritirato da chi l'ha scritto", "Anche quello di Comeana.")
	anna.opens("/area-personale").form("/uscita").sends()
	anna.opens("/area-personale").sees("Accedi")
}

// Everything works with JavaScript switched off, and the mail's link in whatever browser opens it: it confirms there too,
// but signs in only the browser that asked.
func TestACitizenHasTheirSayWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := start(t)
	home := p.visit(t, desktop).withoutScripts()
	home.opens("/").follows("Leggi le proposte")
	home.follows("Anagrafe").form("/contributi").sends().mistakes("Il tuo parere: "+needed, "Nome pubblico: "+needed, "Dove abiti: "+needed, "E-mail: "+needed)
	home.form("/contributi").chooses("Non so", "Altrove").writes("Nome pubblico", "Carla").writes("La tua e-mail", "carla@example.org").
		writes("Il tuo commento", "Lavoro a Carmignano e abito a Prato.").sends()
	link := p.letterTo("carla@example.org").link(t, "/conferme/")

	elsewhere := p.visit(t, desktop).withoutScripts()
	elsewhere.opens(link).opens(link)
	if n := p.count("SELECT count(*) FROM opinions"); n != 0 {
		t.Fatalf("opening the link gave %d opinions", n)
	}
	elsewhere.form(strings.TrimPrefix(link, p.url)).sends().sees("Abbiamo registrato il tuo parere", "Lavoro a Carmignano e abito a Prato.")
	elsewhere.missing("Scrivi come Carla", "Area personale").opens("/area-personale").sees("Accedi")
	elsewhere.opens(link).sees("già")

	// The browser that asked was not there when it was confirmed: it signs in with a code.
	home.opens("/accedi").form("/accedi").writes("La tua e-mail", "carla@example.org").sends()
	home.confirmsByCode("carla@example.org").opens("/area-personale").sees("Carla", "Non so", "Lavoro a Carmignano e abito a Prato.")
}

// confirmsByCode types the code of the next mail to address into the page that waits for it.
func (v *visitor) confirmsByCode(address string) *visitor {
	v.t.Helper()
	code := v.program.letterTo(address).code(v.t)
	return v.form(v.path()).writes("Codice", code).sends()
}

// pressed fails the test unless the button with this text shows that it is pressed.
func (v *visitor) pressed(button string) *visitor {
	v.t.Helper()
	v.find(fmt.Sprintf(`//button[@aria-pressed="true"][starts-with(normalize-space(.), %s)]`, quoted(button)))
	return v
}

// guideline returns the id of the guideline at an address.
func (p *program) guideline(slug string) (id string) {
	p.t.Helper()
	if err := p.db.NewRaw("SELECT id::text FROM guidelines WHERE slug = ?", slug).Scan(p.t.Context(), &id); err != nil {
		p.t.Fatal(err)
	}
	return id
}
