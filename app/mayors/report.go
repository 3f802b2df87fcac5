// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/mayors"
)

// Report shows what came in from everybody, the municipalities side by side.
func (z *Mayors) Report(c *fiber.Ctx) error {
	page, err := z.page(c, locale.T(c.UserContext(), "mayors.report"))
	if err != nil {
		return err
	}
	page.Crumbs = nil
	return z.report(c, mayors.ReportPage{Page: page})
}

// TownReport shows what came in from one municipality.
func (z *Mayors) TownReport(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	town := site.Organisation.MunicipalityBySlug(c.Params("municipality"))
	if town == nil {
		return models.ErrNotFound
	}
	page, err := z.page(c, locale.T(c.UserContext(), "mayors.report_of", "Name", town.Name))
	if err != nil {
		return err
	}
	return z.report(c, mayors.ReportPage{Page: page, Town: town})
}

func (z *Mayors) report(c *fiber.Ctx, page mayors.ReportPage) error {
	place := ""
	if page.Town != nil {
		place = page.Town.Slug
	}
	var err error
	ctx, consultation := c.UserContext(), page.Consultation.ID
	if page.Report, err = models.ReportOf(ctx, z.DB, z.Now(), consultation, place); err != nil {
		return err
	}
	if page.Populations, err = models.LatestPopulations(ctx, z.DB, page.Organisation.ID); err != nil {
		return err
	}
	if page.Answers, err = models.OfficialAnswers(ctx, z.DB, consultation, page.Report.Texts()...); err != nil {
		return err
	}
	texts := len(page.Report.Texts()) // some not published
	if err := z.NoteReading(c, models.Reading{List: "report", Subject: "participation", ID: consultation, Rows: texts}); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.Report(page))
}
