// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

const towns = home + "/comuni"

// Municipalities lists the municipalities, with what can be set up of each.
func (a *Administration) Municipalities(c *fiber.Ctx) error {
	page, err := a.page(c, "administration.municipalities.title")
	if err != nil {
		return err
	}
	p := administration.MunicipalitiesPage{Page: page, Done: c.Query("fatto")}
	if p.Populations, err = models.LatestPopulations(c.UserContext(), a.DB, page.Organisation.ID); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, administration.Municipalities(p))
}

// town returns the municipality that the address names, as it is now; ErrNotFound.
func (a *Administration) town(c *fiber.Ctx) (*models.Municipality, error) {
	organisation, err := models.TheOrganisation(c.UserContext(), a.DB)
	if err != nil {
		return nil, err
	}
	if m := organisation.MunicipalityBySlug(c.Params("slug")); m != nil {
		return m, nil
	}
	return nil, models.ErrNotFound
}

// overTown is the path to a page that is about one municipality.
func (a *Administration) overTown(c *fiber.Ctx) parts.Crumb {
	return a.crumb(c, "administration.municipalities.title", towns)
}

// AddMunicipality adds a municipality at the end of the list.
func (a *Administration) AddMunicipality(c *fiber.Ctx) error {
	page, err := a.page(c, "administration.municipality.add", a.overTown(c))
	if err != nil {
		return err
	}
	edit := a.municipalityForm(c, staff.EditPage{Page: page, Action: page.Path}, uuid.Nil)
	edit.Read = func() (models.MunicipalityForm, error) { return models.MunicipalityForm{}, nil }
	return web.Edit(c, edit)
}

// Municipality edits what a municipality is.
func (a *Administration) Municipality(c *fiber.Ctx) error {
	edit, err := a.municipality(c)
	if err != nil {
		return err
	}
	return web.Edit(c, edit)
}

func (a *Administration) municipality(c *fiber.Ctx) (web.Editing[models.MunicipalityForm], error) {
	m, err := a.town(c)
	if err != nil {
		return web.Editing[models.MunicipalityForm]{}, err
	}
	page, err := a.titled(c, parts.Town(c.UserContext(), m.Name), a.overTown(c))
	page.Path = towns + "/" + m.Slug
	edit := a.municipalityForm(c, staff.EditPage{Page: page, Action: page.Path, Remove: page.Path + "/rimozione"}, m.ID)
	edit.Read = func() (models.MunicipalityForm, error) {
		m, err := a.town(c)
		if err != nil {
			return models.MunicipalityForm{}, err
		}
		return m.Form(), nil
	}
	return edit, err
}

func (a *Administration) municipalityForm(c *fiber.Ctx, page staff.EditPage, id uuid.UUID) web.Editing[models.MunicipalityForm] {
	return web.Editing[models.MunicipalityForm]{
		Page: page,
		Inputs: func(f models.MunicipalityForm) []staff.Input {
			return []staff.Input{
				web.Line("denomination", f.Denomination, true),
				web.Line("istat_code", f.IstatCode, true), web.Line("cadastral_code", f.CadastralCode, true), web.Line("ipa_code", f.IPACode, false),
				web.Line("postal_codes", f.PostalCodes, false), {Name: "hamlets", Value: f.Hamlets, Kind: staff.Plain},
				web.Line("latitude", f.Latitude, false), web.Line("longitude", f.Longitude, false),
				web.Typed("url", "transparency_url", f.TransparencyURL, false), web.Typed("url", "albo_url", f.AlboURL, false), web.Seen(f.Seen),
			}
		},
		Save: func(f models.MunicipalityForm) (string, error) {
			slug, err := models.SaveMunicipality(c.UserContext(), a.DB, a.Now(), web.Staff(c), id, f)
			if id == uuid.Nil {
				return towns + "?fatto=comune#" + slug, err
			}
			return towns + "?fatto=salvato#" + slug, err
		},
	}
}

// MoveMunicipality moves a municipality one place up or down in the list.
func (a *Administration) MoveMunicipality(c *fiber.Ctx) error {
	m, err := a.town(c)
	if err != nil {
		return err
	}
	if err := models.MoveMunicipality(c.UserContext(), a.DB, a.Now(), web.Staff(c), m.ID, c.FormValue("verso") == "su"); err != nil {
		return err
	}
	return web.SeeOther(c, towns+"#"+m.Slug)
}

// RemoveMunicipality takes a municipality away that nothing refers to; else it says what does.
func (a *Administration) RemoveMunicipality(c *fiber.Ctx) error {
	edit, err := a.municipality(c)
	if err != nil {
		return err
	}
	m, err := a.town(c)
	if err != nil {
		return err
	}
	err = models.RemoveMunicipality(c.UserContext(), a.DB, a.Now(), web.Staff(c), m.ID)
	var use models.InUse
	if errors.As(err, &use) {
		edit.Page.Problem = administration.StillUsed(c.UserContext(), use)
		return web.Refuse(c, edit, fiber.StatusConflict)
	}
	if err != nil {
		return err
	}
	return web.Done(c, towns, "comune-tolto")
}
