// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// sheetsShown is how many of the paper forms typed in last a page lists.
const sheetsShown = 20

// RemovePaper takes a paper form typed in by mistake back.
func (z *Organisers) RemovePaper(c *fiber.Ctx) error {
	page, err := z.page(c, "papers.title")
	if err != nil {
		return err
	}
	if err := models.RemovePaper(c.UserContext(), z.DB, z.Now(), web.Staff(c), page.Consultation.ID, c.Params("number")); err != nil {
		return err
	}
	return web.Done(c, desk+"/moduli", "modulo-tolto")
}

// Paper types in what a paper form says on one guideline. The next one of the same form begins with what stays the same.
func (z *Organisers) Paper(c *fiber.Ctx) error {
	page, err := z.page(c, "papers.title")
	if err != nil {
		return err
	}
	ctx, consultation := c.UserContext(), page.Consultation
	typed, err := models.PaperForms(ctx, z.DB, consultation.ID)
	if err != nil {
		return err
	}
	sheets, err := models.PaperSheets(ctx, z.DB, consultation.ID, sheetsShown)
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.PaperForm]{
		Page: staff.EditPage{Page: page, Lead: locale.T(ctx, "papers.lead") + " " + locale.T(ctx, "papers.count", "Count", typed), Action: page.Path, Save: "papers.save", Done: c.Query("fatto"),
			More: organisers.PaperSheets(sheets)},
		Read: func() (models.PaperForm, error) {
			return models.PaperForm{Sheet: c.Query("modulo"), Guideline: c.Query("proposta"), Municipality: c.Query("comune")}, nil
		},
		Inputs: func(f models.PaperForm) []staff.Input { return paperInputs(c, page, f) },
		Save: func(f models.PaperForm) (string, error) {
			err := models.EnterPaper(ctx, z.DB, z.Now(), web.Staff(c), page.Organisation, consultation.ID, f)
			// No name stands in an address.
			return page.Path + "?fatto=modulo&modulo=" + url.QueryEscape(f.Sheet) + "&comune=" + url.QueryEscape(f.Municipality) +
				"&proposta=" + url.QueryEscape(nextOnForm(consultation, f.Guideline)), err
		},
	})
}

// nextOnForm is the slug of the guideline that follows on the form; "" after the last.
func nextOnForm(c *models.Consultation, slug string) string {
	for i, g := range c.Guidelines {
		if g.Slug == slug && i+1 < len(c.Guidelines) {
			return c.Guidelines[i+1].Slug
		}
	}
	return ""
}

func paperInputs(c *fiber.Ctx, page layout.Page, f models.PaperForm) []staff.Input {
	return []staff.Input{
		web.Line("sheet", f.Sheet, true), guidelineInput(c, page, f.Guideline), opinionInput(c, "paper_opinion", f.Opinion),
		{Name: "paper_body", Value: f.Body, Kind: staff.Plain},
		{Name: "paper_published", Value: "true", Kind: staff.Yes, Checked: f.Published},
		homeInput(c, page, f.Municipality), web.Line("pseudonym", f.Pseudonym, false),
	}
}

// guidelineInput asks on which proposal somebody spoke.
func guidelineInput(c *fiber.Ctx, page layout.Page, slug string) staff.Input {
	input := staff.Input{Name: "guideline", Value: slug, Kind: staff.Choice, Required: true}
	for _, g := range page.Consultation.Guidelines {
		input.Options = append(input.Options, parts.Option{Value: g.Slug, Label: web.InLanguage(c, g.Name)})
	}
	return input
}

// opinionInput asks what their opinion is; the last answer is that they gave none.
func opinionInput(c *fiber.Ctx, name, value string) staff.Input {
	ctx := c.UserContext()
	input := staff.Input{Name: name, Value: value, Kind: staff.Choice, Required: true}
	for _, value := range models.Opinions {
		input.Options = append(input.Options, parts.Option{Value: value, Label: locale.T(ctx, "parts.opinion."+value)})
	}
	input.Options = append(input.Options, parts.Option{Value: models.NoPaperOpinion, Label: locale.T(ctx, "papers.no_opinion")})
	return input
}

// homeInput asks where they live.
func homeInput(c *fiber.Ctx, page layout.Page, slug string) staff.Input {
	input := staff.Input{Name: "municipality", Value: slug, Kind: staff.Choice, Required: true}
	for _, m := range page.Municipalities() {
		input.Options = append(input.Options, parts.Option{Value: m.Slug, Label: m.Name})
	}
	input.Options = append(input.Options, parts.Option{Value: models.Elsewhere, Label: locale.T(c.UserContext(), "papers.elsewhere")})
	return input
}

// Prints lists what can be printed.
func (z *Organisers) Prints(c *fiber.Ctx) error {
	page, err := z.page(c, "prints.title")
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Prints(page))
}

// Poster is an A3 sheet for the notice board.
func (z *Organisers) Poster(c *fiber.Ctx) error {
	p, err := z.print(c, "prints.poster.title")
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Poster(p))
}

// MeetingPoster is an A3 sheet that calls people to one meeting, and leads them to where they register.
func (z *Organisers) MeetingPoster(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "prints.meeting.title")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	discussed, err := models.GuidelinesDiscussed(ctx, z.DB, m.ID)
	if err != nil {
		return err
	}
	p := organisers.PrintPage{Page: page, Address: z.Links.Base + page.In(ctx, "/incontri/"+m.Slug), Now: z.Now()}
	return web.Render(c, fiber.StatusOK, organisers.MeetingPoster(p, m, discussed))
}

// PaperSheet is the form "Di' la tua" for the counters.
func (z *Organisers) PaperSheet(c *fiber.Ctx) error {
	p, err := z.print(c, "prints.sheet.title")
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.PaperSheet(p))
}

// LargeType is a guideline in letters that are easy to see.
func (z *Organisers) LargeType(c *fiber.Ctx) error {
	p, err := z.print(c, "prints.large.title")
	if err != nil {
		return err
	}
	guideline := p.Consultation.Guideline(c.Params("slug"))
	if guideline == nil {
		return models.ErrNotFound
	}
	return web.Render(c, fiber.StatusOK, organisers.LargeType(p, guideline))
}

func (z *Organisers) print(c *fiber.Ctx, key string) (organisers.PrintPage, error) {
	page, err := z.page(c, key, z.crumb(c, "prints.title", desk+"/stampe"))
	if err != nil {
		return organisers.PrintPage{}, err
	}
	ctx := c.UserContext()
	meetings, err := models.MeetingsOf(ctx, z.DB, page.Consultation.ID)
	return organisers.PrintPage{Page: page, Meetings: meetings, Address: z.Links.Base + page.In(ctx, ""), Now: z.Now()}, err
}
