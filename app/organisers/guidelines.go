// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/staff"
)

// guidelines is where the guidelines are edited.
const guidelines = texts + "/linee-guida"

// guideline returns the guideline in the address, as it is now.
func (z *Organisers) guideline(c *fiber.Ctx) (*models.Guideline, error) {
	site, err := z.Site(c)
	if err != nil {
		return nil, err
	}
	return models.GuidelineBySlug(c.UserContext(), z.DB, site.Consultation.ID, c.Params("slug"))
}

// AddGuideline adds a guideline at the end of the list.
func (z *Organisers) AddGuideline(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := z.textPage(c, locale.T(ctx, "organisers.guideline.add"))
	if err != nil {
		return err
	}
	page.Lead = locale.T(ctx, "organisers.guideline.add.lead")
	if !page.Consultation.Draft() {
		page.Save = "organisers.publish"
	}
	return web.Edit(c, web.Editing[models.GuidelineForm]{
		Page:   page,
		Read:   func() (models.GuidelineForm, error) { return models.GuidelineForm{Plan: models.Plans[0]}, nil },
		Inputs: func(f models.GuidelineForm) []staff.Input { return append(guidelineInputs(c, f), web.Seen("")) },
		Save: func(f models.GuidelineForm) (string, error) {
			_, err := models.AddGuideline(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, f)
			return savedText, err
		},
	})
}

// Guideline edits a guideline: its texts become a new version.
func (z *Organisers) Guideline(c *fiber.Ctx) error {
	e, _, err := z.guidelineForm(c)
	if err != nil {
		return err
	}
	return web.Edit(c, e)
}

func (z *Organisers) guidelineForm(c *fiber.Ctx) (e web.Editing[models.GuidelineForm], g *models.Guideline, err error) {
	ctx := c.UserContext()
	if g, err = z.guideline(c); err != nil {
		return e, nil, err
	}
	page, err := z.textPage(c, web.InLanguage(c, g.Name))
	if err != nil {
		return e, nil, err
	}
	page.Path = guidelines + "/" + g.Slug
	page.Action, page.Remove = page.Path, page.Path+"/rimozione"
	draft := page.Consultation.Draft()
	if !draft {
		page.Lead = locale.T(ctx, "organisers.guideline.lead", "Number", g.Current.Number)
		page.Save = "organisers.publish"
	}
	return web.Editing[models.GuidelineForm]{
		Page: page,
		Read: func() (models.GuidelineForm, error) {
			g, err := z.guideline(c)
			if err != nil {
				return models.GuidelineForm{}, err
			}
			return g.Form(), nil
		},
		Inputs: func(f models.GuidelineForm) []staff.Input {
			inputs := guidelineInputs(c, f)
			if !draft {
				inputs = append(inputs, staff.Input{Name: "change_note", Value: f.ChangeNote, Passing: true})
			}
			return append(inputs, web.Seen(f.Seen))
		},
		Save: func(f models.GuidelineForm) (string, error) {
			return savedText, models.EditGuideline(ctx, z.DB, z.Now(), web.Staff(c), g.ID, f)
		},
	}, g, nil
}

func guidelineInputs(c *fiber.Ctx, f models.GuidelineForm) []staff.Input {
	return []staff.Input{
		web.Line("proposal_name_it", f.ProposalNameIT, true), web.Line("title_it", f.TitleIT, true),
		web.Markdown("in_brief_it", f.InBriefIT, true), web.Markdown("body_it", f.BodyIT, true),
		web.Line("proposal_name_en", f.ProposalNameEN, false), web.Line("title_en", f.TitleEN, false),
		web.Markdown("in_brief_en", f.InBriefEN, false), web.Markdown("body_en", f.BodyEN, false),
		web.Line("responsible", f.Responsible, false), web.Choice(c, "plan", f.Plan, models.Plans),
	}
}

// MoveGuideline moves a guideline one place up or down in the list.
func (z *Organisers) MoveGuideline(c *fiber.Ctx) error {
	g, err := z.guideline(c)
	if err != nil {
		return err
	}
	if err := models.MoveGuideline(c.UserContext(), z.DB, z.Now(), web.Staff(c), g.ConsultationID, g.ID, c.FormValue("verso") == "su"); err != nil {
		return err
	}
	return web.SeeOther(c, texts+"#guidelines")
}

// RemoveGuideline takes a guideline away that nobody has had a say on; else it says who has.
func (z *Organisers) RemoveGuideline(c *fiber.Ctx) error {
	e, g, err := z.guidelineForm(c)
	if err != nil {
		return err
	}
	err = models.RemoveGuideline(c.UserContext(), z.DB, z.Now(), web.Staff(c), g.ID)
	var use models.InUse
	if errors.As(err, &use) {
		e.Page.Problem = organisers.StillUsed(c.UserContext(), "guideline", use)
		return web.Refuse(c, e, fiber.StatusConflict)
	}
	if err != nil {
		return err
	}
	return web.Done(c, texts, "tolto")
}
