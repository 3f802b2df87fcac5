// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
	"github.com/google/uuid"

	"ultimaparola/models"
)

const atTheDoor = "/segreteria/incontri/carmignano/ingresso"

// tonight has the meeting of Carmignano begin now, and returns the codes of three parties: Anna Bianchi and two others with
// a wheelchair, Bruno Verdi who waits for a seat, Niccolò Neri.
func (p *program) tonight() (anna, bruno, niccolo string) {
	p.t.Helper()
	p.confirmMeeting("carmignano", 10)
	p.change("UPDATE meetings SET starts_at = now(), ends_at = now() + interval '2 hours' WHERE slug = 'carmignano'")
	party := func(name, state string, seats, held int) string {
		id, person := uuid.New(), uuid.New()
		p.change("INSERT INTO people (id, created_at) VALUES (?, now())", person)
		p.change(`INSERT INTO registrations (consultation_id, id, meeting_id, person_id, name, phone, seats, seats_held, state, channel, queue_number, created_at, confirmed_at)
			SELECT consultation_id, ?, id, ?, ?, '055 7654321', ?, ?, ?, 'phone', ?, now(), now() FROM meetings WHERE slug = 'carmignano'`,
			id, person, name, seats, held, state, map[bool]any{true: 1}[state == models.Waiting])
		return models.CodeOf(id)
	}
	anna, bruno, niccolo = party("Anna Bianchi", models.Seated, 3, 3), party("Bruno Verdi", models.Waiting, 2, 0), party("Niccolò Neri", models.Seated, 1, 1)
	p.change(`INSERT INTO access_needs (consultation_id, registration_id, needs) SELECT consultation_id, id, '{wheelchair}' FROM registrations WHERE name = 'Anna Bianchi'`)
	p.change("UPDATE meetings SET seats_taken = 4 WHERE slug = 'carmignano'")
	return anna, bruno, niccolo
}

// device takes a pass for a door of Carmignano's meeting on a telephone, by the link that staff see.
func (p *program) device(t *testing.T, staff *visitor, label string) *visitor {
	t.Helper()
	const passes = "/segreteria/incontri/carmignano/ingressi"
	staff.opens(passes).form(passes).writes("Nome dell'ingresso", label).sends("Crea il link").sees("Il pass è pronto", label).pictured("passes")
	if !p.scriptsOff {
		staff.isAccessible()
	}
	link := staff.eval(`() => document.querySelector(".door-link").href`)
	v := p.visit(t, phone)
	v.opens(link).sees("Pass per l'ingresso", label).pictured("offered").form(strings.TrimPrefix(link, p.url)).sends().sees(label, "Attesi")
	if !p.scriptsOff {
		v.comes(`() => "ready" in document.querySelector("[data-door]").dataset`)
	}
	return v
}

// comes waits until a function in the page returns true.
func (v *visitor) comes(function string, arguments ...any) *visitor {
	v.t.Helper()
	if err := v.page.Timeout(patience).Wait(rod.Eval(function, arguments...).ByPromise()); err != nil {
		v.fail("never: %s %v", function, arguments)
	}
	return v
}

// comesTo waits until the page shows each text, without loading it again.
func (v *visitor) comesTo(texts ...string) *visitor {
	v.t.Helper()
	for _, text := range texts {
		v.comes(`t => document.body.innerText.replace(/\s+/g, " ").includes(t)`, text)
	}
	return v
}

// touches presses a button, by what a screen reader calls it or by its words, that does its work on the page.
func (v *visitor) touches(name string) *visitor {
	v.t.Helper()
	q := quoted(name)
	v.must(v.click(v.find(fmt.Sprintf(`//button[starts-with(@aria-label, %s) or starts-with(normalize-space(.), %s)][not(ancestor-or-self::*[@hidden])][ancestor::dialog[@open] or not(//dialog[@open])]`, q, q))))
	return v
}

// looksFor types into the door's search.
func (v *visitor) looksFor(text string) *visitor {
	v.t.Helper()
	v.form("/ricerca").writes("Codice o nome", text)
	return v
}

// counts waits until the door's figures are these: expected, entered, of them without registration, free.
func (v *visitor) counts(expected, entered, walkIns, free int) *visitor {
	v.t.Helper()
	want := fmt.Sprint(expected, entered, walkIns, free)
	const figures = `[...document.querySelectorAll("[data-count]")].map(e => e.innerText).join(" ")`
	if err := v.page.Timeout(patience).Wait(rod.Eval(`want => `+figures+` === want`, want)); err != nil {
		v.fail("the door counts %s, want %s", v.eval(`() => `+figures), want)
	}
	return v
}

// online has the device notice that the network is there, or that it is away.
func (v *visitor) online(is bool) {
	v.t.Helper()
	v.must(proto.NetworkEmulateNetworkConditions{Offline: !is, DownloadThroughput: -1, UploadThroughput: -1}.Call(v.page))
}

// pictured leaves a picture of the page, for who wants to look, in the folder of PICTURES.
func (v *visitor) pictured(name string) *visitor {
	if folder := os.Getenv("PICTURES"); folder != "" {
		png, err := v.page.Screenshot(true, nil)
		v.must(err)
		v.must(os.WriteFile(folder+"/"+name+".png", png, 0o644))
	}
	return v
}

// A telephone at the door loses the network, is loaded again, goes on, and tells it all, once, when the network is back.
func TestTheDoorWorksWithoutANetwork(t *testing.T) {
	t.Parallel()
	p := start(t)
	anna, _, _ := p.tonight()
	v := p.device(t, p.segreteria(t), "Ingresso A")
	v.counts(4, 0, 0, 6).pictured("door").isAccessible()
	v.must(v.page.SetViewport(&phone))

	p.kill()
	v.online(false)
	v.loads(v.page.Reload)
	v.comesTo("Senza rete").counts(4, 0, 0, 6)
	v.looksFor(strings.ToLower(strings.ReplaceAll(anna, "-", ""))).comesTo("Anna Bianchi", "Ha il posto", "Uso una sedia a rotelle").pictured("found")
	v.touches("Entra: Anna").comesTo("Segnato: Anna Bianchi, 3 persone", "Senza rete: 1 arrivo da inviare").counts(1, 3, 0, 6)
	v.looksFor("nicc NERI").comesTo("Niccolò Neri").touches("Entra: Niccolò").comesTo("2 arrivi da inviare").counts(0, 4, 0, 6)
	v.touches("2").touches("Carmignano").comesTo("Senza rete: 3 arrivi da inviare").counts(0, 6, 2, 4).pictured("offline")
	v.looksFor("Niccolò").touches("Annulla: Niccolò").counts(1, 5, 2, 4)
	v.loads(v.page.Reload)
	v.comesTo("Senza rete: 3 arrivi da inviare").counts(1, 5, 2, 4)
	v.looksFor("bianchi").comesTo("Già entrato").isAccessible()
	v.must(v.page.SetViewport(&phone))

	p.printed = newPrinted()
	p.run()
	v.online(true)
	v.comesTo("Tutto inviato").counts(1, 5, 2, 4)
	v.loads(v.page.Reload)
	v.comesTo("Tutto inviato").counts(1, 5, 2, 4)
	v.missing("La sala è piena").touches("5").touches("Carmignano").comesTo("Segnato: Senza iscrizione, 5 persone. La sala è piena").counts(1, 10, 7, 0)
	v.pictured("full").isAccessible()
	v.must(v.page.SetViewport(&phone))
	v.touches("Annulla: Senza iscrizione, 5 persone").counts(1, 5, 2, 4).comesTo("Tutto inviato").missing("La sala è piena")
	for query, want := range map[string]int{
		"SELECT count(*) FROM arrivals": 4, "SELECT count(*) FROM arrivals WHERE undone_at IS NULL": 2,
		"SELECT coalesce(sum(people), 0) FROM attendances": 5, "SELECT count(*) FROM arrivals WHERE municipality_id IS NOT NULL AND people = 2": 1,
		"SELECT count(*) FROM audit_entries WHERE action = 'read' AND 'door' = ANY(fields)": 1,
	} {
		if n := p.count(query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
}

// fakeCamera has the browser see a code before its camera: the one in window.held.
const fakeCamera = `window.held = ""
window.BarcodeDetector = class { async detect() { return window.held ? [{ rawValue: window.held }] : [] } }
navigator.mediaDevices.getUserMedia = async () => {
	const canvas = document.createElement("canvas")
	canvas.getContext("2d").fillRect(0, 0, 9, 9)
	return canvas.captureStream()
}`

// Two doors see one code: it counts once, and both know of it. Who waits for a seat is let in only by decision.
func TestTwoDoorsAgree(t *testing.T) {
	t.Parallel()
	p := start(t)
	anna, bruno, _ := p.tonight()
	staff := p.segreteria(t)
	a, b := p.device(t, staff, "Ingresso A"), p.device(t, staff, "Ingresso B")
	for _, v := range []*visitor{a, b} {
		_, err := v.page.EvalOnNewDocument(fakeCamera)
		v.must(err)
		v.loads(v.page.Reload)
		v.touches("Inquadra il codice").comes(`() => !document.querySelector("[data-camera-view]").hidden`)
	}
	holds := func(v *visitor, code string) *visitor {
		v.eval(`code => { window.held = code; return "" }`, code)
		return v
	}
	b.online(false)
	holds(a, anna).comesTo("Entrato Anna Bianchi 3 persone", "Uso una sedia a rotelle").pictured("scan").isAccessible()
	a.must(a.page.SetViewport(&phone))
	holds(b, anna).comesTo("Entrato Anna Bianchi 3 persone").touches("Avanti").comesTo("Senza rete: 1 arrivo da inviare")
	holds(a, "").touches("Avanti").comesTo("Tutto inviato")
	b.online(true)
	b.comesTo("Tutto inviato").counts(1, 3, 0, 6)
	a.eval(`() => { dispatchEvent(new Event("online")); return "" }`)
	a.comesTo("Ingresso B").counts(1, 3, 0, 6)
	if n := p.count("SELECT sum(people) FROM attendances"); n != 3 {
		t.Errorf("%d came, want Anna's three", n)
	}
	holds(b, "").looksFor("Anna").comesTo("Già entrato")

	// What is typed at one door stays, and the focus with it, when the others tell what they did.
	b.eval(`() => { const people = document.querySelector("[data-found] input"); people.focus(); people.value = "2"; return "" }`)
	a.touches("Altrove").comesTo("Segnato: Senza iscrizione, 1 persona", "Tutto inviato")
	b.eval(`() => { dispatchEvent(new Event("online")); return "" }`)
	b.counts(1, 4, 1, 5)
	if typed := b.eval(`() => document.activeElement.closest("[data-found]") ? document.activeElement.value : "elsewhere"`); typed != "2" {
		t.Errorf("the number typed at one door became %q when another had its say", typed)
	}
	a.touches("Annulla: Senza iscrizione").counts(1, 3, 0, 6).comesTo("Tutto inviato")
	b.eval(`() => { dispatchEvent(new Event("online")); return "" }`)
	b.counts(1, 3, 0, 6).looksFor("")
	holds(b, bruno).comesTo("In lista d'attesa Bruno Verdi").pictured("waiting").counts(1, 3, 0, 6)
	holds(b, "").touches("Fai entrare lo stesso").counts(1, 5, 0, 4)
	holds(a, "ZZZZ-ZZZZ").comesTo("Codice non trovato").pictured("unknown")
	holds(a, "").touches("Avanti")

	// Who had cancelled, which the device had not heard, came all the same: somebody decides what to make of it.
	b.online(false)
	b.looksFor("Niccolò").touches("Entra: Niccolò").comesTo("1 arrivo da inviare").counts(0, 6, 0, 4)
	p.change("UPDATE registrations SET state = 'cancelled', seats_held = 0, cancelled_at = now() - interval '1 hour' WHERE name = 'Niccolò Neri'")
	p.change("UPDATE meetings SET seats_taken = 3 WHERE slug = 'carmignano'")
	b.online(true)
	b.comesTo("Non registrato: l'iscrizione non vale più: Niccolò Neri").counts(0, 5, 0, 5).pictured("refused")
	b.touches("Conta senza iscrizione").counts(0, 6, 1, 4).comesTo("Tutto inviato").missing("Non registrato")
	if n := p.count("SELECT sum(people) FROM attendances"); n != 6 {
		t.Errorf("%d came, want six", n)
	}
}

// When the pass ends, nothing of the evening is left on the telephone; what it had not sent is sent.
func TestThePassesEndWipesTheDevice(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.tonight()
	staff := p.segreteria(t)
	v, other := p.device(t, staff, "Ingresso A"), p.device(t, staff, "Ingresso B")
	const left = `async () => {
		const databases = (await indexedDB.databases()).map(d => d.name)
		const workers = await navigator.serviceWorker.getRegistrations()
		return [...databases, ...await caches.keys(), ...workers.map(w => w.scope)].join(" ")
	}`
	if kept := v.eval(left); !strings.Contains(kept, "ingresso-") || !strings.Contains(kept, atTheDoor) {
		t.Fatalf("the device keeps %q", kept)
	}
	shell := v.eval(`async () => (await Promise.all((await (await caches.open("ingresso")).keys()).map(async r => (await caches.match(r)).text()))).join("\n")`)
	if strings.Contains(shell, "Bianchi") || !strings.Contains(shell, "data-door") {
		t.Error("what is kept to open the page names somebody, or is not the page")
	}
	v.online(false)
	v.looksFor("Anna").touches("Entra: Anna").comesTo("Senza rete: 1 arrivo da inviare")
	p.change("UPDATE meetings SET starts_at = now() - interval '6 hours', ends_at = now() - interval '3 hours 1 second' WHERE slug = 'carmignano'")
	v.online(true)
	v.comesTo("Questo pass è finito").missing("Anna Bianchi")
	if n := p.count("SELECT coalesce(sum(people), 0) FROM attendances"); n != 3 {
		t.Errorf("%d came, want the three that were not sent before the end", n)
	}
	v.comes(`async () => (await (` + left + `)()) === ""`)
	v.loads(v.page.Reload)
	v.sees("Questo pass è finito").isAccessible()

	p.change("UPDATE door_passes SET revoked_at = now()")
	other.eval(`() => { dispatchEvent(new Event("online")); return "" }`)
	other.comesTo("Questo pass è finito").missing("Anna Bianchi").comes(`async () => (await (` + left + `)()) === ""`)
	for _, device := range []*visitor{v, other} {
		device.met.forgets("410 for")
	}
}

// forgets leaves out the problems that begin so: they are what the test is about.
func (p *problems) forgets(beginning string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = slices.DeleteFunc(p.list, func(problem string) bool { return strings.HasPrefix(problem, beginning) })
}

// isReadable is isAccessible for a page that came without scripts.
func (v *visitor) isReadable() *visitor {
	v.t.Helper()
	v.must(proto.EmulationSetScriptExecutionDisabled{}.Call(v.page))
	return v.isAccessible().withoutScripts()
}

// Without JavaScript the door works by its forms.
func TestTheDoorWorksByItsForms(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.scriptsOff = true
	anna, bruno, _ := p.tonight()
	v := p.device(t, p.segreteria(t), "Ingresso A")
	v.missing("Anna Bianchi", "Inquadra").isReadable()
	v.form("/ricerca").writes("Codice o nome", anna).sends().sees("Anna Bianchi", "Ha il posto", "Uso una sedia a rotelle").missing("055 7654321").isReadable()
	v.form("/presenze").writes("Quanti entrano", "0").sends().sees("Troppo poco").isReadable()
	v.form("/presenze").writes("Quanti entrano", "2").sends("Entra").sees("Segnato", "Anna Bianchi 2 persone").isReadable()
	v.form("/ricerca").writes("Codice o nome", "niccolo").sends().sees("Niccolò Neri")
	v.form("/ricerca").writes("Codice o nome", bruno).sends().sees("In lista d'attesa").form("/presenze").sends("Fai entrare lo stesso")
	v.form("/senza-iscrizione").writes("Quante persone", "6").sends("Altrove").sees("Segnato", "Senza iscrizione 6 persone", "La sala è piena").pictured("full-forms").isReadable()
	if got := v.text(".door-figures"); !strings.Contains(got, "10") {
		t.Errorf("the door counts %s, want ten", got)
	}
	v.form("/annullamento").sends("Annulla")
	v.form("/ricerca").writes("Codice o nome", "anna").sends().sees("Già entrato alle", "da Ingresso A").missing("La sala è piena")
	if n := p.count("SELECT sum(people) FROM attendances"); n != 4 {
		t.Errorf("%d came, want four: the last arrival was taken back", n)
	}
}
