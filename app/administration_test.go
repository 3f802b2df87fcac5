// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/models"
)

const amministrazione = "/amministrazione"

// administrationPages are those that nothing has to be there for.
var administrationPages = []string{amministrazione, amministrazione + "/organizzazione", amministrazione + "/stemma", amministrazione + "/aspetto", comuni, comuni + "/nuovo", comuni + "/carmignano",
	comuni + "/carmignano/stemma", comuni + "/carmignano/popolazione",
	"/segreteria/testi/comuni/carmignano"}

const comuni = amministrazione + "/comuni"

func TestTheAdministrationIsForAdministratorsInBothLanguages(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for _, path := range administrationPages[:9] {
		if answer, _ := v.send(path, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("an organiser at %s: %d", path, answer.StatusCode)
		}
	}
	if v.get("/segreteria").Find("main a[href='/amministrazione']").Length() != 0 {
		t.Error("an organiser is led to the administration")
	}
	v.enter(models.RoleAdministrator, "")
	if v.get("/segreteria").Find("main a[href='/amministrazione']").Length() != 1 {
		t.Error("an administrator is not led to the administration")
	}
	for _, path := range administrationPages {
		for lang, prefix := range map[string]string{"it": "", "en": "/en"} {
			page := v.get(prefix + path)
			if got := page.Find("html").AttrOr("lang", ""); got != lang || page.Find("meta[name=robots][content=noindex]").Length() != 1 {
				t.Errorf("%s speaks %q, or is for search engines", prefix+path, got)
			}
			for _, area := range []string{"administration.", "editing.", "errors."} {
				if text := page.Find("main").Text(); strings.Contains(text, area) {
					t.Errorf("%s shows the key of a message: %s", prefix+path, text[strings.Index(text, area):][:40])
				}
			}
		}
	}
}

func TestTheOrganisationIsWhoItsAdministratorSays(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	const path = amministrazione + "/organizzazione"
	_, page := v.post(path, http.StatusUnprocessableEntity, typed(v.get(path), "denomination", " ", "fiscal_code", "01234567890", "ipa_code", "c a/1",
		"pec", "x", "monday", "13-9", "albo_url", "albo.example.org", "short_name", "Le Valli")...)
	for _, field := range []string{"denomination", "fiscal_code", "ipa_code", "pec", "monday", "albo_url"} {
		if page.Find("#field-"+field+"[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s is not shown as wrong", field)
		}
	}
	if got := page.Find("[name=short_name]").AttrOr("value", ""); got != "Le Valli" {
		t.Errorf("what was typed is lost: %q", got)
	}
	if v.audited() != "" {
		t.Errorf("half a change: %s", v.audited())
	}

	to, _ := v.post(path, http.StatusSeeOther, typed(v.get(path), "denomination", "Unione delle Valli", "legal_person", "true", "short_name", "Le Valli",
		"fiscal_code", "0123 4567 897", "ipa_code", "UCV_01", "pec", "valli@pec.example.org", "monday", "8.30 - 13 e 15-17",
		"accessibility_url", "https://valli.example.org/accessibilita")...)
	if to != amministrazione+"?fatto=dichiarazione" || v.audited() != "edit organisation" {
		t.Errorf("led to %q, audited %q", to, v.audited())
	}
	if !strings.Contains(v.get(to).Find("[role=status]").Text(), "form.agid.gov.it") || !strings.Contains(v.get(path).Find("#field-accessibility_url-hint").Text(), "form.agid.gov.it. Controlla") {
		t.Error("nobody says that a statement is published on AgID's platform")
	}
	organisation, err := models.TheOrganisation(t.Context(), v.deps.DB)
	if err != nil || organisation.FiscalCode != "01234567897" || organisation.IPACode != "ucv_01" || organisation.Hours.Monday != "8:30-13:00, 15:00-17:00" {
		t.Errorf("kept %+v (%v)", organisation, err)
	}
	page = v.get("/")
	if header, footer := text(page.Find("header .navbar-brand")), page.Find("footer").Text(); header != "Le Valli" || !strings.Contains(footer, "Unione delle Valli") || strings.Contains(footer, "Comuni di") {
		t.Errorf("header %q, footer %q", header, footer)
	}
	if to, _ := v.post(path, http.StatusSeeOther, typed(v.get(path), "accessibility_url", "https://form.agid.gov.it/view/x")...); to != amministrazione+"?fatto=salvato" {
		t.Errorf("led to %q", to)
	}
}

func TestAMunicipalityIsAddedMovedEditedAndRemoved(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	add := comuni + "/nuovo"
	_, page := v.post(add, http.StatusUnprocessableEntity, typed(v.get(add), "denomination", "Valle di Prova", "istat_code", "100002", "cadastral_code", "Z009")...)
	if page.Find("#field-istat_code[aria-invalid=true]").Length() != 1 || page.Find("[name=denomination]").AttrOr("value", "") != "Valle di Prova" {
		t.Error("the code of another municipality is taken, or what was typed is lost")
	}
	to, _ := v.post(add, http.StatusSeeOther, typed(v.get(add), "denomination", "Valle di Prova", "istat_code", "999009", "cadastral_code", "z009")...)
	if to != comuni+"?fatto=comune#valle-di-prova" || v.audited() != "add municipality" {
		t.Fatalf("led to %q, audited %q", to, v.audited())
	}
	v.post(comuni+"/valle-di-prova/posizione", http.StatusSeeOther, "verso", "su")
	if got := text(v.get(comuni).Find(".desk-cards h2")); got != "Carmignano Valle di Prova Poggio a Caiano" && got != "CarmignanoValle di ProvaPoggio a Caiano" {
		t.Errorf("the list: %q", got)
	}
	if got := text(v.get("/").Find("header .navbar-brand")); got != "Comuni di Carmignano, Valle di Prova e Poggio a Caiano" {
		t.Errorf("the header: %q", got)
	}
	path := comuni + "/valle-di-prova"
	v.post(path, http.StatusSeeOther, typed(v.get(path), "denomination", "Prova", "hamlets", "Una\nDue")...)
	if got := v.get(path).Find("[name=hamlets]").Text(); !strings.Contains(got, "Una\nDue") {
		t.Errorf("hamlets %q", got)
	}
	contacts := "/segreteria/testi/comuni/valle-di-prova"
	v.post(contacts, http.StatusUnprocessableEntity, typed(v.get(contacts), "friday", "sempre")...)
	v.post(contacts, http.StatusSeeOther, typed(v.get(contacts), "phone", "06 1234567", "friday", "9-12")...)
	if got := v.get(contacts).Find("[name=friday]").AttrOr("value", ""); got != "9:00-12:00" {
		t.Errorf("hours %q", got)
	}

	_, page = v.post(comuni+"/carmignano/rimozione", http.StatusConflict)
	if got := text(page.Find(".error-summary")); !strings.Contains(got, "ha degli incontri") {
		t.Errorf("removing a municipality in use says %q", got)
	}
	to, _ = v.post(path+"/rimozione", http.StatusSeeOther)
	if to != comuni+"?fatto=comune-tolto" || v.audited() != "remove municipality" {
		t.Errorf("led to %q, audited %q", to, v.audited())
	}
	for _, gone := range []string{path, comuni + "/altrove"} {
		if answer, _ := v.send(gone, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", gone, answer.StatusCode)
		}
	}
}

// answer gets path as a browser without a cookie does.
func (v *visitor) answer(path string, headers ...string) (*http.Response, []byte) {
	v.t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := v.server.Test(request, 20_000)
	if err != nil {
		v.t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer, body
}

func TestCoatsOfArmsAreDrawnAnewAndShown(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	const town = comuni + "/carmignano/stemma"
	shape := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><path d="M0 0h9z" onclick="alert(1)"/></svg>`
	upload := func(path, name, content string) (*http.Response, *goquery.Document) {
		t.Helper()
		return v.upload(path, "crest", name, []byte(content))
	}
	for name, content := range map[string]string{"stemma.png": "GIF89a", "stemma.svg": "<html></html>", "vuoto.png": "", "grande.png": strings.Repeat("x", 600<<10)} {
		answer, page := upload(town, name, content)
		if answer.StatusCode != http.StatusUnprocessableEntity || page.Find("#field-crest[aria-invalid=true]").Length() != 1 || page.Find(".error-summary a").Length() != 1 {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
	answer, _ := upload(town, "disegno.jpg", shape)
	if to := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || to != town+"?fatto=stemma" || v.audited() != "edit municipality" {
		t.Fatalf("%d, led to %q, audited %q", answer.StatusCode, to, v.audited())
	}
	if v.get("/").Find("header img.crest").Length() != 0 {
		t.Error("one municipality's coat of arms comes before the other's")
	}
	upload(comuni+"/poggio-a-caiano/stemma", "s.svg", shape)
	page := v.get("/")
	shown := page.Find("header img.crest[alt='Stemma del Comune di Carmignano']")
	if shown.Length() != 1 || page.Find("footer h2 img.crest[alt='']").Length() != 2 || page.Find("header .emblem-tick").Length() != 0 {
		t.Fatal("the coat of arms is not at the top and at the foot of the page")
	}
	address := shown.AttrOr("src", "")
	served, body := v.answer(address)
	if want := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9z"/></svg>`; string(body) != want {
		t.Errorf("served %s", body)
	}
	for header, want := range map[string]string{"Content-Type": "image/svg+xml", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"} {
		if got := served.Header.Get(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
	if packed, _ := v.answer(address, "Accept-Encoding", "gzip"); packed.Header.Get("Content-Encoding") != "gzip" {
		t.Error("a drawing goes unpacked")
	}

	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 30, 30))); err != nil {
		t.Fatal(err)
	}
	upload(amministrazione+"/stemma", "s.png", picture.String())
	page = v.get("/")
	if page.Find("header img.crest").Length() != 1 || page.Find("header img.crest[alt='Stemma: Carmignano e Poggio a Caiano']").Length() != 1 {
		t.Error("the organisation's coat of arms does not stand at the top")
	}
	v.post(amministrazione+"/stemma/rimozione", http.StatusSeeOther)
	v.post(town+"/rimozione", http.StatusSeeOther)
	v.post(comuni+"/poggio-a-caiano/stemma/rimozione", http.StatusSeeOther)
	if v.get("/").Find("img.crest").Length() != 0 {
		t.Error("removed coats of arms are still shown")
	}
	for _, gone := range []string{address, "/stemmi/x", "/stemmi/" + strings.Repeat("0", 32)} {
		if answer, _ := v.answer(gone); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", gone, answer.StatusCode)
		}
	}
}

func TestPopulationByAgeIsSeenBeforeItIsKept(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	const path = comuni + "/carmignano/popolazione"
	table := func(year, content string) (*http.Response, *goquery.Document) {
		t.Helper()
		return v.upload(path+"/eta", "table", "popolazione.csv", []byte(content), "year", year, "source", "ISTAT, al 1° gennaio")
	}
	answer, page := table("2017", "età;persone\n0;x\n1;2\n")
	if got := text(page.Find(".error-summary")); answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, "Riga 2: «x» non è un numero di persone.") {
		t.Errorf("%d: %q", answer.StatusCode, got)
	}
	if page.Find("#ages-field-table[aria-invalid=true]").Length() != 1 || page.Find("#ages-field-source").AttrOr("value", "") != "ISTAT, al 1° gennaio" ||
		page.Find("#ages-field-year").AttrOr("value", "") != "2017" || page.Find("#total-field-year").AttrOr("value", "") != "" {
		t.Error("what was typed is lost, or stands in the other form")
	}
	answer, page = table("2016", "et\xe0;persone\n0-17;2.000\n18+;10.000\n")
	if answer.StatusCode != http.StatusOK || !strings.Contains(page.Find("main dl").Text(), "12.000") || v.audited() != "" {
		t.Fatalf("%d: %s, audited %q", answer.StatusCode, text(page.Find("main")), v.audited())
	}
	form := []string{"action", "save"}
	page.Find("main form input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		form = append(form, s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	if to, _ := v.post(path+"/eta", http.StatusSeeOther, form...); to != path+"?fatto=popolazione" || v.audited() != "edit municipality" {
		t.Errorf("led to %q, audited %q", to, v.audited())
	}
	if got := text(v.get(path).Find("tbody")); !strings.Contains(got, "2016") || !strings.Contains(got, "12.000") || !strings.Contains(got, "2020") {
		t.Errorf("known: %q", got)
	}
	_, page = v.post(path, http.StatusUnprocessableEntity, "year", "duemila", "people", "12000", "source", "")
	if page.Find("#total-field-year[aria-invalid=true]").AttrOr("value", "") != "duemila" || page.Find("#total-field-source[aria-invalid=true]").Length() != 1 {
		t.Error("the year as it was typed is lost")
	}
	v.post(path, http.StatusUnprocessableEntity, "year", "2016", "people", "1", "source", "x")
	v.post(path+"/eta", http.StatusUnprocessableEntity, "year", "2016", "source", "x")
	v.post(path, http.StatusSeeOther, "year", "2015", "people", "11.900", "source", "ISTAT")
	v.post(path+"/2015/rimozione", http.StatusSeeOther)
	if got := v.get(comuni).Find("main").Text(); !strings.Contains(got, "14.856 residenti nel 2020") {
		t.Errorf("the list: %q", got)
	}
	for _, gone := range []string{comuni + "/altrove/popolazione", path + "/x/rimozione"} {
		form := map[string][]string{}
		if strings.HasSuffix(gone, "popolazione") {
			form = nil
		}
		if answer, _ := v.send(gone, form); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", gone, answer.StatusCode)
		}
	}
}

func TestTheColourOfThePagesIsSeenCheckedAndKept(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	const path, sheet = amministrazione + "/aspetto", "link[rel=stylesheet][href^='/aspetto/']"
	if page := v.get("/"); page.Find(sheet).Length() != 0 || page.Find("meta[name=theme-color]").AttrOr("content", "") != "#0066cc" {
		t.Error("a colour that nobody chose")
	}
	form := func(accent, action string) []string {
		filled := typed(v.get(path), "accent", accent)
		filled[1] = action
		return filled
	}
	_, page := v.post(path, http.StatusOK, form("B00020", "preview")...)
	if page.Find(sheet).Length() != 1 || page.Find("[name=accent]").AttrOr("value", "") != "#b00020" || !strings.Contains(text(page.Find("[data-look-verdict]")), "si legge bene") {
		t.Errorf("no preview: %s", text(page.Find("main")))
	}
	if v.audited() != "" || v.get("/").Find(sheet).Length() != 0 {
		t.Error("a preview is kept")
	}
	_, page = v.post(path, http.StatusOK, form("#ffcc00", "preview")...)
	if got := text(page.Find("#field-accent-error")); !strings.Contains(got, "troppo chiaro") || !strings.Contains(got, "#") || page.Find(sheet).Length() != 1 {
		t.Errorf("a preview of what is too light: %q", got)
	}
	if got := text(page.Find("[data-look-verdict]")); !strings.HasPrefix(got, "Contrasto 1,3 a 1: non basta, deve essere almeno 4,5 a 1.") {
		t.Errorf("the verdict: %q", got)
	}
	_, page = v.post(path, http.StatusUnprocessableEntity, form("#ffcc00", "save")...)
	if page.Find("[name=accent]").AttrOr("value", "") != "#ffcc00" || page.Find(".error-summary a[href='#field-accent']").Length() != 1 {
		t.Error("what is too light is not refused as it was typed")
	}
	for _, action := range []string{"preview", "save"} {
		_, page = v.post(path, http.StatusUnprocessableEntity, form("verdino", action)...)
		if page.Find("[name=accent]").AttrOr("value", "") != "verdino" || page.Find(sheet).Length() != 0 {
			t.Error("what is no colour is lost, or shown")
		}
	}
	mine := form("#006400", "save")
	v.post(path, http.StatusSeeOther, form("#b00020", "save")...)
	_, page = v.post(path, http.StatusConflict, mine...)
	if !strings.Contains(text(page.Find(".error-summary")), "#b00020") || page.Find("[name=accent]").AttrOr("value", "") != "#006400" {
		t.Errorf("two who choose: %s", text(page.Find("main")))
	}

	page = v.get("/")
	address := page.Find(sheet).AttrOr("href", "")
	if !strings.HasPrefix(address, "/aspetto/b00020-") || page.Find("meta[name=theme-color]").AttrOr("content", "") != "#b00020" || v.audited() != "edit organisation" {
		t.Fatalf("the pages have %q, audited %q", address, v.audited())
	}
	served, css := v.answer(address)
	if got := string(css); !strings.HasPrefix(got, ":root{--accent:#b00020;--accent-strong:#96001b;") || !strings.Contains(got, "--bs-primary-rgb:176,0,32") {
		t.Errorf("the style sheet: %s", got)
	}
	if served.Header.Get("Content-Type") != "text/css; charset=utf-8" || served.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%v", served.Header)
	}
	for _, gone := range []string{"/aspetto/b00020.css", "/aspetto/b00020-00000000.css", strings.Replace(address, "b00020", "B00020", 1), "/aspetto/x", strings.Replace(address, "b00020", "b00021", 1)} {
		if answer, _ := v.answer(gone); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", gone, answer.StatusCode)
		}
	}
	v.post(path, http.StatusSeeOther, form("", "save")...)
	if v.get("/").Find(sheet).Length() != 0 {
		t.Error("the built colour does not come back")
	}
}
