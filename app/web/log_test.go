// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
)

// lines returns what was logged as JSON.
func lines(t *testing.T, logged *bytes.Buffer) (all []map[string]any) {
	t.Helper()
	for decoder := json.NewDecoder(logged); ; {
		line := map[string]any{}
		if err := decoder.Decode(&line); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
}

func TestAFailureIsFoundInTheLogByWhatItsPageTells(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	logged := new(bytes.Buffer)
	deps.Log = web.NewLog(logged, false)
	app := web.NewServer(deps)
	app.Get("/fails/:token", func(*fiber.Ctx) error { return errors.New("broken") })
	app.Get("/absent", func(*fiber.Ctx) error { return fiber.ErrNotFound })
	told := map[string]bool{}
	for range 2 {
		r := request("GET", "/fails/a-secret-token")
		r.Header.Set("X-Request-Id", "from-outside")
		response, body := answer(t, app, r)
		page, err := goquery.NewDocumentFromReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		reference := page.Find("[data-reference]").Text()
		entries := lines(t, logged)
		if reference == "" || reference == "from-outside" || reference != response.Header.Get("X-Request-Id") {
			t.Errorf("the page tells %q, the header %q", reference, response.Header.Get("X-Request-Id"))
		}
		if len(entries) != 1 || entries[0]["request"] != reference || entries[0]["route"] != "/fails/:token" {
			t.Errorf("logged %v, of request %s", entries, reference)
		}
		told[reference] = true
	}
	if len(told) != 2 {
		t.Error("two requests have one id")
	}
	if _, body := answer(t, app, request("GET", "/absent")); strings.Contains(body, "data-reference") || logged.Len() > 0 {
		t.Errorf("what is no failure of ours is logged (%s), or its page tells a reference", logged)
	}
}

func TestAStoredPageIsOfNoRequest(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	app.Get("/page", func(c *fiber.Ctx) error { web.Storable(c); return c.SendString("page") })
	for range 2 {
		if response, _ := answer(t, app, request("GET", "/page")); response.Header.Get("X-Request-Id") != "" {
			t.Errorf("a page for everybody has the id %s", response.Header.Get("X-Request-Id"))
		}
	}
}

func TestRequestsAreLoggedWhereAskedFor(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	logged := new(bytes.Buffer)
	deps.Log, deps.Config.LogRequests = web.NewLog(logged, false), true
	app := web.NewServer(deps)
	app.Get("/conferme/:token", func(c *fiber.Ctx) error { return c.SendString("page") })
	answer(t, app, request("GET", "/conferme/a-secret-token?q=a-secret-word"))
	text := logged.String()
	entries := lines(t, logged)
	if len(entries) != 1 || entries[0]["route"] != "/conferme/:token" || entries[0]["status"] != 200.0 || entries[0]["bytes"] != 4.0 || entries[0]["request"] == nil {
		t.Errorf("logged %s", text)
	}
	if strings.Contains(text, "secret") {
		t.Errorf("the log holds the address: %s", text)
	}
}

// Whatever an error says, the log has nothing in it that a person typed; what is ours stays.
func TestErrorsAreLoggedWithoutWhatPeopleTyped(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	query := func(statement string, values ...any) error {
		_, err := deps.DB.ExecContext(t.Context(), statement, values...)
		return err
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(query("CREATE TABLE guests (name text UNIQUE CHECK (length(name) < 30), day date, seats int)"))
	must(query("INSERT INTO guests VALUES ('canarino')"))
	_, number := strconv.Atoi("canarino")
	for name, test := range map[string]struct {
		err  error
		says string
	}{
		"unique":         {query("INSERT INTO guests VALUES (?)", "canarino"), "guests_name_key"},
		"check":          {query("INSERT INTO guests VALUES (?)", strings.Repeat("canarino", 9)), "guests_name_check"},
		"unknown column": {query("SELECT surname FROM guests WHERE name = 'canarino'"), `"surname"`},
		"date":           {fmt.Errorf("when: %w", query("INSERT INTO guests (day) VALUES (?)", "canarino")), "when: ERROR: invalid input syntax for type date"},
		"quotes inside":  {query("INSERT INTO guests (seats) VALUES (?)", `Anna "la canarino" Rossi`), "22P02"},
		"number":         {number, "invalid syntax"},
		"e-mail":         {errors.New("550 <canarino@example.org>: unknown"), "550"},
		"quoted in Go":   {fmt.Errorf("no row %q here", `a "canarino" b`), "no row … here"},
	} {
		if test.err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, forPeople := range []bool{true, false} {
			logged := new(bytes.Buffer)
			web.NewLog(logged, forPeople).With("cause", test.err).Error("it fails", "error", test.err)
			text := strings.ReplaceAll(logged.String(), `\"`, `"`)
			if strings.Contains(text, "canarino") || !strings.Contains(text, test.says) {
				t.Errorf("%s: logged %s", name, text)
			}
		}
	}
}

func TestAPanicIsLoggedWithItsPlaceAndWithoutItsWords(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	logged := new(bytes.Buffer)
	deps.Log = web.NewLog(logged, false)
	app := web.NewServer(deps)
	app.Get("/panics", func(c *fiber.Ctx) error { panic("canarino " + c.Query("name")) })
	answer(t, app, httptest.NewRequest("GET", "/panics?name=canarino", nil))
	if text := logged.String(); strings.Contains(text, "canarino") || !strings.Contains(text, "log_test.go") || !strings.Contains(text, `"request":`) {
		t.Errorf("logged %s", text)
	}
}

func TestRequestsAreCountedByRoute(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	app.Get("/", func(c *fiber.Ctx) error { web.Storable(c); return c.SendString("home") })
	app.Get("/conferme/:token", func(c *fiber.Ctx) error { return c.SendString("page") })
	app.Get("/fails", func(*fiber.Ctx) error { return errors.New("broken") })
	app.Get("/link", func(*fiber.Ctx) error { return web.ErrTampered })
	for _, path := range []string{"/", "/", "/", "/conferme/first", "/en/conferme/second", "/fails", "/link", "/nowhere/canarino"} {
		answer(t, app, request("GET", path))
	}
	answered := httptest.NewRecorder()
	deps.Metrics.Handler().ServeHTTP(answered, request("GET", "/metrics"))
	numbers := answered.Body.String()
	for _, want := range []string{
		`ultimaparola_requests_total{method="GET",route="/",status="200"} 1`,
		`ultimaparola_stored_pages_total 2`,
		`ultimaparola_requests_total{method="GET",route="/conferme/:token",status="200"} 2`,
		`ultimaparola_requests_total{method="GET",route="/fails",status="500"} 1`,
		`ultimaparola_requests_total{method="GET",route="/link",status="404"} 1`,
		`ultimaparola_requests_total{method="GET",route="none",status="404"} 1`,
		`ultimaparola_request_seconds_count{method="GET",route="/conferme/:token"} 2`,
		`ultimaparola_requests_in_flight 0`,
		`ultimaparola_info{version=`,
		`go_goroutines`, `process_resident_memory_bytes`,
	} {
		if !strings.Contains(numbers, want) {
			t.Errorf("the metrics do not have %s", want)
		}
	}
	if strings.Contains(numbers, "canarino") || strings.Contains(numbers, "first") {
		t.Errorf("the metrics hold addresses:\n%s", numbers)
	}
}
