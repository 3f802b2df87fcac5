// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build upgrade

package journeys_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/mail/mailtest"
)

// The program of the release before, RELEASE_BEFORE (make test-upgrade builds it), and this one serve one database at
// once, as they do while an installation is upgraded: whatever one writes the other reads, nobody notices, and this one
// can be taken back. With RELEASE_DATA the database as the release before leaves it is written into that file.
func TestTheReleaseBeforeAndThisOneOnOneDatabase(t *testing.T) {
	dsn, mails := databasetest.DSN(t), mailtest.New(t)
	db, err := database.Connect(dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	old := install(t)
	old.db, old.mails, old.binary = db, mails, os.Getenv("RELEASE_BEFORE")
	if old.binary == "" {
		t.Fatal("RELEASE_BEFORE names no program: run make test-upgrade")
	}
	for _, statement := range []string{"DROP SCHEMA public CASCADE", "CREATE SCHEMA public"} {
		old.change(statement)
	}
	old.environment = append(old.environment, "DATABASE_URL="+dsn, "SMTP_URL="+mails.URL, "DEMO=1",
		"BASE_URL="+shared, "SECRET="+strings.Repeat("s", 32))
	old.run()

	// The release before, alone.
	office := enters(t, old, old.staff("--name", "Segreteria", "--email", "turno@example.org"))
	mayor := enters(t, old, old.staff("--name", "Ufficio", "--email", "turno-ufficio@example.org", "--role", "mayor", "--municipality", "carmignano"))
	worksInTheOffice(t, office, mayor, old, old, "Uno")
	takesPart(t, old, old, old, "Anna")
	takesPart(t, old, old, old, "Berta")
	before, applied := old.tables(), old.applied()
	if path := os.Getenv("RELEASE_DATA"); path != "" {
		old.stop() // so that nothing is under way
		writeRelease(t, dsn, path)
		old.again()
	}

	// This one comes beside it.
	fresh := install(t)
	fresh.db, fresh.mails, fresh.read = old.db, old.mails, old.read
	fresh.environment = append(slices.Clone(old.environment), fresh.environment...) // its own folder and port go last
	fresh.run()
	office.setsUpAnApp(fresh)
	mayor.setsUpAnApp(fresh)
	for round, way := range []struct{ asks, confirms, reads *program }{
		{old, old, fresh}, {fresh, fresh, old}, {old, fresh, old}, {fresh, old, fresh},
	} {
		takesPart(t, way.asks, way.confirms, way.reads, fmt.Sprintf("Carla %d", round))
		worksInTheOffice(t, office, mayor, way.asks, way.reads, fmt.Sprintf("Giro %d", round))
	}
	// One restarts as it was, in the middle of the upgrade.
	old.stop()
	old.again()
	takesPart(t, old, old, fresh, "Dora")
	fresh.stop()

	// What only this one knows: the release before takes it for something that it knows, and does not stumble.
	for _, statement := range []string{
		"UPDATE consultations SET publication = 'after_check_out_of_hours'",
		"UPDATE staff SET role = 'observer' WHERE email LIKE 'segreteria@%'",
	} {
		old.change(statement)
	}
	office.opens(old, "/segreteria/impostazioni").opens(old, "/segreteria/registro")

	// And back: what only this one knows goes, the rest stays and works.
	for old.applied() > applied {
		if said, err := fresh.call("migrate", "down").CombinedOutput(); err != nil {
			t.Fatalf("migrate down: %v\n%s", err, said)
		}
	}
	if after := slices.Sorted(maps.Keys(old.tables())); !slices.Equal(after, slices.Sorted(maps.Keys(before))) {
		t.Errorf("the tables are %v", after)
	}
	for table, rows := range before {
		// Jobs that are done go, and access needs with a registration that is given up.
		if now := old.tables()[table]; now < rows && table != "jobs" && table != "access_needs" {
			t.Errorf("%s had %d rows and has %d", table, rows, now)
		}
	}
	old.change("UPDATE consultations SET publication = 'at_once'")
	takesPart(t, old, old, old, "Elsa")
	worksInTheOffice(t, office, mayor, old, old, "Fine")
}

// shared is the address of both programs, as if a proxy stood before them.
const shared = "http://localhost:80"

// takesPart has somebody take part at one program, confirm at another and look at a third.
func takesPart(t *testing.T, asks, confirms, reads *program, name string) {
	t.Helper()
	email := strings.ToLower(strings.ReplaceAll(name, " ", "-")) + "@example.org"
	h := newHand(t)
	h.opens(asks, "/").opens(asks, consultation).opens(asks, consultation+"/linee-guida").opens(asks, anagrafe)
	h.sends("/valutazioni", "stars=4")
	h.opens(asks, anagrafe).sends("/contributi", "opinion=favorevole", "pseudonym="+name+" di Seano", "municipality=carmignano", "published=true",
		"body=Un commento di "+name+".", "email="+email)
	link := asks.letterTo(email).link(t, "/conferme/")
	h.opens(confirms, strings.TrimPrefix(link, shared)).sends("/conferme/").sees("Un commento di " + name)
	h.opens(reads, anagrafe).sees("Un commento di "+name, name+" di Seano")
	h.opens(reads, "/area-personale").sees(name+" di Seano", "Un commento di "+name)

	h.opens(asks, anagrafe).sends("/contributi", "opinion=contrario", "body=")
	comment := anagrafe + "/commenti/" + commentNotOf(reads, email)
	h.opens(reads, anagrafe+"/commenti").opens(reads, comment).sends("/sostegni", "value=agree")
	h.opens(confirms, comment).sends("/risposte", "body=Una risposta di "+name+".").opens(asks, comment).sees("Una risposta di " + name)
	h.opens(asks, carmignano).sends("/iscrizioni", "name="+name+" Bianchi", "phone=055 1234567", "seats=2", "access_needs=wheelchair", "riepilogo=").sees(name + " Bianchi")
	mine := h.at.Path
	h.opens(reads, mine).sees(name + " Bianchi")
	h.opens(confirms, mine).sends("/cancellazione").sees("annullata")
	h.opens(confirms, carmignano).sends("/iscrizioni", "name="+name+" Bianchi", "seats=1", "riepilogo=")

	stranger := newHand(t)
	stranger.opens(asks, anagrafe).sends("/avvisami", "email=amica-"+email)
	link = asks.letterTo("amica-"+email).link(t, "/conferme/")
	stranger.opens(confirms, strings.TrimPrefix(link, shared)).sends("/conferme/")
	// What is asked and never confirmed waits in the database.
	newHand(t).opens(asks, "/accedi").sends("/accedi", "email=mai-"+email)
	h.opens(reads, "/area-personale").sends("/uscita")
}

// worksInTheOffice has the segreteria and a mayor's office work at one program and look at another.
func worksInTheOffice(t *testing.T, office, mayor *hand, acts, reads *program, words string) {
	t.Helper()
	evening := "/segreteria/incontri/carmignano"
	office.opens(acts, "/segreteria")
	office.opens(acts, evening+"/modifica").sends("/modifica", "venue=Sala "+words, "date="+time.Now().AddDate(0, 0, 20).Format(time.DateOnly),
		"starts=21:00", "ends=23:00", "capacity=400", "walk_in_seats=10", "confirmed=true", "action=save")
	office.opens(acts, evening+"/iscrizioni/nuova").sends("/iscrizioni/nuova", "name=Elio "+words, "seats=2", "channel=phone")
	office.opens(acts, evening).sends("/senza-iscrizione", "people=3")
	office.opens(acts, evening).sends("/ricerca", "search=Elio "+words).sees("Elio "+words).sends("/presenza", "people=2")
	office.opens(reads, evening).sees("Sala " + words)
	office.opens(reads, evening+"/foglio-presenze").opens(reads, evening+"/iscrizioni.csv")

	text := "/segreteria/testi/linee-guida/anagrafe"
	office.opens(acts, text).sends(text, "responsible=Persona "+words, "action=save")
	office.opens(reads, text).holds("responsible", "Persona "+words)
	office.opens(acts, "/segreteria/testi/domande/nuovo").sends("/domande/nuovo", "question_it=Domanda "+words+"?", "answer_it=Risposta.", "position=9", "action=save")
	newHand(t).comesToSee(reads, consultation+"/domande-frequenti", "Domanda "+words+"?")
	office.opens(acts, "/segreteria/testi/avvisi/nuovo").sends("/avvisi/nuovo", "title_it=Avviso "+words, "body_it=Testo.", "action=save")
	office.opens(acts, "/segreteria/testi")
	act := firstOf(office, `a[href*="/testi/atti/"]`)
	office.opens(acts, act).uploads("/documento", "atto.pdf", "%PDF-1.4\n"+words+"\n%%EOF\n")
	office.opens(acts, "/segreteria/commenti").opens(acts, "/segreteria/commenti/"+commentNotOf(acts, "")).sends("/oscuramento", "reason=Contiene dati personali.")
	office.opens(reads, "/segreteria/registro")

	mayor.opens(acts, "/sindaci").opens(acts, "/sindaci/proposte/anagrafe").
		sends("/risposte", "outcome=partly", "reasons=Gli orari si allargano, "+words+".", "passo=pubblica")
	newHand(t).comesToSee(reads, anagrafe, "Gli orari si allargano, "+words)
	mayor.opens(reads, "/sindaci/esportazioni/pareri.csv")
}

// hand is a browser without scripts that goes from one program to the other, with the same cookies, as behind a proxy.
type hand struct {
	t      *testing.T
	client http.Client
	at     *url.URL
	page   *goquery.Document
	text   string
}

func newHand(t *testing.T) *hand {
	jar, _ := cookiejar.New(nil) // it never fails
	return &hand{t: t, client: http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		next.URL.Host = via[0].URL.Host // BASE_URL is that of both
		next.Host = via[0].URL.Host
		return nil
	}}}
}

// setsUpAnApp gives who works in an office the second factor that this release asks for.
func (h *hand) setsUpAnApp(p *program) {
	h.t.Helper()
	secret := strings.ReplaceAll(h.opens(p, "/il-mio-accesso/app").page.Find("code.secret").Text(), " ", "")
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	h.sends("/il-mio-accesso/app", "code="+code)
}

// enters signs somebody of the staff in with a one-time link.
func enters(t *testing.T, p *program, link string) *hand {
	t.Helper()
	return newHand(t).opens(p, strings.TrimPrefix(link, shared)).sends("/conferme/")
}

func (h *hand) opens(p *program, path string) *hand {
	h.t.Helper()
	request, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.does(request)
}

// sends fills in the form whose action holds these words, with the given name=value beside what is in it, and posts it.
func (h *hand) sends(action string, changes ...string) *hand {
	h.t.Helper()
	return h.does(h.request("application/x-www-form-urlencoded", h.action(action), strings.NewReader(h.filled(h.form(action), changes).Encode())))
}

func (h *hand) uploads(action, name, content string) *hand {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile(h.form(action).Find("input[type=file]").AttrOr("name", "file"), name)
	if err == nil {
		_, err = io.WriteString(file, content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return h.does(h.request(form.FormDataContentType(), h.action(action), &body))
}

func (h *hand) form(action string) *goquery.Selection {
	h.t.Helper()
	form := h.page.Find("form").FilterFunction(func(_ int, f *goquery.Selection) bool {
		return strings.EqualFold(f.AttrOr("method", ""), "post") && strings.Contains(f.AttrOr("action", h.at.Path), action)
	}).First()
	if form.Length() == 0 {
		h.t.Fatalf("%s has no form for %s:\n%s", h.at, action, words(h.page))
	}
	return form
}

func (h *hand) action(action string) string {
	h.t.Helper()
	to, err := h.at.Parse(h.form(action).AttrOr("action", h.at.Path))
	if err != nil {
		h.t.Fatal(err)
	}
	return h.at.Scheme + "://" + h.at.Host + to.RequestURI()
}

func (h *hand) filled(form *goquery.Selection, changes []string) url.Values {
	values := url.Values{}
	form.Find("input, select, textarea").Each(func(_ int, field *goquery.Selection) {
		name, kind := field.AttrOr("name", ""), field.AttrOr("type", "text")
		_, checked := field.Attr("checked")
		switch {
		case name == "" || kind == "submit" || kind == "file" || (kind == "radio" || kind == "checkbox") && !checked:
		case goquery.NodeName(field) == "textarea":
			values.Add(name, field.Text())
		case goquery.NodeName(field) == "select":
			chosen := field.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = field.Find("option").First()
			}
			values.Add(name, chosen.AttrOr("value", chosen.Text()))
		default:
			values.Add(name, field.AttrOr("value", ""))
		}
	})
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		values.Set(name, value)
	}
	return values
}

func (h *hand) request(contentType, address string, body io.Reader) *http.Request {
	h.t.Helper()
	request, err := http.NewRequest(http.MethodPost, address, body)
	if err != nil {
		h.t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	return request
}

// does sends a request, follows where it leads, and keeps the page, which must be one.
func (h *hand) does(request *http.Request) *hand {
	h.t.Helper()
	answer, err := h.client.Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if h.page, err = goquery.NewDocumentFromReader(bytes.NewReader(text)); err != nil {
		h.t.Fatal(err)
	}
	h.at, h.text = answer.Request.URL, string(text)
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("%s %s leads to %s: %s\n%s", request.Method, request.URL, h.at, answer.Status, words(h.page))
	}
	return h
}

// words is what a page says, for a failure.
func words(page *goquery.Document) string {
	return strings.Join(strings.Fields(page.Find("main").Text()), " ")
}

func (h *hand) sees(texts ...string) *hand {
	h.t.Helper()
	for _, text := range texts {
		if !strings.Contains(h.page.Text(), text) {
			h.t.Errorf("%s does not say %q:\n%s", h.at, text, words(h.page))
		}
	}
	return h
}

// comesToSee opens a page until it says a text: who is not signed in may get one that is a second old.
func (h *hand) comesToSee(p *program, path, text string) {
	h.t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); {
		if h.opens(p, path); strings.Contains(h.page.Text(), text) {
			return
		}
	}
	h.sees(text)
}

func (h *hand) holds(field, value string) *hand {
	h.t.Helper()
	if found := h.page.Find(`[name="`+field+`"]`).AttrOr("value", ""); found != value {
		h.t.Errorf("%s holds %q in %s, not %q", h.at, found, field, value)
	}
	return h
}

// firstOf returns the address that the first link of a kind on the page leads to.
func firstOf(h *hand, selector string) string {
	h.t.Helper()
	href, is := h.page.Find(selector).First().Attr("href")
	if !is {
		h.t.Fatalf("%s has no %s:\n%s", h.at, selector, words(h.page))
	}
	path, _, _ := strings.Cut(href, "#")
	return path
}

// commentNotOf returns the oldest published comment to a proposal that is not by the person with this mailbox.
func commentNotOf(p *program, email string) (id string) {
	p.t.Helper()
	err := p.db.NewRaw(`SELECT c.id::text FROM comments c JOIN addresses a USING (person_id) JOIN guidelines g ON g.id = c.guideline_id
		WHERE g.slug = 'anagrafe' AND c.state = 'published' AND c.parent_id IS NULL AND a.value <> ? ORDER BY c.id LIMIT 1`, email).Scan(p.t.Context(), &id)
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// again starts a program that has stopped.
func (p *program) again() {
	p.t.Helper()
	p.printed = newPrinted()
	p.run()
}

// tables counts the rows of the database's tables.
func (p *program) tables() map[string]int {
	p.t.Helper()
	var names []string
	if err := p.db.NewRaw("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'bun%'").Scan(p.t.Context(), &names); err != nil {
		p.t.Fatal(err)
	}
	counts := map[string]int{}
	for _, name := range names {
		counts[name] = p.count("SELECT count(*) FROM " + name)
	}
	return counts
}

func (p *program) applied() int { return p.count("SELECT count(*) FROM bun_migrations") }

// writeRelease keeps the database for the tests that migrate it (app/database/upgrade_test.go): plain SQL, a row a line.
func writeRelease(t *testing.T, dsn, path string) {
	t.Helper()
	dump := exec.Command("pg_dump", "--no-owner", "--no-privileges", "--column-inserts", "--dbname="+dsn)
	var said bytes.Buffer
	dump.Stderr = &said
	text, err := dump.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said.String())
	}
	text = regexp.MustCompile(`(?m)^\\.*\n`).ReplaceAll(text, nil) // for psql alone
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, _ := gzip.NewWriterLevel(file, gzip.BestCompression) // the level is one
	if _, err := packed.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
}
