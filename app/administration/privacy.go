// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/staff"
)

const privacy = "/amministrazione/privacy"

// Privacy shows what the information notice is made of, and what it still lacks; only administrators fill it in.
func (a *Administration) Privacy(c *fiber.Ctx) error {
	page, err := a.page(c, "privacy.checklist.title")
	if err != nil {
		return err
	}
	if page.Organisation == nil {
		return models.ErrNotFound
	}
	edits := web.Staff(c).Role == models.RoleAdministrator
	return web.Render(c, fiber.StatusOK, administration.Privacy(administration.PrivacyPage{Page: page, Done: c.Query("fatto"), Edits: edits}))
}

// privacyPage is the frame of a page below the list.
func (a *Administration) privacyPage(c *fiber.Ctx, title string) (layout.Page, error) {
	page, err := a.titled(c, title, a.crumb(c, "privacy.checklist.title", privacy))
	if err == nil && page.Organisation == nil {
		err = models.ErrNotFound
	}
	return page, err
}

// editPrivacy edits a part of what the information notice says.
func editPrivacy[F models.PrivacyForm[F]](a *Administration, c *fiber.Ctx, part string, inputs func(layout.Page, F) []staff.Input) error {
	ctx := c.UserContext()
	page, err := a.privacyPage(c, locale.T(ctx, "privacy.part."+part))
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[F]{
		Page: staff.EditPage{Page: page, Action: page.Path},
		Read: func() (F, error) {
			settings, err := models.PrivacyOf(ctx, a.DB, page.Organisation.ID)
			if err != nil {
				var none F
				return none, err
			}
			return models.PrivacyFormOf[F](settings), nil
		},
		Inputs: func(f F) []staff.Input { return inputs(page, f) },
		Save: func(f F) (string, error) {
			return privacy + "?fatto=privacy", models.EditPrivacy(ctx, a.DB, a.Now(), web.Staff(c), f)
		},
	})
}

// needed is an input that may be saved empty, and that the information notice needs in the end.
func needed(i staff.Input) staff.Input {
	i.Later = true
	return i
}

// Controllers edits who answers for the data.
func (a *Administration) Controllers(c *fiber.Ctx) error {
	return editPrivacy(a, c, "contitolari", func(page layout.Page, f models.ControllersForm) []staff.Input {
		inputs := []staff.Input{needed(web.Line("dpo_name", f.DPOName, false)), needed(web.Typed("email", "dpo_contact", f.DPOContact, false)), web.Seen(f.Seen)}
		if len(page.Organisation.Controllers()) < 2 {
			return inputs
		}
		return append([]staff.Input{needed(web.Line("agreement", f.Agreement, false)), needed(web.Typed("date", "agreement_on", f.AgreementOn, false)),
			web.Typed("url", "agreement_url", f.AgreementURL, false)}, inputs...)
	})
}

// LegalBasis edits why the data may be used.
func (a *Administration) LegalBasis(c *fiber.Ctx) error {
	return editPrivacy(a, c, "basi", func(_ layout.Page, f models.LegalBasisForm) []staff.Input {
		return []staff.Input{needed(web.Line("act", f.Act, false)), web.Typed("url", "act_url", f.ActURL, false), needed(web.Line("law", f.Law, false)),
			needed(web.Line("needs_basis", f.NeedsBasis, false)), web.Seen(f.Seen)}
	})
}

// Recipients edits who else handles the data.
func (a *Administration) Recipients(c *fiber.Ctx) error {
	return editPrivacy(a, c, "destinatari", func(_ layout.Page, f models.RecipientsForm) []staff.Input {
		outside := needed(web.Choice(c, "outside_eu", f.OutsideEU, models.OutsideEU))
		outside.Required = false
		return []staff.Input{needed(web.Line("host_name", f.HostName, false)), needed(web.Line("host_country", f.HostCountry, false)),
			needed(web.Line("mail_name", f.MailName, false)), needed(web.Line("mail_country", f.MailCountry, false)),
			outside, web.Line("safeguards", f.Safeguards, false), web.Seen(f.Seen)}
	})
}

// Retention edits for how long what is kept.
func (a *Administration) Retention(c *fiber.Ctx) error {
	return editPrivacy(a, c, "conservazione", func(_ layout.Page, f models.RetentionForm) []staff.Input {
		number := func(name string, n int) staff.Input {
			if n == 0 {
				return web.Typed("number", name, "", false)
			}
			return web.Typed("number", name, strconv.Itoa(n), false)
		}
		days := number("registrations_days", f.RegistrationsDays)
		days.Required = true
		return []staff.Input{needed(number("contributions_months", f.ContributionsMonths)), days, needed(number("log_months", f.LogMonths)),
			needed(web.Typed("number", "server_log_days", f.ServerLogDays, false)), web.Seen(f.Seen)}
	})
}

// Rights edits where to write, and what staff add to the notice.
func (a *Administration) Rights(c *fiber.Ctx) error {
	return editPrivacy(a, c, "diritti", func(_ layout.Page, f models.RightsForm) []staff.Input {
		return []staff.Input{needed(web.Line("rights_contact", f.RightsContact, false)), web.Typed("date", "dpia_on", f.DPIAOn, false),
			web.Markdown("further_it", f.FurtherIT, false), web.Markdown("further_en", f.FurtherEN, false), web.Seen(f.Seen)}
	})
}

// OwnDPO edits the data protection officer of one municipality.
func (a *Administration) OwnDPO(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := a.privacyPage(c, "")
	if err != nil {
		return err
	}
	town := page.Organisation.MunicipalityBySlug(c.Params("slug"))
	if town == nil {
		return models.ErrNotFound
	}
	page.Title = locale.T(ctx, "privacy.own_dpo.title", "Name", town.Name)
	page.Crumbs[len(page.Crumbs)-1].Label = page.Title
	return web.Edit(c, web.Editing[models.OwnDPOForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, "privacy.own_dpo.lead")},
		Read: func() (models.OwnDPOForm, error) {
			organisation, err := models.TheOrganisation(ctx, a.DB)
			if err != nil {
				return models.OwnDPOForm{}, err
			}
			return organisation.Municipality(town.ID).OwnDPO(), nil
		},
		Inputs: func(f models.OwnDPOForm) []staff.Input {
			return []staff.Input{web.Line("dpo_name", f.DPOName, false), web.Typed("email", "dpo_contact", f.DPOContact, false), web.Seen(f.Seen)}
		},
		Save: func(f models.OwnDPOForm) (string, error) {
			return privacy + "?fatto=privacy", models.EditOwnDPO(ctx, a.DB, a.Now(), web.Staff(c), town.ID, f)
		},
	})
}
