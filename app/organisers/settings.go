// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
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
	return edit(c, editing[models.ContactsForm]{
		page: page,
		read: func() (models.ContactsForm, error) {
			organisation, err := models.TheOrganisation(ctx, z.DB)
			if err != nil {
				return models.ContactsForm{}, err
			}
			return organisation.Municipality(town.ID).Contacts(), nil
		},
		inputs: func(f models.ContactsForm) []organisers.Input {
			return []organisers.Input{
				line("hall_address", f.HallAddress, false), typed("tel", "phone", f.Phone, false),
				typed("email", "email", f.Email, false), typed("email", "pec", f.PEC, false), seen(f.Seen),
			}
		},
		save: func(f models.ContactsForm) (string, error) {
			return savedText, models.EditContacts(ctx, z.DB, z.Now(), web.Staff(c), town.ID, f)
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
	return edit(c, editing[models.SettingsForm]{
		page: organisers.EditPage{Page: page, Action: page.Path},
		read: func() (models.SettingsForm, error) {
			consultation, err := models.ConsultationBySlug(ctx, z.DB, page.Consultation.Slug)
			if err != nil {
				return models.SettingsForm{}, err
			}
			return consultation.Settings(), nil
		},
		inputs: func(f models.SettingsForm) []organisers.Input {
			return []organisers.Input{
				choice(c, "publication", f.Publication, []string{models.PublicationAtOnce, models.PublicationAfterCheck}),
				typed("number", "hold_hours", strconv.Itoa(f.HoldHours), true), seen(f.Seen),
			}
		},
		save: func(f models.SettingsForm) (string, error) {
			return desk + "?fatto=salvato", models.EditSettings(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, f)
		},
	})
}
