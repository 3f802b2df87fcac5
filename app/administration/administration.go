// SPDX-License-Identifier: AGPL-3.0-or-later

// Package administration is what setting the program up needs; in development, the mailbox in which its e-mails can be
// read.
package administration

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/mail"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Administration are the handlers of the administration's pages.
type Administration struct {
	web.Deps
	mailer *mail.Mailer
}

// New returns the administration's handlers; mailer is whose e-mails are read at /posta.
func New(deps web.Deps, mailer *mail.Mailer) *Administration { return &Administration{deps, mailer} }

const home = "/amministrazione"

// Home shows what is set up here: as ten steps, with the next one first, until all that is needed is done; each can be
// taken again at any time.
func (a *Administration) Home(c *fiber.Ctx) error {
	page, err := a.page(c, "administration.home.title")
	if err != nil {
		return err
	}
	page.Crumbs[0] = a.crumb(c, "organisers.desk.title", "/segreteria")
	p := administration.HomePage{Page: page, Done: c.Query("fatto")}
	account, err := models.StaffByID(c.UserContext(), a.DB, page.Staff.ID)
	if err != nil {
		return err
	}
	if p.Steps, err = models.SetupOf(c.UserContext(), a.DB, page.Organisation, account); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, administration.Home(p))
}

// page returns the frame of a page of the administration: key names its title, over are the pages above it, below the
// first one.
func (a *Administration) page(c *fiber.Ctx, key string, over ...parts.Crumb) (layout.Page, error) {
	return a.titled(c, locale.T(c.UserContext(), key), over...)
}

func (a *Administration) titled(c *fiber.Ctx, title string, over ...parts.Crumb) (layout.Page, error) {
	page, err := a.Page(c, title)
	page.NoIndex = true
	first := a.crumb(c, "administration.home.title", home)
	if web.Staff(c).Role != models.RoleAdministrator { // to whom the first page does not exist
		first = a.crumb(c, "organisers.desk.title", "/segreteria")
	}
	page.Crumbs = append([]parts.Crumb{first}, over...)
	page.Crumbs = append(page.Crumbs, parts.Crumb{Label: title})
	return page, err
}

// crumb is a step of the path to a page.
func (a *Administration) crumb(c *fiber.Ctx, key, path string) parts.Crumb {
	ctx := c.UserContext()
	return parts.Crumb{Label: locale.T(ctx, key), Href: locale.Path(ctx, path)}
}
