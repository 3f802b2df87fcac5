// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// On every page, on a wide screen and on a phone, axe-core finds nothing against WCAG 2.2 AA, nothing breaks the content
// security policy, and nothing is asked of another origin (problems_test.go).
func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	p := start(t, "DEMO=true")
	segreteria, sindaci := p.says("Segreteria (dimostrazione): "), p.says("Ufficio del sindaco di Carmignano (dimostrazione): ")
	amministrazione := p.says("Amministrazione (dimostrazione): ")
	t.Run("in Italian", func(t *testing.T) {
		t.Parallel()
		p.visit(t, desktop).explores("/mappa-del-sito", regexp.MustCompile(`^/`), regexp.MustCompile(`^/(en|zh|sq|ro|public|segreteria|sindaci|amministrazione|documenti)(/|$)|\.ics$`))
	})
	t.Run("in English", func(t *testing.T) {
		t.Parallel()
		p.visit(t, desktop).explores("/en/mappa-del-sito", regexp.MustCompile(`^/en/`), regexp.MustCompile(`^/en/(segreteria|sindaci|amministrazione|documenti)|\.ics$`))
	})
	// The pages are the same in the languages that are begun: one of them in full, for its letters, and in the others those
	// with the most words.
	t.Run("in Chinese", func(t *testing.T) {
		t.Parallel()
		p.visit(t, desktop).explores("/zh/mappa-del-sito", regexp.MustCompile(`^/zh(/|$)`), regexp.MustCompile(`\.ics$`))
	})
	t.Run("in Albanian and Romanian", func(t *testing.T) {
		t.Parallel()
		v := p.visit(t, desktop)
		for _, lang := range []string{"/sq", "/ro"} {
			for _, path := range []string{"", anagrafe, consultation + "/incontri/carmignano", "/accedi"} {
				v.opens(lang + path)
				v.eval(`() => { document.querySelector(".languages").open = true; return "" }`)
				v.isAccessible()
			}
		}
	})
	t.Run("the segreteria", func(t *testing.T) {
		t.Parallel()
		v := p.visit(t, desktop).opens(segreteria)
		v.form("/conferme/" + segreteria[strings.LastIndex(segreteria, "/")+1:]).sends()
		v.explores("/segreteria", regexp.MustCompile(`^/segreteria`), regexp.MustCompile(`\.(csv|xlsx)$`))
		v.opens("/segreteria/registro?dal=domani").sees("Scrivi un giorno come").isAccessible()
	})
	t.Run("the administration", func(t *testing.T) {
		t.Parallel()
		v := p.visit(t, desktop).opens(amministrazione)
		v.form("/conferme/" + amministrazione[strings.LastIndex(amministrazione, "/")+1:]).sends()
		v.explores("/amministrazione", regexp.MustCompile(`^/amministrazione`), regexp.MustCompile(`\.(csv|xlsx)$`))

		const letter = "/amministrazione/email/posto-offerto"
		v.opens(letter).form(letter).writes("Oggetto – italiano", "{nome}, c'è posto").sends("Anteprima").sees("Anna Esempio, c'è posto").isAccessible()
		v.form(letter).writes("Oggetto – italiano", "{cognome}").sends("Salva")
		v.mistakes("{cognome} non si può usare in questa e-mail.")
		v.isAccessible()
		const recipients = "/amministrazione/privacy/destinatari"
		v.opens(recipients).form(recipients).chooses("Sì, almeno alcuni").sends("Salva")
		v.mistakes("Che cosa protegge i dati fuori dall'Unione europea: Questo campo serve per andare avanti.")
		v.isAccessible()
	})
	t.Run("a mayor's office", func(t *testing.T) {
		t.Parallel()
		v := p.visit(t, desktop).opens(sindaci)
		v.form("/conferme/" + sindaci[strings.LastIndex(sindaci, "/")+1:]).sends()
		v.explores("/sindaci", regexp.MustCompile(`^/sindaci`), regexp.MustCompile(`\.(csv|xlsx)$`))
	})
}

// What comes between the pages is as accessible: forms that came back, pages that wait, links that are no longer good.
func TestEveryStateIsAccessible(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.confirmMeeting("carmignano", 1)
	carmignano := consultation + "/incontri/carmignano"
	v := p.visit(t, desktop)
	for page, action := range map[string]string{
		anagrafe: "/contributi", anagrafe + "#": "/avvisami", carmignano: "/iscrizioni", consultation + "/incontri/poggio-a-caiano": "/avvisami",
		"/accedi": "/accedi", "/accesso-uffici": "/accesso-uffici", "/en/accedi": "/accedi",
	} {
		v.opens(page).form(action).sends().isAccessible()
	}
	v.opens(carmignano).form("/iscrizioni").writes("Nome e cognome", "Anna").writes("E-mail", "anna@example.org").sends().sees("Controlla e conferma").isAccessible()
	conversation := anagrafe + "/commenti/" + p.comment("dora@example.org")
	v.opens(conversation).form("/sostegni").sends().isAccessible()
	v.opens(conversation).form("/risposte").sends().isAccessible()
	v.opens("/regole").form("/valutazioni").chooses("2 stelle").sends().sees("Grazie").isAccessible()
	for _, path := range []string{"/regole?valutazione=missing", "/nulla", "/en/nulla", "/segreteria", "/conferme/x", "/en/conferme/x", carmignano + "/telefonata"} {
		v.opens(path).isAccessible()
	}

	v.opens("/accedi").form("/accedi").writes("La tua e-mail", "dora@example.org").sends().isAccessible()
	v.form(v.path()).writes("Codice", "1").sends().isAccessible()
	letter := p.letterTo("dora@example.org")
	v.opens(letter.link(t, "/conferme/")).isAccessible()
	v.form("/conferme/" + letter.link(t, "/conferme/")[len(p.url+"/conferme/"):]).sends().isAccessible() // the personal area
	v.opens(letter.link(t, "/conferme/")).isAccessible()                                                 // used

	for _, address := range []string{"uno@example.org", "due@example.org"} { // seated, waiting
		p.submit(carmignano+"/iscrizioni", url.Values{"name": {"Persona"}, "email": {address}, "seats": {"1"}})
		link := p.letterTo(address).link(t, "/conferme/")
		reader := p.visit(t, desktop).opens(link)
		reader.isAccessible()
		reader.form(strings.TrimPrefix(link, p.url)).sends().isAccessible()
		if address == "uno@example.org" {
			v.opens(carmignano).isAccessible() // full
			continue
		}
		reader.form("/cancellazione").sends().isAccessible()
	}
}

// The mailbox of a program under development, its mails included.
func TestTheMailboxIsAccessible(t *testing.T) {
	t.Parallel()
	p := start(t, "SMTP_URL=")
	v := p.visit(t, desktop)
	v.opens("/posta").isAccessible()
	p.ask("anna@example.org")
	v.comesToSee("anna@example.org").isAccessible()
	v.follows("Conferma quello che hai scritto").isAccessible()

	v.eval(`() => { document.querySelector("main").append(document.createElement("input")); return "" }`)
	if found := v.eval(runAxe, nil); !strings.Contains(found, "label: input") {
		t.Errorf("axe-core does not see a field without a label: %q", found)
	}
}

// explores looks at every page that can be reached by links from the first, of those whose path is one of wanted and
// none of others; of pages that differ in an id, at one.
func (v *visitor) explores(first string, wanted, others *regexp.Regexp) {
	v.t.Helper()
	queue, seen := []string{first}, map[string]bool{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[shape(path)] {
			continue
		}
		seen[shape(path)] = true
		v.opens(path).isAccessible()
		var links []string
		v.must(json.Unmarshal([]byte(v.eval(`() => JSON.stringify([...document.links].filter(a => a.origin === location.origin).map(a => a.pathname))`)), &links))
		for _, link := range links {
			if wanted.MatchString(link) && !others.MatchString(link) && !seen[shape(link)] {
				queue = append(queue, link)
			}
		}
	}
	v.t.Logf("%d pages", len(seen))
}

var idPattern = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

func shape(path string) string { return idPattern.ReplaceAllString(path, ":id") }

var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile("../../node_modules/axe-core/axe.min.js")
	return string(source), err
})

const (
	loadAxe = `source => { if (!window.axe) { (0, eval)(source) } }`
	runAxe  = `async rules => {
		const only = rules ? { type: "rule", values: rules } : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }
		const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false })
		return found.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + " (" + n.failureSummary.replace(/\s+/g, " ") + ")")).join("\n")
	}`
)

// onPhone are the rules that a narrower screen may break.
var onPhone = []string{"color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"}

// isAccessible reports what axe-core finds on the page, wide and narrow. The policy of the page does not bind the tools
// of the browser, by which axe comes in; where scripts are off it cannot look.
func (v *visitor) isAccessible() *visitor {
	v.t.Helper()
	if v.program.scriptsOff {
		return v
	}
	source, err := axe()
	if err != nil {
		v.t.Fatalf("axe-core is not there: `npm ci` brings it: %v", err)
	}
	v.eval(loadAxe, source)
	v.reports("", v.eval(runAxe, nil))
	v.must(v.page.SetViewport(&phone))
	if wider := v.eval(`() => document.documentElement.scrollWidth > innerWidth ? "the page is wider than a phone" : ""`); wider != "" {
		v.reports("on a phone, ", wider)
	}
	v.reports("on a phone, ", v.eval(runAxe, onPhone))
	v.must(v.page.SetViewport(&desktop))
	return v
}

func (v *visitor) reports(where, found string) {
	v.t.Helper()
	if found != "" {
		v.t.Errorf("%s, %s%s", v.path(), where, found)
	}
}
