// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mayors is what a mayor's office does: reads the report, opens the rows behind each figure, takes them away as
// tables, and answers comments and proposals in the name of its own municipality.
package mayors

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/mayors"
	"ultimaparola/views/parts"
)

// Mayors are the handlers of the offices' pages.
type Mayors struct{ web.Deps }

// New returns the offices' handlers.
func New(deps web.Deps) *Mayors { return &Mayors{deps} }

// page returns the frame of a page below the report.
func (z *Mayors) page(c *fiber.Ctx, title string) (layout.Page, error) {
	page, err := z.Page(c, title)
	ctx := c.UserContext()
	page.Crumbs = []parts.Crumb{{Label: locale.T(ctx, "mayors.report"), Href: locale.Path(ctx, mayors.Home)}, {Label: title}}
	return page, err
}
