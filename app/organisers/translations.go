// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// Translations says how the translations stand in each language.
func (z *Organisers) Translations(c *fiber.Ctx) error {
	page, err := z.translations(c, locale.T(c.UserContext(), "translations.title"))
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Translations(page))
}

// translations returns what the pages about translations share; over are the pages above this one, below the texts.
func (z *Organisers) translations(c *fiber.Ctx, title string, over ...parts.Crumb) (page organisers.TranslationsPage, err error) {
	if page.Page, err = z.titled(c, title, slices.Concat([]parts.Crumb{z.crumb(c, "organisers.texts.title", texts)}, over)...); err != nil {
		return page, err
	}
	if page.Consultation != nil {
		page.ConsultationID = page.Consultation.ID
	}
	page.MayApprove = !web.Staff(c).Reads()
	page.All, err = models.TranslatablesOf(c.UserContext(), z.DB, web.Staff(c), page.ConsultationID)
	return page, err
}

// TranslationsIn lists the translations into the language in the address.
func (z *Organisers) TranslationsIn(c *fiber.Ctx) error {
	page, err := z.languagePage(c)
	if err != nil {
		return err
	}
	page.State, page.Done = c.Query("stato"), c.Query("fatto")
	return web.Render(c, fiber.StatusOK, organisers.TranslationsIn(page))
}

func (z *Organisers) languagePage(c *fiber.Ctx) (page organisers.LanguagePage, err error) {
	if page.Language = c.Params("language"); !slices.Contains(locale.All[1:], page.Language) {
		return page, models.ErrNotFound
	}
	title := organisers.LanguageTitle(c.UserContext(), page.Language)
	page.TranslationsPage, err = z.translations(c, title, z.crumb(c, "translations.title", organisers.TranslationsPath))
	page.Path = page.Address()
	return page, err
}

// ApproveTranslations makes those that were chosen official.
func (z *Organisers) ApproveTranslations(c *fiber.Ctx) error {
	return z.judge(c, models.ApproveTranslations, "approvate")
}

// TakeApprovalsBack makes those that were chosen unofficial again.
func (z *Organisers) TakeApprovalsBack(c *fiber.Ctx) error {
	return z.judge(c, models.TakeApprovalsBack, "approvazioni-ritirate")
}

// judge does verb to the translations that were chosen; done names what was done.
func (z *Organisers) judge(c *fiber.Ctx, verb func(context.Context, bun.IDB, time.Time, *models.Staff, uuid.UUID, string, []string) error, done string) error {
	page, err := z.languagePage(c)
	if err != nil {
		return err
	}
	fields := web.Fields(c)
	page.State, page.Chosen = c.FormValue("state"), fields["seal"]
	if len(page.Chosen) == 0 {
		page.Problem = "translations.problem.choose"
		return web.Render(c, fiber.StatusUnprocessableEntity, organisers.TranslationsIn(page))
	}
	err = verb(c.UserContext(), z.DB, z.Now(), web.Staff(c), page.ConsultationID, page.Language, page.Chosen)
	if errors.Is(err, models.ErrChanged) {
		page.Problem = "translations.problem.changed"
		return web.Render(c, fiber.StatusConflict, organisers.TranslationsIn(page))
	}
	if err != nil {
		return err
	}
	return web.Done(c, page.Path, done)
}

// Translation is the form in which one thing that people read is translated.
func (z *Organisers) Translation(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	list, err := z.languagePage(c)
	if err != nil {
		return err
	}
	read := func() (models.Translatable, error) {
		return models.TranslatableByID(ctx, z.DB, web.Staff(c), list.ConsultationID, id)
	}
	t, err := read()
	if err != nil {
		return err
	}
	page := staff.EditPage{Page: list.Page, Lead: locale.T(ctx, "translations.edit.lead"), Action: list.Address() + "/" + id.String(), Original: organisers.Original(t)}
	page.Title, page.Path = organisers.TranslationTitle(ctx, t, list.Language), page.Action
	page.Crumbs[len(page.Crumbs)-1].Href = locale.Path(ctx, list.Address())
	page.Crumbs = append(page.Crumbs, parts.Crumb{Label: page.Title})
	return web.Edit(c, web.Editing[models.TranslationForm]{
		Page: page,
		Read: func() (models.TranslationForm, error) {
			t, err := read()
			return t.Form(list.Language), err
		},
		Inputs: func(f models.TranslationForm) []staff.Input { return organisers.TranslationInputs(t, f) },
		Save: func(f models.TranslationForm) (string, error) {
			return list.Address() + "?fatto=salvato", models.Translate(ctx, z.DB, z.Now(), web.Staff(c), list.ConsultationID, id, list.Language, f)
		},
	})
}
