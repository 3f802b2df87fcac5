// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"ultimaparola/app/jobs"
	"ultimaparola/models"
)

// inProduction makes the visitor's program one that serves a town, as against one that is tried out.
func (v *visitor) inProduction() *visitor {
	v.deps.Config.Development = false
	v.server = newServer(v.deps, jobs.New(v.deps, v.mailer))
	return v
}

// noticeParts are the forms of the information notice, each with all that it asks for.
var noticeParts = map[string][]string{
	"contitolari":   {"agreement", "Accordo n. 7", "agreement_on", "2017-11-20", "dpo_name", "Studio Nomefinto", "dpo_contact", "dpo@example.org"},
	"basi":          {"act", "Deliberazione n. 12 del 20 novembre 2017", "law", "Articolo 3 dello statuto", "needs_basis", "Articolo 9, paragrafo 2, lettera g"},
	"destinatari":   {"host_name", "Server Nomefinto", "host_country", "Italia", "mail_name", "Posta Nomefinta", "mail_country", "Irlanda", "outside_eu", "no"},
	"conservazione": {"contributions_months", "18", "registrations_days", "45", "log_months", "24", "server_log_days", "7"},
	"diritti":       {"rights_contact", "diritti@example.org"},
}

// completes fills in, as an administrator, everything the information notice needs.
func (v *visitor) completes() {
	v.t.Helper()
	reader := v.cookie
	v.enter(models.RoleAdministrator, "")
	for _, town := range []string{"carmignano", "poggio-a-caiano"} {
		path := "/segreteria/testi/comuni/" + town
		v.post(path, http.StatusSeeOther, typed(v.get(path), "pec", town+"@pec.example.org")...)
	}
	for part, fields := range noticeParts {
		path := "/amministrazione/privacy/" + part
		v.post(path, http.StatusSeeOther, typed(v.get(path), fields...)...)
	}
	v.cookie = reader
}

// taken is how much about people the database holds.
func (v *visitor) taken() (rows int) {
	v.t.Helper()
	for _, table := range []string{"people", "addresses", "confirmations", "registrations", "opinions", "comments", "supports", "follows"} {
		var n int
		if err := v.deps.DB.NewRaw("SELECT count(*) FROM "+table).Scan(v.t.Context(), &n); err != nil {
			v.t.Fatal(err)
		}
		rows += n
	}
	return rows
}

// collects are the addresses of the table that take personal data, as they are in the case.
func collects(v *visitor, comment string) (paths []string) {
	for _, r := range routes(v.deps, jobs.New(v.deps, v.mailer)) {
		if r.who.Collects() && r.who.Public() {
			paths = append(paths, strings.NewReplacer(":consultation", "servizi-associati", ":guideline", "anagrafe",
				":meeting", "carmignano", ":id", comment, ":token", v.room()).Replace(r.path))
		}
	}
	return paths
}

// room is the code of the page on which questions are asked at Carmignano's meeting.
func (v *visitor) room() string {
	v.t.Helper()
	var id uuid.UUID
	if err := v.deps.DB.NewRaw("SELECT id FROM meetings WHERE slug = 'carmignano'").Scan(v.t.Context(), &id); err != nil {
		v.t.Fatal(err)
	}
	return v.deps.Links.RoomCode(id)
}

// beginsTheEvening has Carmignano's meeting begin now, with a question that its room reads.
func (v *visitor) beginsTheEvening() {
	v.t.Helper()
	for _, statement := range []string{"UPDATE meetings SET starts_at = ?0, ends_at = ?1 WHERE slug = 'carmignano'",
		`INSERT INTO questions (consultation_id, id, meeting_id, body, channel, state, created_at, changed_at)
			SELECT consultation_id, gen_random_uuid(), id, 'Quando', 'desk', 'shown', ?0, ?0 FROM meetings WHERE slug = 'carmignano'`} {
		if _, err := v.deps.DB.ExecContext(v.t.Context(), statement, *v.now, v.now.Add(2*time.Hour)); err != nil {
			v.t.Fatal(err)
		}
	}
}

func TestNothingIsTakenBeforeTheNoticeIsComplete(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "")
	v.open("10")
	v.cookie = ""
	location, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", "favorevole", "Uno sportello.")...)
	comment := strings.TrimPrefix(v.get(v.confirm(location)).Find("#commenti .comment").AttrOr("id", ""), "c-")
	mailed, _ := v.post(anagrafe+"/commenti/"+comment+"/risposte", http.StatusSeeOther, "pseudonym", "Bruno", "email", "bruno@example.org",
		"municipality", "carmignano", "body", "Anch'io.")
	v.inProduction()

	rows, paths := v.taken(), collects(v, comment)
	if len(paths) < 7 {
		t.Fatalf("only %q take personal data", paths)
	}
	for _, path := range paths {
		_, page := v.post(path, http.StatusConflict, append(says("Dora", "contrario", "No."), "name", "Dora", "seats", "1", "value", "agree")...)
		if page.Find("[data-failure=notice_incomplete]").Length() != 1 {
			t.Errorf("%s does not say why: %s", path, page.Find("main").Text())
		}
	}
	if now := v.taken(); now != rows {
		t.Errorf("%d rows more about people", now-rows)
	}
	for _, path := range []string{anagrafe, anagrafe + "/commenti/" + comment, meetingPath, strings.Replace(meetingPath, "carmignano", "poggio-a-caiano", 1), "/accedi", "/en/accedi"} {
		page := v.get(path)
		if n := page.Find("main [type=email]").Length(); n > 0 || page.Find("main .alert-warning").Length() == 0 {
			t.Errorf("%s: %d fields for an address; %s", path, n, page.Find("main .alert").Text())
		}
	}
	if to := v.confirm(mailed); !strings.HasPrefix(to, anagrafe+"?fatto=reply") {
		t.Errorf("a link mailed before leads to %s", to)
	}
	v.enter(models.RoleObserver, "")
	if text := v.get("/segreteria").Find("main .alert").Text(); !strings.Contains(text, "sono chiusi") {
		t.Errorf("the desk does not say that the forms are closed: %s", text)
	}

	v.completes()
	if n := v.get("/amministrazione/privacy").Find("main .alert-warning").Length(); n != 0 {
		t.Fatalf("something is still missing: %s", v.get("/amministrazione/privacy").Find("main").Text())
	}
	if v.get("/segreteria").Find("main .alert").Length() != 0 {
		t.Error("the desk still warns")
	}
	v.cookie = ""
	for _, path := range paths {
		if strings.HasPrefix(path, "/sala/") || strings.HasSuffix(path, "/valutazione") { // when it is the evening, and after it
			continue
		}
		if answer, page := v.send(path, url.Values{}); answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s, once it is complete: %d %s", path, answer.StatusCode, page.Find("main").Text())
		}
	}
	if v.get(anagrafe).Find("#contributo [type=email]").Length() != 1 {
		t.Error("the form is not back")
	}
	v.beginsTheEvening()
	v.post("/sala/"+v.room()+"/domande", http.StatusUnprocessableEntity)
}

func TestStaffTakeNobodyDownBeforeTheNoticeIsComplete(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("10")
	v.inProduction()
	for _, path := range []string{carmignano + "/iscrizioni/nuova", "/segreteria/moduli"} {
		if answer, _ := v.send(path, nil); answer.StatusCode != http.StatusConflict {
			t.Errorf("the form at %s: %d", path, answer.StatusCode)
		}
		v.post(path, http.StatusConflict, "name", "Anna Bianchi", "seats", "1", "channel", "phone", "sheet", "1", "guideline", "anagrafe",
			"paper_opinion", "favorevole", "municipality", "carmignano")
	}
	if n := v.taken(); n != 0 {
		t.Errorf("%d rows about people", n)
	}
}

// Every form that asks for an address or a name, on whatever page it stands, posts to a row of the table that says so; and every
// such row has its form, so that the walk over the pages has met them all.
func TestEveryFormThatAsksForAnAddressIsGuarded(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "")
	v.open("10")
	v.cookie = ""
	location, _ := v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", "favorevole", "Uno sportello.")...)
	v.confirm(location)

	asking := map[string]bool{}
	seen := map[string]bool{"/uscita": true}
	walk := func(from string, within *regexp.Regexp) {
		for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
			path := queue[0]
			if seen[path] || !within.MatchString(path) {
				continue
			}
			seen[path] = true
			answer, page := v.send(path, nil)
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, answer.StatusCode)
			}
			page.Find("form:has([type=email], [type=tel], [name=pseudonym], [name=author], [name=speaker], [name=sostegno]), form[action^='/sala/']").Each(func(_ int, form *goquery.Selection) {
				asking[form.AttrOr("action", "")] = true
				asks := form.Find("[name=sostegno], [name=stars]").Length() == 0 // beside forms that have the way
				if asks && form.Find("a[href='/privacy']").Length() != 1 && !strings.HasPrefix(path, "/segreteria") {
					t.Errorf("%s: no way to the information notice from the form", path)
				}
			})
			page.Find("a[href^='/']").Each(func(_ int, link *goquery.Selection) {
				to, _, _ := strings.Cut(link.AttrOr("href", ""), "#")
				queue = append(queue, to)
			})
		}
	}
	walk("/", regexp.MustCompile(`^/($|consultazioni|accedi|mappa|privacy|regole|note)`))
	v.enter(models.RoleOrganiser, "carmignano")
	walk("/segreteria/moduli", regexp.MustCompile(`^/segreteria/moduli$`))
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno", "phone", "055 123456", "seats", "1", "channel", "phone")
	meeting := regexp.MustCompile(`^/segreteria/incontri/carmignano(/[^/.]*)*$`)
	walk(carmignano, meeting)
	v.beginsTheEvening()
	clear(seen)
	walk(carmignano, meeting)
	v.cookie = ""
	room := regexp.MustCompile(`^/sala/`)
	walk("/sala/"+v.room(), room)
	*v.now = v.now.Add(2*time.Hour + time.Minute)
	clear(seen)
	walk("/sala/"+v.room(), room)

	met := map[string]bool{}
	table := routes(v.deps, jobs.New(v.deps, v.mailer))
	for action := range asking {
		at := slices.IndexFunc(table, func(r route) bool { return r.method == http.MethodPost && matches(r.path, action) })
		if at < 0 || !table[at].who.Collects() {
			t.Errorf("the form at %s asks for an address, and is not said to collect personal data", action)
			continue
		}
		met[table[at].path] = true
	}
	for _, r := range table {
		if r.method == http.MethodPost && r.who.Collects() && !met[r.path] {
			t.Errorf("no page has the form of %s", r.path)
		}
	}
}

// matches tells whether an address is one of a row's.
func matches(pattern, address string) bool {
	names := regexp.MustCompile(`:[a-z]+`).ReplaceAllString(pattern, `[^/]+`)
	return regexp.MustCompile("^" + names + "$").MatchString(address)
}

func TestTheNoticeOfTheCaseSaysWhatIsOpenAndIsFoundAgain(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	page := v.get("/privacy")
	text := page.Find("main").Text()
	for _, words := range []string{"In breve", "Il Comune di Carmignano e il Comune di Poggio a Caiano sono contitolari", "articolo 26",
		"Piazza Matteotti 1", "Via Cancellieri 4", "PEC: da completare", "(DPO): da completare", "articolo 6, paragrafo 1, lettera e",
		"L'atto che avvia la consultazione è da completare", "30 giorni dopo l'incontro", "Lo teniamo fino al giorno dopo", "solo cookie tecnici",
		"articoli da 15 a 21", "Garante", "Versione 1, in vigore dal 25 novembre 2017"} {
		if !strings.Contains(text, words) {
			t.Errorf("it does not say %q", words)
		}
	}
	if first := page.Find("main h2").First().Text(); first != "In breve" {
		t.Errorf("it opens with %q", first)
	}
	if got := v.get("/zh/privacy").Find("main .richtext").AttrOr("lang", ""); got != "it" {
		t.Errorf("in Chinese its text is said to be in %q", got)
	}
	if !strings.Contains(v.get("/en/privacy").Find("main").Text(), "to be completed") {
		t.Error("it is not in English")
	}

	organisation, err := models.TheOrganisation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"Come era **prima**.", "Come è stata poi."} {
		if err := models.KeepNotice(t.Context(), v.deps.DB, *v.now, organisation.ID, models.Text{"it": "Informativa"}, models.Text{"it": body}); err != nil {
			t.Fatal(err)
		}
		*v.now = v.now.AddDate(0, 0, 1)
	}
	page = v.get("/privacy")
	if n := page.Find("main details a").Length(); n != 2 || !strings.Contains(page.Find("main").Text(), "Versione 3") {
		t.Errorf("%d earlier versions; %s", n, page.Find("main .text-muted").Text())
	}
	old := v.get("/privacy?versione=1")
	if old.Find("main strong:contains(prima)").Length() != 1 || !strings.Contains(old.Find("main .alert").Text(), "valeva dal 25 novembre 2017 al 26 novembre 2017") {
		t.Errorf("the first version: %s", old.Find("main").Text())
	}
	for _, version := range []string{"0", "3", "x", "-1"} {
		if answer, _ := v.send("/privacy?versione="+version, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("version %s: %d", version, answer.StatusCode)
		}
	}
}

func TestEverythingMissingLeadsToItsField(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	if page := v.get("/amministrazione/privacy"); page.Find("main section li").Length() == 0 || page.Find("main section li a").Length() != 0 {
		t.Error("an organiser does not see what is missing, or is led to forms that are not theirs")
	}
	v.enter(models.RoleAdministrator, "")
	links := v.get("/amministrazione/privacy").Find("main a[href*='#']")
	links.Each(func(_ int, link *goquery.Selection) {
		path, field, _ := strings.Cut(link.AttrOr("href", ""), "#")
		if v.get(path).Find("#"+field).Length() != 1 {
			t.Errorf("%s: no %s", path, field)
		}
	})
	if links.Length() != 12 {
		t.Errorf("%d links to fields", links.Length())
	}
	path := "/amministrazione/privacy/contitolari/carmignano"
	v.post(path, http.StatusUnprocessableEntity, typed(v.get(path), "dpo_name", "Studio Nomefinto")...)
	v.post(path, http.StatusSeeOther, typed(v.get(path), "dpo_name", "Studio Nomefinto", "dpo_contact", "dpo@example.org")...)
	if text := v.get("/privacy").Find("main").Text(); !strings.Contains(text, "(DPO) del Comune di Carmignano: Studio Nomefinto") {
		t.Errorf("the notice does not name it: %s", text)
	}
}
