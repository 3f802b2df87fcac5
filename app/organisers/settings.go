// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/staff"
)

// Contacts edits how a municipality is reached.
func (z *Organisers) Contacts(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := z.textPage(c, "")
	if err != nil {
		return err
	}
	town := page.Organisation.MunicipalityBySlug(c.Params("slug"))
	if town == nil || !web.Staff(c).Serves(town.ID) {
		return models.ErrNotFound
	}
	page.Title, page.CanPreview = locale.T(ctx, "organisers.contacts.title", "Name", town.Name), false
	page.Crumbs[len(page.Crumbs)-1].Label = page.Title
	page.Lead = locale.T(ctx, "organisers.contacts.lead")
	return web.Edit(c, web.Editing[models.ContactsForm]{
		Page: page,
		Read: func() (models.ContactsForm, error) {
			organisation, err := models.TheOrganisation(ctx, z.DB)
			if err != nil {
				return models.ContactsForm{}, err
			}
			return organisation.Municipality(town.ID).Contacts(), nil
		},
		Inputs: func(f models.ContactsForm) []staff.Input {
			return append([]staff.Input{
				web.Line("hall_address", f.HallAddress, false), web.Typed("tel", "phone", f.Phone, false),
				web.Typed("email", "email", f.Email, false), web.Typed("email", "pec", f.PEC, false), web.Seen(f.Seen),
			}, web.Hours(f.OfficeHours)...)
		},
		Save: func(f models.ContactsForm) (string, error) {
			back := savedText
			if web.Staff(c).Role == models.RoleAdministrator { // whose list of municipalities leads here
				back = "/amministrazione/comuni?fatto=salvato#" + town.Slug
			}
			return back, models.EditContacts(ctx, z.DB, z.Now(), web.Staff(c), town.ID, f)
		},
	})
}

// Settings edits how the consultation behaves.
func (z *Organisers) Settings(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := z.page(c, "organisers.settings.title")
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.SettingsForm]{
		Page: staff.EditPage{Page: page, Action: page.Path},
		Read: func() (models.SettingsForm, error) {
			consultation, err := models.ConsultationBySlug(ctx, z.DB, page.Consultation.Slug)
			if err != nil {
				return models.SettingsForm{}, err
			}
			return consultation.Settings(), nil
		},
		Inputs: func(f models.SettingsForm) []staff.Input {
			return []staff.Input{
				web.Choice(c, "publication", f.Publication, models.Publications),
				web.Typed("number", "hold_hours", strconv.Itoa(f.HoldHours), true), web.Seen(f.Seen),
			}
		},
		Save: func(f models.SettingsForm) (string, error) {
			return desk + "?fatto=salvato", models.EditSettings(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, f)
		},
	})
}
