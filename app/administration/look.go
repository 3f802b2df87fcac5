// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/locale"
)

// Look edits the colour of the pages. What is typed is shown on this page before it is kept, also where it is refused.
func (a *Administration) Look(c *fiber.Ctx) error {
	page, err := a.page(c, "administration.look.title")
	if err != nil {
		return err
	}
	page.Script = "look.js"
	p := administration.LookPage{Page: page, Done: c.Query("fatto")}
	if c.Method() == fiber.MethodGet {
		organisation, err := models.TheOrganisation(c.UserContext(), a.DB)
		if err != nil {
			return err
		}
		p.Form = organisation.LookForm()
		return web.Render(c, fiber.StatusOK, administration.Look(p))
	}
	typed := web.Fields(c)["accent"]
	p.Wrong = web.Bind(c, &p.Form)
	if p.Wrong == nil {
		p.Wrong = models.CheckLook(p.Form)
	}
	p.Show()
	if c.FormValue("action") == "preview" && p.Page.Preview != nil {
		return web.Render(c, fiber.StatusOK, administration.Look(p))
	}
	if p.Wrong == nil {
		err = models.EditLook(c.UserContext(), a.DB, a.Now(), web.Staff(c), p.Form)
	}
	switch {
	case errors.Is(err, models.ErrChanged):
		organisation, err := models.TheOrganisation(c.UserContext(), a.DB)
		if err != nil {
			return err
		}
		now := organisation.LookForm()
		p.Form.Seen, p.Problem = now.Seen, locale.T(c.UserContext(), "administration.look.changed", "Colour", now.Accent)
		return web.Render(c, fiber.StatusConflict, administration.Look(p))
	case p.Wrong != nil || errors.As(err, &p.Wrong):
		if len(typed) > 0 && p.Page.Preview == nil {
			p.Form.Accent = typed[0]
		}
		return web.Render(c, fiber.StatusUnprocessableEntity, administration.Look(p))
	case err != nil:
		return err
	}
	return web.Done(c, home, "salvato")
}
