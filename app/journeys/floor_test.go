// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// wall is the screen that a projector fills.
var wall = proto.EmulationSetDeviceMetricsOverride{Width: 1920, Height: 1080, DeviceScaleFactor: 1}

const moderators = "/segreteria/incontri/carmignano/domande"

// From a phone in the room to the wall and to the answer: one asks by the code, a moderator shows the question, another
// phone supports it, the moderator takes it up, the wall shows it by itself, and it is answered.
func TestAQuestionFromTheRoom(t *testing.T) { withAndWithoutJavaScript(t, aQuestionFromTheRoom) }

func aQuestionFromTheRoom(t *testing.T, p *program) {
	isAccessible := func(v *visitor) {
		if !p.scriptsOff { // axe-core is one itself
			v.isAccessible()
		}
	}
	p.beginsTheEvening("carmignano")
	moderator := p.segreteria(t).opens(moderators).sees("Da leggere (0)")
	room := "http://" + moderator.text(".desk-note strong")
	isAccessible(moderator.opens(moderators + "/cartello").sees(strings.TrimPrefix(room, "http://")))

	anna := p.visit(t, phone).opens(room).sees("Fai una domanda", "Non c'è ancora nessuna domanda")
	isAccessible(anna)
	anna.form("/domande").writes("Il tuo nome", "Anna").sends().mistakes("La tua domanda: " + needed)
	isAccessible(anna)
	anna.form("/domande").holds("Il tuo nome", "Anna").picks("Di quale proposta parla", "Anagrafe").writes("La tua domanda", "Quando si comincia?").
		sends().sees("Domanda ricevuta", "Le tue domande", "Quando si comincia?")
	bruno := p.visit(t, phone).opens(room).missing("Quando si comincia?")
	projector := p.visit(t, wall).opens(room+"/proiezione").sees("Fai la tua domanda", strings.TrimPrefix(room, "http://")).missing("Quando si comincia?")

	isAccessible(moderator.opens(moderators).sees("Da leggere (1)", "Quando si comincia?", "Anna", "dalla sala"))
	moderator.acts("Mostra in sala", "In elenco (1)").sees("in sala la leggono tutti")
	if !p.scriptsOff {
		typing := bruno.form("/domande").writes("La tua domanda", "Quanto co")
		bruno.comesToShow("Quando si comincia?")
		typing.holds("La tua domanda", "Quanto co")
		if focused := bruno.eval(`() => document.activeElement.name`); focused != "question" {
			t.Errorf("the focus went to %q when the list changed", focused)
		}
		bruno.acts("Interessa anche a me", "Interessa a 1 persona")
		typing.holds("La tua domanda", "Quanto co")
		if focused := bruno.eval(`() => document.activeElement.innerText`); !strings.Contains(focused, "togli il segno") {
			t.Errorf("the focus went to %q when the button was pressed", focused)
		}
	} else {
		bruno.opens(room).acts("Interessa anche a me", "Interessa a 1 persona")
	}
	isAccessible(bruno.sees("togli il segno"))

	moderator.opens(moderators).sees("1 sostegno").acts("Rispondi adesso", "Si risponde adesso (1)")
	projector.comesToShow("Adesso si risponde a questa domanda").sees("Quando si comincia?", "Anna")
	projector.fits()
	isAccessible(projector)

	moderator.acts("Risposta data", "Con risposta (1)")
	isAccessible(moderator.follows("Scrivi la risposta").sees("Quando si comincia?"))
	moderator.form("/risposta").writes("Risposta", "A marzo.").sends("Salva").sees("A marzo.", "Correggi la risposta")
	anna.opens(room).sees("Domande con risposta", "A marzo.")
	moderator.form("/domande").writes("La domanda", "Detta a voce?").sends().sees("Da leggere (1)", "a voce o su carta")
	moderator.acts("Metti da parte", "Messe da parte (1)")
	anna.opens(room).missing("Detta a voce?")
}

// However long what is asked, and however much waits, it all stands on the wall of a small hall and of a large one.
func TestTheWallHoldsLongQuestions(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.beginsTheEvening("carmignano")
	room := "http://" + p.segreteria(t).opens(moderators).text(".desk-note strong")
	for i, state := range []string{"asked", "shown", "shown", "shown", "shown", "shown", "shown"} {
		p.change(`INSERT INTO questions (consultation_id, id, meeting_id, body, author, channel, state, created_at, changed_at)
			SELECT consultation_id, gen_random_uuid(), id, ?, 'Un nome lungo sessanta caratteri, che è il più lungo che si può', 'floor', ?, now(), now() FROM meetings WHERE slug = 'carmignano'`,
			fmt.Sprint(i, strings.Repeat(" perché i servizi cambiano", 19)), state)
	}
	for _, screen := range []proto.EmulationSetDeviceMetricsOverride{wall, {Width: 1280, Height: 720, DeviceScaleFactor: 1}} {
		v := p.visit(t, screen).opens(room + "/proiezione")
		for _, letters := range []int{500, 320, 250, 180, 90, 60} {
			p.change("UPDATE questions SET body = left(body, ?) WHERE state = 'asked'", letters)
			v.opens(room + "/proiezione").fits()
		}
		p.change("UPDATE questions SET state = 'answered' WHERE state = 'asked'")
		v.opens(room + "/proiezione").fits()
		p.change(`UPDATE questions SET state = 'asked', body = ? WHERE state = 'answered'`, strings.Repeat("perché i servizi cambiano ", 19))
	}
}

// beginsTheEvening has a meeting begin now.
func (p *program) beginsTheEvening(slug string) {
	p.t.Helper()
	p.confirmMeeting(slug, 50)
	p.change("UPDATE meetings SET starts_at = now(), ends_at = now() + interval '2 hours' WHERE slug = ?", slug)
}

// acts presses a button of a list that renews itself, and waits until the page shows what came of it: without scripts as
// another page.
func (v *visitor) acts(button, until string) *visitor {
	v.t.Helper()
	pressed := v.find(fmt.Sprintf(`//main//button[starts-with(normalize-space(.), %s)]`, quoted(button)))
	if v.program.scriptsOff {
		v.loads(func() error { return v.click(pressed) })
		return v.sees(until)
	}
	v.must(v.click(pressed))
	return v.comesToShow(until)
}

// comesToShow waits until the page shows a text, without anybody touching it.
func (v *visitor) comesToShow(text string) *visitor {
	v.t.Helper()
	for late := time.Now().Add(patience); ; {
		// Between two pages there is none to ask.
		shown, err := v.page.Timeout(patience).Eval(`t => document.body.innerText.includes(t)`, text)
		if err == nil && shown.Value.Bool() {
			return v
		}
		if time.Now().After(late) {
			v.fail("the page never came to show %q", text)
		}
	}
}

// fits fails the test when the page does not fit its screen.
func (v *visitor) fits() {
	v.t.Helper()
	if over := v.eval(`() => {
		const { scrollHeight, scrollWidth } = document.documentElement
		return scrollHeight > innerHeight || scrollWidth > innerWidth ? scrollWidth + "×" + scrollHeight + " on " + innerWidth + "×" + innerHeight : ""
	}`); over != "" {
		v.fail("the page does not fit the wall: %s", over)
	}
}
