// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// Canaries: whatever a person leaves with the program holds one of these, or is noted when the program gives it out.
const (
	canaryEmail   = "zaccheo.canarini@example.org"
	canaryPhone   = "+39 347 7431985"
	canaryAddress = "127.77.3.9"   // where the person's requests come from
	canaryProxied = "203.0.113.77" // where a proxy says they come from
)

var canaryWords = regexp.MustCompile(`(?i)canarin|7431985|127\.77\.3\.9|203\.0\.113\.77`)

// canary is a person, then a member of staff, whose every trace is known.
type canary struct {
	p       *program
	t       testing.TB
	client  http.Client
	cookies map[string]string // by name, those of the person
	prefix  string            // of the cookies' names
	secrets []string          // tokens, cookies and codes
	fields  []string
	tokens  map[string]string // by the first part of their address
	ids     map[string]string // of rows that forms are about, by the last noun before ":id"
}

func newCanary(p *program, production bool) *canary {
	c := &canary{p: p, t: p.t, cookies: map[string]string{}, tokens: map[string]string{}, ids: map[string]string{}}
	dialer := net.Dialer{}
	if runtime.GOOS == "linux" { // elsewhere 127.0.0.1 alone is this machine
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(canaryAddress)}
	}
	c.client = http.Client{Timeout: patience, Transport: &http.Transport{DialContext: dialer.DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if production {
		c.prefix = "__Host-"
	}
	c.fields = c.read("../../", `form:"([a-z_]+)"`, "models", "app")
	return c
}

// read returns what the pattern finds in the program's own source.
func (c *canary) read(root, pattern string, folders ...string) (found []string) {
	c.t.Helper()
	expression := regexp.MustCompile(pattern)
	for _, folder := range folders {
		err := filepath.WalkDir(root+folder, func(path string, entry os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, match := range expression.FindAllSubmatch(text, -1) {
				found = append(found, string(match[1]))
			}
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// in returns the canary that a line holds, or "".
func (c *canary) in(line string) string {
	if found := canaryWords.FindString(line); found != "" {
		return found
	}
	for _, secret := range c.secrets {
		if at := strings.Index(line, secret); at >= 0 && !digitBeside(line, at, len(secret)) {
			return secret
		}
	}
	return ""
}

// digitBeside tells whether six digits are only a part of longer ones, as of a time.
func digitBeside(line string, at, length int) bool {
	isDigit := func(i int) bool { return i >= 0 && i < len(line) && line[i] >= '0' && line[i] <= '9' }
	return isDigit(at-1) || isDigit(at+length)
}

// send posts body, or gets path without one, and returns where the answer leads.
func (c *canary) send(method, path, contentType string, body io.Reader, cookies map[string]string) (int, string) {
	c.t.Helper()
	request, err := http.NewRequest(method, c.p.url, body)
	if err != nil {
		c.t.Fatal(err)
	}
	request.URL.Opaque = "//" + request.URL.Host + path
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("User-Agent", "Canarino/9.9")
	request.Header.Set("Referer", c.p.url+"/?canarino")
	request.Header.Set("X-Request-Id", "canarino")
	request.Header.Set("X-Forwarded-For", canaryProxied)
	request.Header.Set("X-Real-Ip", canaryProxied)
	for name, value := range cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := c.client.Do(request)
	if err != nil { // a program that ends shows in what it printed
		return 0, ""
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) // an export may break off
	for _, cookie := range answer.Cookies() {
		if len(cookie.Value) > 20 {
			c.secrets = append(c.secrets, cookie.Value)
			c.cookies[cookie.Name] = cookie.Value
		}
	}
	return answer.StatusCode, answer.Header.Get("Location")
}

func (c *canary) post(path string, form url.Values, cookies map[string]string) (int, string) {
	c.t.Helper()
	return c.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), cookies)
}

var (
	tokenPattern  = regexp.MustCompile(`/(conferme|iscrizioni|avvisami)/([A-Za-z0-9_-]{30,})`)
	sixDigits     = regexp.MustCompile(`: (\d{6})\b`)
	routePattern  = `\b(?:get|post)\("([^"]+)", `
	postPattern   = `\bpost\("([^"]+)", `
	paramsPattern = regexp.MustCompile(`:[a-z]+`)
)

// opens reads the next letter, and notes its tokens and its code.
func (c *canary) opens() {
	c.t.Helper()
	l := c.p.letterTo(canaryEmail)
	for _, match := range tokenPattern.FindAllStringSubmatch(l.Text, -1) {
		c.secrets = append(c.secrets, match[2])
		c.tokens[match[1]] = match[2]
	}
	if code := sixDigits.FindStringSubmatch(l.Text); code != nil {
		c.secrets = append(c.secrets, code[1])
	}
}

// office returns the cookies of an administrator of the canary's name, signed in anew: some forms end a session.
func (c *canary) office() map[string]string {
	c.t.Helper()
	ctx, now := c.t.Context(), time.Now()
	organisation, err := models.TheOrganisation(ctx, c.p.db)
	if err != nil {
		c.t.Fatal(err)
	}
	staff := &models.Staff{OrganisationID: organisation.ID, Role: models.RoleAdministrator, Name: "Zaccheo Canarini", Email: uuid.NewString() + canaryEmail}
	var token string
	if err = models.AddStaff(ctx, c.p.db, now, staff); err == nil {
		token, err = models.SignInStaff(ctx, c.p.db, now, staff.ID, "Canary", true)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	device := models.NewToken()
	c.p.change(`INSERT INTO door_passes (id, meeting_id, label, device_hash, staff_id, created_at, taken_at)
		SELECT gen_random_uuid(), id, 'Canarina', ?, ?, now(), now() FROM meetings WHERE slug = 'carmignano'`, models.Hash(device), staff.ID)
	c.secrets = append(c.secrets, token, device)
	return map[string]string{c.prefix + "ufficio": token, c.prefix + "ingresso": device}
}
