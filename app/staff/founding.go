// SPDX-License-Identifier: AGPL-3.0-or-later

package staff

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/staff"
)

// FoundingPage asks the first administrator who they are, and with what to begin. Its link is printed at the program's
// start until there is one.
func (z *Staff) FoundingPage(c *fiber.Ctx) error {
	return z.founding(c, fiber.StatusOK, models.FoundingForm{}, nil)
}

// Found opens the first administrator's account, and signs its browser in.
func (z *Staff) Found(c *fiber.Ctx) error {
	form := new(models.FoundingForm)
	wrong := web.Bind(c, form)
	fresh, err := z.fresh(c)
	if err != nil {
		return err
	}
	theCase := fresh && c.FormValue("begin") == staff.BeginWithCase
	if wrong == nil && fresh && !theCase && form.OrganisationName == "" {
		wrong = models.Wrong("organisation_name", "errors.required")
	}
	if wrong != nil {
		return z.founding(c, fiber.StatusUnprocessableEntity, *form, wrong)
	}
	if theCase {
		if err := seed.Case(c.UserContext(), z.DB, z.Now()); err != nil {
			return err
		}
	}
	account, err := models.FoundAdministrator(c.UserContext(), z.DB, z.Now(), *form)
	switch {
	case errors.Is(err, models.ErrStaffExists):
		return z.founding(c, fiber.StatusUnprocessableEntity, *form, models.Wrong("email", "errors.staff_exists"))
	case errors.As(err, &wrong):
		return z.founding(c, fiber.StatusUnprocessableEntity, *form, wrong)
	case err != nil:
		return err
	}
	z.Sites.Forget()
	if err := z.SignInStaff(c, account, false); err != nil {
		return err
	}
	return web.SeeOther(c, layout.Workplace(account))
}

// fresh tells whether the database holds no organisation yet. ErrTampered when the link in the address is not ours, and
// ErrUsed once somebody administers.
func (z *Staff) fresh(c *fiber.Ctx) (bool, error) {
	if err := z.Links.IsFounding(c.Params("token")); err != nil {
		return false, err
	}
	switch founded, err := models.HasAdministrator(c.UserContext(), z.DB); {
	case err != nil:
		return false, err
	case founded:
		return false, models.ErrUsed
	}
	_, err := models.TheOrganisation(c.UserContext(), z.DB)
	if errors.Is(err, models.ErrNotFound) {
		return true, nil
	}
	return false, err
}

func (z *Staff) founding(c *fiber.Ctx, status int, form models.FoundingForm, wrong models.FieldErrors) error {
	fresh, err := z.fresh(c)
	if err != nil {
		return err
	}
	page, err := z.page(c, "staff.founding.title")
	if err != nil {
		return err
	}
	return web.Render(c, status, staff.Founding(staff.FoundingPage{Page: page, Token: c.Params("token"), Form: form,
		Fresh: fresh, Begin: c.FormValue("begin"), Wrong: wrong}))
}
