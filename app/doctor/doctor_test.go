// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/mail"
	"ultimaparola/app/mail/mailtest"
	"ultimaparola/models"
)

// ward is a patient who is well, with what a test may disturb.
type ward struct {
	*Patient
	t      *testing.T
	dsn    string
	db     *bun.DB
	mails  *mailtest.Server
	status string // what the program answers at /status
}

func healthy(t *testing.T) *ward {
	t.Helper()
	w := &ward{t: t, dsn: databasetest.DSN(t), mails: mailtest.New(t)}
	db, err := database.Connect(w.dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.db = db
	now := time.Now()
	w.status = fmt.Sprintf(`{"version": "v1.2", "database": "ok", "worker": {"beat": %q}}`, now.UTC().Format(time.RFC3339Nano))
	answer := http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, w.status) })
	local, front := httptest.NewServer(answer), httptest.NewUnstartedServer(answer)
	front.Config.ErrorLog = log.New(io.Discard, "", 0) // that the doctor does not trust it
	front.StartTLS()
	t.Cleanup(local.Close)
	t.Cleanup(front.Close)
	base, err := url.Parse(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("s", 32)), 0o640); err != nil {
		t.Fatal(err)
	}
	w.Patient = &Patient{Version: "v1.2", Production: true, BaseURL: base, Local: local.URL, DataDir: t.TempDir(), BackupDir: t.TempDir(),
		SecretFile: secret, Secret: []byte(strings.Repeat("s", 32)), Mailer: w.mailer(w.mails.URL), Now: time.Now,
		Database: func() (*bun.DB, error) { return database.Connect(w.dsn) },
		Space:    func(string) (uint64, uint64, error) { return 50 << 30, 100 << 30, nil },
		Client:   front.Client(),
		Ask:      func(context.Context, string, ...string) (string, error) { return "yes", nil }}
	w.backedUp(time.Hour, "")
	w.must(models.KnowSecret(t.Context(), db, now, w.Secret))
	w.change(`INSERT INTO organisations (id, name, legal_person, address, pec) VALUES ('00000000-0000-7000-8000-000000000001', 'Unione', true, 'Piazza 1', 'unione@pec.example.org');
		INSERT INTO privacy_settings (organisation_id, dpo_name, dpo_contact, act, law, needs_basis, host_name, host_country, mail_name, mail_country, outside_eu, rights_contact, contributions_months, log_months, server_log_days)
		VALUES ('00000000-0000-7000-8000-000000000001', 'Studio', 'dpo@example.org', 'Delibera 1', 'Statuto', 'Art. 9', 'Server', 'Italia', 'Posta', 'Italia', 'no', 'diritti@example.org', 12, 12, 7)`)
	w.must(models.AddStaff(t.Context(), db, now, &models.Staff{OrganisationID: [16]byte{6: 0x70, 8: 0x80, 15: 1}, Role: models.RoleAdministrator, Name: "Ada", Email: "ada@example.org"}))
	return w
}

func (w *ward) mailer(url string) *mail.Mailer {
	w.t.Helper()
	m, err := mail.New(url, "noreply@example.org", w.t.TempDir())
	w.must(err)
	return m
}

func (w *ward) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *ward) change(statement string, values ...any) {
	w.t.Helper()
	_, err := w.db.ExecContext(w.t.Context(), statement, values...)
	w.must(err)
}

// checkedLog notes a check of the log, of twelve entries, and how much it found.
func (w *ward) checkedLog(at string, found int) {
	w.t.Helper()
	w.change("INSERT INTO audit_check (checked_at, entries, found) VALUES ("+at+", 12, ?)", found)
}

// backedUp notes a backup made so long ago, which failed or whose file is there.
func (w *ward) backedUp(ago time.Duration, failure string) {
	w.t.Helper()
	at, content := time.Now().Add(-ago), []byte("age")
	b := &models.Backup{StartedAt: at, FinishedAt: at, Name: at.UTC().Format("20060102T150405Z"), Size: int64(len(content)), Error: failure}
	if failure == "" {
		b.SHA256 = "of its content"
		w.must(os.WriteFile(filepath.Join(w.BackupDir, b.Name), content, 0o600))
	}
	w.must(models.NoteBackup(w.t.Context(), w.db, b))
}

// cuts shortens the files of the backups.
func (w *ward) cuts() {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.BackupDir, "*"))
	w.must(err)
	for _, file := range files {
		w.must(os.Truncate(file, 1))
	}
}

func (w *ward) ails(kind, lastError, failed string) {
	w.t.Helper()
	now := time.Now()
	w.must(models.Enqueue(w.t.Context(), w.db, now, now.Add(time.Hour), kind, models.Mail{Template: "registration_seated"}))
	w.change("UPDATE jobs SET last_error = ?, failed_at = "+failed, lastError)
}

func TestTheHealthyAreWell(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	said := new(bytes.Buffer)
	if code := Report(said, w.Examine(t.Context())); code != 0 {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	for _, about := range []string{"database", "tables", "secret", "jobs", "backup", "log", "staff", "privacy", "clock", "disk", "mail", "program", "address"} {
		if !strings.Contains(said.String(), "ok       "+about) {
			t.Errorf("nothing is said of %s:\n%s", about, said)
		}
	}
	if n := len(w.mails.Taken()); n != 0 {
		t.Errorf("%d mails were sent though none was asked for", n)
	}
}

func TestEveryDisorderIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		disturb func(*ward)
		level   Level
		about   string
		says    string
	}{
		"secret read by all":   {func(w *ward) { w.must(os.Chmod(w.SecretFile, 0o644)) }, Problem, "secret", "chmod o-rwx"},
		"secret file gone":     {func(w *ward) { w.must(os.Remove(w.SecretFile)) }, Problem, "secret", "cannot be looked at"},
		"another secret":       {func(w *ward) { w.Secret = []byte(strings.Repeat("x", 32)) }, Problem, "secret", "secret accept"},
		"secret never used":    {func(w *ward) { w.change("DELETE FROM installation") }, Warning, "secret", "Start the program once"},
		"database away":        {func(w *ward) { w.dsn = "postgres://nobody@127.0.0.1:1/none" }, Problem, "database", "No PostgreSQL answers"},
		"commits not kept":     {func(w *ward) { w.dsn += "&synchronous_commit=off" }, Problem, "database", "synchronous_commit"},
		"tables of before":     {func(w *ward) { w.change("DELETE FROM bun_migrations WHERE id = (SELECT max(id) FROM bun_migrations)") }, Problem, "tables", "1 changes"},
		"no tables":            {func(w *ward) { w.change("DROP TABLE bun_migrations") }, Problem, "tables", "migrate up"},
		"tables of a newer":    {func(w *ward) { w.change("INSERT INTO bun_migrations (name, group_id) VALUES ('29990101000000', 99)") }, Problem, "tables", "29990101000000"},
		"statements logged":    {func(w *ward) { w.dsn += "&log_statement=all" }, Warning, "privacy", "because of log_statement"},
		"slow ones logged":     {func(w *ward) { w.dsn += "&log_min_duration_statement=100" }, Warning, "privacy", "because of log_min_duration_statement"},
		"errors logged":        {func(w *ward) { w.dsn += "&log_min_messages=warning" }, Warning, "privacy", "because of log_min_messages"},
		"clocks apart":         {func(w *ward) { w.Now = func() time.Time { return time.Now().Add(-10 * time.Second) } }, Warning, "clock", "differ by 10"},
		"clocks far apart":     {func(w *ward) { w.Now = func() time.Time { return time.Now().Add(time.Hour) } }, Problem, "clock", "differ by 1h"},
		"a clock of long ago":  {func(w *ward) { w.Now = func() time.Time { return time.Unix(0, 0) } }, Problem, "clock", "1970"},
		"nothing sets it":      {func(w *ward) { w.Ask = answers("no", nil) }, Warning, "clock", "set-ntp"},
		"who sets it unknown":  {func(w *ward) { w.Ask = answers("", errors.New("no such command")) }, Fine, "clock", "cannot be told"},
		"disk filling":         {func(w *ward) { w.Space = space(9<<30, nil) }, Warning, "disk", "9.0 of 100.0 GB"},
		"disk full":            {func(w *ward) { w.Space = space(10<<20, nil) }, Problem, "disk", "Make room now"},
		"no data folder":       {func(w *ward) { w.Space = space(0, os.ErrNotExist) }, Problem, "disk", "DATA_DIR"},
		"mail server away":     {func(w *ward) { w.mails.Stop() }, Problem, "mail", "SMTP_URL"},
		"mail not encrypted":   {func(w *ward) { w.Mailer = w.mailer(strings.Replace(w.mails.URL, "127.0.0.1", "0.0.0.0", 1)) }, Warning, "mail", "STARTTLS"},
		"password not taken":   {func(w *ward) { w.Mailer = w.mailer(strings.Replace(w.mails.URL, "//", "//user:secret@", 1)) }, Problem, "mail", "SMTP_URL"},
		"mail refused":         {func(w *ward) { w.MailTo = "ada@example.org"; w.mails.Answer(550) }, Problem, "mail", "answered 550"},
		"in development":       {func(w *ward) { w.MailsKept = true }, Fine, "mail", "/posta"},
		"program away":         {func(w *ward) { w.Local = "http://127.0.0.1:1" }, Problem, "program", "journalctl"},
		"something else there": {func(w *ward) { w.status = "<html>" }, Problem, "program", "not as this program"},
		"an old one serves":    {func(w *ward) { w.Version = "v1.3" }, Problem, "program", "Version v1.2 serves, and v1.3 is installed"},
		"without its database": {func(w *ward) { w.status = strings.Replace(w.status, `"ok"`, `"away"`, 1) }, Problem, "program", "without its database"},
		"its worker stopped": {func(w *ward) {
			w.status = `{"version": "v1.2", "database": "ok", "worker": {"beat": "2026-11-24T00:00:00Z"}}`
		}, Problem, "program", "has not looked for work"},
		"address elsewhere":     {func(w *ward) { w.BaseURL = &url.URL{Scheme: "https", Host: "127.0.0.1:1"} }, Problem, "address", "does not lead here"},
		"in the open":           {func(w *ward) { w.BaseURL, _ = url.Parse(w.Local) }, Problem, "address", "is not encrypted"},
		"a foreign certificate": {func(w *ward) { w.Client = http.DefaultClient }, Problem, "address", "Browsers refuse the certificate"},
		"certificate ending":    {func(w *ward) { w.certificate(5 * 24 * time.Hour) }, Warning, "address", "ends in 4 days"},
		"certificate over":      {func(w *ward) { w.certificate(-time.Hour) }, Problem, "address", "expired"},
		"jobs waiting":          {func(w *ward) { w.ails("mail", "", "NULL, run_at = now() - interval '1 hour'") }, Problem, "jobs", "1 wait to be done, the oldest for 60 minutes"},
		"jobs delayed":          {func(w *ward) { w.ails("mail", "the mail server is away", "NULL") }, Warning, "jobs", "e-mail registration_seated: 0 given up, 1 to be tried again. The last cause: the mail server is away"},
		"jobs given up":         {func(w *ward) { w.ails("backup", "no room", "now()") }, Warning, "jobs", "1 given up"},
		"no backups":            {func(w *ward) { w.BackupDir = ""; w.change("DELETE FROM backups") }, Warning, "backup", "BACKUP_RECIPIENT"},
		"no backup yet":         {func(w *ward) { w.change("DELETE FROM backups") }, Warning, "backup", "none yet"},
		"no backup last night":  {func(w *ward) { w.change("DELETE FROM backups"); w.backedUp(40*time.Hour, "") }, Warning, "backup", "40 hours ago"},
		"no backup for long":    {func(w *ward) { w.change("DELETE FROM backups"); w.backedUp(99*time.Hour, "") }, Problem, "backup", "4 days ago"},
		"backup failed":         {func(w *ward) { w.backedUp(time.Minute, "no room") }, Problem, "backup", "no room"},
		"backup gone":           {func(w *ward) { w.BackupDir = w.t.TempDir() }, Warning, "backup", "not where the night's are"},
		"backup cut":            {func(w *ward) { w.cuts() }, Problem, "backup", "has 1 bytes and not 3"},
		"no backups at home":    {func(w *ward) { w.BackupDir, w.Production = "", false }, Fine, "backup", "in development"},
		"log altered":           {func(w *ward) { w.checkedLog("now()", 2) }, Problem, "log", "audit verify"},
		"log not checked":       {func(w *ward) { w.checkedLog("now() - interval '5 days'", 0) }, Warning, "log", "5 days ago"},
		"log in order":          {func(w *ward) { w.checkedLog("now()", 0) }, Fine, "log", "12 entries"},
		"no administrator":      {func(w *ward) { w.change("UPDATE staff SET disabled_at = now()") }, Warning, "staff", "staff add"},
		"notice incomplete":     {func(w *ward) { w.change("UPDATE privacy_settings SET dpo_name = '', law = ''") }, Problem, "privacy", "– The rule that gives the task"},
		"notice at home":        {func(w *ward) { w.change("DELETE FROM privacy_settings"); w.Production = false }, Fine, "privacy", "no form would open"},
		"invented data":         {func(w *ward) { w.change("UPDATE organisations SET demo_since = now()") }, Problem, "contents", "Invented"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := healthy(t)
			test.disturb(w)
			findings := w.Examine(t.Context())
			said := new(bytes.Buffer)
			code := Report(said, findings)
			found := false
			for _, f := range findings {
				found = found || f.Level == test.level && f.About == test.about && strings.Contains(f.Found+" "+f.Next, test.says)
				if f.Level != Fine && f.Next == "" && f.About != "database" { // which says it in one sentence
					t.Errorf("%s: %s: it does not say what to do", f.About, f.Found)
				}
			}
			if !found {
				t.Errorf("not found:\n%s", said)
			}
			if want := map[Level]int{Problem: 1, Warning: 2, Fine: 0}[test.level]; code != want {
				t.Errorf("exit code %d, want %d:\n%s", code, want, said)
			}
		})
	}
}

func TestOneProblemHidesNoOther(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	w.must(os.Chmod(w.SecretFile, 0o644))
	w.Now = func() time.Time { return time.Now().Add(time.Hour) }
	w.backedUp(time.Minute, "no room")
	said := new(bytes.Buffer)
	Report(said, w.Examine(t.Context()))
	for _, problem := range []string{"chmod o-rwx", "differ by 1h", "no room"} {
		if !strings.Contains(said.String(), problem) {
			t.Errorf("not found: %s\n%s", problem, said)
		}
	}
}

func answers(text string, err error) func(context.Context, string, ...string) (string, error) {
	return func(context.Context, string, ...string) (string, error) { return text, err }
}

func space(free uint64, err error) func(string) (uint64, uint64, error) {
	return func(string) (uint64, uint64, error) { return free, 100 << 30, err }
}

func TestOneMailIsSentWhereAskedFor(t *testing.T) {
	t.Parallel()
	w := healthy(t)
	w.MailTo = "ada@example.org"
	if code := Report(new(bytes.Buffer), w.Examine(t.Context())); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if mails := w.mails.Wait(1); len(mails) != 1 || mails[0].To != "ada@example.org" || mails[0].From != "noreply@example.org" {
		t.Errorf("sent %+v", mails)
	}
}

func TestAServerIsJudged(t *testing.T) {
	now := time.Now()
	well := server{Version: "15.4", Number: 150004, Encoding: "UTF8", Most: 97, Used: 10, Now: now}
	for says, change := range map[string]func(*server){
		"too old":            func(s *server) { s.Number = 130012 },
		"in SQL_ASCII":       func(s *server) { s.Encoding = "SQL_ASCII" },
		"Only 4 connections": func(s *server) { s.Used = 93 },
	} {
		s := well
		change(&s)
		if findings := s.findings(now); len(findings) != 2 || !strings.Contains(findings[1].Found, says) || findings[1].Level == Fine {
			t.Errorf("%s: %v", says, findings)
		}
	}
	if findings := well.findings(now); len(findings) != 1 {
		t.Errorf("one that is well: %v", findings)
	}
}

func TestSpaceIsThatOfTheDisk(t *testing.T) {
	free, total, err := Space(t.TempDir())
	if err != nil || free == 0 || total < free {
		t.Errorf("%d of %d bytes are free (%v)", free, total, err)
	}
	if _, _, err := Space("/absent"); err == nil {
		t.Error("a folder that is not there has space")
	}
}
