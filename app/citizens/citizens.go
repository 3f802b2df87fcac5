// SPDX-License-Identifier: AGPL-3.0-or-later

// Package citizens is what a citizen does: reads, registers for a meeting, gives an opinion, comments, confirms by
// e-mail and looks after what they sent.
package citizens

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Citizens are the handlers of the citizens' pages.
type Citizens struct{ web.Deps }

// New returns the citizens' handlers.
func New(deps web.Deps) *Citizens { return &Citizens{deps} }

// page returns the frame of a page of the consultation: key names its title, section its place in the navigation.
func (z *Citizens) page(c *fiber.Ctx, section layout.Section, key string) (layout.Page, error) {
	page, err := z.Page(c, locale.T(c.UserContext(), key))
	if err != nil {
		return page, err
	}
	page.Section = section
	page.Rateable = layout.RateablePage
	page.Crumbs = z.crumbs(c, page, parts.Crumb{Label: page.Title})
	return page, nil
}

// crumbs is the path to a page: home, the consultation that it is about, then last.
func (z *Citizens) crumbs(c *fiber.Ctx, page layout.Page, last ...parts.Crumb) []parts.Crumb {
	ctx := c.UserContext()
	path := []parts.Crumb{{Label: locale.T(ctx, "citizens.home"), Href: locale.Path(ctx, "/")}}
	if page.Consultation != nil {
		path = append(path, titled(c, page.Consultation.Title, page.In(ctx, "")))
	}
	return append(path, last...)
}

// titled is a step of the path to a page that bears the title of a text.
func titled(c *fiber.Ctx, title models.Text, href string) parts.Crumb {
	return parts.Crumb{Label: web.InLanguage(c, title), Href: href, Lang: parts.Foreign(c.UserContext(), title)}
}
