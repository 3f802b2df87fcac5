// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// EditRegistration changes who is registered and for what.
func (z *Organisers) EditRegistration(c *fiber.Ctx) error {
	e, _, err := z.registrationEdit(c, models.Promotion{}, nil)
	if err != nil {
		return err
	}
	return web.Edit(c, e)
}

// Promote offers seats to a registration that waits, before others that have waited longer.
func (z *Organisers) Promote(c *fiber.Ctx) error {
	form := new(models.Promotion)
	wrong := web.Bind(c, form)
	_, r, err := z.registrationEdit(c, *form, wrong)
	if err != nil {
		return err
	}
	if wrong == nil {
		err = models.PromoteByStaff(c.UserContext(), z.DB, z.Now(), web.Staff(c), r.ID, *form)
	}
	switch {
	case wrong != nil || errors.As(err, &wrong):
		e, _, err := z.registrationEdit(c, *form, wrong)
		if err != nil {
			return err
		}
		return web.Refuse(c, e, fiber.StatusUnprocessableEntity)
	case errors.Is(err, models.ErrExpired):
		return web.Done(c, addressOf(r.Meeting), "scaduta")
	case err != nil:
		return err
	}
	return web.Done(c, addressOf(r.Meeting), "promossa")
}

// registrationEdit is the form of the registration in the address, with the one that promotes it where it waits.
func (z *Organisers) registrationEdit(c *fiber.Ctx, promotion models.Promotion, wrong models.FieldErrors) (e web.Editing[models.RegistrationEdit], r *models.Registration, err error) {
	m, page, err := z.meetingOf(c, "")
	if err != nil {
		return e, nil, err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return e, nil, err
	}
	ctx := c.UserContext()
	if r, err = z.registrationAt(c, m, id); err == nil && !r.Live() {
		err = models.ErrNotFound
	}
	if err != nil {
		return e, nil, err
	}
	page, err = z.page(c, "organisers.registration.edit.title", parts.Crumb{Label: page.Title, Href: locale.Path(ctx, addressOf(m))})
	address := addressOf(m) + "/iscrizioni/" + id.String()
	e.Page = staff.EditPage{Page: page, Lead: locale.T(ctx, "organisers.registration.edit.lead"), Action: address, Wrong: wrong}
	if r.State == models.Waiting && m.Ahead(z.Now()) {
		e.Page.More = organisers.Promotion(address+"/promozione", m.WalkInSeats, promotion.Reason, wrong)
	}
	e.Read = func() (models.RegistrationEdit, error) {
		now, err := models.RegistrationAtDesk(ctx, z.DB, id)
		if err != nil {
			return models.RegistrationEdit{}, err
		}
		return now.EditForm(), nil
	}
	e.Inputs = func(f models.RegistrationEdit) []staff.Input {
		return append(partyInputs(c, f, max(page.Consultation.LargestParty, r.Seats)), web.Seen(f.Seen))
	}
	e.Save = func(f models.RegistrationEdit) (string, error) {
		_, err := models.EditRegistrationByStaff(ctx, z.DB, z.Now(), web.Staff(c), id, f)
		return addressOf(m) + "?fatto=salvato", err
	}
	return e, r, err
}
