// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"
	"github.com/xuri/excelize/v2"
	"golang.org/x/mod/sumdb/note"

	"ultimaparola/app/database"
	"ultimaparola/app/jobs"
	"ultimaparola/models"
	"ultimaparola/views/locale"
)

const register = "/segreteria/registro"

// newcomer signs the browser in as an administrator who has done nothing yet.
func (v *visitor) newcomer() *models.Staff {
	v.t.Helper()
	if _, err := v.deps.DB.ExecContext(v.t.Context(), "UPDATE staff SET email = gen_random_uuid() || '@example.org'"); err != nil {
		v.t.Fatal(err)
	}
	return v.enter(models.RoleAdministrator, "")
}

// noted returns what the log says that somebody read or took away, as "action subject fields".
func (v *visitor) noted(staff *models.Staff) []string {
	v.t.Helper()
	var entries []models.AuditEntry
	err := v.deps.DB.NewSelect().Model(&entries).Where("staff_id = ? AND action IN ('read', 'export')", staff.ID).Order("id").Scan(v.t.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	var said []string
	for _, e := range entries {
		said = append(said, strings.Join(append([]string{e.Action, e.Subject}, e.Fields...), " "))
	}
	return said
}

// Of two people's names, addresses and private words, no page or table for staff tells without an entry in the log: every
// address of the table is asked for, so that a new one is not forgotten.
func TestReadingManyPeoplesDataLeavesAnEntry(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("100")
	officer := v.cookie
	people := map[string][]string{"uno": {"Canarina Uno", "Pseudouno", "parole riservate di uno"}, "due": {"Canarino Due", "Pseudodue", "parole riservate di due"}}
	for person, said := range people {
		v.cookie = officer
		v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", said[0], "email", person+"@example.org", "seats", "1", "channel", "phone")
		v.signIn(said[1])
		form := says(said[1], models.InFavour, said[2])
		v.post(anagrafe+"/contributi", http.StatusSeeOther, form[:len(form)-2]...) // not to be published
		people[person] = append(said, person+"@example.org")
	}
	v.newcomer()
	comment := v.get("/segreteria/commenti?stato=private").Find("a[href*='/segreteria/commenti/']").AttrOr("href", "")

	tells := func(text string) int {
		n := 0
		for _, said := range people {
			if slices.ContainsFunc(said, func(words string) bool { return strings.Contains(text, words) }) {
				n++
			}
		}
		return n
	}
	want := map[string]string{
		"/segreteria/incontri/:slug":                  "read meeting registrations",
		"/segreteria/incontri/:slug/foglio-presenze":  "read meeting sheet",
		"/segreteria/incontri/:slug/iscrizioni.csv":   "export meeting registrations",
		"/segreteria/incontri/:slug/iscrizioni.xlsx":  "export meeting registrations",
		"/segreteria/commenti":                        "read participation comments",
		"/segreteria/registro":                        "read log entries",
		"/segreteria/registro.csv":                    "export log entries",
		"/sindaci":                                    "read participation report",
		"/sindaci/righe/persone":                      "read participation participants",
		"/sindaci/righe/pareri":                       "read participation opinions",
		"/sindaci/righe/commenti":                     "read participation comments",
		"/sindaci/esportazioni/commenti.csv":          "export participation comments",
		"/sindaci/esportazioni/partecipazione.csv":    "",
		"/sindaci/righe/iscrizioni":                   "",
		"/segreteria/incontri/:slug/iscrizioni/nuova": "",
	}
	id := comment[strings.LastIndex(comment, "/")+1:]
	names := strings.NewReplacer("/linee-guida/:slug", "/linee-guida/anagrafe", "/comuni/:slug", "/comuni/carmignano",
		"/pagine/:slug", "/pagine/privacy", "/incontri/:slug", "/incontri/carmignano", "/proposte/:guideline", "/proposte/anagrafe",
		"/commenti/:id", "/commenti/"+id, ":number", "2", ":municipality", "carmignano", ":id", "nuovo")
	told := 0
	for _, r := range routes(v.deps, jobs.New(v.deps, v.mailer)) {
		if r.method != fiber.MethodGet || r.who.Public() {
			continue
		}
		staff := v.newcomer()
		text := v.reads(names.Replace(r.path))
		got := v.noted(staff)
		if n := tells(text); n > 1 {
			told++
			if len(got) == 0 {
				t.Errorf("%s tells of %d people and leaves no entry: note it (web.NoteReading)", r.path, n)
			}
		}
		if entry, known := want[r.path]; known && strings.Join(got, ", ") != entry {
			t.Errorf("%s: noted %q, want %q", r.path, got, entry)
		}
	}
	if told < 9 {
		t.Errorf("only %d addresses tell of both people: the test does not see them", told)
	}

	staff := v.newcomer()
	if _, page := v.post(carmignano+"/ricerca", http.StatusOK, "search", "Canarin"); tells(page.Text()) != 2 {
		t.Error("the search does not find both")
	}
	v.post(carmignano+"/ricerca", http.StatusOK, "search", "nessuno")
	if got := v.noted(staff); !slices.Equal(got, []string{"read meeting search"}) {
		t.Errorf("a search: noted %q", got)
	}
	// Turning pages is one reading; another list, or a quarter of an hour later, is another.
	for range 3 {
		v.get(carmignano)
	}
	v.get(carmignano + "?stato=seated")
	v.get("/segreteria/commenti?stato=published")
	*v.now = v.now.Add(16 * time.Minute)
	v.get(carmignano)
	want4 := []string{"read meeting search", "read meeting registrations", "read meeting registrations state", "read meeting registrations"}
	if got := v.noted(staff); !slices.Equal(got, want4) {
		t.Errorf("noted %q, want %q", got, want4)
	}
}

// reads returns the words of what is at path, whatever its kind.
func (v *visitor) reads(path string) string {
	v.t.Helper()
	switch {
	case strings.HasSuffix(path, ".xlsx"):
		book, err := excelize.OpenReader(bytes.NewReader(v.download(path)))
		if err != nil {
			v.t.Fatal(err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if err != nil {
			v.t.Fatal(err)
		}
		return fmt.Sprint(rows)
	case strings.HasSuffix(path, ".csv"):
		return string(v.download(path))
	}
	answer, page := v.send(path, nil)
	if answer.StatusCode >= http.StatusInternalServerError {
		v.t.Errorf("%s: %d", path, answer.StatusCode)
	}
	form := page.Find("[value]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
	return page.Text() + strings.Join(form, " ")
}

func TestLogIsNarrowed(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	ada := v.enter(models.RoleAdministrator, "")
	v.open("100")
	*v.now = v.now.AddDate(0, 0, 2)
	v.enter(models.RoleOrganiser, "")
	v.post(carmignano+"/senza-iscrizione", http.StatusSeeOther, "people", "3")
	if err := models.NoteEmptied(t.Context(), v.deps.DB, *v.now, models.ByProgram(ada.OrganisationID)); err != nil {
		t.Fatal(err)
	}
	day := func(at time.Time) string { return at.In(models.Rome).Format(time.DateOnly) }
	for query, want := range map[string]int{
		"": 3, "?chi=" + ada.ID.String(): 1, "?chi=programma": 1, "?azione=attend": 1, "?oggetto=meeting": 1, "?azione=attend&chi=programma": 0,
		"?dal=" + day(*v.now): 2, "?al=" + day(v.now.AddDate(0, 0, -1)): 1, "?dal=" + day(*v.now) + "&al=" + day(*v.now) + "&azione=&oggetto=&chi=": 2,
	} {
		page := v.get(register + query)
		if got := acts(page).Length(); got != want {
			t.Errorf("%q: %d entries, want %d", query, got, want)
		}
		if _, open := page.Find("details:has(form[method=get])").Attr("open"); open != (query != "") {
			t.Errorf("%q: the form is open: %v", query, open)
		}
	}
	page := v.get(register + "?azione=attend&dal=" + day(*v.now))
	if page.Find("[name=azione] [selected]").AttrOr("value", "") != "attend" || page.Find("[name=dal]").AttrOr("value", "") != day(*v.now) {
		t.Error("the form does not hold by what the log is narrowed")
	}
	if answer, _ := v.send(register+"?dal=0000-01-01", nil); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a day of a year that is none: %d", answer.StatusCode)
	}
	answer, page := v.send(register+"?dal=domani&azione=attend", nil)
	if answer.StatusCode != http.StatusUnprocessableEntity || page.Find("[name=dal][aria-invalid=true]").AttrOr("value", "") != "domani" ||
		page.Find("[name=azione] [selected]").AttrOr("value", "") != "attend" {
		t.Errorf("a day that is none: %d", answer.StatusCode)
	}
	for _, query := range []string{"?chi=boh", "?chi=" + strings.Repeat("0", 32), "?azione=boh", "?oggetto=boh"} {
		if answer, _ := v.send(register+query, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", query, answer.StatusCode)
		}
	}
	for range 60 {
		v.post(carmignano+"/senza-iscrizione", http.StatusSeeOther, "people", "1")
	}
	next := v.get("/en"+register+"?azione=attend").Find("a[rel=next]").AttrOr("href", "")
	if page := v.get(next); acts(page).Length() != 11 || page.Find("html").AttrOr("lang", "") != "en" {
		t.Errorf("%s: %d entries", next, acts(page).Length())
	}
}

// What staff do, and to what, has words of its own in the log.
func TestLogHasWordsForAllThatIsDone(t *testing.T) {
	files, err := filepath.Glob("../models/*.go")
	if err != nil {
		t.Fatal(err)
	}
	done := regexp.MustCompile(`\baudit\(ctx, \w+, now, [\w.()]+, "([\w.]+)", "(\w+)"`)
	n := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range done.FindAllStringSubmatch(string(source), -1) {
			n++
			for _, key := range []string{"organisers.action." + match[1][strings.LastIndex(match[1], ".")+1:], "organisers.subject." + match[2]} {
				if !locale.Has(key) {
					t.Errorf("%s: no catalogue has %s", filepath.Base(file), key)
				}
			}
		}
	}
	if n < 12 {
		t.Errorf("%d acts found in the models", n)
	}
}

func TestLogSaysHowItStands(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	observer := v.enter(models.RoleObserver, "")
	if err := models.NoteEmptied(t.Context(), v.deps.DB, *v.now, models.ByProgram(observer.OrganisationID)); err != nil {
		t.Fatal(err)
	}
	state := func() string { return text(v.get(register).Find("main")) }
	if said := state(); !strings.Contains(said, "non è ancora stato controllato") || !strings.Contains(said, v.deps.Config.AuditKey().Public) {
		t.Errorf("before the first check: %s", said)
	}
	if v.get(register).Find("a[href$='registro.csv']").Length() != 0 {
		t.Error("an observer is offered the export")
	}
	key := v.deps.Config.AuditKey()
	head, err := models.SignHead(t.Context(), v.deps.DB, *v.now, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := models.CheckAudit(t.Context(), v.deps.DB, *v.now, key); err != nil {
		t.Fatal(err)
	}
	if said := v.get(register).Find("pre").First().Text(); said != head.Note {
		t.Errorf("the signed head is shown as %q", said)
	}
	if said := state(); !strings.Contains(said, "In ordine: 2 voci, controllate 25 novembre 2017") {
		t.Errorf("after a check: %s", said)
	}
	for _, query := range []string{"ALTER TABLE audit_entries DISABLE TRIGGER USER", "UPDATE audit_entries SET fields = '{x}' WHERE staff_id IS NULL"} {
		if _, err := v.deps.DB.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	if check, err := models.CheckAudit(t.Context(), v.deps.DB, *v.now, key); err != nil || check.Found != 1 {
		t.Fatalf("found %+v (%v)", check, err)
	}
	if said := text(v.get(register).Find(".alert-danger")); !strings.Contains(said, "La voce n. 1 è stata modificata.") {
		t.Errorf("the page says %q", said)
	}
}

// Who has an export of the log, and the public key, checks it without this program.
func TestExportedLogIsCheckedElsewhere(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("100")
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Rosa Lontana", "seats", "2", "channel", "phone")
	if _, err := models.SignHead(t.Context(), v.deps.DB, *v.now, v.deps.Config.AuditKey()); err != nil {
		t.Fatal(err)
	}
	raw := v.download(register + ".csv")
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil || len(rows) < 4 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	if bytes.Contains(raw, []byte("Rosa")) {
		t.Error("the export holds texts")
	}
	verifier, err := note.NewVerifier(v.deps.Config.AuditKey().Public)
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	part := func(value string) string { return strconv.Itoa(len(value)) + ":" + value + "," }
	or := func(value string) string {
		if value == "" {
			return ","
		}
		return part(value)
	}
	previous, signed := strings.Repeat("0", 64), 0
	for _, row := range rows[1:] {
		at, err := time.Parse(time.RFC3339, column(row, "momento"))
		before, wrong := hex.DecodeString(previous)
		if err != nil || wrong != nil || column(row, "impronta_precedente") != previous {
			t.Fatalf("row %s: %v, %v", row[0], err, wrong)
		}
		var fields string
		for _, name := range strings.Fields(column(row, "campi")) {
			fields += part(name)
		}
		text := part("ultimaparola audit 1") + part(column(row, "voce_id")) + part(column(row, "organizzazione_id")) + or(column(row, "account_id")) +
			part(column(row, "azione")) + part(column(row, "oggetto")) + part(column(row, "oggetto_id")) + part(fields) +
			part(strconv.FormatInt(at.UnixMicro(), 10)) + or(column(row, "impronta_testi"))
		previous = fmt.Sprintf("%x", sha256.Sum256(append(before, text...)))
		if column(row, "impronta") != previous {
			t.Errorf("row %s: the hash is %s, reckoned %s", row[0], column(row, "impronta"), previous)
		}
		if head := column(row, "firma"); head != "" {
			if _, err := note.Open([]byte(head), note.VerifierList(verifier)); err != nil {
				t.Errorf("row %s: %v", row[0], err)
			}
			signed++
		}
	}
	if last := rows[len(rows)-1]; column(last, "azione") != "export" || column(last, "oggetto") != "log" || signed != 1 {
		t.Errorf("the export's last row is %q, with %d signatures", last, signed)
	}
	v.enter(models.RoleObserver, "")
	if answer, _ := v.send(register+".csv", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("an observer takes the log away: %d", answer.StatusCode)
	}
}

func TestAuditCommands(t *testing.T) {
	t.Parallel()
	i := install(t)
	program, _ := i.serve(t)
	defer func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	}()
	dsn, err := database.RunningDSN(i.dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Connect(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	file := filepath.Join(i.dir, "registro.csv")
	if said, err := i.run(t, "audit", "export", "--output", file); err != nil {
		t.Fatalf("%s (%v)", said, err)
	}
	if table, err := os.ReadFile(file); err != nil || bytes.Count(table, []byte("\n")) != 2 || !bytes.Contains(table, []byte(",export,log,")) {
		t.Errorf("exported %q (%v)", table, err)
	}
	if said, err := i.run(t, "audit", "export"); err != nil || strings.Count(said, "\n") != 3 {
		t.Errorf("to the terminal: %s (%v)", said, err)
	}
	secret, err := os.ReadFile(filepath.Join(i.dir, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	head, err := models.SignHead(t.Context(), db, time.Now(), models.NewAuditKey(bytes.TrimSpace(secret)))
	if err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(i.dir, "head.txt")
	if err := os.WriteFile(kept, []byte(strings.TrimSpace(head.Note)), 0o600); err != nil { // as copied from the page
		t.Fatal(err)
	}
	if said, err := i.run(t, "audit", "verify", "--head", kept); err != nil || !strings.Contains(said, "in order: 2 entries") || !strings.Contains(said, head.Note) {
		t.Errorf("%s (%v)", said, err)
	}
	if err := os.WriteFile(kept+"2", []byte("altro"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := i.run(t, "audit", "verify", "--head", kept+"2"); err == nil || !strings.Contains(said, "not a head of the log") {
		t.Errorf("another file: %s (%v)", said, err)
	}
	for _, query := range []string{"ALTER TABLE audit_entries DISABLE TRIGGER USER", "ALTER TABLE audit_chain DISABLE TRIGGER USER",
		"UPDATE audit_entries SET created_at = now() WHERE id = (SELECT entry_id FROM audit_chain WHERE number = 1)",
		"DELETE FROM audit_chain WHERE number = 2"} {
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	said, err := i.run(t, "audit", "verify")
	if err == nil || !strings.Contains(said, "Entry no. 1 was altered.") || !strings.Contains(said, "entry no. 2 is missing at its end") || strings.Contains(said, "log is in order") {
		t.Errorf("%s (%v)", said, err)
	}
}
