// SPDX-License-Identifier: AGPL-3.0-or-later

package layout

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

func example() Page {
	return Page{
		Title: "Atti", Path: "/consultazioni/c/atti", BaseURL: "https://parola.example", Section: Acts,
		Crumbs: []parts.Crumb{{Label: "Home", Href: "/"}, {Label: "Atti"}},
		Organisation: &models.Organisation{Municipalities: []models.Municipality{
			{Name: "Uno", HallAddress: "Piazza 1, 00001 Uno", Phone: "055 1", PEC: "uno@pec.example"},
			{Name: "Due"}, {Name: "Tre"},
		}},
		Consultation: &models.Consultation{Slug: "c", Guidelines: make([]models.Guideline, 1)},
		Sections:     Sections{Acts: true, FAQs: true},
		Rateable:     RateablePage,
	}
}

func render(t *testing.T, lang string, p Page) *goquery.Document {
	t.Helper()
	var page strings.Builder
	if err := Frame(p).Render(locale.With(context.Background(), lang), &page); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func count(t *testing.T, doc *goquery.Document, want int, selectors ...string) {
	t.Helper()
	for _, s := range selectors {
		if got := doc.Find(s).Length(); got != want {
			t.Errorf("%s: %d, want %d", s, got, want)
		}
	}
}

func TestFrameNamesWhatAPublicSiteMustHave(t *testing.T) {
	doc := render(t, "it", example())
	for _, name := range []string{
		"main-navigation", "breadcrumb", "personal-area-login", "accessibility-link", "privacy-policy-link", "legal-notes", "faq",
		"report-inefficiency", "feedback", "feedback-title", "feedback-rate-1", "feedback-rate-5", "feedback-rating-positive",
		"feedback-rating-negative", "feedback-input-text",
	} {
		count(t, doc, 1, "[data-element="+name+"]")
	}
	count(t, doc, 3, "[data-element=contacts]")
	count(t, doc, 2, "[data-element=feedback-rating-question]")
	count(t, doc, 10, "[data-element=feedback-rating-answer]")
}

func TestHeadTellsSearchEnginesEveryLanguage(t *testing.T) {
	doc := render(t, "en", example())
	count(t, doc, 1, "html[lang=en]",
		"link[rel=canonical][href='https://parola.example/en/consultazioni/c/atti']",
		"link[hreflang=it][href='https://parola.example/consultazioni/c/atti']",
		"link[hreflang=en][href='https://parola.example/en/consultazioni/c/atti']",
		"link[hreflang=zh][href='https://parola.example/zh/consultazioni/c/atti']",
		"a[lang=it][hreflang=it][href='/consultazioni/c/atti']")
	count(t, doc, 0, "meta[name=robots]")
	if got := doc.Find("title").Text(); !strings.HasPrefix(got, "Atti – Ultima Parola") {
		t.Errorf("title %q", got)
	}
}

func TestPagesNotForSearchEngines(t *testing.T) {
	for _, change := range []func(*Page){func(p *Page) { p.NoIndex = true }, func(p *Page) { p.Demo = true }} {
		p := example()
		change(&p)
		doc := render(t, "it", p)
		count(t, doc, 1, "meta[name=robots][content=noindex]")
		count(t, doc, 0, "link[rel=canonical]", "link[hreflang]")
	}
}

func TestInventedDataAreSaidToBe(t *testing.T) {
	p := example()
	count(t, render(t, "it", p), 0, ".demo-banner")
	p.Demo = true
	for _, lang := range locale.Languages {
		if got := render(t, lang, p).Find("body.demo .demo-banner").Text(); !strings.Contains(got, "DATI INVENTATI") {
			t.Errorf("in %s the banner says %q", lang, got)
		}
	}
}

func TestNavigationHoldsOnlyWhatExists(t *testing.T) {
	doc := render(t, "it", example())
	var labels []string
	for _, a := range doc.Find("#menu a").EachIter() {
		labels = append(labels, a.Text())
	}
	if got := strings.Join(labels, ", "); got != "La consultazione, Le proposte, Atti, Domande frequenti" {
		t.Errorf("navigation: %s", got)
	}
	count(t, doc, 1, "#menu a[aria-current][href='/consultazioni/c/atti']", "#menu a[aria-current]",
		"button[popovertarget=menu]:not([popovertargetaction])")
}

func TestAccountLinkFollowsWhoIsSignedIn(t *testing.T) {
	const link = "[data-element=personal-area-login]"
	p := example()
	count(t, render(t, "en", p), 1, link+"[href='/en/accedi']")
	p.Person = &models.Person{}
	count(t, render(t, "it", p), 1, link+"[href='/area-personale']")
	p.Staff = &models.Staff{Role: models.RoleOrganiser}
	count(t, render(t, "it", p), 1, link+"[href='/segreteria']")
	p.Staff.Role = models.RoleMayor
	count(t, render(t, "it", p), 1, link+"[href='/sindaci']")
}

func TestFooterSaysWhatIsStillToBeConfirmed(t *testing.T) {
	doc := render(t, "it", example())
	count(t, doc, 1, "footer a[href='tel:+390551']", "footer a[href='mailto:uno@pec.example']")
	count(t, doc, 4+3, "footer [data-element=contacts] .to-confirm")
	if got := doc.Find("footer").Text(); !strings.Contains(got, "Comuni di Uno, Due e Tre") || !strings.Contains(got, "00001 Uno") {
		t.Errorf("footer: %s", got)
	}
	count(t, doc, 0, "a[data-element=accessibility-link]")
}

func TestClarityIsAskedOnlyWhereItMakesSense(t *testing.T) {
	p := example()
	count(t, render(t, "en", p), 1, "form[action='/en/valutazioni'][method=post] input[name=path][value='/en/consultazioni/c/atti']")
	p.Feedback = FeedbackMissing
	count(t, render(t, "it", p), 1, "fieldset[aria-describedby=rating-error]", "#rating-error[role=alert]")
	p.Feedback = FeedbackThanks
	doc := render(t, "it", p)
	count(t, doc, 0, "form[action='/valutazioni']")
	count(t, doc, 1, "[data-element=feedback] [role=status]")
	p.Rateable = NotRateable
	count(t, render(t, "it", p), 0, "[data-element=feedback]")
}

func TestReasonsFollowTheStars(t *testing.T) {
	for stars := 1; stars <= 5; stars++ {
		reasons := Reasons(stars)
		if negative := strings.HasPrefix(reasons[0], "negative-"); len(reasons) != 5 || negative != (stars <= 3) {
			t.Errorf("Reasons(%d) = %v", stars, reasons)
		}
	}
}

func TestFrameOfAnEmptyDatabase(t *testing.T) {
	doc := render(t, "it", Page{Path: "/"})
	count(t, doc, 0, "#menu", ".menu-button")
	count(t, doc, 1, "main", "a[href='/']")
}

// A page that holds no inline style, script or handler can live under a content
// security policy that allows none.
func TestNothingInline(t *testing.T) {
	p := example()
	p.Demo = true
	doc := render(t, "it", p)
	count(t, doc, 0, "style", "[style]", "script:not([src])", "[onclick]", "[onload]", "[onsubmit]")
}

func TestTheLegalPagesAreWhereTheirOfficesSay(t *testing.T) {
	p := example()
	p.Organisation.AccessibilityURL, p.Organisation.TransparencyURL = "https://form.agid.gov.it/view/x", "https://unione.example/trasparente"
	p.Organisation.Municipalities[0].AlboURL = "https://uno.example/albo"
	doc := render(t, "it", p)
	count(t, doc, 1, "footer a[data-element=accessibility-link][href='https://form.agid.gov.it/view/x']", ".small-prints a[href='https://unione.example/trasparente']",
		"[data-element=contacts] a[href='https://uno.example/albo']:contains('Albo pretorio: Comune di Uno')")
	count(t, doc, 0, "footer .unset")
	doc = render(t, "it", example())
	count(t, doc, 3, "footer .unset")
	count(t, doc, 1, "footer .unset[data-element=accessibility-link]:contains('indirizzo da confermare')")
}

func TestAnOfficeSaysWhenItIsOpen(t *testing.T) {
	p := example()
	p.Organisation.Municipalities[1].Hours = models.OfficeHours{Monday: "8:30-13:00", Thursday: "8:30-13:00, 15:00-17:30"}
	doc := render(t, "it", p)
	count(t, doc, 1, "footer .hours", "footer .hours li:contains('giovedì 8:30–13:00, 15:00–17:30')")
	count(t, doc, 3, "[data-element=contacts]")
	p.Organisation.Name, p.Organisation.PEC, p.Organisation.FiscalCode = "Unione", "unione@pec.example", "01234567897"
	doc = render(t, "it", p)
	count(t, doc, 4, "[data-element=contacts]")
	count(t, doc, 1, "[data-element=contacts]:first-child h2:contains(Unione)", "[data-element=contacts]:first-child a[href='mailto:unione@pec.example']",
		"[data-element=contacts]:first-child dd:contains('01234567897')")
	count(t, doc, 0, "[data-element=contacts]:first-child .to-confirm")
}

func TestManyMunicipalitiesAreFolded(t *testing.T) {
	p := example()
	count(t, render(t, "it", p), 0, "footer details")
	p.Organisation.Municipalities = append(p.Organisation.Municipalities, models.Municipality{Name: "Quattro"})
	count(t, render(t, "it", p), 4, "footer details:not([open]) > summary > h2")
}
