// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/jobs"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
)

// Every address of the table is asked for as nobody, and as staff of every role, with a handler that only says that it
// was reached: what is not allowed is not found.
func TestEveryAddressIsForWhomTheTableSays(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	table := routes(v.deps, jobs.New(v.deps, v.mailer))
	for i := range table {
		table[i].do = func(c *fiber.Ctx) error { return c.SendStatus(http.StatusNoContent) }
	}
	v.server = serverOf(v.deps, table)
	walk := func(who string, want func(route) int) {
		t.Helper()
		for _, r := range table {
			path := strings.NewReplacer(":consultation", "servizi-associati", ":", "", "*", "x").Replace(r.path)
			var form map[string][]string
			if r.method == http.MethodPost {
				form = map[string][]string{}
			}
			if answer, _ := v.send(path, form); answer.StatusCode != want(r) {
				t.Errorf("%s, %s %s: status %d, want %d", who, r.method, r.path, answer.StatusCode, want(r))
			}
		}
	}
	walk("nobody", func(r route) int {
		switch {
		case r.who.Public():
			return http.StatusNoContent
		case r.who.ForDoor():
			return http.StatusNotFound
		}
		return http.StatusUnauthorized
	})
	for _, role := range models.Roles {
		v.enter(role, "")
		walk(role, func(r route) int {
			if r.who.Allows(role) {
				return http.StatusNoContent
			}
			return http.StatusNotFound
		})
	}
}

// isStaffs tells whether a path is one of those that are for staff.
func isStaffs(path string) bool {
	return slices.ContainsFunc([]string{"/segreteria", "/sindaci", "/amministrazione", "/il-mio-accesso", web.SecondFactor}, func(place string) bool {
		return path == place || strings.HasPrefix(path, place+"/")
	})
}

// Nothing under the addresses of staff is left open by a slip in the table.
func TestStaffsAddressesAreForStaff(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, r := range routes(v.deps, jobs.New(v.deps, v.mailer)) {
		staffs := isStaffs(r.path)
		if staffs == r.who.Public() {
			t.Errorf("%s %s: for staff: %v, public: %v", r.method, r.path, staffs, r.who.Public())
		}
		own := strings.HasPrefix(r.path, "/il-mio-accesso") || r.path == web.SecondFactor
		choosing := r.path == "/segreteria/consultazione" // on which consultation to read
		if r.method == http.MethodPost && r.who.Allows(models.RoleObserver) && !r.who.Public() && !own && !choosing {
			t.Errorf("%s %s: an observer changes nothing", r.method, r.path)
		}
	}
}

// Pages lead their readers, by links and by forms, only to where they may go: an observer is offered nothing to change.
func TestStaffAreLedOnlyWhereTheyMayGo(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	if err := seed.Demo(t.Context(), v.deps.DB, *v.now); err != nil {
		t.Fatal(err)
	}
	pages, doors := v.server, routes(v.deps, jobs.New(v.deps, v.mailer))
	for i, r := range doors {
		doors[i].do = func(c *fiber.Ctx) error { return c.SendString(r.path) }
	}
	marked := serverOf(v.deps, doors)
	for _, role := range models.Roles {
		v.enter(role, "")
		shown, asked := map[string]bool{}, map[string]bool{}
		for waiting := []string{layout.Workplace(&models.Staff{Role: role}), "/il-mio-accesso"}; len(waiting) > 0; waiting = waiting[1:] {
			v.server = pages
			answer, page := v.send(waiting[0], nil)
			if answer.StatusCode != http.StatusOK {
				t.Errorf("%s at %s: status %d", role, waiting[0], answer.StatusCode)
			}
			v.server = marked
			page.Find("a[href^='/'], form[action^='/']").Each(func(_ int, s *goquery.Selection) {
				address, form := s.AttrOr("href", ""), url.Values(nil)
				if action, is := s.Attr("action"); is {
					if address = action; s.AttrOr("method", "get") == "post" {
						form = url.Values{}
					}
				}
				address, _, _ = strings.Cut(address, "#")
				if strings.HasPrefix(address, "/public/") || asked[address+form.Encode()] {
					return
				}
				asked[address+form.Encode()] = true
				answer, door := v.send(address, form)
				place := door.Text()
				switch {
				case answer.StatusCode != http.StatusOK:
					t.Errorf("%s is led from %s to %s: status %d", role, waiting[0], address, answer.StatusCode)
				case form == nil && !shown[place] && isStaffs(place) && !strings.Contains(place, "esportazioni") && !strings.Contains(place, "."):
					shown[place] = true
					waiting = append(waiting, address)
				}
			})
		}
		if len(shown) < 4 { // the moderators' are few
			t.Errorf("%s was shown %d pages only", role, len(shown))
		}
	}
}
