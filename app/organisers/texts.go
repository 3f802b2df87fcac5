// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/staff"
)

// Texts lists everything that can be edited.
func (z *Organisers) Texts(c *fiber.Ctx) error {
	page, err := z.page(c, "organisers.texts.title")
	if err != nil {
		return err
	}
	p := organisers.TextsPage{Page: page, Done: c.Query("fatto")}
	ctx := c.UserContext()
	if p.Pages, err = models.PagesOf(ctx, z.DB, page.Organisation.ID); err != nil {
		return err
	}
	if page.Consultation == nil {
		return web.Render(c, fiber.StatusOK, organisers.Texts(p))
	}
	id := page.Consultation.ID
	if p.Guidelines, err = models.GuidelinesOf(ctx, z.DB, id); err != nil {
		return err
	}
	if p.Acts, err = models.ActsOf(ctx, z.DB, id); err != nil {
		return err
	}
	if p.FAQs, err = models.FAQsOf(ctx, z.DB, id); err != nil {
		return err
	}
	if p.Notices, err = models.NoticesOf(ctx, z.DB, id); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Texts(p))
}

// textPage returns the page on which a text is edited; it posts to its own address.
func (z *Organisers) textPage(c *fiber.Ctx, title string) (staff.EditPage, error) {
	page, err := z.titled(c, title, z.crumb(c, "organisers.texts.title", texts))
	return staff.EditPage{Page: page, Action: page.Path, CanPreview: true}, err
}

// ConsultationTexts edits what the consultation itself is about.
func (z *Organisers) ConsultationTexts(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := z.textPage(c, locale.T(ctx, "organisers.texts.consultation"))
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.ConsultationForm]{
		Page: page,
		Read: func() (models.ConsultationForm, error) {
			now, err := models.ConsultationBySlug(ctx, z.DB, page.Consultation.Slug)
			if err != nil {
				return models.ConsultationForm{}, err
			}
			return now.Form(), nil
		},
		Inputs: web.ConsultationTexts,
		Save: func(f models.ConsultationForm) (string, error) {
			return savedText, models.EditConsultation(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, f)
		},
	})
}

// savedText is where the browser goes after a text was saved.
const savedText = texts + "?fatto=salvato"

// newOr returns the id in the address, or zero where something new is written.
func newOr(c *fiber.Ctx) (uuid.UUID, error) {
	if c.Params("id") == models.Addition {
		return uuid.Nil, nil
	}
	return web.ID(c, "id")
}

// pick returns the row with that id from a list read from the database.
func pick[T any](rows []T, err error, is func(*T) bool) (*T, error) {
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if is(&rows[i]) {
			return &rows[i], nil
		}
	}
	return nil, models.ErrNotFound
}

// FAQ edits a frequent question, or adds one.
func (z *Organisers) FAQ(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := newOr(c)
	if err != nil {
		return err
	}
	page, err := z.textPage(c, locale.T(ctx, "organisers.faq.title"))
	if err != nil {
		return err
	}
	if id != uuid.Nil {
		page.Remove = page.Path + "/rimozione"
	}
	return web.Edit(c, web.Editing[models.FAQForm]{
		Page: page,
		Read: func() (models.FAQForm, error) {
			faqs, err := models.FAQsOf(ctx, z.DB, page.Consultation.ID)
			if id == uuid.Nil {
				return models.FAQForm{Position: len(faqs) + 1}, err
			}
			q, err := pick(faqs, err, func(q *models.FAQ) bool { return q.ID == id })
			if err != nil {
				return models.FAQForm{}, err
			}
			return q.Form(), nil
		},
		Inputs: func(f models.FAQForm) []staff.Input {
			return []staff.Input{
				web.Line("question_it", f.QuestionIT, true), web.Markdown("answer_it", f.AnswerIT, true),
				web.Line("question_en", f.QuestionEN, false), web.Markdown("answer_en", f.AnswerEN, false),
				web.Typed("number", "position", strconv.Itoa(f.Position), true), web.Seen(f.Seen),
			}
		},
		Save: func(f models.FAQForm) (string, error) {
			return savedText, models.SaveFAQ(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, id, f)
		},
	})
}

// Notice edits a notice, or publishes a new one.
func (z *Organisers) Notice(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := newOr(c)
	if err != nil {
		return err
	}
	page, err := z.textPage(c, locale.T(ctx, "organisers.notice.title"))
	if err != nil {
		return err
	}
	if id != uuid.Nil {
		page.Remove = page.Path + "/rimozione"
	}
	return web.Edit(c, web.Editing[models.NoticeForm]{
		Page: page,
		Read: func() (models.NoticeForm, error) {
			if id == uuid.Nil {
				return models.NoticeForm{}, nil
			}
			notices, err := models.NoticesOf(ctx, z.DB, page.Consultation.ID)
			n, err := pick(notices, err, func(n *models.Notice) bool { return n.ID == id })
			if err != nil {
				return models.NoticeForm{}, err
			}
			return n.Form(), nil
		},
		Inputs: func(f models.NoticeForm) []staff.Input {
			return []staff.Input{
				web.Line("title_it", f.TitleIT, true), web.Markdown("body_it", f.BodyIT, true),
				web.Line("title_en", f.TitleEN, false), web.Markdown("body_en", f.BodyEN, false), web.Seen(f.Seen),
			}
		},
		Save: func(f models.NoticeForm) (string, error) {
			return savedText, models.SaveNotice(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, id, f)
		},
	})
}

// Remove takes a frequent question, a notice or an act away.
func (z *Organisers) Remove(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	remove := map[string]func() error{
		"domande": func() error { return models.RemoveFAQ(c.UserContext(), z.DB, z.Now(), web.Staff(c), id) },
		"avvisi":  func() error { return models.RemoveNotice(c.UserContext(), z.DB, z.Now(), web.Staff(c), id) },
		"atti":    func() error { return models.RemoveAct(c.UserContext(), z.DB, z.Now(), web.Staff(c), id) },
	}[c.Params("kind")]
	if remove == nil {
		return models.ErrNotFound
	}
	if err := remove(); err != nil {
		return err
	}
	return web.Done(c, texts, "tolto")
}

// pageText returns the text in the address or, where nobody has written it yet, one to begin from; written tells which.
func (z *Organisers) pageText(c *fiber.Ctx, organisationID uuid.UUID) (text *models.Page, written bool, err error) {
	slug := c.Params("slug")
	text, err = models.PageOf(c.UserContext(), z.DB, organisationID, slug)
	if errors.Is(err, models.ErrNotFound) && slices.Contains(models.PageSlugs, slug) {
		text, err = seed.Page(slug)
		return text, false, err
	}
	return text, true, err
}

// PageText edits a text of the organisation: the legal notes, the rules. One that is not written yet begins with a text
// that suits anybody.
func (z *Organisers) PageText(c *fiber.Ctx) error {
	ctx, slug := c.UserContext(), c.Params("slug")
	page, err := z.textPage(c, "")
	if err != nil {
		return err
	}
	text, written, err := z.pageText(c, page.Organisation.ID)
	if err != nil {
		return err
	}
	if !written {
		page.Lead = locale.T(ctx, "organisers.page.unwritten.lead")
	}
	page.Title = web.InLanguage(c, text.Title)
	page.Crumbs[len(page.Crumbs)-1].Label = page.Title
	return web.Edit(c, web.Editing[models.PageForm]{
		Page: page,
		Read: func() (models.PageForm, error) {
			text, _, err := z.pageText(c, page.Organisation.ID)
			if err != nil {
				return models.PageForm{}, err
			}
			return text.Form(), nil
		},
		Inputs: func(f models.PageForm) []staff.Input {
			return []staff.Input{
				web.Line("title_it", f.TitleIT, true), web.Markdown("body_it", f.BodyIT, true),
				web.Line("title_en", f.TitleEN, false), web.Markdown("body_en", f.BodyEN, false), web.Seen(f.Seen),
			}
		},
		Save: func(f models.PageForm) (string, error) {
			return savedText, models.EditPage(ctx, z.DB, z.Now(), web.Staff(c), slug, f)
		},
	})
}
