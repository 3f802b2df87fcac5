// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
)

// How many are printed from one page.
const (
	lettersLength = 100
	slipsLength   = 400
)

// Letters are to be printed for who has no e-mail, one sheet each; for one registration alone, whatever it has, where the
// address names it.
func (z *Organisers) Letters(c *fiber.Ctx) error {
	filter, title := models.RegistrationFilter{Live: true, Unmailed: true, Limit: lettersLength + 1}, "letters.title"
	if one := c.Query("iscrizione"); one != "" {
		id, err := uuid.Parse(one)
		if err != nil {
			return models.ErrNotFound
		}
		filter.ID, filter.Unmailed, title = id, false, "letters.one.title"
	}
	p, err := z.paper(c, title, "letters", filter)
	if err == nil && filter.ID != uuid.Nil && len(p.Registrations) == 0 {
		err = models.ErrNotFound
	}
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Letters(p))
}

// Slips are small tickets to be printed and cut, for who has a seat: who has no e-mail, or all.
func (z *Organisers) Slips(c *fiber.Ctx) error {
	all := c.Query("per") == "tutti"
	p, err := z.paper(c, "letters.slips.title", "slips",
		models.RegistrationFilter{State: models.Seated, Unmailed: !all, Limit: slipsLength + 1})
	if err != nil {
		return err
	}
	p.All = all
	if all && p.Next != "" {
		p.Next += "&per=tutti"
	}
	return web.Render(c, fiber.StatusOK, organisers.Slips(p))
}

// paper is a page of letters or slips for the registrations that the filter chooses; list is what the log calls them.
func (z *Organisers) paper(c *fiber.Ctx, title, list string, filter models.RegistrationFilter) (organisers.LettersPage, error) {
	m, page, err := z.meetingOf(c, title)
	if err != nil {
		return organisers.LettersPage{}, err
	}
	if err := z.goOn(c, m, &filter); err != nil {
		return organisers.LettersPage{}, err
	}
	p := organisers.LettersPage{PrintPage: organisers.PrintPage{Page: page, Now: z.Now()}, Meeting: m, One: filter.ID != uuid.Nil}
	if p.Registrations, err = models.RegistrationsOf(c.UserContext(), z.DB, m.ID, filter); err != nil {
		return p, err
	}
	if most := filter.Limit - 1; len(p.Registrations) > most {
		p.Registrations = p.Registrations[:most]
		p.Next = locale.Path(c.UserContext(), page.Path) + "?dopo=" + p.Registrations[most-1].ID.String()
	}
	return p, z.NoteReading(c, models.Reading{List: list, Subject: "meeting", ID: m.ID, State: filter.State, Rows: len(p.Registrations)})
}

// goOn has a list begin after the registration that the address names.
func (z *Organisers) goOn(c *fiber.Ctx, m *models.Meeting, filter *models.RegistrationFilter) error {
	id := after(c)
	if id == uuid.Nil {
		return nil
	}
	last, err := z.registrationAt(c, m, id)
	if err != nil {
		return err
	}
	filter.After = last
	return nil
}
