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

// Passes shows the passes for a meeting's doors, and the form for another.
func (z *Organisers) Passes(c *fiber.Ctx) error {
	return z.passes(c, fiber.StatusOK, models.DoorPassForm{}, nil)
}

func (z *Organisers) passes(c *fiber.Ctx, status int, form models.DoorPassForm, wrong models.FieldErrors) error {
	m, page, err := z.meetingOf(c, "door.passes.title")
	if err != nil {
		return err
	}
	page.Path = addressOf(m) + "/ingressi"
	passes, err := models.PassesOf(c.UserContext(), z.DB, m.ID)
	if err != nil {
		return err
	}
	p := organisers.PassesPage{Page: page, Meeting: m, Form: form, Wrong: wrong, Done: c.Query("fatto"), Now: z.Now(), Links: map[uuid.UUID]string{}}
	for _, pass := range passes {
		p.Passes = append(p.Passes, pass)
		if pass.DeviceHash == nil && !pass.Over(z.Now()) {
			p.Links[pass.ID] = z.Links.Door(web.Lang(c), pass.ID)
		}
	}
	return web.Render(c, status, organisers.Passes(p))
}

// MakePass makes a pass, whose link a device has still to open.
func (z *Organisers) MakePass(c *fiber.Ctx) error {
	return z.newPass(c, "", func(m *models.Meeting, _ *models.DoorPass) error {
		return web.Done(c, addressOf(m)+"/ingressi", "pass")
	})
}

// UseThisDevice makes a pass, which needs no name, and has the device that asks take it at once.
func (z *Organisers) UseThisDevice(c *fiber.Ctx) error {
	return z.newPass(c, locale.T(c.UserContext(), "door.title"), func(_ *models.Meeting, pass *models.DoorPass) error { return z.take(c, pass.ID) })
}

// newPass makes the pass that the form asks for, called unnamed where it says no name.
func (z *Organisers) newPass(c *fiber.Ctx, unnamed string, then func(*models.Meeting, *models.DoorPass) error) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	form := new(models.DoorPassForm)
	wrong := web.Bind(c, form)
	if form.Label == "" && unnamed != "" {
		form.Label, wrong = unnamed, nil
	}
	if wrong == nil {
		pass, err := models.MakePass(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, *form)
		if err == nil {
			return then(m, pass)
		}
		if !errors.As(err, &wrong) {
			return err
		}
	}
	return z.passes(c, fiber.StatusUnprocessableEntity, *form, wrong)
}

// RevokePass takes a pass away from its device.
func (z *Organisers) RevokePass(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := models.RevokePass(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, id); err != nil {
		return err
	}
	return web.Done(c, addressOf(m)+"/ingressi", "pass-tolto")
}

// PassOffered says what the pass in the link is for, and offers it to this device.
func (z *Organisers) PassOffered(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeDoor, c.Params("token"))
	if err != nil {
		return err
	}
	pass, err := models.PassByID(c.UserContext(), z.DB, id)
	switch {
	case err != nil:
		return err
	case pass.Over(z.Now()):
		return web.ErrPassOver
	case pass.DeviceHash != nil:
		return web.ErrPassTaken
	}
	page, err := z.PageOn(c, pass.Meeting.Consultation.Slug, locale.T(c.UserContext(), "door.offered.title"))
	if err != nil {
		return err
	}
	page.NoIndex = true
	return web.Render(c, fiber.StatusOK, organisers.PassOffered(organisers.DoorPage{Page: page, Pass: pass}))
}

// TakePass binds the pass in the link to this device.
func (z *Organisers) TakePass(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeDoor, c.Params("token"))
	if err != nil {
		return err
	}
	return z.take(c, id)
}

func (z *Organisers) take(c *fiber.Ctx, id uuid.UUID) error {
	pass, token, err := models.TakePass(c.UserContext(), z.DB, z.Now(), id)
	switch {
	case errors.Is(err, models.ErrExpired):
		return web.ErrPassOver
	case errors.Is(err, models.ErrUsed):
		return web.ErrPassTaken
	case err != nil:
		return err
	}
	z.HoldPass(c, pass, token)
	return web.SeeOther(c, addressOf(pass.Meeting)+"/ingresso")
}
