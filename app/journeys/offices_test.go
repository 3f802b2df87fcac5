// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"strings"
	"testing"
)

// An evening of the segreteria: texts, registrations, moderation, lists.
func TestTheSegreteriaRunsAMeeting(t *testing.T) {
	withAndWithoutJavaScript(t, theSegreteriaRunsAMeeting)
}

func theSegreteriaRunsAMeeting(t *testing.T, p *program) {
	comment := p.comment("dora@example.org")
	v := p.segreteria(t).sees("Segreteria")
	v.confirmsTheEvening("carmignano", "3")

	evening := "/segreteria/incontri/carmignano"
	v.opens(evening).follows("Iscrivi una persona")
	v.form("/iscrizioni/nuova").sends().sees("Nome e cognome: " + needed)
	v.form("/iscrizioni/nuova").writes("Nome e cognome", "Elio De Rossi").writes("Telefono", "055 7654321").chooses("2").sends().sees("Iscrizione fatta: ha il posto", "Elio De Rossi")
	v.opens(evening+"/modifica").form("/modifica").writes("Posti in tutto", "1").sends("Salva").sees("Servono almeno 2 posti")
	v.opens(evening).form("/ricerca").writes("Cerca per nome", "7654321").sends("Cerca").sees("Elio De Rossi")
	v.form("/ricerca").writes("Cerca per nome", "nessuno").sends("Cerca").missing("Elio De Rossi")
	v.opens(evening).form("/presenza").sends("Segna presenti").sees("Presenza segnata", "2 persone presenti")
	v.form("/senza-iscrizione").writes("Quante persone", "4").sends().sees("4 persone presenti")
	v.opens(evening+"/foglio-presenze").sees("Foglio presenze", "Rossi")
	for path, begin := range map[string]string{evening + "/iscrizioni.csv": "", evening + "/iscrizioni.xlsx": "PK"} {
		if text := v.downloads(path); !strings.HasPrefix(text, begin) || begin == "" && !strings.Contains(text, "Elio De Rossi") {
			t.Errorf("%s begins %.40q", path, text)
		}
	}

	v.opens("/segreteria/commenti/"+comment).form("/oscuramento").writes("Perché lo nascondi", "Contiene dati personali.").sends().sees("Commento nascosto")
	reader := p.visit(t, desktop).opens(anagrafe)
	reader.missing("Un commento di dora.").sees("nascosto dalla segreteria. Motivo: Contiene dati personali.")

	text := "/segreteria/testi/linee-guida/anagrafe"
	v.opens(text).form(text).writes("Responsabile del servizio", "Persona di prova").sends("Anteprima").sees("Non abbiamo ancora salvato nulla")
	reader.opens(anagrafe).missing("Persona di prova")
	v.form(text).sends("Pubblica").sees("Salvato")
	reader.opens(anagrafe).comesToSee("Persona di prova")
	v.opens("/segreteria/registro").sees("Nascosto", "Iscrizione", "Presenza segnata")
	if n := p.count("SELECT count(*) FROM audit_entries"); n < 6 {
		t.Errorf("%d rows in the log of what staff did", n)
	}
}

// A mayor's office signs in by mail, reads the report, answers a comment and a proposal.
func TestAMayorsOfficeAnswers(t *testing.T) { withAndWithoutJavaScript(t, aMayorsOfficeAnswers) }

func aMayorsOfficeAnswers(t *testing.T, p *program) {
	comment := p.comment("dora@example.org")
	p.submit(anagrafe+"/avvisami", map[string][]string{"email": {"lia@example.org"}})
	p.submit(strings.TrimPrefix(p.letterTo("lia@example.org").link(t, "/conferme/"), p.url), nil)
	p.staff("--name", "Ufficio", "--email", "ufficio@example.org", "--role", "mayor", "--municipality", "carmignano")

	v := p.visit(t, desktop).opens("/accesso-uffici")
	v.form("/accesso-uffici").writes("E-mail", "ufficio@example.org").sends().sees("Se l'indirizzo")
	v.entersBy(p.letterTo("ufficio@example.org").link(t, "/conferme/"))
	if v.path() != "/sindaci" {
		t.Fatalf("the office is led to %s", v.path())
	}
	v.sees("Anagrafe", "Carmignano", "Poggio a Caiano").opens("/sindaci/comuni/carmignano").sees("Carmignano")

	v.opens("/sindaci/commenti/" + comment).form("/risposte").sends().sees(needed)
	v.form("/risposte").writes("La tua risposta", "Grazie: lo sportello resta.").sends("Vedi").sees("Niente è ancora pubblicato")
	v.form("/risposte").sends("Pubblica").sees("La risposta è pubblicata")
	if letter := p.letterTo("dora@example.org"); !strings.Contains(letter.Text, "lo sportello resta") {
		t.Errorf("the author is told:\n%s", letter.Text)
	}
	v.opens("/sindaci/proposte/anagrafe").form("/risposte").chooses("Accolto in parte").writes("Perché", "Gli orari si allargano.").sends("Vedi").sees("Niente è ancora pubblicato")
	v.form("/risposte").sends("Pubblica").sees("La risposta è pubblicata")
	if letter := p.letterTo("lia@example.org"); !strings.Contains(letter.Text, "/linee-guida/anagrafe") {
		t.Errorf("who follows the proposal is told:\n%s", letter.Text)
	}
	reader := p.visit(t, desktop).opens(anagrafe).comesToSee("Grazie: lo sportello resta.")
	reader.sees("Risposta ufficiale", "Ufficio del sindaco di Carmignano", "Accolto in parte", "Gli orari si allargano.")
	v.opens("/segreteria").sees("Pagina non trovata")
}

// downloads returns a file that the visitor, signed in, is given.
func (v *visitor) downloads(path string) string {
	v.t.Helper()
	text := v.eval(`async path => {
		const answer = await fetch(path), bytes = new Uint8Array(await answer.arrayBuffer())
		return answer.status + " " + (path.endsWith(".csv") ? new TextDecoder().decode(bytes) : String.fromCharCode(...bytes.slice(0, 2)))
	}`, path)
	rest, ok := strings.CutPrefix(text, "200 ")
	if !ok {
		v.t.Errorf("%s: status %.3s", path, text)
	}
	return rest
}
