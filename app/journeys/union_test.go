// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// From an empty database in production, an administrator sets up a union of three invented municipalities with a
// consultation of their own, and a citizen takes part. No word of the case is left anywhere.
func TestAnotherUnionSetsItselfUp(t *testing.T) {
	t.Parallel()
	p := startInProduction(t)
	p.visit(t, phone).opens("/").sees("Adesso non c'è nessuna consultazione aperta")
	admin := p.founds(t, "Unione della Valle")
	admin.sees("Passo 2 di 10")

	admin.opens("/amministrazione/organizzazione").form("/organizzazione").writes("E-mail", "info@valle.example").
		writes("PEC", "pec@valle.example").sends("Salva").sees("Passo 3 di 10: Comuni")
	for i, town := range []string{"Valfiorita", "Montesereno", "Borgoquieto"} {
		slug := strings.ToLower(town)
		admin.opens("/amministrazione/comuni/nuovo").form("/comuni/nuovo").writes("Denominazione", town).
			writes("Codice ISTAT", fmt.Sprintf("99900%d", i+1)).writes("Codice catastale", fmt.Sprintf("Z99%d", i+1)).sends("Salva").sees(town)
		admin.opens("/segreteria/testi/comuni/"+slug).form("/comuni/"+slug).writes("Indirizzo del palazzo comunale", "Piazza della Fonte 1").
			writes("Telefono", "0123 456789").writes("E-mail", "comune@"+slug+".example").writes("PEC", "pec@"+slug+".example").sends("Salva").sees("Salvato")
	}
	admin.opens("/amministrazione").sees("Passo 5 di 10: Privacy")

	// What citizens send stays closed until the notice says who answers for it.
	admin.hasAConsultation()
	reader := p.visit(t, phone)
	guideline := "/consultazioni/la-valle-insieme/linee-guida/"
	reader.opens(guideline + "biblioteca").sees("devono completare l'informativa").missing("Il tuo commento")
	admin.completesTheNotice()
	first := admin.opens("/amministrazione/email").find(`//main//a[contains(@href, "/amministrazione/email/")]`)
	admin.loads(func() error { return admin.click(first) })
	admin.form("/prova").sends("Manda una prova a me, in italiano").sees("La prova parte adesso")
	p.letterTo("ada@valle.example")
	admin.opens("/amministrazione").sees("Tutto pronto")
	reader.opens(guideline + "biblioteca").comesToSee("Il tuo commento")
	reader.opens("/consultazioni/la-valle-insieme/incontri").sees("Incontro in piazza", "Montesereno")
	reader.opens("/privacy").sees("Comune di Valfiorita", "Comune di Montesereno", "Comune di Borgoquieto", "Studio Inventato")

	reader.opens(guideline+"trasporto-scolastico").form("/contributi").chooses("Favorevole", "Tutti", "Borgoquieto").
		writes("Il tuo commento", "Il pulmino passi anche dal borgo.").writes("Nome pubblico", "Lia").writes("La tua e-mail", "lia@example.org").sends().sees("lia@example.org")
	reader.entersBy(p.letterTo("lia@example.org").link(t, "/conferme/")).sees("Abbiamo registrato il tuo parere", "Il pulmino passi anche dal borgo.")
	admin.opens("/sindaci").sees("Borgoquieto", "Montesereno")

	for who, v := range map[string]*visitor{"a citizen": reader, "the administrator": admin} {
		pages := v.reads("/")
		if len(pages) < 15 {
			t.Errorf("%s read %d pages only", who, len(pages))
		}
		for path, html := range pages {
			if found := theCase.FindString(html); found != "" {
				t.Errorf("%s reads %q at %s", who, found, path)
			}
		}
	}
	for _, letter := range p.mails.Wait(1) {
		if found := theCase.FindString(letter.Text + letter.HTML); found != "" {
			t.Errorf("a letter to %s says %q", letter.To, found)
		}
	}
}

// theCase are the words of the case that comes with the program.
var theCase = regexp.MustCompile(`(?i)carmignano|poggio a caiano|\bprato\b|prestanti|servizi associati|polizia municipale`)

func (v *visitor) hasAConsultation() {
	v.t.Helper()
	v.opens("/amministrazione/consultazioni/nuovo").form("/consultazioni/nuovo").writes("Titolo – italiano", "La valle insieme").
		writes("In breve – italiano", "Tre comuni decidono con i cittadini.").writes("Testo – italiano", "Leggi e di' la tua.").sends("Salva")
	for name, slug := range map[string]string{"Biblioteca": "biblioteca", "Trasporto scolastico": "trasporto-scolastico"} {
		v.opens("/segreteria/testi/linee-guida/nuovo").form("/linee-guida/nuovo").writes("Nome della proposta – italiano", name).
			writes("Titolo – italiano", name+": che cosa si propone").writes("In breve – italiano", "Un servizio solo per tre comuni.").
			writes("Testo – italiano", "## Perché\n\nPer fare meglio insieme.").sends("Salva")
		v.opens("/segreteria/testi/linee-guida/" + slug).sees(name)
	}
	v.opens("/segreteria/testi/fasi/1").form("/fasi/1").writes("Comincia il", time.Now().Format(time.DateOnly)).sends("Salva").sees("Salvato")
	v.opens("/segreteria/incontri/nuovo").form("/incontri/nuovo").chooses("Montesereno").writes("Titolo – italiano", "Incontro in piazza").
		writes("Testo – italiano", "Vieni a parlarne.").sends("Salva").sees("Incontro in piazza", "Bozza").presses("Pubblica l'incontro").sees("adesso lo vedono tutti")
	v.opens("/amministrazione/consultazioni/la-valle-insieme/pubblicazione").form("/pubblicazione").sends().sees("La consultazione è pubblicata")
}

func (v *visitor) completesTheNotice() {
	v.t.Helper()
	privacy := "/amministrazione/privacy/"
	v.opens(privacy+"contitolari").form("/contitolari").writes("Accordo di contitolarità", "Accordo n. 1").writes("Data dell'accordo", "2026-11-02").
		writes("Responsabile della protezione dei dati", "Studio Inventato").writes("E-mail o PEC del DPO", "dpo@valle.example").sends("Salva")
	v.opens(privacy+"basi").form("/basi").writes("Atto che avvia la consultazione", "Delibera n. 2").writes("Norma che affida il compito", "Statuto, articolo 8").
		writes("Base per gli aiuti", "Articolo 9, paragrafo 2, lettera g").sends("Salva")
	v.opens(privacy+"destinatari").form("/destinatari").writes("Chi fornisce il server", "Nuvola Inventata").writes("Paese in cui sta il server", "Italia").
		writes("Chi manda le e-mail", "Posta Inventata").writes("Paese di chi manda le e-mail", "Italia").chooses("No").sends("Salva")
	v.opens(privacy+"conservazione").form("/conservazione").writes("Mesi per pareri e commenti", "12").writes("Giorni per i nomi degli iscritti", "30").
		writes("Mesi per i testi del registro", "24").writes("Giorni per il registro del server", "7").sends("Salva")
	v.opens(privacy+"diritti").form("/diritti").writes("Dove scrivere per i propri diritti", "privacy@valle.example").sends("Salva")
	v.opens("/amministrazione/privacy").sees("Non manca nulla")
}

// reads returns every page that links lead to from path, as this visitor is shown it, each sort once in each language.
func (v *visitor) reads(path string) map[string]string {
	v.t.Helper()
	queue, seen, pages := []string{path}, map[string]bool{}, map[string]string{}
	for len(queue) > 0 {
		path, queue = queue[0], queue[1:]
		if seen[shape(path)] {
			continue
		}
		seen[shape(path)] = true
		var page struct {
			HTML  string
			Links []string
		}
		v.must(json.Unmarshal([]byte(v.eval(`async path => {
			const answer = await fetch(path)
			if (!(answer.headers.get("Content-Type") || "").includes("html")) return "{}"
			const html = await answer.text(), page = new DOMParser().parseFromString(html, "text/html")
			const links = [...page.querySelectorAll("a[href]")].map(a => new URL(a.getAttribute("href"), location.href))
			return JSON.stringify({ html, links: links.filter(l => l.origin === location.origin).map(l => l.pathname) })
		}`, path)), &page))
		if page.HTML != "" {
			pages[path] = page.HTML
		}
		queue = append(queue, page.Links...)
	}
	return pages
}
