// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/staff"
)

// Phase edits a phase's texts and dates. Where citizens have been told its end, it asks why that is moved, and lists when
// it was.
func (z *Organisers) Phase(c *fiber.Ctx) error {
	ctx := c.UserContext()
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return models.ErrNotFound
	}
	page, err := z.textPage(c, locale.T(ctx, "organisers.phase.title", "Number", number))
	if err != nil {
		return err
	}
	read := func() (*models.Phase, error) {
		now, err := models.ConsultationBySlug(ctx, z.DB, page.Consultation.Slug)
		if err != nil {
			return nil, err
		}
		return pick(now.Phases, nil, func(p *models.Phase) bool { return p.Number == number })
	}
	phase, err := read()
	if err != nil {
		return err
	}
	page.Lead = locale.T(ctx, "organisers.phase.lead")
	page.More = organisers.Extensions(phase.Extensions)
	return web.Edit(c, web.Editing[models.PhaseForm]{
		Page: page,
		Read: func() (models.PhaseForm, error) {
			phase, err := read()
			if err != nil {
				return models.PhaseForm{}, err
			}
			return phase.Form(), nil
		},
		Inputs: func(f models.PhaseForm) []staff.Input {
			inputs := []staff.Input{web.Typed("date", "starts_on", f.StartsOn, false), web.Typed("date", "ends_on", f.EndsOn, false)}
			if !page.Consultation.Draft() && !phase.EndsOn.IsZero() {
				inputs = append(inputs, staff.Input{Name: "why_it", Value: f.WhyIT, Kind: staff.Plain, Passing: true},
					staff.Input{Name: "why_en", Value: f.WhyEN, Kind: staff.Plain, Passing: true})
			}
			return append(inputs,
				web.Line("title_it", f.TitleIT, true), web.Markdown("body_it", f.BodyIT, false),
				web.Line("title_en", f.TitleEN, false), web.Markdown("body_en", f.BodyEN, false), web.Seen(f.Seen))
		},
		Save: func(f models.PhaseForm) (string, error) {
			return savedText, models.EditPhase(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, number, f)
		},
	})
}
