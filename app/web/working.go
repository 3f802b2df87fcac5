// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
	"ultimaparola/views/parts"
)

// OnConsultation is the field, in every form of staff, that names the consultation it was shown for: what is posted is
// done on that one, whichever another window of theirs has gone on to. In an address it shows a page for that one.
const OnConsultation = "consultazione"

// working tells whether the page is of those where staff work.
func working(c *fiber.Ctx) bool {
	works, _ := c.Locals(localWorking).(bool)
	return works
}

// workedOn returns the one of all that staff work on: named by the form or the address, else chosen in their session,
// else the newest that is not past, else the newest; nil when there is none. ErrNotFound: the one named does not exist.
func workedOn(c *fiber.Ctx, all []models.Consultation) (*models.Consultation, error) {
	if slug := c.FormValue(OnConsultation); slug != "" {
		if one := named(all, slug); one != nil {
			return one, nil
		}
		return nil, models.ErrNotFound
	}
	for i := range all {
		if all[i].ID == Staff(c).Session.ConsultationID {
			return &all[i], nil
		}
	}
	for i := range all {
		if !all[i].Archived() {
			return &all[i], nil
		}
	}
	if len(all) > 0 {
		return &all[0], nil
	}
	return nil, nil
}

// work prepares a page where staff work: its forms will name the consultation it is shown for, and what a form names
// becomes the one they work on.
func (d Deps) work(c *fiber.Ctx, needed bool) error {
	c.Locals(localWorking, true)
	site, err := d.Site(c)
	switch {
	case err != nil:
		return err
	case site.Consultation == nil && needed:
		return errNoConsultation
	case site.Consultation == nil:
		return nil
	}
	c.SetUserContext(parts.Carrying(c.UserContext(), OnConsultation, site.Consultation.Slug))
	if c.Method() != fiber.MethodPost || c.FormValue(OnConsultation) == "" || Staff(c).Session.ConsultationID == site.Consultation.ID {
		return nil
	}
	return d.Choose(c, site.Consultation)
}

// Choose has who is signed in work on a consultation from now on.
func (d Deps) Choose(c *fiber.Ctx, consultation *models.Consultation) error {
	return models.ChooseConsultation(c.UserContext(), d.DB, Staff(c).Session, consultation.ID)
}
