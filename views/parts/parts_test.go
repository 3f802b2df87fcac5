// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// render returns what the component looks like to somebody who reads lang.
func render(t *testing.T, lang string, c templ.Component) *goquery.Document {
	t.Helper()
	var page strings.Builder
	if err := c.Render(locale.With(context.Background(), lang), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// words is the text of the elements, one space between any two of them.
func words(s *goquery.Selection) string {
	var all []string
	for _, n := range s.Nodes {
		for d := range n.Descendants() {
			if d.Type == html.TextNode {
				all = append(all, strings.Fields(d.Data)...)
			}
		}
	}
	return strings.Join(all, " ")
}

func has(t *testing.T, doc *goquery.Document, selectors ...string) {
	t.Helper()
	for _, s := range selectors {
		if doc.Find(s).Length() == 0 {
			got, _ := doc.Find("body").Html()
			t.Errorf("nothing matches %s in\n%s", s, got)
		}
	}
}

func lacks(t *testing.T, doc *goquery.Document, selectors ...string) {
	t.Helper()
	for _, s := range selectors {
		if doc.Find(s).Length() > 0 {
			got, _ := doc.Find(s).First().Parent().Html()
			t.Errorf("%s should not be there:\n%s", s, got)
		}
	}
}

func TestFieldsGiveBackWhatWasTyped(t *testing.T) {
	typed := `Anna "<b>" & co.`
	f := Field{Name: "x", Label: "X", Value: typed}
	if got, _ := render(t, "it", TextField(f)).Find("input").Attr("value"); got != typed {
		t.Errorf("TextField: %q", got)
	}
	f.Value = "\nfirst line left empty\r\nthird"
	if got := render(t, "it", TextArea(f)).Find("textarea").Text(); got != f.Value && got != "\nfirst line left empty\nthird" {
		t.Errorf("TextArea: %q", got)
	}
	f.Value = "b"
	options := []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	has(t, render(t, "it", Select(f, options)), "option[value=b][selected]")
	has(t, render(t, "it", Radios(f, options)), "input[type=radio][value=b][checked]")
	lacks(t, render(t, "it", Radios(f, options)), "input[value=a][checked]")
	options[0].Checked = true
	has(t, render(t, "it", Checkboxes(f, options)), "input[type=checkbox][value=a][checked]")
	has(t, render(t, "it", Checkbox(f, true)), "input[type=checkbox][value=b][checked]")
}

func TestWrongFieldSaysSoBesideIt(t *testing.T) {
	f := Field{Name: "x", Label: "X", Hint: "How to", Error: "Write X.", Prefix: "reply", Required: true}
	options := []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	for name, c := range map[string]templ.Component{
		"TextField": TextField(f), "TextArea": TextArea(f), "Select": Select(f, options), "Checkbox": Checkbox(f, false),
	} {
		doc := render(t, "it", c)
		has(t, doc,
			"#reply-field-x.is-invalid[aria-invalid=true][required]",
			"#reply-field-x[aria-describedby='reply-field-x-hint reply-field-x-error']",
			"#reply-field-x-hint", "label[for=reply-field-x]")
		if got := words(doc.Find("#reply-field-x-error")); got != "Errore: Write X." {
			t.Errorf("%s: error says %q", name, got)
		}
	}
	for _, c := range []templ.Component{Radios(f, options), Checkboxes(f, options)} {
		has(t, render(t, "it", c),
			"fieldset[aria-describedby='reply-field-x-hint reply-field-x-error'] > legend",
			"input#reply-field-x.is-invalid[aria-invalid=true]", "input#reply-field-x-2", "label[for=reply-field-x-2]")
	}
	lacks(t, render(t, "it", TextField(Field{Name: "x", Label: "X"})), ".is-invalid", "[aria-invalid]", "[aria-describedby]", "[required]")
}

func TestOptionalFieldSaysSo(t *testing.T) {
	if got := words(render(t, "en", TextField(Field{Name: "x", Label: "Comment"})).Find("label")); got != "Comment (optional)" {
		t.Errorf("label %q", got)
	}
	if got := words(render(t, "en", TextField(Field{Name: "x", Label: "Comment", Required: true})).Find("label")); got != "Comment" {
		t.Errorf("label %q", got)
	}
}

func TestErrorSummaryLeadsToTheFields(t *testing.T) {
	doc := render(t, "it", ErrorSummary([]Problem{{Name: "email", Text: "E-mail: serve."}, {Name: "x", Text: "X: serve.", Prefix: "reply"}, {Text: "Riprova."}}))
	has(t, doc, "[role=alert][tabindex='-1'][autofocus]", "a[href='#field-email']", "a[href='#reply-field-x']")
	if got := words(doc.Find(".alert-title")); got != "Ci sono 3 campi da correggere" {
		t.Errorf("title %q", got)
	}
	lacks(t, render(t, "it", ErrorSummary(nil)), "[role=alert]")
}

func TestFormHidesItsTrapFromPeople(t *testing.T) {
	has(t, render(t, "it", Form("/x", templ.Attributes{"id": "f"})),
		"form#f[method=post][action='/x'][novalidate] [aria-hidden=true] input[name="+HoneypotName+"][tabindex='-1'][autocomplete=off]")
}

func TestAlertIsSaidAtOnce(t *testing.T) {
	has(t, render(t, "it", Alert(Danger, "No")), ".alert-danger[role=alert]")
	has(t, render(t, "it", Alert(Success, "Sì")), ".alert-success[role=status]")
	lacks(t, render(t, "it", Notice(Danger, "No")), "[role]")
}

func TestTimelineMarksToday(t *testing.T) {
	doc := render(t, "it", Timeline([]Step{
		{Title: models.Text{"it": "A"}, State: Over}, {Title: models.Text{"it": "B"}, State: Current, Href: "/b"}, {Title: models.Text{"it": "C"}}}))
	if now := doc.Find("li[aria-current=step]"); now.Length() != 1 || !strings.Contains(words(now), "B Oggi siamo qui") {
		t.Errorf("today's phase: %q", words(now))
	}
	has(t, doc, "li:nth-child(2) a[href='/b']")
}

func TestBreadcrumbEndsHere(t *testing.T) {
	doc := render(t, "it", Breadcrumb([]Crumb{{Label: "Home", Href: "/"}, {Label: "Atti", Href: "/atti"}}))
	has(t, doc, "nav[data-element=breadcrumb] a[href='/']", "li[aria-current=page]")
	if doc.Find("a").Length() != 1 {
		t.Error("the page itself should be no link")
	}
}

func TestPagerShowsOnlyWhereOneCanGo(t *testing.T) {
	has(t, render(t, "it", Pager("", "/b")), "a[rel=next][href='/b']")
	lacks(t, render(t, "it", Pager("", "/b")), "a[rel=prev]")
	lacks(t, render(t, "it", Pager("", "")), "nav")
}

func TestTelephoneNumberOrItsAbsence(t *testing.T) {
	doc := render(t, "it", Telephone([]models.Municipality{{Name: "Uno", Phone: "055 123 45"}, {Name: "Due"}}))
	has(t, doc, "a[href='tel:+3905512345']")
	if got := words(doc.Find("li:nth-child(2)")); got != "Due: da confermare" {
		t.Errorf("without a number: %q", got)
	}
}
