// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/locale"
)

// Population shows what is known of a municipality's population, and the forms by which more becomes known.
func (a *Administration) Population(c *fiber.Ctx) error {
	page, err := a.population(c)
	if err != nil {
		return err
	}
	page.Done = c.Query("fatto")
	return web.Render(c, fiber.StatusOK, administration.Population(page))
}

// SavePopulation notes how many people lived in the municipality in a year.
func (a *Administration) SavePopulation(c *fiber.Ctx) error {
	page, err := a.population(c)
	if err != nil {
		return err
	}
	wrong := web.Bind(c, &page.Total)
	page.Typed = c.FormValue("year")
	if wrong == nil {
		err = models.SavePopulation(c.UserContext(), a.DB, a.Now(), web.Staff(c), page.Town.ID, page.Total)
	}
	if page.WrongTotal = wrong; wrong != nil || errors.As(err, &page.WrongTotal) {
		return web.Render(c, fiber.StatusUnprocessableEntity, administration.Population(page))
	}
	if err != nil {
		return err
	}
	return web.Done(c, page.Path, "popolazione")
}

// SaveAges reads a table of the population by age, shows what it says, and notes it once that is confirmed.
func (a *Administration) SaveAges(c *fiber.Ctx) error {
	page, err := a.population(c)
	if err != nil {
		return err
	}
	wrong := web.Bind(c, &page.Ages)
	page.Typed = c.FormValue("year")
	if content, err := upload(c, "table", models.LargestAges); err == nil {
		page.Ages.Ages = models.AgesText(content)
		wrong = dropField(wrong, "ages")
		if len(content) > models.LargestAges {
			wrong = append(wrong, models.Wrong("table", "errors.table_large")...)
		}
	} else if page.Ages.Ages == "" {
		wrong = append(dropField(wrong, "ages"), models.Wrong("table", "errors.file_missing")...)
	}
	if page.WrongAges = wrong; wrong != nil {
		return web.Render(c, fiber.StatusUnprocessableEntity, administration.Population(page))
	}
	page.Bands, page.BadLines = models.ReadAges(page.Ages.Ages, page.Town.IstatCode)
	if page.BadLines != nil {
		return web.Render(c, fiber.StatusUnprocessableEntity, administration.Population(page))
	}
	if c.FormValue("action") != "save" {
		return web.Render(c, fiber.StatusOK, administration.AgesPreview(page))
	}
	err = models.SaveAges(c.UserContext(), a.DB, a.Now(), web.Staff(c), page.Town.ID, page.Ages, page.Bands)
	if errors.As(err, &page.WrongAges) {
		return web.Render(c, fiber.StatusUnprocessableEntity, administration.Population(page))
	}
	if err != nil {
		return err
	}
	return web.Done(c, page.Path, "popolazione")
}

// RemovePopulation takes away what is known of a year.
func (a *Administration) RemovePopulation(c *fiber.Ctx) error {
	m, err := a.town(c)
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(c.Params("year"))
	if err != nil {
		return models.ErrNotFound
	}
	if err := models.RemovePopulation(c.UserContext(), a.DB, a.Now(), web.Staff(c), m.ID, year); err != nil {
		return err
	}
	return web.Done(c, towns+"/"+m.Slug+"/popolazione", "popolazione-tolta")
}

func (a *Administration) population(c *fiber.Ctx) (p administration.PopulationPage, err error) {
	if p.Town, err = a.town(c); err != nil {
		return p, err
	}
	p.Page, err = a.titled(c, locale.T(c.UserContext(), "administration.population.title", "Name", p.Town.Name), a.overTown(c))
	if err != nil {
		return p, err
	}
	p.Path = towns + "/" + p.Town.Slug + "/popolazione"
	p.Known, err = models.PopulationsOf(c.UserContext(), a.DB, p.Town.ID)
	return p, err
}

// dropField leaves out what is wrong with one field.
func dropField(wrong models.FieldErrors, field string) (others models.FieldErrors) {
	for _, w := range wrong {
		if w.Field != field {
			others = append(others, w)
		}
	}
	return others
}
