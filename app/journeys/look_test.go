// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const look = "/amministrazione/aspetto"

// administrator is a browser signed in as the demonstration's.
func (p *program) administrator(t testing.TB) *visitor {
	t.Helper()
	return p.visit(t, desktop).entersBy(p.says("Amministrazione (dimostrazione): "))
}

// colourOf is the ground of what a selector finds, as the browser paints it.
func (v *visitor) colourOf(selector string) string {
	v.t.Helper()
	return v.eval(`selector => getComputedStyle(document.querySelector(selector)).backgroundColor`, selector)
}

func (v *visitor) paints(selector, colour string) *visitor {
	v.t.Helper()
	if got := v.colourOf(selector); got != colour {
		v.fail("%s is %s, want %s", selector, got, colour)
	}
	return v
}

const (
	blue   = "rgb(0, 102, 204)"
	red    = "rgb(176, 0, 32)"
	button = "[data-look-sample] .btn-primary"
)

// With the script the sample follows what is typed, before anything is sent; the site follows what is saved, and is as
// accessible in that colour.
func TestAColourIsSeenWhileItIsPicked(t *testing.T) {
	t.Parallel()
	p := start(t, "DEMO=true")
	v := p.administrator(t).opens(look).paints(button, blue).paints(".main-nav", blue)
	form := v.form(look)
	form.writes("Colore", "#ffcc00").sees("Contrasto 1,3 a 1: non basta, deve essere almeno 4,5 a 1. Il più vicino che va bene è #886d00")
	v.paints(button, "rgb(136, 109, 0)")
	form.writes("Colore", "b00020").sees("Contrasto 6,7 a 1: si legge bene.")
	v.paints(button, red).paints(".main-nav", blue)
	if picked := v.eval(`() => document.querySelector("[data-look-picker]").value`); picked != "#b00020" {
		t.Errorf("the picker holds %q", picked)
	}
	v.eval(`() => { const picker = document.querySelector("[data-look-picker]"); picker.value = "#0a5c36"; picker.dispatchEvent(new Event("input")); return "" }`)
	form.holds("Colore", "#0a5c36").paints(button, "rgb(10, 92, 54)")
	form.writes("Colore", "#ffcc00").sends("Salva").mistakes("Colore: è troppo chiaro per leggerlo sul bianco. Il più vicino che va bene è #886d00.").
		paints(".main-nav", "rgb(136, 109, 0)").paints(button, "rgb(136, 109, 0)").isAccessible()
	v.form(look).writes("Colore", "#b00020").sends("Salva").sees("Salvato").paints(".main-nav", red).isAccessible()
	for _, path := range []string{"/", anagrafe, consultation + "/incontri", "/regole", "/sindaci", "/segreteria", look} {
		v.opens(path).paints(".main-nav", red).isAccessible()
	}
}

// Without it the button shows the whole page in the colour.
func TestAColourIsSeenWithoutJavaScript(t *testing.T) {
	t.Parallel()
	p := start(t, "DEMO=true")
	p.scriptsOff = true
	v := p.administrator(t).opens(look)
	v.form(look).writes("Colore", "#b00020").sends("Anteprima").sees("è un'anteprima", "Contrasto 6,7 a 1: si legge bene.").paints(".main-nav", red).paints(button, red)
	v.opens("/").paints(".main-nav", blue)
	v.opens(look).form(look).writes("Colore", "#b00020").sends("Salva").sees("Salvato").paints(".main-nav", red)
}

// gives puts a file with this content into the field of a label.
func (f form) gives(label, name, content string) form {
	f.t.Helper()
	path := filepath.Join(f.t.TempDir(), name)
	f.must(os.WriteFile(path, []byte(content), 0o600))
	f.must(f.field(label).SetFiles([]string{path}))
	return f
}

// Files that offices upload, right and wrong.
func TestUploadsSayWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	p := start(t, "DEMO=true")
	v := p.administrator(t)
	const town = "/amministrazione/comuni/carmignano"
	v.opens(town+"/stemma").form("/stemma").gives("Scegli lo stemma", "stemma.png", "GIF89a").sends("Carica").
		mistakes("Stemma: Questo file non è un PNG e non è un SVG, qualunque sia il suo nome.").isAccessible()
	drawing := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="document.title='x'"><script>document.title='x'</script><path d="M0 0h9z"/></svg>`
	v.form("/stemma").gives("Scegli lo stemma", "stemma.svg", drawing).sends("Carica").sees("Stemma caricato").isAccessible()
	crest := v.eval(`() => { const image = document.querySelector("main img.crest"); return image.complete && image.naturalWidth > 0 ? image.getAttribute("src") : "" }`)
	if !strings.HasPrefix(crest, "/stemmi/") {
		t.Fatalf("the coat of arms is not shown: %q", crest)
	}

	population := v.opens(town + "/popolazione").form("/popolazione/eta")
	population.writes("Anno", "2020").writes("Fonte", "ISTAT").gives("Tabella", "eta.csv", "età;persone\n0;x\n").sends("Leggi").sees("Riga 2: «x» non è un numero di persone.").isAccessible()
	v.form("/popolazione/eta").gives("Tabella", "eta.csv", "età;persone\n0-64;9000\n65+;3000\n").sends("Leggi").
		sees("non abbiamo ancora salvato nulla", "12.000", "Prende il posto").isAccessible()
	v.form("/popolazione/eta").sends("Conferma").sees("Popolazione salvata", "12.000").isAccessible()
}
