// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

// Somebody without e-mail comes from the telephone to a seat: by paper, the waiting list and a call.
func TestFromTheTelephoneToASeatWithoutEMail(t *testing.T) {
	withAndWithoutJavaScript(t, fromTheTelephoneToASeat)
}

func fromTheTelephoneToASeat(t *testing.T, p *program) {
	v := p.segreteria(t).confirmsTheEvening("carmignano", "2")
	evening := "/segreteria/incontri/carmignano"
	v.takesDown("Rosa Bruni", "055 1234567", "2").sees("Iscrizione fatta: ha il posto").looksRight()
	v.follows("Stampa la ricevuta").sees("Gentile Rosa Bruni", "hai 2 posti", "Il tuo codice", "Sala consiliare").looksRight()
	v.takesDown("Piero Nesti", "055 7654321", "1").sees("lista d'attesa", "posto in lista: 1")
	v.follows("Stampa la ricevuta").sees("Gentile Piero Nesti", "sei in lista d'attesa, al numero 1")
	p.change(`UPDATE meetings SET access = '{step_free,hearing_loop,sign_language,subtitles,parking,bus}',
		access_note = '{"it": "Il posteggio è dietro il palazzo. L''autobus ferma davanti alla sala; l''ultima corsa è alle 23.30."}' WHERE slug = 'carmignano'`)
	v.opens(evening + "/lettere").looksRight()
	if sheets := v.sheets(); len(sheets) != 2 || sheets[0] != a4 {
		t.Errorf("two letters are on %v", sheets)
	}

	// Rosa cannot come: her seat is offered to Piero, who is to be called.
	v.opens(evening + "?stato=seated")
	v.must(v.click(v.find(`//summary[starts-with(normalize-space(.), "Annulla l'iscrizione")]`)))
	v.form("/annullamento").sends("Sì, annulla").sees("Iscrizione annullata")
	v.opens("/segreteria").sees("iscrizione da sentire per telefono", "posto offerto, senza risposta", "Mancano 20 giorni").looksRight()
	v.follows("iscrizione da sentire per telefono").sees("Piero Nesti", "0557654321").looksRight()
	v.form("/accettazione").sends("Accetta il posto").sees("Posto accettato")
	v.opens(evening+"/talloncini").sees("Piero Nesti", "1 posto").missing("Rosa Bruni").looksRight()
	if sheets := v.sheets(); len(sheets) != 1 || sheets[0] != a4 {
		t.Errorf("one slip is on %v", sheets)
	}
	if n := p.count("SELECT count(*) FROM registrations WHERE name = 'Piero Nesti' AND state = 'seated'"); n != 1 {
		t.Error("Piero has no seat")
	}

	// The date moved, and who has not said again that they come is written to.
	p.change("UPDATE registrations SET reconfirm_since = now() WHERE state = 'seated'")
	v.opens(evening+"?stato=to_reconfirm").sees("Piero Nesti", "da riconfermare").looksRight()
	message := v.opens(evening + "/messaggio").looksRight().form("/messaggio")
	message.chooses("A chi deve riconfermare").writes("Oggetto", "Vieni?").writes("Testo", "Dicci se vieni.").sends("Anteprima").
		sees("da avvisare per telefono: 1").form("/messaggio").sends("Invia").sees("Il messaggio parte per 0 indirizzi e-mail")
}

// looksRight is isAccessible where scripts run: without them the pages are the same.
func (v *visitor) looksRight() *visitor {
	v.t.Helper()
	if v.program.scriptsOff {
		return v
	}
	return v.isAccessible()
}

// takesDown registers somebody who calls, and returns at the page of the meeting.
func (v *visitor) takesDown(name, number, seats string) *visitor {
	v.t.Helper()
	v.opens("/segreteria/incontri/carmignano").follows("Iscrivi una persona")
	return v.form("/iscrizioni/nuova").writes("Nome e cognome", name).writes("Telefono", number).chooses(seats).sends()
}

// The list answers while one types, on a desk and on a telephone; what is typed and the focus stay.
func TestTheListAnswersWhileOneTypes(t *testing.T) {
	t.Parallel()
	p := start(t)
	v := p.segreteria(t).confirmsTheEvening("carmignano", "100")
	evening := "/segreteria/incontri/carmignano"
	for _, name := range []string{"Rosa Bruni", "Rosanna Neri", "Piero Nesti"} {
		v.takesDown(name, "", "1")
	}
	for _, screen := range []proto.EmulationSetDeviceMetricsOverride{desktop, phone} {
		v.opens(evening)
		v.must(v.page.SetViewport(&screen))
		v.must(v.click(v.form("/ricerca").field("Cerca per nome")))
		v.types('r', 'o', 's')
		v.comesToFind("Trovate 2 iscrizioni.", "Rosa Bruni Rosanna Neri")
		v.types('a', ' ', 'b')
		v.comesToFind("Trovata 1 iscrizione.", "Rosa Bruni")
		v.types('x')
		v.comesToFind("Trovate 0 iscrizioni.", "")
		if where, focused := v.path(), v.eval(`() => document.activeElement.name + " " + document.activeElement.value`); where != evening || focused != "search rosa bx" {
			t.Errorf("at %s, in %q", where, focused)
		}
		for range len("rosa bx") {
			v.types(input.Backspace)
		}
		v.comesToFind("", "Piero Nesti Rosa Bruni Rosanna Neri")
		v.isAccessible()
	}
}

// comesToFind waits until the list holds these names and says that it found so many.
func (v *visitor) comesToFind(found, names string) {
	v.t.Helper()
	shown := `() => document.getElementById("found").textContent + "|" +
		[...document.querySelectorAll(".desk-cards > li strong:first-child")].map(e => e.textContent).join(" ")`
	err := v.page.Timeout(patience).Wait(rod.Eval(`want => (`+shown+`)() === want`, found+"|"+names))
	if err != nil {
		v.fail("the list is %q, not %q", v.eval(shown), found+"|"+names)
	}
}

// a4 is the size of a sheet in points, as a PDF has it.
const a4 = "594 841"

// sheets returns the sizes of the sheets that the page would be printed on.
func (v *visitor) sheets() []string {
	v.t.Helper()
	var sizes []string
	for _, size := range mediaBox.FindAllSubmatch(v.pdf(), -1) {
		sizes = append(sizes, strings.Join([]string{string(size[1]), string(size[2])}, " "))
	}
	return sizes
}
