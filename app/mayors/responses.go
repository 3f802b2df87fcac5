// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/mayors"
)

// Guideline shows the responses of the offices to a proposal, what came in on it, and the form of a new response.
func (z *Mayors) Guideline(c *fiber.Ctx) error {
	return z.guideline(c, fiber.StatusOK, func(*mayors.GuidelinePage) {})
}

// Respond shows a response as it would stand, or publishes it: mayors.Step says which. What is typed is kept.
func (z *Mayors) Respond(c *fiber.Ctx) error {
	form := new(models.ResponseForm)
	if wrong := web.Bind(c, form); wrong != nil {
		return z.guideline(c, fiber.StatusUnprocessableEntity, func(p *mayors.GuidelinePage) { p.Form, p.Wrong = *form, wrong })
	}
	if c.FormValue(mayors.Step) != mayors.Publish {
		return z.guideline(c, fiber.StatusOK, func(p *mayors.GuidelinePage) { p.Form, p.Preview = *form, true })
	}
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	g := site.Consultation.Guideline(c.Params("guideline"))
	if g == nil {
		return models.ErrNotFound
	}
	if _, err := models.Respond(c.UserContext(), z.DB, z.Now(), web.Staff(c), g.ID, form.Outcome, form.Reasons); err != nil {
		return err
	}
	return web.SeeOther(c, mayors.GuidelinePath(g.Slug)+"?"+mayors.Done+"=1#fatto")
}

func (z *Mayors) guideline(c *fiber.Ctx, status int, fill func(*mayors.GuidelinePage)) error {
	frame, err := z.page(c, locale.T(c.UserContext(), "mayors.response.title"))
	if err != nil {
		return err
	}
	ctx, consultation := c.UserContext(), frame.Consultation.ID
	page := mayors.GuidelinePage{ReportPage: mayors.ReportPage{Page: frame}, Done: c.Query(mayors.Done) != ""}
	if page.Guideline = frame.Consultation.Guideline(c.Params("guideline")); page.Guideline == nil {
		return models.ErrNotFound
	}
	if page.Report, err = models.ReportOf(ctx, z.DB, z.Now(), consultation, ""); err != nil {
		return err
	}
	fill(&page)
	return web.Render(c, status, mayors.Guideline(page))
}
