// SPDX-License-Identifier: AGPL-3.0-or-later

// Package organisers is what the segreteria does: the meetings with their registrations and attendance, the texts, the
// comments, and the log of all that staff changed.
package organisers

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Organisers are the handlers of the segreteria's pages.
type Organisers struct {
	web.Deps
	emptyMailbox func() error
}

// New returns the organisers' handlers; emptyMailbox takes the e-mails away that are kept to be read in development.
func New(deps web.Deps, emptyMailbox func() error) *Organisers {
	return &Organisers{deps, emptyMailbox}
}

const (
	desk  = "/segreteria"
	texts = desk + "/testi"
)

// page returns the frame of a page of the segreteria: key names its title, over are the pages above it, below the desk.
func (z *Organisers) page(c *fiber.Ctx, key string, over ...parts.Crumb) (layout.Page, error) {
	return z.titled(c, locale.T(c.UserContext(), key), over...)
}

func (z *Organisers) titled(c *fiber.Ctx, title string, over ...parts.Crumb) (layout.Page, error) {
	page, err := z.Page(c, title)
	page.NoIndex = true
	if web.Staff(c).Role != models.RoleModerator { // who has the comments alone
		page.Crumbs = append(page.Crumbs, z.crumb(c, "organisers.desk.title", desk))
	}
	page.Crumbs = append(page.Crumbs, over...)
	page.Crumbs = append(page.Crumbs, parts.Crumb{Label: title})
	return page, err
}

// crumb is a step of the path to a page.
func (z *Organisers) crumb(c *fiber.Ctx, key, path string) parts.Crumb {
	ctx := c.UserContext()
	return parts.Crumb{Label: locale.T(ctx, key), Href: locale.Path(ctx, path)}
}

// after returns the id from which a list goes on; zero: from its beginning.
func after(c *fiber.Ctx) uuid.UUID {
	id, err := uuid.Parse(c.Query("dopo"))
	if err != nil {
		return uuid.Nil
	}
	return id
}
