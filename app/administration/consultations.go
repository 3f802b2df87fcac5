// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

const consultations = home + "/consultazioni"

// Consultations lists the consultations: drafts, open and past.
func (a *Administration) Consultations(c *fiber.Ctx) error {
	page, err := a.page(c, "administration.consultations.title")
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, administration.Consultations(page))
}

// overConsultations are the pages above one that is about a consultation, or about a new one.
func (a *Administration) overConsultations(c *fiber.Ctx, one *models.Consultation) []parts.Crumb {
	over := []parts.Crumb{a.crumb(c, "administration.consultations.title", consultations)}
	if one != nil {
		over = append(over, parts.Crumb{Label: web.InLanguage(c, one.Title), Href: locale.Path(c.UserContext(), addressOf(one))})
	}
	return over
}

func addressOf(c *models.Consultation) string { return consultations + "/" + c.Slug }

// AddConsultation creates a draft, on which who creates it then works.
func (a *Administration) AddConsultation(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := a.page(c, "administration.consultation.add", a.overConsultations(c, nil)...)
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.ConsultationForm]{
		Page:   staff.EditPage{Page: page, Action: page.Path, CanPreview: true, Lead: locale.T(ctx, "administration.consultation.add.lead")},
		Read:   func() (models.ConsultationForm, error) { return models.ConsultationForm{}, nil },
		Inputs: web.ConsultationTexts,
		Save: func(f models.ConsultationForm) (string, error) {
			phases, err := seed.Phases()
			if err != nil {
				return "", err
			}
			return a.begun(c)(models.CreateConsultation(ctx, a.DB, a.Now(), web.Staff(c), f, phases))
		},
	})
}

// begun has who made a consultation work on it, and leads to its page.
func (a *Administration) begun(c *fiber.Ctx) func(*models.Consultation, error) (string, error) {
	return func(made *models.Consultation, err error) (string, error) {
		if err != nil {
			return "", err
		}
		return addressOf(made) + "?fatto=consultazione", a.Choose(c, made)
	}
}

// CopyConsultation creates a draft that begins where the consultation in the address stands.
func (a *Administration) CopyConsultation(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := a.about(c, "administration.consultation.copy.title")
	if err != nil {
		return err
	}
	from := page.Consultation
	return web.Edit(c, web.Editing[models.CopyForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, "administration.consultation.copy.lead"),
			Save: "administration.consultation.copy.submit"},
		Read: func() (models.CopyForm, error) { return models.CopyForm{}, nil },
		Inputs: func(f models.CopyForm) []staff.Input {
			return []staff.Input{web.Line("title_it", f.TitleIT, true), web.Line("title_en", f.TitleEN, false)}
		},
		Save: func(f models.CopyForm) (string, error) {
			return a.begun(c)(models.CopyConsultation(ctx, a.DB, a.Now(), web.Staff(c), from.ID, f))
		},
	})
}

// about returns the frame of a page, named by key, about the consultation in the address.
func (a *Administration) about(c *fiber.Ctx, key string) (layout.Page, error) {
	site, err := a.Site(c)
	if err != nil {
		return layout.Page{}, err
	}
	return a.page(c, key, a.overConsultations(c, site.Consultation)...)
}

// Consultation shows how a consultation stands and what can be done with it.
func (a *Administration) Consultation(c *fiber.Ctx) error {
	site, err := a.Site(c)
	if err != nil {
		return err
	}
	page, err := a.titled(c, web.InLanguage(c, site.Consultation.Title), a.overConsultations(c, nil)...)
	if err != nil {
		return err
	}
	return a.summary(c, page, administration.Consultation)
}

// PublicationPage shows what publishing a draft lets everybody see, before it is done.
func (a *Administration) PublicationPage(c *fiber.Ctx) error {
	return a.turnPage(c, "administration.consultation.publish.title", administration.Publication)
}

// Publish publishes a draft.
func (a *Administration) Publish(c *fiber.Ctx) error {
	return a.turn(c, "pubblicata", models.PublishConsultation)
}

// ArchivingPage shows what ending a consultation means for what came in and what is to come, before it is done.
func (a *Administration) ArchivingPage(c *fiber.Ctx) error {
	return a.turnPage(c, "administration.consultation.archive.title", administration.Archiving)
}

// Archive puts a consultation among the past ones.
func (a *Administration) Archive(c *fiber.Ctx) error {
	return a.turn(c, "conclusa", models.ArchiveConsultation)
}

// Unarchive takes a consultation back from the past ones.
func (a *Administration) Unarchive(c *fiber.Ctx) error {
	return a.turn(c, "riaperta", models.UnarchiveConsultation)
}

func (a *Administration) turnPage(c *fiber.Ctx, key string, view func(administration.ConsultationPage) templ.Component) error {
	page, err := a.about(c, key)
	if err != nil {
		return err
	}
	return a.summary(c, page, view)
}

func (a *Administration) summary(c *fiber.Ctx, page layout.Page, view func(administration.ConsultationPage) templ.Component) error {
	p := administration.ConsultationPage{Page: page, Done: c.Query("fatto")}
	var err error
	if p.Summary, err = models.SummaryOf(c.UserContext(), a.DB, a.Now(), page.Consultation.ID); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, view(p))
}

// turn does something with the consultation in the address, and says so on its page.
func (a *Administration) turn(c *fiber.Ctx, what string, verb func(ctx context.Context, db bun.IDB, now time.Time, staff *models.Staff, id uuid.UUID) error) error {
	site, err := a.Site(c)
	if err != nil {
		return err
	}
	if err := verb(c.UserContext(), a.DB, a.Now(), web.Staff(c), site.Consultation.ID); err != nil {
		return err
	}
	return web.Done(c, addressOf(site.Consultation), what)
}

// Rules edits the rules of participation.
func (a *Administration) Rules(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := a.about(c, "administration.rules.title")
	if err != nil {
		return err
	}
	consultation := page.Consultation
	return web.Edit(c, web.Editing[models.RulesForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, "administration.rules.lead")},
		Read: func() (models.RulesForm, error) {
			now, err := models.ConsultationBySlug(ctx, a.DB, consultation.Slug)
			if err != nil {
				return models.RulesForm{}, err
			}
			return now.Rules(), nil
		},
		Inputs: func(f models.RulesForm) []staff.Input {
			party := staff.Input{Name: "largest_party", Kind: staff.Choice, Required: true, Value: strconv.Itoa(f.LargestParty)}
			for n := 1; n <= models.MostSeats; n++ {
				party.Options = append(party.Options, parts.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
			}
			return []staff.Input{web.Choice(c, "participants", f.Participants, models.Participants), web.YesNo("replies", f.Replies), party, web.Seen(f.Seen)}
		},
		Save: func(f models.RulesForm) (string, error) {
			return addressOf(consultation) + "?fatto=salvato", models.EditRules(ctx, a.DB, a.Now(), web.Staff(c), consultation.ID, f)
		},
	})
}
