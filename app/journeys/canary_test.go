// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ultimaparola/app/mail/mailtest"
)

// People's names, words, addresses, tokens, cookies and codes go through every form, as they should and as they should
// not, while mails are refused and the database fails: nothing that the program writes down for who keeps it holds any.
func TestNothingOfAPersonReachesTheLog(t *testing.T) {
	for name, settings := range map[string][]string{
		"development": {},
		"production":  {"BASE_URL=https://consulta.example.it", "SECRET=canarino-segreto-0123456789abcdef-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := install(t)
			t.Cleanup(func() { p.printed = newPrinted() }) // its errors were asked for
			p.mails = mailtest.New(t)
			metrics := install(t).url[len("http://localhost:"):]
			p.environment = append(append(p.environment, "SMTP_URL="+p.mails.URL, "LOG_REQUESTS=true", "METRICS_LISTEN=127.0.0.1:"+metrics), settings...)
			if said, err := p.call("seed").CombinedOutput(); err != nil {
				t.Fatalf("seed: %v\n%s", err, said)
			}
			p.run()
			p.openOwnDatabase("&application_name=canary")
			p.change(completeNotice)
			c := newCanary(p, len(settings) > 0)
			c.lives()
			c.sweeps()
			c.p.change(failingTables)
			c.p.change(`INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES (gen_random_uuid(), 'mail', '{"template": "canarino"}', now(), now())`)
			c.p.prints("worker: looking for jobs fails")
			c.sweeps()
			c.p.change("DROP FUNCTION canary() CASCADE")
			c.garbles()
			c.crashesTheDatabase()

			written := c.written(metrics)
			for where, text := range written {
				for line := range strings.Lines(text) {
					if found := c.in(line); found != "" {
						t.Errorf("%s: %q in %.600s", where, found, line)
					}
				}
			}
			// All this did happen: the search looked at something.
			for _, words := range []string{"request failed", "job given up", "job to be tried again", "worker: looking for jobs fails", "/conferme/:token", "SQLSTATE 22P02", "SQLSTATE 57P0"} {
				if !strings.Contains(written["printed"], words) {
					t.Errorf("nothing was printed of %q", words)
				}
			}
			if !strings.Contains(written["PostgreSQL's log"], "terminated by signal 9") {
				t.Error("PostgreSQL has not crashed")
			}
			if !strings.Contains(written["metrics"], `route="/conferme/:token"`) {
				t.Error("the metrics do not know the route of a token")
			}
		})
	}
}

// written returns all that the program writes down for who keeps it: what it prints, its database's log, its metrics,
// and why jobs have failed.
func (c *canary) written(metrics string) map[string]string {
	c.t.Helper()
	log, err := os.ReadFile(filepath.Join(c.p.folder, "postgres", "server.log"))
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := http.Get("http://127.0.0.1:" + metrics + "/metrics")
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	numbers, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var causes string
	if err := c.p.db.NewRaw("SELECT string_agg(last_error, chr(10)) FROM jobs").Scan(c.t.Context(), &causes); err != nil {
		c.t.Fatal(err)
	}
	return map[string]string{"printed": strings.Join(c.p.printed.all(), "\n"), "PostgreSQL's log": string(log),
		"metrics": string(numbers), "the jobs' errors": causes}
}

// completeNotice has the forms open in production.
const completeNotice = `UPDATE municipalities SET pec = slug || '@pec.example.org';
INSERT INTO privacy_settings (organisation_id, agreement, agreement_on, dpo_name, dpo_contact, act, law, needs_basis, host_name, host_country, mail_name, mail_country, outside_eu, rights_contact, contributions_months, log_months, server_log_days)
SELECT id, 'Accordo', now(), 'Studio', 'dpo@example.org', 'Delibera', 'Statuto', 'Art. 9', 'Server', 'Italia', 'Posta', 'Italia', 'no', 'diritti@example.org', 12, 12, 7 FROM organisations`

// failingTables has whatever the program writes fail with an error that tells all of it.
const failingTables = `CREATE FUNCTION canary() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF current_setting('application_name') <> 'canary' THEN PERFORM to_jsonb(NEW)::text::uuid; END IF;
	RETURN NEW;
END $$;
DO $$ DECLARE t text; BEGIN
	FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
		EXECUTE format('CREATE TRIGGER canary BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION canary()', t);
	END LOOP;
END $$`

// lives takes part as a citizen does: registers, comments, follows, confirms; some of the mails are refused.
func (c *canary) lives() {
	c.t.Helper()
	c.p.confirmMeeting("carmignano", 30)
	right := c.form(true)
	takes := func(path string) { // without cookies: who is signed in need not confirm
		c.t.Helper()
		if status, _ := c.post(path, right, nil); status != http.StatusSeeOther {
			c.t.Fatalf("%s: status %d", path, status)
		}
	}
	registrations := consultation + "/incontri/carmignano/iscrizioni"
	for _, path := range []string{anagrafe + "/contributi", registrations, anagrafe + "/avvisami"} {
		takes(path)
		for before := c.tokens["conferme"]; c.tokens["conferme"] == before; {
			c.opens()
		}
		takes("/conferme/" + c.tokens["conferme"])
	}
	c.p.mails.Answer(451, 550)
	takes("/accedi")
	takes("/accedi")
	c.p.prints("job to be tried again")
	c.p.prints("job given up")
	c.p.mails.Stop()
	takes("/accedi")
	c.p.mails.Start()

	c.ids = map[string]string{}
	for noun, query := range map[string]string{
		"iscrizioni": "SELECT id::text FROM registrations LIMIT 1", "commenti": "SELECT id::text FROM comments LIMIT 1",
		"pareri": "SELECT guideline_id::text FROM opinions LIMIT 1", "domande": "SELECT id::text FROM faqs LIMIT 1",
		"avvisi": "SELECT id::text FROM follows LIMIT 1", "attesa": "SELECT id::text FROM confirmations WHERE used_at IS NULL LIMIT 1",
	} {
		var id string
		if err := c.p.db.NewRaw(query).Scan(c.t.Context(), &id); err != nil {
			c.t.Fatalf("%s: %v", noun, err)
		}
		c.ids[noun] = id
	}
}

// form fills every field that any form has: as it should be, as far as there is one way for all, or with canaries alone.
func (c *canary) form(right bool) url.Values {
	form := url.Values{}
	for _, field := range c.fields {
		form.Set(field, "canarino")
	}
	form.Set("name", "Zaccheo Canarini")
	form.Set("body", `Il "canarino" canta.`)
	form.Set("email", "Zaccheo <"+canaryEmail+">")
	if right {
		for field, value := range map[string]string{"email": canaryEmail, "phone": canaryPhone, "opinion": "favorevole", "value": "agree", "municipality": "carmignano",
			"published": "true", "seats": "1", "people": "1", "stars": "3", "path": "/", "guideline": "anagrafe", "channel": "phone", "action": "save", "search": "canarini"} {
			form.Set(field, value)
		}
		form.Del("access_needs")
	}
	return form
}

// sweeps posts to every address that takes a form, and looks at every other, as nobody, as the person and as an
// administrator.
func (c *canary) sweeps() {
	c.t.Helper()
	posts, all := c.read("../", postPattern, "."), c.read("../", routePattern, ".")
	if len(posts) < 40 || len(all) < 90 {
		c.t.Fatalf("only %d forms and %d addresses are found in routes.go", len(posts), len(all))
	}
	look := func(route, path string, cookies map[string]string) {
		c.send(http.MethodGet, path+"?q=canarino&dopo=canarino&ordine=canarino&stato=canarino&fatto=canarino", "", nil, cookies)
		if slices.Contains(posts, route) {
			c.post(path, c.form(true), cookies)
			c.post(path, c.form(false), cookies)
		}
	}
	for _, route := range all {
		look(route, c.path(route, false), nil)
		look(route, c.path(route, false), c.cookies)
		look(route, c.path(route, false), c.office())
		look(route, c.path(route, true), c.office())
	}
}

// path fills in a route's parts: with what is there, or with canaries.
func (c *canary) path(route string, absent bool) string {
	parts := strings.Split(route, "/")
	for i, part := range parts {
		parts[i] = paramsPattern.ReplaceAllStringFunc(part, func(param string) string {
			known := map[string]string{":consultation": "servizi-associati", ":guideline": "anagrafe", ":meeting": "carmignano", ":municipality": "carmignano",
				":slug": "carmignano", ":number": "1", ":kind": "domande", ":id": c.ids[parts[i-1]], ":token": c.tokens[parts[i-1]]}
			if value := known[param]; value != "" && !absent {
				return value
			}
			return "canarino-" + param[1:]
		})
	}
	return strings.Join(parts, "/")
}

// garbles sends what is no request or no form.
func (c *canary) garbles() {
	c.t.Helper()
	form := anagrafe + "/contributi"
	for contentType, body := range map[string]string{
		"application/json": `{"email":"` + canaryEmail + `"}`, "multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=\"canarino\"\r\n\r\ncanarino",
		"multipart/form-data": "--canarino", "application/x-www-form-urlencoded": "email=%zz&canarino\x00=canarino\xff", "text/canarino": "canarino",
	} {
		c.send(http.MethodPost, form, contentType, strings.NewReader(body), c.cookies)
	}
	c.send(http.MethodPost, form, "application/x-www-form-urlencoded", strings.NewReader("body="+strings.Repeat("canarino", 2<<20)), c.cookies)
	c.send(http.MethodPost, form, "application/x-www-form-urlencoded", io.MultiReader(strings.NewReader("body="), strings.NewReader(strings.Repeat("canarino", 2<<20))), c.cookies)
	c.send(http.MethodGet, "/"+strings.Repeat("canarino", 20_000), "", nil, c.cookies)
	c.send(http.MethodGet, "/%00canarino%ff", "", nil, map[string]string{c.prefix + "persona": strings.Repeat("canarino", 20_000)})
	c.send("CANARINO", "/canarino", "", nil, c.cookies)
	for _, raw := range []string{"canarino\r\n\r\n", "GET /canarino HTTP/canarino\r\n\r\n", "GET / HTTP/1.1\r\ncanarino\r\n\r\n",
		"POST " + form + " HTTP/1.1\r\nHost: canarino\r\nContent-Length: canarino\r\n\r\n", "POST " + form + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\ncanarino"} {
		conn, err := c.client.Transport.(*http.Transport).DialContext(c.t.Context(), "tcp", strings.TrimPrefix(c.p.url, "http://"))
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = conn.Write([]byte(raw))
		_ = conn.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}

// crashesTheDatabase kills one of PostgreSQL's processes in the middle of a statement: all of them start again, and it
// writes down why.
func (c *canary) crashesTheDatabase() {
	c.t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = c.p.db.ExecContext(context.Background(), "SELECT pg_sleep(60), 'canarino'")
	}()
	var pid int
	late := time.Now().Add(patience)
	for pid == 0 && time.Now().Before(late) {
		_ = c.p.db.NewRaw("SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()").Scan(c.t.Context(), &pid)
	}
	if pid == 0 {
		c.t.Fatal("the statement never ran")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		c.t.Fatal(err)
	}
	<-ended
	for status := 0; status != http.StatusOK; status, _ = c.send(http.MethodGet, "/status", "", nil, nil) {
		c.post("/accedi", c.form(true), c.cookies)
		if time.Now().After(late) {
			c.t.Fatal("the database has not come back")
		}
	}
}
