// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// rawKey is the key of a message that no catalogue has, where its words should be.
var rawKey = regexp.MustCompile(`\b(access_needs|citizens|consultations|confirmation|conversation|errors|failure|layout|meetings|parts|registration)\.[a-z_]+(\.[a-z_]+)*\b`)

// Every page that a citizen comes to by links is there in every language, speaks it, and says where it is not official.
func TestCitizensPagesAreInEveryLanguage(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, lang := range locale.All {
		queue, seen := []string{locale.PathIn(lang, "/mappa-del-sito"), locale.PathIn(lang, "/nulla")}, map[string]bool{}
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			if seen[path] {
				continue
			}
			seen[path] = true
			answer, page := v.send(path, nil)
			if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
				continue
			}
			if want := strings.HasSuffix(path, "/nulla"); (answer.StatusCode != http.StatusOK) != want {
				t.Errorf("%s answers %d", path, answer.StatusCode)
			}
			checkLanguage(t, path, lang, answer, page)
			page.Find("a[href^='/']").Each(func(_ int, s *goquery.Selection) {
				link, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
				there := slices.Contains(locale.Of(pathOf(lang, link)), lang)
				if own := s.AttrOr("hreflang", lang) == lang; own && there && !strings.HasPrefix(link, "/documenti/") {
					queue = append(queue, link)
				}
			})
		}
		if len(seen) < 15 {
			t.Errorf("only %d pages in %s", len(seen), lang)
		}
	}
}

func checkLanguage(t *testing.T, path, lang string, answer *http.Response, page *goquery.Document) {
	t.Helper()
	if got := page.Find("html").AttrOr("lang", ""); got != lang || answer.Header.Get("Content-Language") != lang {
		t.Errorf("%s speaks %q, and says %q", path, got, answer.Header.Get("Content-Language"))
	}
	html, err := page.Html()
	if err != nil {
		t.Fatal(err)
	}
	if key := rawKey.FindString(html); key != "" {
		t.Errorf("%s shows the key of a message: %s", path, key)
	}
	note := page.Find(".unofficial-page")
	if locale.IsBegun(lang) != (note.Length() == 1) {
		t.Errorf("%s says %d times what its translation is worth", path, note.Length())
	}
	if note.Length() == 1 && (!strings.Contains(note.Text(), locale.In(lang, "layout.unofficial")) || !strings.Contains(note.Find("[lang=it]").Text(), "vale il testo italiano")) {
		t.Errorf("%s says of its translation: %s", path, text(note))
	}
	var others []string
	for _, a := range page.Find(".languages a").EachIter() {
		others = append(others, a.AttrOr("hreflang", ""))
		if to := a.AttrOr("href", ""); a.AttrOr("lang", "") != a.AttrOr("hreflang", "") || to != locale.PathIn(a.AttrOr("hreflang", ""), pathOf(lang, path)) {
			t.Errorf("%s leads to %q for %s", path, to, a.Text())
		}
	}
	if want := slices.DeleteFunc(slices.Clone(locale.Of(pathOf(lang, path))), func(l string) bool { return l == lang }); !slices.Equal(others, want) {
		t.Errorf("%s can be read in %v too, want %v", path, others, want)
	}
	// A title without a translation is told apart, so that a screen reader says it as Italian.
	if title := page.Find(".it-card-title a"); locale.IsBegun(lang) && title.Length() > 0 && title.Closest("[lang]").AttrOr("lang", "") != "it" {
		t.Errorf("%s has an Italian title that says nothing of its language: %s", path, text(title.First()))
	}
}

// pathOf is the page's address without its language.
func pathOf(lang, path string) string {
	path, _, _ = strings.Cut(path, "?")
	if lang != locale.Default {
		path = strings.TrimPrefix(path, "/"+lang)
	}
	return "/" + strings.TrimPrefix(path, "/")
}

func TestStaffPagesOfALanguageBegunAreTheItalianOnes(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for path, want := range map[string]string{
		"/zh/segreteria": "/segreteria", "/sq/segreteria/testi?fatto=salvato": "/segreteria/testi?fatto=salvato", "/ro/sindaci/righe/pareri": "/sindaci/righe/pareri",
		"/zh/posta": "/posta", "/ro/accesso-uffici": "/accesso-uffici", "/zh/amministrazione": "/amministrazione",
	} {
		answer, _ := v.send(path, nil)
		if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusTemporaryRedirect || to != want {
			t.Errorf("%s leads to %q (%d)", path, to, answer.StatusCode)
		}
	}
	page := v.get("/segreteria")
	if others := page.Find(".languages a"); others.Length() != 1 || others.AttrOr("hreflang", "") != "en" {
		t.Errorf("the desk is offered in %d other languages", others.Length())
	}
	if to := v.get("/zh").Find("header a.account").AttrOr("href", ""); to != "/segreteria" {
		t.Errorf("from a page in Chinese the desk is %q", to)
	}
}

func TestWhoAsksInALanguageIsAnsweredInIt(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, lang := range locale.Begun {
		email := lang + "@example.org"
		if answer, page := v.send("/"+lang+"/accedi", url.Values{"email": {"no"}}); answer.StatusCode != http.StatusUnprocessableEntity ||
			!strings.Contains(page.Find(".field-error").Text(), locale.In(lang, "errors.email")) {
			t.Errorf("%s: a wrong address is told so: %s", lang, text(page.Find(".field-error")))
		}
		answer, _ := v.send("/"+lang+"/accedi", url.Values{"email": {email}})
		if to := answer.Header.Get("Location"); !strings.HasPrefix(to, "/"+lang+"/conferme/attesa/") {
			t.Errorf("%s: led to %q (%d)", lang, to, answer.StatusCode)
		}
		var kept string
		if err := v.deps.DB.NewRaw("SELECT p.language FROM people p JOIN addresses a ON a.person_id = p.id WHERE a.value = ?", email).Scan(t.Context(), &kept); err != nil || kept != lang {
			t.Errorf("%s is written to in %q (%v)", email, kept, err)
		}
	}
}

func TestSearchEnginesLeaveWhatIsPrivateOutInEachLanguage(t *testing.T) {
	t.Parallel()
	rules := text(newVisitor(t).get("/robots.txt").Selection)
	for _, want := range []string{"Disallow: /segreteria", "Disallow: /en/sindaci", "Disallow: /area-personale", "Disallow: /zh/conferme", "Disallow: /ro/iscrizioni"} {
		if !strings.Contains(rules, want) {
			t.Errorf("%q is missing in %s", want, rules)
		}
	}
}

func TestEditingATextKeepsItsOtherTranslations(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	kept := func(query string) (translation string) {
		t.Helper()
		if err := v.deps.DB.NewRaw(query).Scan(t.Context(), &translation); err != nil {
			t.Fatal(err)
		}
		return translation
	}
	for path, test := range map[string]struct{ table, of, field string }{
		"/segreteria/testi/linee-guida/anagrafe":                                          {"guideline_versions", "number = (SELECT max(number) FROM guideline_versions) AND guideline_id = (SELECT id FROM guidelines WHERE slug = 'anagrafe')", "body_it"},
		"/segreteria/testi/pagine/regole":                                                 {"pages", "slug = 'regole'", "body_it"},
		"/segreteria/testi/fasi/1":                                                        {"phases", "number = 1", "body_it"},
		"/segreteria/testi/atti/" + kept("SELECT id::text FROM acts ORDER BY id LIMIT 1"): {"acts", "id = (SELECT id FROM acts ORDER BY id LIMIT 1)", "body_it"},
	} {
		kept(`UPDATE ` + test.table + ` SET body = body || '{"zh": "译文"}' WHERE ` + test.of + ` RETURNING 'done'`)
		v.post(path, http.StatusSeeOther, typed(v.get(path), test.field, "Parole nuove", "body_en", "", "change_note", "Parole nuove")...)
		if got := kept(`SELECT body::text FROM ` + test.table + ` WHERE ` + test.of); got != `{"it": "Parole nuove", "zh": "译文"}` {
			t.Errorf("%s holds %s", path, got)
		}
	}
}
