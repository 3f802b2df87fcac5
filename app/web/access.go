// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
)

// Access says who may use an address.
type Access struct {
	// roles of staff; none: it is not for staff alone.
	roles []string
	// collects says that what is posted is personal data, working that the page is of no use without a consultation.
	collects, working bool
	// door: it is for who holds a pass of the meeting in the address; late: also a while after the pass's end.
	door, late bool
	// half lets staff through who have still to show the second factor; fresh asks for it again when it was a while ago.
	half, fresh, now bool
}

var (
	// Everybody may use the address.
	Everybody = Access{}
	// Collecting is Everybody, for a form that asks for personal data.
	Collecting = Access{collects: true}
	// AtDoor lets the device through that holds a pass for the doors of the meeting in the address, whoever holds it.
	AtDoor = Access{door: true}
)

// ThatCollects is the same access to a form that asks for personal data.
func (a Access) ThatCollects() Access {
	a.collects = true
	return a
}

// Collects tells whether what is posted is personal data.
func (a Access) Collects() bool { return a.collects }

// For lets staff with one of the roles through. An administrator may do all.
func For(roles ...string) Access { return Access{roles: append(roles, models.RoleAdministrator)} }

// OnConsultation is a for an address that there is no use for before there is a consultation.
func (a Access) OnConsultation() Access {
	a.working = true
	return a
}

// Half also lets staff through who have still to show the second factor.
func (a Access) Half() Access { a.half = true; return a }

// Again asks for the second factor again when it was shown more than ten minutes ago: the address does something
// dangerous.
func (a Access) Again() Access { a.fresh = true; return a }

// Now asks as Again does, also for what is posted from a page that was open: the address changes how one comes in.
func (a Access) Now() Access { a.fresh, a.now = true, true; return a }

// Late also lets a pass through that came to its end a while ago: for what its device had no network to send.
func (a Access) Late() Access { a.late = true; return a }

// ForDoor tells whether the address is for who holds a pass of the meeting in it.
func (a Access) ForDoor() bool { return a.door }

// Public tells whether the address is for everybody, not for staff or a door alone.
func (a Access) Public() bool { return a.roles == nil && !a.door }

// Allows tells whether staff with that role may use the address.
func (a Access) Allows(role string) bool { return a.Public() || slices.Contains(a.roles, role) }

// Guard lets through whom the address is for. Who is no staff is sent to sign in; to staff with other roles the page
// does not exist; nor does a door's to who holds no pass for it. Before there is a consultation, what is done on one cannot be. In production nothing that is personal
// data is taken before the information notice is complete.
func (d Deps) Guard(a Access) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch {
		case a.Public():
			return d.take(c, a)
		case a.door:
			return d.atDoor(c, a.late)
		}
		staff, half := Staff(c), Half(c)
		switch {
		case staff == nil && half != nil && a.half && a.Allows(half.Role):
			return c.Next()
		case staff == nil && half != nil:
			return toSecondFactor(c)
		case staff == nil:
			return errStaffOnly
		case !a.Allows(staff.Role):
			return models.ErrNotFound
		}
		if a.fresh {
			switch recent, err := d.provedLately(c, staff, a.now); {
			case err != nil:
				return err
			case !recent:
				return toSecondFactor(c)
			}
		}
		if err := d.work(c, a.working); err != nil {
			return err
		}
		return d.take(c, a)
	}
}

// take goes on to an address, unless it collects what may not be collected yet.
func (d Deps) take(c *fiber.Ctx, a Access) error {
	if a.collects && !d.Config.Development {
		site, err := d.remembered(c.UserContext(), "", d.readOrganisation)
		if err != nil {
			return err
		}
		if d.formsClosed(site) {
			return errNoticeIncomplete
		}
	}
	return c.Next()
}

// formsClosed tells whether citizens' forms are shut until the information notice is complete.
func (d Deps) formsClosed(site Site) bool {
	return !d.Config.Development && (site.Organisation == nil || len(site.PrivacyMissing) > 0)
}

// SecondFactor is where staff show their second factor; After names the page they go to then.
const (
	SecondFactor = "/accesso-uffici/secondo-fattore"
	After        = "poi"
)

// toSecondFactor has a member of staff show the second factor, and then comes back to where they were.
func toSecondFactor(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet {
		return ErrProveAgain
	}
	return SeeOther(c, SecondFactor+"?"+After+"="+url.QueryEscape(c.Path()))
}

func (d Deps) provedLately(c *fiber.Ctx, staff *models.Staff, now bool) (bool, error) {
	within := provedWithin
	if c.Method() == fiber.MethodPost && !now {
		within += models.StaffIdle
	}
	if d.Now().Sub(staff.Session.ProvedAt) <= within {
		return true, nil
	}
	whole, err := models.StaffByID(c.UserContext(), d.DB, staff.ID)
	return err == nil && !d.NeedsFactor(whole), err
}
