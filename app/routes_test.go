// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/jobs"
	"ultimaparola/app/web"
	"ultimaparola/models"
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
		if r.who.Public() {
			return http.StatusNoContent
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

// Nothing under the addresses of staff is left open by a slip in the table.
func TestStaffsAddressesAreForStaff(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, r := range routes(v.deps, jobs.New(v.deps, v.mailer)) {
		staffs := false
		for _, place := range []string{"/segreteria", "/sindaci", "/amministrazione", "/il-mio-accesso", web.SecondFactor} {
			staffs = staffs || r.path == place || strings.HasPrefix(r.path, place+"/")
		}
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
