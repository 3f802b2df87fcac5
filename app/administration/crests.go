// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"errors"
	"io"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Crest shows the organisation's coat of arms, and takes another.
func (a *Administration) Crest(c *fiber.Ctx) error {
	page, err := a.crestPage(c, nil)
	if err != nil {
		return err
	}
	return a.crest(c, page, uuid.Nil)
}

// TownCrest shows the coat of arms of a municipality, and takes another.
func (a *Administration) TownCrest(c *fiber.Ctx) error {
	m, err := a.town(c)
	if err != nil {
		return err
	}
	page, err := a.crestPage(c, m)
	if err != nil {
		return err
	}
	return a.crest(c, page, m.ID)
}

// RemoveCrest takes the organisation's coat of arms away.
func (a *Administration) RemoveCrest(c *fiber.Ctx) error {
	if err := models.RemoveCrest(c.UserContext(), a.DB, a.Now(), web.Staff(c), uuid.Nil); err != nil {
		return err
	}
	return web.Done(c, home+"/stemma", "stemma-tolto")
}

// RemoveTownCrest takes the coat of arms of a municipality away.
func (a *Administration) RemoveTownCrest(c *fiber.Ctx) error {
	m, err := a.town(c)
	if err != nil {
		return err
	}
	if err := models.RemoveCrest(c.UserContext(), a.DB, a.Now(), web.Staff(c), m.ID); err != nil {
		return err
	}
	return web.Done(c, towns+"/"+m.Slug+"/stemma", "stemma-tolto")
}

// crestPage is the page of the coat of arms of a municipality, or of the organisation.
func (a *Administration) crestPage(c *fiber.Ctx, m *models.Municipality) (p administration.CrestPage, err error) {
	if m == nil {
		p.Page, err = a.page(c, "administration.crest.title", a.crumb(c, "administration.look.title", home+"/aspetto"))
		if err == nil {
			p.Crest, p.Bearer = p.Organisation.CrestID, p.Organisation.Name
		}
		return p, err
	}
	p.Bearer, p.Crest = parts.Town(c.UserContext(), m.Name), m.CrestID
	p.Page, err = a.titled(c, locale.T(c.UserContext(), "administration.crest.of", "Name", p.Bearer), a.overTown(c))
	p.Path = towns + "/" + m.Slug + "/stemma"
	return p, err
}

// crest answers to GET with the page, and to POST by taking what was uploaded, or with what is wrong with it.
func (a *Administration) crest(c *fiber.Ctx, page administration.CrestPage, municipality uuid.UUID) error {
	page.Done = c.Query("fatto")
	if c.Method() == fiber.MethodGet {
		return web.Render(c, fiber.StatusOK, administration.Crest(page))
	}
	content, err := upload(c, "crest", models.LargestCrest)
	if err == nil {
		err = models.SetCrest(c.UserContext(), a.DB, a.Now(), web.Staff(c), municipality, content)
	}
	if errors.As(err, &page.Wrong) {
		return web.Render(c, fiber.StatusUnprocessableEntity, administration.Crest(page))
	}
	if err != nil {
		return err
	}
	return web.Done(c, page.Path, "stemma")
}

// upload returns the content of an uploaded file, or what is wrong with it; of one that is longer than largest, a byte
// more than that.
func upload(c *fiber.Ctx, field string, largest int64) ([]byte, error) {
	header, err := c.FormFile(field)
	if err != nil || header.Size == 0 {
		return nil, models.Wrong(field, "errors.file_missing")
	}
	body, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(io.LimitReader(body, largest+1))
}
