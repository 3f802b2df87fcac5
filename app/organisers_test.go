// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"ultimaparola/app/mail"
	"ultimaparola/app/seed"
	"ultimaparola/models"
)

const carmignano = "/segreteria/incontri/carmignano"

// newOfficer is a browser signed in as a member of staff with that role.
func newOfficer(t testing.TB, role string) *visitor {
	t.Helper()
	v := newVisitor(t)
	v.enter(role, "")
	return v
}

// enter signs the browser in as a new member of staff, of the municipality with that slug or of all.
func (v *visitor) enter(role, municipality string) *models.Staff {
	v.t.Helper()
	organisation, err := models.TheOrganisation(v.t.Context(), v.deps.DB)
	if err != nil {
		v.t.Fatal(err)
	}
	staff := &models.Staff{OrganisationID: organisation.ID, Role: role, Name: "Prova", Email: role + municipality + "@example.org"}
	if town := organisation.MunicipalityBySlug(municipality); town != nil {
		staff.MunicipalityID = town.ID
	} else if role == models.RoleMayor {
		staff.MunicipalityID = organisation.Municipalities[0].ID
	}
	if err := models.AddStaff(v.t.Context(), v.deps.DB, *v.now, staff); err != nil {
		v.t.Fatal(err)
	}
	token, err := models.SignInStaff(v.t.Context(), v.deps.DB, *v.now, staff.ID, "Prova", true)
	if err != nil {
		v.t.Fatal(err)
	}
	v.cookie = "ufficio=" + token
	return staff
}

// typed returns what the form at the page holds, so that a test changes one field and posts the rest.
func typed(page *goquery.Document, changes ...string) []string {
	form := map[string]string{}
	page.Find("main form:has([name=seen]) [name]").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "")
		_, checked := s.Attr("checked")
		switch {
		case goquery.NodeName(s) == "button" || name == "website", (kind == "radio" || kind == "checkbox") && !checked:
		case goquery.NodeName(s) == "textarea":
			form[name] = strings.TrimPrefix(s.Text(), "\n")
		default:
			form[name] = s.AttrOr("value", "")
		}
	})
	for i := 0; i+1 < len(changes); i += 2 {
		form[changes[i]] = changes[i+1]
	}
	pairs := []string{"action", "save"}
	for name, value := range form {
		pairs = append(pairs, name, value)
	}
	return pairs
}

// audited returns the newest entry of the log that is not a reading, as "action subject".
func (v *visitor) audited() string {
	v.t.Helper()
	entry := new(models.AuditEntry)
	if err := v.deps.DB.NewSelect().Model(entry).Where("action <> 'read'").Order("id DESC").Limit(1).Scan(v.t.Context()); err != nil {
		return ""
	}
	return entry.Action + " " + entry.Subject
}

// acts are the entries that a page of the log shows, readings left out.
func acts(log *goquery.Document) *goquery.Selection {
	return log.Find(".desk-cards > li").NotFunction(func(_ int, e *goquery.Selection) bool {
		return e.Find("strong").First().Text() == "Elenco letto:" || e.Find("strong").First().Text() == "List read:"
	})
}

// open gives the meeting of Carmignano a confirmed date and that many seats.
func (v *visitor) open(capacity string) {
	v.t.Helper()
	v.post(carmignano+"/modifica", http.StatusSeeOther, typed(v.get(carmignano+"/modifica"), "date", "2017-12-12", "starts", "21:00",
		"ends", "23:00", "venue", "Sala", "confirmed", "true", "capacity", capacity, "walk_in_seats", "0")...)
}

func TestOnlyOrganisersEnterTheSegreteria(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	paths := []string{"/segreteria", "/segreteria/testi", "/segreteria/registro", "/segreteria/commenti", "/segreteria/impostazioni",
		carmignano, carmignano + "/modifica", carmignano + "/foglio-presenze", carmignano + "/iscrizioni.csv", carmignano + "/iscrizioni.xlsx",
		carmignano + "/messaggio", carmignano + "/iscrizioni/nuova", "/segreteria/testi/linee-guida/anagrafe", "/segreteria/testi/atti/nuovo"}
	check := func(who string, want int) {
		t.Helper()
		for _, path := range paths {
			if answer, _ := v.send(path, nil); answer.StatusCode != want {
				t.Errorf("%s at %s: %d, want %d", who, path, answer.StatusCode, want)
			}
		}
	}
	check("nobody", http.StatusUnauthorized)
	v.signIn("Anna")
	check("a citizen", http.StatusUnauthorized)
	v.enter(models.RoleMayor, "")
	check("a mayor's office", http.StatusNotFound)
	v.enter(models.RoleOrganiser, "")
	check("an organiser", http.StatusOK)
	v.enter(models.RoleAdministrator, "")
	check("an administrator", http.StatusOK)
	v.enter(models.RoleOrganiser, "poggio-a-caiano")
	if answer, _ := v.send(carmignano, nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("the other municipality's organiser at the meeting: %d", answer.StatusCode)
	}
}

func TestEachRoleLandsOnItsOwnDesk(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for role, desk := range map[string]string{models.RoleMayor: "/sindaci", models.RoleOrganiser: "/segreteria", models.RoleAdministrator: "/amministrazione", models.RoleModerator: "/segreteria/commenti", models.RoleObserver: "/sindaci"} {
		staff := v.enter(role, "")
		v.cookie = ""
		invitation, err := models.InviteStaff(t.Context(), v.deps.DB, *v.now, staff.ID)
		if err != nil {
			t.Fatal(err)
		}
		link, err := url.Parse(v.deps.Links.Confirm("en", invitation))
		if err != nil {
			t.Fatal(err)
		}
		if to, _ := v.post(link.Path, http.StatusSeeOther); to != "/en"+desk {
			t.Errorf("%s lands at %q", role, to)
		}
		v.enter(role, "carmignano")
		for prefix, page := range map[string]*goquery.Document{"": v.get(anagrafe), "/en": v.get("/en" + anagrafe)} {
			if to := page.Find("header a.account").AttrOr("href", ""); to != prefix+desk {
				t.Errorf("the header leads %s to %q", role, to)
			}
		}
	}
}

func TestPagesAreInBothLanguagesAndForNoSearchEngine(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for _, path := range []string{"/segreteria", "/segreteria/testi", carmignano, carmignano + "/modifica", carmignano + "/foglio-presenze",
		"/segreteria/testi/linee-guida/anagrafe", "/segreteria/testi/fasi/2", "/segreteria/testi/pagine/note-legali",
		"/segreteria/testi/comuni/carmignano", "/segreteria/testi/domande/nuovo", "/segreteria/testi/avvisi/nuovo", "/segreteria/registro"} {
		for lang, prefix := range map[string]string{"it": "", "en": "/en"} {
			page := v.get(prefix + path)
			if got := page.Find("html").AttrOr("lang", ""); got != lang {
				t.Errorf("%s speaks %q", prefix+path, got)
			}
			if page.Find("meta[name=robots][content=noindex]").Length() != 1 || page.Find("[data-element=feedback]").Length() != 0 {
				t.Errorf("%s is for search engines, or asks to be rated", prefix+path)
			}
			if text := page.Find("main").Text(); strings.Contains(text, "organisers.") {
				t.Errorf("%s shows the key of a message: %s", prefix+path, text[strings.Index(text, "organisers."):][:40])
			}
		}
	}
}

func TestGuidelineBecomesANewVersionAfterAPreview(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	const path = "/segreteria/testi/linee-guida/anagrafe"
	before := v.get(path)

	form := typed(before, "body_it", "## Nuovo\n\nTesto **forte** <script>x</script>")
	form[1] = "preview"
	_, page := v.post(path, http.StatusOK, form...)
	if got := page.Find(".desk-preview strong:contains(forte)").Length(); got != 1 {
		t.Errorf("no rendered text in the preview: %s", page.Find(".desk-preview").Text())
	}
	if page.Find(".desk-preview script").Length() != 0 || !strings.Contains(page.Find("[name=body_it]").Text(), "**forte**") {
		t.Error("the preview runs a script, or lost what was typed")
	}
	_, page = v.post(path, http.StatusUnprocessableEntity, typed(before, "body_it", "Testo nuovo")...)
	if page.Find("#field-change_note[aria-invalid=true]").Length() != 1 || strings.TrimSpace(page.Find("[name=body_it]").Text()) != "Testo nuovo" {
		t.Error("a new version without a note, or what was typed is lost")
	}
	v.post(path, http.StatusSeeOther, typed(before, "body_it", "Testo nuovo", "change_note", "Più chiaro", "responsible", "")...)
	if got := v.audited(); got != "edit guideline" {
		t.Errorf("audited %q", got)
	}
	consultation, err := models.TheConsultation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	g, err := models.GuidelineBySlug(t.Context(), v.deps.DB, consultation.ID, "anagrafe")
	if err != nil || g.Current.Number != 2 || g.Current.ChangeNote != "Più chiaro" || g.Current.Body["it"] != "Testo nuovo" || g.Current.Body["en"] == "" {
		t.Errorf("version %+v (%v)", g.Current, err)
	}
	v.post(path, http.StatusSeeOther, typed(v.get(path))...)
	if g, _ := models.GuidelineBySlug(t.Context(), v.deps.DB, consultation.ID, "anagrafe"); g.Current.Number != 2 {
		t.Error("saving an untouched form made a version")
	}
}

func TestTwoWhoEditAreToldAndNothingIsLost(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for path, field := range map[string]string{"/segreteria/testi/pagine/regole": "body_it", "/segreteria/testi/fasi/3": "title_it",
		"/segreteria/testi/comuni/carmignano": "phone", carmignano + "/modifica": "venue", "/segreteria/impostazioni": "hold_hours",
		"/segreteria/testi/linee-guida/anagrafe": "responsible"} {
		mine := v.get(path)
		theirs, wanted := "055 111111", "055 222222"
		if field == "hold_hours" {
			theirs, wanted = "11", "22"
		}
		v.post(path, http.StatusSeeOther, typed(v.get(path), field, theirs)...)
		_, page := v.post(path, http.StatusConflict, typed(mine, field, wanted)...)
		if got := page.Find(".desk-theirs").Text(); !strings.Contains(got, theirs) {
			t.Errorf("%s: theirs is not shown: %q", path, got)
		}
		back := typed(page)
		v.post(path, http.StatusSeeOther, back...)
		after := v.get(path).Find("[name=" + field + "]")
		if got := strings.TrimSpace(after.AttrOr("value", after.Text())); got != wanted {
			t.Errorf("%s: %q after saving again, want %q", path, got, wanted)
		}
	}
}

func TestFAQsNoticesAndActsAreAddedChangedAndRemoved(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	for kind, fields := range map[string][]string{
		"domande": {"question_it", "Prova di domanda?", "answer_it", "Sì.", "position", "99"},
		"avvisi":  {"title_it", "Prova di avviso", "body_it", "Testo."},
		"atti": {"title_it", "Prova di atto", "body_it", "Testo.", "dated", "2017-11-24", "date_precision", "day", "issuer", "Giunta",
			"kind_it", "Delibera"},
	} {
		add := "/segreteria/testi/" + kind + "/nuovo"
		_, page := v.post(add, http.StatusUnprocessableEntity, typed(v.get(add), fields[0], "")...)
		if page.Find(".error-summary a").Length() == 0 {
			t.Errorf("%s: no summary", add)
		}
		v.post(add, http.StatusSeeOther, typed(v.get(add), fields...)...)
		link := v.get("/segreteria/testi").Find("a:contains('Prova di')").AttrOr("href", "")
		if !strings.HasPrefix(v.audited(), "add ") || link == "" {
			t.Fatalf("%s: audited %q, listed at %q", kind, v.audited(), link)
		}
		v.post(link, http.StatusSeeOther, typed(v.get(link), fields[0], "Prova di cambio")...)
		if !strings.HasPrefix(v.audited(), "edit ") {
			t.Errorf("%s: audited %q", kind, v.audited())
		}
		v.post(link+"/rimozione", http.StatusSeeOther)
		v.post(link+"/rimozione", http.StatusSeeOther)
		if answer, _ := v.send(link, nil); answer.StatusCode != http.StatusNotFound || !strings.HasPrefix(v.audited(), "remove ") {
			t.Errorf("%s: %d after removal, audited %q", link, answer.StatusCode, v.audited())
		}
	}
	_, page := v.post("/segreteria/testi/domande/nuovo", http.StatusUnprocessableEntity, "question_it", "Quale?", "answer_it", "Questa", "position", "dieci")
	if page.Find("[name=position]").AttrOr("value", "") != "dieci" {
		t.Error("letters typed for a number are lost")
	}
}

// attach posts a file to an act's page.
func (v *visitor) attach(path, name string, content []byte) (*http.Response, *goquery.Document) {
	v.t.Helper()
	return v.upload(path, "document", name, content)
}

// upload posts a file, and with it other fields in pairs.
func (v *visitor) upload(path, field, name string, content []byte, pairs ...string) (*http.Response, *goquery.Document) {
	v.t.Helper()
	body := new(bytes.Buffer)
	form := multipart.NewWriter(body)
	part, err := form.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(content)
	}
	for i := 0; err == nil && i+1 < len(pairs); i += 2 {
		err = form.WriteField(pairs[i], pairs[i+1])
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, path, body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Cookie", v.cookie)
	answer, err := v.server.Test(request, 20_000)
	if err != nil {
		v.t.Fatal(err)
	}
	page, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	*v.now = v.now.Add(2 * time.Second) // as send does
	return answer, page
}

// openDocument is the least that ODF 1.2 asks of a package: its first entry says what it is.
func openDocument(t *testing.T) []byte {
	t.Helper()
	out := new(bytes.Buffer)
	archive := zip.NewWriter(out)
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: "mimetype", Method: zip.Store})
	if err == nil {
		_, err = entry.Write([]byte("application/vnd.oasis.opendocument.text"))
	}
	if err != nil || archive.Close() != nil {
		t.Fatal("no document", err)
	}
	return out.Bytes()
}

func TestDocumentsAreKnownByTheirContent(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	act := v.get("/segreteria/testi").Find("a[href*='/testi/atti/']").First().AttrOr("href", "")
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
	for name, content := range map[string][]byte{"pagina.pdf": []byte("<html><script>x</script></html>"), "immagine.svg": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"),
		"programma.pdf": []byte("MZ\x90\x00\x03"), "vuoto.pdf": {}, "grande.pdf": append(pdf, make([]byte, 5<<20)...)} {
		answer, page := v.attach(act+"/documento", name, content)
		if answer.StatusCode != http.StatusUnprocessableEntity || page.Find("#field-document[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
	for name, content := range map[string][]byte{"../../etc/atto \"uno\".exe": pdf, "testo.odt": openDocument(t)} {
		if answer, page := v.attach(act+"/documento", name, content); answer.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d %s", name, answer.StatusCode, page.Find(".error-summary").Text())
		}
	}
	var names []string
	if err := v.deps.DB.NewSelect().Model((*models.File)(nil)).Column("name").Scan(t.Context(), &names); err != nil || len(names) != 1 {
		t.Errorf("files kept: %q (%v), want the newest alone", names, err)
	}
	v.post(act+"/documento/rimozione", http.StatusSeeOther)
	if n, err := v.deps.DB.NewSelect().Model((*models.File)(nil)).Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d files after removal (%v)", n, err)
	}
}

func TestCapacityBelowWhatIsTakenIsRefused(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("10")
	for _, name := range []string{"Anna Bianchi", "Bruno Neri"} {
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", name, "seats", "3", "channel", "phone")
	}
	_, page := v.post(carmignano+"/modifica", http.StatusUnprocessableEntity, typed(v.get(carmignano+"/modifica"), "capacity", "5")...)
	if text := page.Find("#field-capacity-error").Text(); !strings.Contains(text, "6") {
		t.Errorf("it does not say how many are taken: %q", text)
	}
	if page.Find("[name=capacity]").AttrOr("value", "") != "5" {
		t.Error("what was typed is lost")
	}
}

func TestDateIsConfirmedSayingWhomItTells(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	consultation, err := models.TheConsultation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	m, err := models.MeetingBySlug(t.Context(), v.deps.DB, consultation.ID, "carmignano")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		p := &models.Person{ID: uuid.New(), Language: "it", CreatedAt: *v.now}
		if _, err := v.deps.DB.NewInsert().Model(p).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		f := &models.Follow{ConsultationID: consultation.ID, ID: uuid.New(), PersonID: p.ID, MeetingID: m.ID, CreatedAt: *v.now}
		if _, err := v.deps.DB.NewInsert().Model(f).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if text := v.get(carmignano + "/modifica").Find("#field-confirmed-hint").Text(); !strings.Contains(text, "3 persone") {
		t.Errorf("it does not say whom it tells: %q", text)
	}
	v.open("10")
	if n, _ := v.deps.DB.NewSelect().Table("jobs").Where("kind = 'notify' AND payload ->> 'template' = ?", models.MailMeetingDate).Count(t.Context()); n != 1 {
		t.Errorf("%d notifications", n)
	}
}

func TestDeskFromTelephoneToSeatToAttendance(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	_, page := v.post(carmignano+"/iscrizioni/nuova", http.StatusConflict, "name", "Anna Bianchi", "seats", "2", "channel", "phone")
	if page.Find("[name=name]").AttrOr("value", "") != "Anna Bianchi" {
		t.Error("without a date: what was typed is lost")
	}
	v.open("4")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusUnprocessableEntity, "name", "", "seats", "9", "channel", "phone")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Anna Bianchi", "seats", "2", "channel", "phone",
		"phone", "055 123456", "access_needs", "wheelchair")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno Neri", "email", "bruno@example.org", "seats", "2", "channel", "counter")
	to, _ := v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Carla Verdi", "seats", "2", "channel", "counter")
	if !strings.Contains(to, "fatto=iscritto-waiting&") {
		t.Errorf("full, and sent to %s", to)
	}
	page = v.get(carmignano)
	if page.Find(".desk-cards > li").Length() != 3 || !strings.Contains(page.Find(".desk-cards").Text(), "Uso una sedia a rotelle") {
		t.Errorf("the list: %s", page.Find(".desk-cards").Text())
	}
	if got := v.get(carmignano + "?stato=waiting").Find(".desk-cards strong").First().Text(); got != "Carla Verdi" {
		t.Errorf("first in the queue: %q", got)
	}
	for search, want := range map[string]int{"bianchi": 1, "bruno@": 1, "055123": 1, "zzz": 0, "": 3} {
		if _, page := v.post(carmignano+"/ricerca", http.StatusOK, "search", search); page.Find(".desk-cards > li").Length() != want {
			t.Errorf("%q finds %d, want %d", search, page.Find(".desk-cards > li").Length(), want)
		}
	}
	mark := page.Find("form[action$='/presenza']").First().AttrOr("action", "")
	v.post(mark, http.StatusUnprocessableEntity, "people", "0")
	v.post(mark, http.StatusUnprocessableEntity, "people", "due")
	v.post(mark, http.StatusSeeOther, "people", "1")
	if got := v.audited(); got != "attend registration" {
		t.Errorf("audited %q", got)
	}
	v.post(mark+"/annullamento", http.StatusSeeOther)
	v.post(carmignano+"/senza-iscrizione", http.StatusSeeOther, "people", "4")
	undo := v.get(carmignano).Find("form[action*='/senza-iscrizione/']").AttrOr("action", "")
	v.post(undo, http.StatusSeeOther)
	v.post(strings.TrimSuffix(mark, "/presenza")+"/annullamento", http.StatusSeeOther)
	accept := v.get(carmignano).Find("form[action$='/accettazione']").AttrOr("action", "")
	v.post(accept, http.StatusSeeOther)
	if got := v.get(carmignano + "?stato=seated").Find(".desk-cards").Text(); !strings.Contains(got, "Carla Verdi") {
		t.Errorf("the freed seat did not go to who waited: %s", got)
	}
	other := strings.Replace(accept, "carmignano", "poggio-a-caiano", 1)
	v.post(other, http.StatusNotFound)
	v.post(carmignano+"/iscrizioni/"+uuid.NewString()+"/conferma", http.StatusNotFound)
	v.post(carmignano+"/iscrizioni/boh/conferma", http.StatusNotFound)
}

func TestDeskEditsARegistrationAndPromotes(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("4")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Anna Bianchi", "email", "anna@example.org", "seats", "3", "channel", "phone")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno Neri", "seats", "2", "channel", "phone", "press", "true")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Carla Verdi", "seats", "2", "channel", "counter")
	address := func(name string) string {
		return v.get(carmignano).Find(".desk-cards > li:contains('"+name+"') a:contains('Modifica')").AttrOr("href", "")
	}
	anna := address("Anna")
	page := v.get(anna)
	if f := page.Find("main"); f.Find("[name=email]").AttrOr("value", "") != "anna@example.org" || f.Find("[name=seats][checked]").AttrOr("value", "") != "3" || f.Find("#promotion").Length() != 0 {
		t.Errorf("the form holds %q", typed(page))
	}
	_, wrong := v.post(anna, http.StatusUnprocessableEntity, typed(page, "seats", "5")...)
	if got := text(wrong.Find("main")); !strings.Contains(got, "al massimo 4") {
		t.Errorf("too many seats: %s", got)
	}
	v.post(anna, http.StatusSeeOther, typed(page, "name", "Anna Rossi", "access_needs", "wheelchair")...)
	if got := v.audited(); got != "edit registration" {
		t.Errorf("audited %q", got)
	}
	v.post(anna, http.StatusConflict, typed(page, "name", "Anna Gialli")...)
	v.post(anna, http.StatusSeeOther, typed(v.get(anna), "email", "rossi@example.org")...)
	v.post(anna, http.StatusNotFound, typed(page, "name", "Anna Gialli")...)
	if list := v.get(carmignano).Find(".desk-cards").Text(); !strings.Contains(list, "Anna Rossi") || !strings.Contains(list, "rossi@example.org") || strings.Contains(list, "Gialli") {
		t.Errorf("the list: %s", list)
	}

	carla := address("Carla")
	v.post(carla+"/promozione", http.StatusUnprocessableEntity, "promotion_reason", " ")
	_, wrong = v.post(carla+"/promozione", http.StatusUnprocessableEntity, "promotion_reason", "Relatrice")
	if got := text(wrong.Find("main")); !strings.Contains(got, "liberi 1") || wrong.Find("[name=promotion_reason]").AttrOr("value", "") != "Relatrice" {
		t.Errorf("promoted without seats: %s", got)
	}
	if _, err := v.deps.DB.ExecContext(t.Context(), "UPDATE meetings SET capacity = 6, walk_in_seats = 2 WHERE slug = 'carmignano'"); err != nil {
		t.Fatal(err)
	}
	v.post(carla+"/promozione", http.StatusSeeOther, "promotion_reason", "Relatrice")
	if got := v.audited(); got != "promote registration" {
		t.Errorf("audited %q", got)
	}
	if got := v.get(carmignano + "?stato=offered").Find(".desk-cards strong").First().Text(); got != "Carla Verdi" {
		t.Errorf("offered to %q", got)
	}
	if log := text(v.get("/segreteria/registro").Find("main")); !strings.Contains(log, "Posto offerto fuori ordine") || !strings.Contains(log, "Relatrice") {
		t.Error("the log does not say why")
	}
	v.post(strings.Replace(carla, "carmignano", "poggio-a-caiano", 1), http.StatusNotFound)
}

func TestWhoHasNoMailboxIsTelephoned(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("10")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Anna", "seats", "2", "channel", "phone", "phone", "055 123456")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno", "email", "bruno@example.org", "seats", "2", "channel", "counter")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Carla", "seats", "1", "channel", "counter")
	cancelling := func(i int) *goquery.Selection {
		return v.get(carmignano).Find(".desk-cards > li").Eq(i).Find("details p")
	}
	if anna := cancelling(0); !strings.Contains(anna.Text(), "avvisa per telefono") || anna.Find("a[href^='tel:']").Length() != 1 {
		t.Errorf("cancelling who left a number alone: %q", text(anna))
	}
	if bruno := cancelling(1); !strings.Contains(bruno.Text(), "riceve una e-mail") || bruno.Find("a").Length() != 0 {
		t.Errorf("cancelling who left a mailbox: %q", text(bruno))
	}
	if carla := cancelling(2); !strings.Contains(carla.Text(), "nessun recapito") {
		t.Errorf("cancelling who left nothing: %q", text(carla))
	}
	if lead := v.get(carmignano + "/modifica").Find("main").Text(); !strings.Contains(lead, "2 non hanno e-mail") {
		t.Error("the change of a meeting does not say how many are to be telephoned")
	}

	// Who registered on the site with a number alone waits for a call: the desk leads to whom.
	if _, err := v.deps.DB.ExecContext(t.Context(), "UPDATE registrations SET state = 'pending', held_until = ? WHERE name IN ('Anna', 'Bruno')", v.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	link := v.get("/segreteria").Find(".desk-counts a:contains('per telefono')")
	page := v.get(link.AttrOr("href", ""))
	if names := page.Find(".desk-cards > li strong:first-child").Text(); names != "Anna" {
		t.Errorf("the desk leads to %q", names)
	}
	if tab := text(page.Find(".desk-tabs [aria-current]")); tab != "Da telefonare (1)" {
		t.Errorf("the list is called %q", tab)
	}
	if tabs := text(page.Find(".desk-tabs")); !strings.Contains(tabs, "Attive (3)") {
		t.Errorf("the lists are %q", tabs)
	}
	if crumbs := text(v.get("/segreteria/impostazioni").Find("nav[aria-label] .breadcrumb")); strings.Contains(crumbs, "Testi") {
		t.Errorf("the settings are below %q", crumbs)
	}
}

func TestAMovedDateIsToldAndConfirmedByTelephone(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("10")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Anna", "seats", "2", "channel", "phone", "phone", "055 123456")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno", "email", "bruno@example.org", "seats", "2", "channel", "counter")
	saved, _ := v.post(carmignano+"/modifica", http.StatusSeeOther, typed(v.get(carmignano+"/modifica"), "confirmed", "true", "date", "2017-12-20",
		"wheelchair_seats", "1", "registration_until", (*v.now).In(models.Rome).Add(-time.Minute).Format("2006-01-02T15:04"))...)
	page := v.get(saved)
	if says := text(page.Find("main .alert")); !strings.Contains(says, "Parte 1 e-mail") || !strings.Contains(says, "1 non ha e-mail") {
		t.Errorf("whom the new date is told: %q", says)
	}
	if page.Find("a:contains('Iscrivi una persona')").Length() != 1 {
		t.Error("when people cannot register themselves any more, the office is not led to do it")
	}
	if figures := text(page.Find(".desk-figures")); !strings.Contains(figures, "Posti riservati1") && !strings.Contains(figures, "Posti riservati 1") {
		t.Errorf("the figures: %q", figures)
	}
	called := v.get(v.get("/segreteria").Find(".desk-counts a:contains('per telefono')").AttrOr("href", ""))
	again := called.Find(`form[action$="/riconferma"]`)
	if again.Length() != 1 || !strings.Contains(again.Text(), "Viene anche alla nuova data: Anna") {
		t.Fatalf("who is to be telephoned: %q", text(called.Find(".desk-cards")))
	}
	v.post(again.AttrOr("action", ""), http.StatusSeeOther)
	if left := v.get("/segreteria").Find(".desk-counts a:contains('per telefono')"); left.Length() != 0 {
		t.Error("still to be telephoned")
	}
	if said := text(acts(v.get("/segreteria/registro")).Eq(0)); !strings.Contains(said, "Riconfermata alla nuova data") || !strings.Contains(said, "Da riconfermare") ||
		!strings.Contains(said, "sì") || strings.Contains(said, "true") {
		t.Errorf("the log says %q", said)
	}
	v.post(strings.Replace(again.AttrOr("action", ""), "/riconferma", "/annullamento", 1), http.StatusSeeOther)
	if said := text(acts(v.get("/segreteria/registro")).Eq(0)); !strings.Contains(said, "ha il posto") || !strings.Contains(said, "annullata") || strings.Contains(said, "seated") {
		t.Errorf("the log says %q", said)
	}

	// Once the evening is over Bruno is asked nothing any more, and the minutes are missing; until it is closed.
	*v.now = time.Date(2017, 12, 21, 9, 0, 0, 0, models.Rome)
	v.enter(models.RoleAdministrator, "")
	desk := v.get("/segreteria")
	if waits := text(desk.Find(".desk-counts")); strings.Contains(waits, "riconfermare") || !strings.Contains(waits, "manca il verbale") {
		t.Errorf("afterwards waits %q", waits)
	}
	if !strings.Contains(desk.Find(".card-list").Text(), "Manca il verbale") {
		t.Error("the card does not say that the minutes are missing")
	}
	if _, err := v.deps.DB.ExecContext(t.Context(), "UPDATE meetings SET closed_at = ? WHERE slug = 'carmignano'", *v.now); err != nil {
		t.Fatal(err)
	}
	if desk := v.get("/segreteria"); !strings.Contains(desk.Find(".card-list").Text(), "Chiuso") || strings.Contains(desk.Text(), "anca il verbale") {
		t.Error("a closed meeting does not say so")
	}
}

func TestSheetIsBySurnameWithNeeds(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("10")
	for _, name := range []string{"Anna Zini", "Zeno Abate", "Maria Élia"} {
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", name, "seats", "1", "channel", "phone", "access_needs", "hearing")
	}
	var names []string
	v.get(carmignano + "/foglio-presenze").Find(".sheet td strong").Each(func(_ int, s *goquery.Selection) { names = append(names, s.Text()) })
	if strings.Join(names, " ") != "Abate Élia Zini" {
		t.Errorf("in the order %q", names)
	}
}

func TestExportsHoldNoFormulaAndNoNeeds(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("100")
	hostile := []string{`=HYPERLINK("http://x")`, "+1+1", "-2", "@SUM(A1)", `Anna "la rossa", Bianchi`}
	for _, name := range hostile {
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", name, "seats", "1", "channel", "phone", "access_needs", "wheelchair")
	}
	check := func(kind string, rows [][]string) {
		t.Helper()
		if len(rows) != len(hostile)+1 {
			t.Fatalf("%s: %d rows", kind, len(rows))
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
					t.Errorf("%s: a formula: %q", kind, cell)
				}
				if strings.Contains(cell, "sedia") || strings.Contains(cell, "wheelchair") {
					t.Errorf("%s: a need: %q", kind, cell)
				}
			}
		}
	}
	raw := v.download(carmignano + "/iscrizioni.csv")
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || bytes.Count(raw, []byte("\r\n")) != len(rows) {
		t.Fatalf("not RFC 4180: %v %q", err, raw)
	}
	check("csv", rows)
	book, err := excelize.OpenReader(bytes.NewReader(v.download(carmignano + "/iscrizioni.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = book.GetRows(book.GetSheetName(0)); err != nil {
		t.Fatal(err)
	}
	check("xlsx", rows)
	if got := v.audited(); got != "export meeting" {
		t.Errorf("audited %q", got)
	}
}

func (v *visitor) download(path string) []byte {
	v.t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	request.Header.Set("Cookie", v.cookie)
	answer, err := v.server.Test(request, 20_000)
	if err != nil {
		v.t.Fatal(err)
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(answer.Header.Get("Content-Disposition"), "attachment") {
		v.t.Fatalf("GET %s: %d %v", path, answer.StatusCode, err)
	}
	return raw
}

func TestMessageTellsWhomItReachesBeforeItIsSent(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("2")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Anna", "email", "anna@example.org", "seats", "2", "channel", "phone")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno", "email", "bruno@example.org", "seats", "2", "channel", "phone")
	message := []string{"subject", "Parcheggio", "body", "Dietro il palazzo.\n\nA presto.", "to", "seated", "action", "preview"}
	_, page := v.post(carmignano+"/messaggio", http.StatusOK, message...)
	if text := page.Find(".desk-preview").Text(); !strings.Contains(text, "1 indirizzo") || !strings.Contains(text, "Dietro il palazzo.") {
		t.Errorf("preview: %s", text)
	}
	message[5] = "all"
	if _, page = v.post(carmignano+"/messaggio", http.StatusOK, message...); !strings.Contains(page.Find(".desk-preview").Text(), "2 indirizzi") {
		t.Errorf("preview: %s", page.Find(".desk-preview").Text())
	}
	count := func() int {
		n, _ := v.deps.DB.NewSelect().Table("jobs").Where("payload ->> 'subject' = 'Parcheggio'").Count(t.Context())
		return int(n)
	}
	if count() != 0 {
		t.Error("the preview sent it")
	}
	message[7] = "save"
	to, _ := v.post(carmignano+"/messaggio", http.StatusSeeOther, message...)
	if text := v.get(to).Find("[role=status]").Text(); !strings.Contains(text, "2 indirizzi") {
		t.Errorf("it does not say to how many it was sent: %q", text)
	}
	if count() != 1 || v.audited() != "write meeting" {
		t.Errorf("%d in the outbox, audited %q", count(), v.audited())
	}
	v.post(carmignano+"/messaggio", http.StatusUnprocessableEntity, "subject", "", "body", "Testo", "to", "seated")
}

func TestCommentIsHiddenWithAReasonAndShownAgain(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("Anna")
	v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", models.InFavour, "Un commento.")...)
	v.enter(models.RoleOrganiser, "")
	link := v.get("/segreteria/commenti").Find("a[href*='/segreteria/commenti/']").AttrOr("href", "")
	v.post(link+"/oscuramento", http.StatusUnprocessableEntity, "reason", "  ")
	v.post(link+"/oscuramento", http.StatusSeeOther, "reason", "Fuori tema")
	if text := v.get(anagrafe).Text(); !strings.Contains(text, "Fuori tema") || strings.Contains(text, "Un commento.") {
		t.Error("no placeholder in its place")
	}
	if v.get("/segreteria/commenti?stato=hidden").Find(".desk-cards > li").Length() != 1 {
		t.Error("not among the hidden")
	}
	v.post(link+"/ripristino", http.StatusSeeOther)
	v.post(link+"/ripristino", http.StatusNotFound)
	if !strings.Contains(v.get(anagrafe).Text(), "Un commento.") {
		t.Error("not shown again")
	}
	log := v.get("/segreteria/registro")
	if acts(log).Length() != 2 || !strings.Contains(log.Text(), "Fuori tema") {
		t.Errorf("the log: %s", log.Find(".desk-cards").Text())
	}
	answer, _ := v.send("/segreteria/commenti?stato=boh", nil)
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown state: %d", answer.StatusCode)
	}
}

func TestHeldCommentIsPublished(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.post("/segreteria/impostazioni", http.StatusSeeOther, typed(v.get("/segreteria/impostazioni"), "publication", "after_check")...)
	office := v.cookie
	v.signIn("Anna")
	v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", models.InFavour, "Un commento.")...)
	v.cookie = office
	if text := v.get("/segreteria").Find(".desk-counts li").First().Text(); !strings.HasPrefix(strings.TrimSpace(text), "1") {
		t.Errorf("what waits: %q", text)
	}
	publish := v.get("/segreteria/commenti?stato=held").Find("form[action$='/pubblicazione']").AttrOr("action", "")
	v.post(publish, http.StatusSeeOther)
	if !strings.Contains(v.get(anagrafe).Text(), "Un commento.") {
		t.Error("not published")
	}
}

func TestLogGoesOnPageByPage(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("1000")
	for range 53 {
		v.post(carmignano+"/senza-iscrizione", http.StatusSeeOther, "people", "1")
	}
	page := v.get("/segreteria/registro")
	next := page.Find("a[rel=next]").AttrOr("href", "")
	if page.Find(".desk-cards > li").Length() != 50 || next == "" {
		t.Fatalf("%d entries, next %q", page.Find(".desk-cards > li").Length(), next)
	}
	if n := v.get(next).Find(".desk-cards > li").Length(); n != 4 {
		t.Errorf("%d entries on the second page, want 4", n)
	}
}

func TestLogSaysWhatWasChangedAndLeadsThere(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("1000")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Rosa Lontana", "phone", "0558710000", "seats", "2", "channel", "phone")
	phase := "/segreteria/testi/fasi/2"
	v.post(phase, http.StatusSeeOther, typed(v.get(phase), "title_en", "Evenings")...)
	notice := "/segreteria/testi/avvisi/nuovo"
	v.post(notice, http.StatusSeeOther, typed(v.get(notice), "title_it", "Parcheggio", "body_it", "In piazza.")...)
	remove := v.get("/segreteria/testi").Find("a:contains(Parcheggio)").AttrOr("href", "") + "/rimozione"
	v.post(remove, http.StatusSeeOther)

	town := v.get(carmignano).Find("h1").Text()
	page := v.get("/segreteria/registro")
	entries := acts(page)
	for i, want := range []struct{ says, leads, fields string }{
		{"avviso «Parcheggio»", "", "Titolo – italiano"},
		{"avviso «Parcheggio»", "", "Testo – italiano"},
		{"fase «", phase, "Titolo – inglese"},
		{"iscrizione a «" + town + "»", carmignano, "Posti"},
		{"incontro «" + town + "»", carmignano, "Luogo"},
	} {
		head := entries.Eq(i).Find(".desk-card-head")
		if !strings.Contains(head.Text(), want.says) || head.Find("a").AttrOr("href", "") != want.leads {
			t.Errorf("entry %d says %q and leads to %q, want %q", i, text(head), head.Find("a").AttrOr("href", ""), want)
		}
		if summary := entries.Eq(i).Find("summary").Text(); !strings.Contains(summary, want.fields) {
			t.Errorf("entry %d: %q does not name %q", i, summary, want.fields)
		}
	}
	if strings.Contains(page.Find(".desk-card-head").Text(), "Rosa") {
		t.Error("a person is named in what an entry is about")
	}

	// What is gone with a person leaves the names of the fields.
	if _, err := v.deps.DB.ExecContext(t.Context(), "DELETE FROM audit_texts"); err != nil {
		t.Fatal(err)
	}
	if got := text(acts(v.get("/en/segreteria/registro")).Eq(3)); !strings.Contains(got, "registration for “") || !strings.Contains(got, "Seats") {
		t.Errorf("without texts: %q", got)
	}
}

func TestLogNamesTheProgramWhereNobodyElseActed(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	organisation, err := models.TheOrganisation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	if err := models.NoteEmptied(t.Context(), v.deps.DB, *v.now, models.ByProgram(organisation.ID)); err != nil {
		t.Fatal(err)
	}
	if who := text(v.get("/segreteria/registro").Find(".desk-card-head .desk-note").First()); !strings.HasSuffix(who, "il programma") {
		t.Errorf("the log says %q", who)
	}
}

func TestTrialDataAreEmptiedAfterAWord(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "")
	if answer, _ := v.send("/segreteria/dati-di-prova", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("without trial data: %d", answer.StatusCode)
	}
	if err := seed.Demo(t.Context(), v.deps.DB, v.now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	*v.now = v.now.Add(20 * time.Minute)
	_, page := v.post("/segreteria/dati-di-prova", http.StatusUnprocessableEntity, "word", "vuota")
	if page.Find("[name=word]").AttrOr("value", "") != "vuota" {
		t.Error("what was typed is lost")
	}
	if table := v.download(carmignano + "/iscrizioni.csv"); !bytes.Contains(table, []byte("DATI INVENTATI")) || !bytes.Contains(table, []byte(",Avviso\r\n")) {
		t.Error("an export of invented data does not say so")
	}
	if !strings.Contains(page.Find("main").Text(), "staff close "+seed.DemoOrganiser) {
		t.Error("it does not say how to close the trial accounts")
	}
	letter := mail.Message{ID: uuid.New(), To: "anna@example.org", FromName: "Prova", Subject: "Prova", Text: "Prova", HTML: "<p>Prova</p>", Language: "it", Date: *v.now}
	if err := v.mailer.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	v.post("/segreteria/dati-di-prova", http.StatusSeeOther, "word", "svuota")
	if kept, err := v.mailer.List(); err != nil || len(kept) != 0 {
		t.Errorf("%d e-mails are left (%v)", len(kept), err)
	}
	if n, err := v.deps.DB.NewSelect().Table("people").Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d people are left (%v)", n, err)
	}
	if got := v.audited(); got != "empty organisation" {
		t.Errorf("audited %q", got)
	}
	account, err := models.StaffByEmail(t.Context(), v.deps.DB, "organiser@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if err := models.CloseStaff(t.Context(), v.deps.DB, *v.now, account, account.ID); err != nil {
		t.Error(err)
	}
	if answer, _ := v.send("/segreteria", nil); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("a closed account goes on: %d", answer.StatusCode)
	}
}
