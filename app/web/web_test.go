// SPDX-License-Identifier: AGPL-3.0-or-later

package web_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// clock is the program's time, moved by the test.
type clock struct{ atomic.Pointer[time.Time] }

func (c *clock) now() time.Time                 { return *c.Load() }
func (c *clock) pass(d time.Duration)           { t := c.now().Add(d); c.Store(&t) }
func request(method, path string) *http.Request { return httptest.NewRequest(method, path, nil) }

func newDeps(t *testing.T, base string) (web.Deps, *clock) {
	t.Helper()
	db := databasetest.New(t)
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	if err := seed.Case(context.Background(), db, start); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c := new(clock)
	c.Store(&start)
	config := web.Config{BaseURL: address, Secret: []byte(strings.Repeat("s", 32))}
	return web.NewDeps(db, config, c.now, slog.New(slog.NewTextHandler(io.Discard, nil))), c
}

func answer(t *testing.T, app *fiber.App, r *http.Request) (*http.Response, string) {
	t.Helper()
	response, err := app.Test(r, -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestStoredPagesAreFilledOnceASecond(t *testing.T) {
	deps, clock := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	var filled atomic.Int32
	app.Get("/page", func(c *fiber.Ctx) error {
		web.Storable(c)
		return c.Type("html").SendString(fmt.Sprintf("filling %d", filled.Add(1)))
	})
	var together sync.WaitGroup
	for range 20 {
		together.Go(func() {
			if _, body := answer(t, app, request("GET", "/page")); body != "filling 1" {
				t.Errorf("got %q", body)
			}
		})
	}
	together.Wait()

	compressed := request("GET", "/page")
	compressed.Header.Set("Accept-Encoding", "gzip")
	response, body := answer(t, app, compressed)
	if response.Header.Get("Content-Encoding") != "gzip" || response.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("headers of a stored page: %v", response.Header)
	}
	unzipped, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if plain, _ := io.ReadAll(unzipped); string(plain) != "filling 1" {
		t.Errorf("got %q", plain)
	}

	known := request("GET", "/page")
	known.Header.Set("Cookie", "anything=1")
	if _, body := answer(t, app, known); body != "filling 2" {
		t.Errorf("a reader with a cookie got the stored page: %q", body)
	}
	clock.pass(time.Second)
	if _, body := answer(t, app, request("GET", "/page")); body != "filling 3" {
		t.Errorf("a second later the page was still %q", body)
	}
}

func TestOtherPagesAreNeverStored(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	served := 0
	app.Get("/own", func(c *fiber.Ctx) error { served++; return c.SendString("own") })
	for range 2 {
		response, _ := answer(t, app, request("GET", "/own"))
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control %q, want no-store", got)
		}
	}
	if served != 2 {
		t.Errorf("served %d times, want 2", served)
	}
}

func TestWhoWaitedForAPageThatIsNotStoredWaitsOnce(t *testing.T) {
	deps, clock := newDeps(t, "http://localhost:3000")
	came := make(chan struct{}, 10)
	deps.Now = func() time.Time { came <- struct{}{}; return clock.now() }
	app := web.NewServer(deps)
	first, second, third := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var served atomic.Int32
	app.Get("/own", func(c *fiber.Ctx) error {
		switch served.Add(1) {
		case 1:
			<-first
		case 2:
			close(second)
			<-third // the second ends only beside the third
		case 3:
			<-second
			close(third)
		}
		return c.SendString("own")
	})
	var together sync.WaitGroup
	for range 3 {
		together.Go(func() { answer(t, app, request("GET", "/own")) })
		<-came
	}
	clock.pass(time.Millisecond)
	close(first)
	together.Wait()
}

func TestOwnPagesAreCompressedToo(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	long := strings.Repeat("own page ", 500)
	app.Get("/own", func(c *fiber.Ctx) error { return c.Type("html").SendString(long) })
	r := request("GET", "/own")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Cookie", "persona=of-a-session-that-is-over")
	response, body := answer(t, app, r)
	if response.Header.Get("Content-Encoding") != "gzip" || len(body) > len(long)/4 {
		t.Errorf("%d bytes, encoded as %q", len(body), response.Header.Get("Content-Encoding"))
	}
}

func TestPostsFromOtherSitesAreRefused(t *testing.T) {
	deps, _ := newDeps(t, "https://parola.example")
	app := web.NewServer(deps)
	done := func(c *fiber.Ctx) error { return c.SendString("done") }
	app.Post("/form", done)
	app.Post("/avvisami/:token/disiscrizione", done)
	for _, test := range []struct {
		name    string
		path    string
		headers map[string]string
		body    string
		status  int
	}{
		{"same origin", "/form", map[string]string{"Sec-Fetch-Site": "same-origin"}, "", 200},
		{"typed by the user", "/form", map[string]string{"Sec-Fetch-Site": "none"}, "", 200},
		{"cross-site", "/form", map[string]string{"Sec-Fetch-Site": "cross-site"}, "", 403},
		{"sibling site", "/form", map[string]string{"Sec-Fetch-Site": "same-site"}, "", 403},
		{"cross-site wins over origin", "/form", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://parola.example"}, "", 403},
		{"older browser, own origin", "/form", map[string]string{"Origin": "https://parola.example"}, "", 200},
		{"older browser, other origin", "/form", map[string]string{"Origin": "https://evil.example"}, "", 403},
		{"opaque origin", "/form", map[string]string{"Origin": "null"}, "", 403},
		{"nothing told, no cookie", "/form", nil, "", 200},
		{"nothing told, with cookie", "/form", map[string]string{"Cookie": "__Host-persona=x"}, "", 403},
		{"one-click unsubscribe", "/avvisami/token/disiscrizione", map[string]string{"Sec-Fetch-Site": "cross-site"}, "List-Unsubscribe=One-Click", 200},
		{"one-click unsubscribe in English", "/en/avvisami/token/disiscrizione", map[string]string{"Sec-Fetch-Site": "cross-site"}, "List-Unsubscribe=One-Click", 200},
		{"another page with the one-click body", "/form", map[string]string{"Sec-Fetch-Site": "cross-site"}, "List-Unsubscribe=One-Click", 403},
		{"the unsubscribe page with another body", "/avvisami/token/disiscrizione", map[string]string{"Sec-Fetch-Site": "cross-site"}, "x=1", 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", test.path, strings.NewReader(test.body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for name, value := range test.headers {
				r.Header.Set(name, value)
			}
			if response, _ := answer(t, app, r); response.StatusCode != test.status {
				t.Errorf("status %d, want %d", response.StatusCode, test.status)
			}
		})
	}
}

func TestWhatNoTextCanHoldIsRefused(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	app.Post("/form", func(c *fiber.Ctx) error { return c.SendString("done") })
	app.Get("/page/:name", func(c *fiber.Ctx) error { return c.SendString("page") })
	for _, path := range []string{"/page/%00", "/page/%ff", "/page/a?q=%00", "/page/a?q=%c3%28"} {
		if response, body := answer(t, app, request("GET", path)); response.StatusCode != 400 || !strings.Contains(body, "<h1>") {
			t.Errorf("%s: status %d, want a page with 400", path, response.StatusCode)
		}
	}
	for _, body := range []string{"name=%00", "name=%ff%fe", "na%00me=x"} {
		r := httptest.NewRequest("POST", "/form", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if response, _ := answer(t, app, r); response.StatusCode != 400 {
			t.Errorf("%s: status %d, want 400", body, response.StatusCode)
		}
	}
	multipart := "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\x00b\r\n--x--\r\n"
	r := httptest.NewRequest("POST", "/form", strings.NewReader(multipart))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if response, _ := answer(t, app, r); response.StatusCode != 400 {
		t.Errorf("multipart with NUL: status %d, want 400", response.StatusCode)
	}
}

func TestErrorsHaveTheirStatusAndPageInTheReadersLanguage(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	var cause error
	app.Get("/fails", func(*fiber.Ctx) error { return cause })
	app.Get("/panics", func(*fiber.Ctx) error { panic("broken") })
	for _, test := range []struct {
		err    error
		status int
		words  string
	}{
		{models.ErrNotFound, 404, "Page not found"},
		{fmt.Errorf("looking: %w", models.ErrNotFound), 404, "Page not found"},
		{web.ErrTampered, 404, "The link is not valid"},
		{models.ErrExpired, 410, "The link has expired"},
		{models.ErrUsed, 410, "used already"},
		{models.ErrClosed, 409, "Not open now"},
		{models.ErrBusy, 503, "One moment"},
		{context.DeadlineExceeded, 503, "One moment"},
		{fiber.ErrRequestEntityTooLarge, 413, "too much at once"},
		{fiber.ErrTeapot, 418, "did not understand"},
		{fmt.Errorf("secret detail"), 500, "Something did not work"},
	} {
		cause = test.err
		response, body := answer(t, app, request("GET", "/en/fails"))
		if response.StatusCode != test.status || !strings.Contains(body, test.words) || !strings.Contains(body, `lang="en"`) {
			t.Errorf("%v: status %d, want %d with %q", test.err, response.StatusCode, test.status, test.words)
		}
		if strings.Contains(body, "secret detail") {
			t.Error("the cause is shown to the reader")
		}
	}
	if response, body := answer(t, app, request("GET", "/panics")); response.StatusCode != 500 || strings.Contains(body, "goroutine") {
		t.Errorf("a panic gave status %d", response.StatusCode)
	}
}

func TestLinksOpenOnlyWhatTheyWereMadeFor(t *testing.T) {
	links := web.Links{Base: "https://parola.example", Secret: []byte(strings.Repeat("s", 32))}
	id := uuid.Must(uuid.NewV7())
	token := links.Token(web.PurposeConfirm, id)
	if got, err := links.Open(web.PurposeConfirm, token); err != nil || got != id {
		t.Errorf("Open = %v, %v", got, err)
	}
	altered := []byte(token)
	altered[3] ^= 1
	for name, open := range map[string]func() (uuid.UUID, error){
		"other purpose": func() (uuid.UUID, error) { return links.Open(web.PurposeRegistration, token) },
		"altered":       func() (uuid.UUID, error) { return links.Open(web.PurposeConfirm, string(altered)) },
		"cut off":       func() (uuid.UUID, error) { return links.Open(web.PurposeConfirm, token[:20]) },
		"empty":         func() (uuid.UUID, error) { return links.Open(web.PurposeConfirm, "") },
		"other secret": func() (uuid.UUID, error) {
			return web.Links{Secret: []byte(strings.Repeat("x", 32))}.Open(web.PurposeConfirm, token)
		},
	} {
		if _, err := open(); err != web.ErrTampered {
			t.Errorf("%s: %v, want ErrTampered", name, err)
		}
	}
	if code := links.Code(id); len(code) != 6 || code == links.Code(uuid.Must(uuid.NewV7())) {
		t.Errorf("code %q", code)
	}
}

func TestSecurityHeaders(t *testing.T) {
	deps, _ := newDeps(t, "https://parola.example")
	app := web.NewServer(deps)
	app.Get("/page", func(c *fiber.Ctx) error { return c.SendString("page") })
	response, _ := answer(t, app, request("GET", "/page"))
	policy := response.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy: %s", policy)
	}
	if response.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS under https")
	}
}

func TestAFormComesBackFilledWithEachWrongFieldNamed(t *testing.T) {
	deps, _ := newDeps(t, "http://localhost:3000")
	app := web.NewServer(deps)
	type form struct {
		Name  string `form:"name" validate:"required"`
		Email string `form:"email" validate:"required,email"`
		Seats int    `form:"seats" validate:"min=1,max=5"`
	}
	var got form
	var wrong models.FieldErrors
	app.Post("/form", func(c *fiber.Ctx) error { got = form{}; wrong = web.Bind(c, &got); return nil })
	r := httptest.NewRequest("POST", "/form", strings.NewReader("name=++Anna+&email=anna&seats=many&unknown=1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer(t, app, r)
	if got.Name != "Anna" || got.Email != "anna" {
		t.Errorf("form %+v", got)
	}
	if want := "seats: errors.number, email: errors.email"; wrong.Error() != want {
		t.Errorf("wrong %q, want %q", wrong, want)
	}
}
