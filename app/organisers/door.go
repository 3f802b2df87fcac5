// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
)

// doorPage is the page of a door: how full the room is, and the forms to find who comes. It holds nobody's name by itself,
// since devices keep it to work without a network.
func (z *Organisers) doorPage(c *fiber.Ctx) (organisers.DoorPage, error) {
	pass := web.Pass(c)
	page, err := z.PageOn(c, pass.Meeting.Consultation.Slug, locale.T(c.UserContext(), "door.title"))
	if err != nil {
		return organisers.DoorPage{}, err
	}
	page.NoIndex, page.Person, page.Staff = true, nil, nil
	web.WithCamera(c)
	p := organisers.DoorPage{Page: page, Pass: pass, Now: z.Now()}
	p.Tally, err = models.DoorTallyOf(c.UserContext(), z.DB, pass.Meeting)
	return p, err
}

// Door is the page for a phone at a meeting's door.
func (z *Organisers) Door(c *fiber.Ctx) error {
	p, err := z.doorPage(c)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Door(p))
}

// SearchAtDoor shows who is meant by a code or part of a name: by POST, so that no name stands in an address.
func (z *Organisers) SearchAtDoor(c *fiber.Ctx) error {
	form := new(searchForm)
	wrong := web.Bind(c, form)
	var found []models.Registration
	if wrong == nil {
		var err error
		if found, err = models.SearchAtDoor(c.UserContext(), z.DB, web.Pass(c).MeetingID, form.Search); err != nil {
			return err
		}
	}
	return z.foundAtDoor(c, form.Search, found, wrong)
}

// foundAtDoor shows what was found, or that a form about it is wrong.
func (z *Organisers) foundAtDoor(c *fiber.Ctx, search string, found []models.Registration, wrong models.FieldErrors) error {
	p, err := z.doorPage(c)
	if err != nil {
		return err
	}
	meeting := web.Pass(c).MeetingID
	if err := z.NoteDoorReading(c, models.Reading{List: "search", Subject: "meeting", ID: meeting, Rows: len(found)}); err != nil {
		return err
	}
	p.Search, p.Found, p.Searched, p.Wrong = search, found, true, wrong
	if p.Arrivals, err = models.ArrivalsOf(c.UserContext(), z.DB, meeting, found); err != nil {
		return err
	}
	status := fiber.StatusOK
	if wrong != nil {
		status = fiber.StatusUnprocessableEntity
	}
	return web.Render(c, status, organisers.Door(p))
}

type entryForm struct {
	Registration string `form:"registration" validate:"required,uuid"`
	People       int    `form:"people" validate:"gte=1,lte=20"`
}

// EnterAtDoor records that a registration's party came.
func (z *Organisers) EnterAtDoor(c *fiber.Ctx) error {
	form := new(entryForm)
	wrong := web.Bind(c, form)
	ctx, pass := c.UserContext(), web.Pass(c)
	id, err := uuid.Parse(form.Registration)
	if err != nil {
		return models.ErrNotFound
	}
	if wrong == nil {
		if err = models.EnterAtDoor(ctx, z.DB, z.Now(), pass, id, form.People); err == nil {
			return web.Done(c, addressOf(pass.Meeting)+"/ingresso/arrivi", "entrati")
		}
		if !errors.As(err, &wrong) {
			return err
		}
	}
	r, err := models.RegistrationAtDoor(ctx, z.DB, pass.MeetingID, id)
	if err != nil {
		return err
	}
	return z.foundAtDoor(c, r.Code(), []models.Registration{*r}, wrong)
}

// WalkInAtDoor records people who came without registering.
func (z *Organisers) WalkInAtDoor(c *fiber.Ctx) error {
	form := new(models.WalkInForm)
	wrong := web.Bind(c, form)
	pass := web.Pass(c)
	if wrong == nil {
		err := models.WalkInAtDoor(c.UserContext(), z.DB, z.Now(), pass, *form)
		if err == nil {
			return web.Done(c, addressOf(pass.Meeting)+"/ingresso/arrivi", organisers.WalkedIn)
		}
		if !errors.As(err, &wrong) {
			return err
		}
	}
	p, err := z.doorPage(c)
	if err != nil {
		return err
	}
	p.Wrong, p.People = wrong, c.FormValue("people")
	return web.Render(c, fiber.StatusUnprocessableEntity, organisers.Door(p))
}

// LastArrivals shows who came last, each to be taken back.
func (z *Organisers) LastArrivals(c *fiber.Ctx) error {
	p, err := z.doorPage(c)
	if err != nil {
		return err
	}
	p.Done = c.Query("fatto")
	if p.Last, err = models.LastArrivals(c.UserContext(), z.DB, p.Pass.MeetingID); err != nil {
		return err
	}
	names := 0
	for _, a := range p.Last {
		if a.Registration != nil {
			names++
		}
	}
	if err := z.NoteDoorReading(c, models.Reading{List: "door", Subject: "meeting", ID: p.Pass.MeetingID, Rows: names}); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Door(p))
}

// UndoAtDoor takes back that a party came.
func (z *Organisers) UndoAtDoor(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	pass := web.Pass(c)
	if err := models.UndoAtDoor(c.UserContext(), z.DB, z.Now(), pass, id); err != nil {
		return err
	}
	return web.Done(c, addressOf(pass.Meeting)+"/ingresso/arrivi", "presenza-tolta")
}

// DoorWorker is the script with which a device opens the door's page without a network. It may serve that page, which
// lies above it.
func (z *Organisers) DoorWorker(c *fiber.Ctx) error {
	return web.ServiceWorker(c, "door-worker.js", locale.Path(c.UserContext(), addressOf(web.Pass(c).Meeting)+"/ingresso"))
}
