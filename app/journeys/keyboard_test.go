// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
)

// Everything a citizen does is done with the keyboard alone, and one always sees where one is.
func TestTheKeyboardIsEnough(t *testing.T) {
	t.Parallel()
	p := start(t)
	v := p.visit(t, desktop).opens(anagrafe)
	v.tabsTo("Vai al contenuto")
	v.types(input.Enter)
	v.tabsTo("Pagina iniziale") // the first link of the content, past the menu
	v.opens(anagrafe).tabsTo("Le proposte")
	v.loads(func() error { return v.page.Keyboard.Type(input.Enter) })
	v.opens(anagrafe).tabsTo("opinion").types(input.Space)
	v.tabsTo("pseudonym")
	v.must(v.page.InsertText("Sindaco"))
	v.loads(func() error { return v.page.Keyboard.Type(input.Enter) })

	v.mistakes("Nome pubblico: Questo nome è riservato agli uffici e agli amministratori. Scegline un altro.", "Dove abiti: "+needed, "E-mail: "+needed)
	v.form("/contributi").chosen("Favorevole")
	v.tabsTo("Dove abiti")
	v.types(input.Enter)
	if name := v.eval(`() => document.activeElement.name`); name != "municipality" {
		v.fail("the link of the summary leads to %q", name)
	}
	v.types(input.Space)
	v.tabsTo("email")
	v.must(v.page.InsertText("tina@example.org"))
	v.tabsBackTo("pseudonym")
	v.eval(`() => { document.activeElement.select(); return "" }`)
	v.must(v.page.InsertText("Tina"))
	v.loads(func() error { return v.page.Keyboard.Type(input.Enter) })
	v.tabsTo("code")
	v.must(v.page.InsertText(p.letterTo("tina@example.org").code(t)))
	v.loads(func() error { return v.page.Keyboard.Type(input.Enter) })
	v.sees("Abbiamo registrato il tuo parere", "Tina")
}

// tabsTo presses Tab until what has the focus begins with this text or is the field of this name.
func (v *visitor) tabsTo(what string) *visitor {
	v.t.Helper()
	return v.movesTo(what, func() error { return v.page.Keyboard.Type(input.Tab) })
}

// tabsBackTo is tabsTo with Shift held.
func (v *visitor) tabsBackTo(what string) *visitor {
	v.t.Helper()
	return v.movesTo(what, func() error { return v.page.KeyActions().Press(input.ShiftLeft).Type(input.Tab).Do() })
}

func (v *visitor) movesTo(what string, press func() error) *visitor {
	v.t.Helper()
	for range 100 {
		v.must(press())
		// What has the focus must be in sight, and look different from without it.
		focused := v.eval(`() => {
			const e = document.activeElement, box = e.getBoundingClientRect()
			const look = () => ["outlineStyle", "outlineWidth", "boxShadow", "borderColor"].map(p => getComputedStyle(e)[p]).join()
			const seen = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight
			const ringed = look(); e.blur(); const plain = look(); e.focus()
			return [seen && ringed !== plain ? "seen" : "unseen", e.name || "", e.innerText || "", e.outerHTML.slice(0, 120)].join("\u0000")
		}`)
		parts := strings.Split(focused, "\x00")
		if parts[0] != "seen" {
			v.fail("one does not see where one is: %s", parts[3])
		}
		if parts[1] == what || strings.HasPrefix(strings.TrimSpace(parts[2]), what) {
			return v
		}
	}
	v.fail("Tab does not lead to %q", what)
	return v
}
