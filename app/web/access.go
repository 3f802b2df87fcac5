// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
)

// Access says who may use an address.
type Access struct {
	// roles of staff; none: it is not for staff alone.
	roles []string
	// collects says that what is posted is personal data, working that the page is about a consultation.
	collects, working bool
}

var (
	// Everybody may use the address.
	Everybody = Access{}
	// Collecting is Everybody, for a form that asks for personal data.
	Collecting = Access{collects: true}
)

// For lets staff with one of the roles through. An administrator may do all.
func For(roles ...string) Access { return Access{roles: append(roles, models.RoleAdministrator)} }

// OnConsultation is a for an address that there is no use for before there is a consultation.
func (a Access) OnConsultation() Access {
	a.working = true
	return a
}

// Public tells whether the address is not for staff alone.
func (a Access) Public() bool { return a.roles == nil }

// Allows tells whether staff with that role may use the address.
func (a Access) Allows(role string) bool { return a.Public() || slices.Contains(a.roles, role) }

// Guard lets through whom the address is for. Who is no staff is sent to sign in; to staff with other roles the page
// does not exist. Before there is a consultation, what is done on one cannot be.
func (d Deps) Guard(a Access) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if a.Public() {
			return c.Next()
		}
		staff := Staff(c)
		if staff == nil {
			return errStaffOnly
		}
		if !a.Allows(staff.Role) {
			return models.ErrNotFound
		}
		if a.working {
			if site, err := d.Site(c); err != nil {
				return err
			} else if site.Consultation == nil {
				return errNoConsultation
			}
		}
		return c.Next()
	}
}
