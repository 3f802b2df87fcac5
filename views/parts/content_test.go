// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"strings"
	"testing"

	"ultimaparola/models"
)

func TestContentKeepsWhatTextsNeed(t *testing.T) {
	doc := render(t, "it", Content(models.Text{"it": strings.Join([]string{
		"# Titolo", "## Sotto", "**forte** e *corsivo* con [link](/atti) e [fuori](https://example.org/?a=1&b=2)",
		"- uno\n- due", "3. tre", "> citazione", "| A | B |\n|---|---|\n| 1 | 2 |", "[posta](mailto:a@example.org) [tel](tel:+39055)",
	}, "\n\n")}))
	has(t, doc, "h2", "strong", "em", "a[href='/atti']", "a[href='https://example.org/?a=1&b=2']", "ul > li", "ol[start='3'] > li",
		"blockquote", "table th", "table td", "a[href='mailto:a@example.org']", "a[href='tel:+39055']")
	lacks(t, doc, "h1", "[lang]")
}

func TestContentLetsNothingHostileThrough(t *testing.T) {
	for _, hostile := range []string{
		`<script>alert(1)</script>`,
		`<SCRIPT SRC=//example.org/x.js></SCRIPT>`,
		`[x](javascript:alert(1))`,
		`[x](JaVaScRiPt:alert(1))`,
		"[x](java\tscript:alert(1))",
		`[x](&#106;avascript:alert(1))`,
		`[x](data:text/html;base64,PHNjcmlwdD4=)`,
		`[x](vbscript:x)`,
		`<javascript:alert(1)>`,
		`![x](https://example.org/tracker.png)`,
		`![x" onerror="alert(1)](y)`,
		`<img src=x onerror=alert(1)>`,
		`<a href="/x" onclick="alert(1)" style="color:red">x</a>`,
		`<p style="position:fixed">x</p>`,
		`<iframe src="//example.org"></iframe>`,
		`<form action="//example.org"><input name=x><button>x</button></form>`,
		`<svg onload=alert(1)><use href="//example.org#x"/></svg>`,
		`<style>body{display:none}</style>`,
		`<base href="//example.org"><meta http-equiv=refresh content=0>`,
		`<object data=x></object><embed src=x><link rel=stylesheet href=x>`,
		`<div id="main" class="badge-official">Risposta ufficiale</div>`,
		"`<script>`\n\n```html\n<script>alert(1)</script>\n```",
		`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
		`<!--><img src=x onerror=alert(1)>-->`,
	} {
		doc := render(t, "it", Content(models.Text{"it": hostile}))
		lacks(t, doc, "script", "img", "iframe", "form", "input", "button", "svg", "style", "base", "meta", "object", "embed", "link", "math",
			".richtext [style]", ".richtext [id]", ".richtext [class]", ".richtext [onclick]", ".richtext [onerror]", ".richtext [onload]", "[src]")
		for _, a := range doc.Find("a").EachIter() {
			href, _ := a.Attr("href")
			if scheme, _, found := strings.Cut(strings.ToLower(href), ":"); found && scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "tel" {
				t.Errorf("%s became a link to %q", hostile, href)
			}
		}
	}
}

func TestContentNotTranslatedIsMarkedItalian(t *testing.T) {
	only := models.Text{"it": "Testo"}
	both := models.Text{"it": "Testo", "en": "Text"}
	has(t, render(t, "en", Content(only)), ".richtext[lang=it]")
	has(t, render(t, "en", Phrase(only)), "span[lang=it]")
	doc := render(t, "en", Content(both))
	lacks(t, doc, "[lang]")
	if got := words(doc.Find(".richtext")); got != "Text" {
		t.Errorf("in English: %q", got)
	}
	lacks(t, render(t, "it", Content(only)), "[lang]")
	lacks(t, render(t, "en", Phrase(both)), "span")
}

func TestParagraphsShowWhatWasTyped(t *testing.T) {
	doc := render(t, "it", Paragraphs("Uno\r\ndue\r\n\r\n\r\n**tre** <b>quattro</b>\n\n  \n"))
	if n := doc.Find("p").Length(); n != 2 {
		t.Errorf("%d paragraphs, want 2", n)
	}
	has(t, doc, "p:first-child br")
	lacks(t, doc, "b")
	if got := words(doc.Find("p:last-child")); got != "**tre** <b>quattro</b>" {
		t.Errorf("second paragraph: %q", got)
	}
}

func TestFirstLineIsTheWordsOfTheFirst(t *testing.T) {
	got := FirstLine(models.Text{"it": "## In breve\n\n- Un **solo** [ufficio](/x)\n  per due comuni.\n- Altro.", "en": "One office.\n\nMore."})
	if got["it"] != "Un solo ufficio per due comuni." || got["en"] != "One office." {
		t.Errorf("%q", got)
	}
}
