// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/staff"
)

// Organisation edits who the organisation is, how it is reached and where its legal pages are.
func (a *Administration) Organisation(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := a.page(c, "administration.organisation.title")
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.OrganisationForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, "administration.organisation.lead")},
		Read: func() (models.OrganisationForm, error) {
			organisation, err := models.TheOrganisation(ctx, a.DB)
			if err != nil {
				return models.OrganisationForm{}, err
			}
			return organisation.Form(), nil
		},
		Inputs: func(f models.OrganisationForm) []staff.Input {
			statement := web.Typed("url", "accessibility_url", f.AccessibilityURL, false)
			if models.DoubtfulStatement(f.AccessibilityURL) {
				statement.Hint = locale.T(ctx, "administration.statement_doubtful")
			}
			return slices.Concat(
				[]staff.Input{web.Line("denomination", f.Denomination, true), web.YesNo("legal_person", f.LegalPerson),
					web.Line("short_name", f.ShortName, false)},
				staff.Under("administration.group.codes", web.Line("fiscal_code", f.FiscalCode, false), web.Line("ipa_code", f.IPACode, false)),
				staff.Under("administration.group.contacts", web.Line("address", f.Address, false), web.Typed("tel", "phone", f.Phone, false),
					web.Typed("email", "email", f.Email, false), web.Typed("email", "pec", f.PEC, false)),
				web.Hours(f.OfficeHours),
				staff.Under("administration.group.legal", statement, web.Typed("url", "transparency_url", f.TransparencyURL, false),
					web.Typed("url", "albo_url", f.AlboURL, false)),
				[]staff.Input{web.Seen(f.Seen)})
		},
		Save: func(f models.OrganisationForm) (string, error) {
			done := "salvato"
			if models.DoubtfulStatement(f.AccessibilityURL) {
				done = "dichiarazione"
			}
			return home + "?fatto=" + done, models.EditOrganisation(ctx, a.DB, a.Now(), web.Staff(c), f)
		},
	})
}
