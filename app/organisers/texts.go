// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
)

// Texts lists everything that can be edited.
func (z *Organisers) Texts(c *fiber.Ctx) error {
	page, err := z.page(c, "organisers.texts.title")
	if err != nil {
		return err
	}
	p := organisers.TextsPage{Page: page, Done: c.Query("fatto")}
	ctx, id := c.UserContext(), page.Consultation.ID
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
	if p.Pages, err = models.PagesOf(ctx, z.DB, page.Organisation.ID); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Texts(p))
}

// textPage returns the page on which a text is edited; it posts to its own address.
func (z *Organisers) textPage(c *fiber.Ctx, title string) (organisers.EditPage, error) {
	page, err := z.titled(c, title, z.crumb(c, "organisers.texts.title", texts))
	return organisers.EditPage{Page: page, Action: page.Path, CanPreview: true}, err
}

// Guideline edits a guideline: its texts become a new version.
func (z *Organisers) Guideline(c *fiber.Ctx) error {
	page, err := z.textPage(c, "")
	if err != nil {
		return err
	}
	read := func() (*models.Guideline, error) {
		return models.GuidelineBySlug(c.UserContext(), z.DB, page.Consultation.ID, c.Params("slug"))
	}
	g, err := read()
	if err != nil {
		return err
	}
	page.Title = inLanguage(c, g.Name)
	page.Crumbs[len(page.Crumbs)-1].Label = page.Title
	page.Lead = locale.T(c.UserContext(), "organisers.guideline.lead", "Number", g.Current.Number)
	page.Save = "organisers.publish"
	return edit(c, editing[models.GuidelineForm]{
		page: page,
		read: func() (models.GuidelineForm, error) {
			g, err := read()
			if err != nil {
				return models.GuidelineForm{}, err
			}
			return g.Form(), nil
		},
		inputs: func(f models.GuidelineForm) []organisers.Input {
			return []organisers.Input{
				line("title_it", f.TitleIT, true), markdown("in_brief_it", f.InBriefIT, true), markdown("body_it", f.BodyIT, true),
				line("title_en", f.TitleEN, false), markdown("in_brief_en", f.InBriefEN, false), markdown("body_en", f.BodyEN, false),
				line("responsible", f.Responsible, false), choice(c, "plan", f.Plan, models.Plans),
				{Name: "change_note", Value: f.ChangeNote, Passing: true}, seen(f.Seen),
			}
		},
		save: func(f models.GuidelineForm) (string, error) {
			return savedText, models.EditGuideline(c.UserContext(), z.DB, z.Now(), web.Staff(c), g.ID, f)
		},
	})
}

// savedText is where the browser goes after a text was saved.
const savedText = texts + "?fatto=salvato"

// choice is one answer out of those whose words are "organisers.<name>.<value>".
func choice(c *fiber.Ctx, name, value string, values []string) organisers.Input {
	input := organisers.Input{Name: name, Value: value, Kind: organisers.Choice, Required: true}
	for _, v := range values {
		input.Options = append(input.Options, parts.Option{Value: v, Label: locale.T(c.UserContext(), "organisers."+name+"."+v)})
	}
	return input
}

// addition is the parameter of an address at which something new is written.
const addition = "nuovo"

// newOr returns the id in the address, or zero where something new is written.
func newOr(c *fiber.Ctx) (uuid.UUID, error) {
	if c.Params("id") == addition {
		return uuid.Nil, nil
	}
	return idOf(c, "id")
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
	return edit(c, editing[models.FAQForm]{
		page: page,
		read: func() (models.FAQForm, error) {
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
		inputs: func(f models.FAQForm) []organisers.Input {
			return []organisers.Input{
				line("question_it", f.QuestionIT, true), markdown("answer_it", f.AnswerIT, true),
				line("question_en", f.QuestionEN, false), markdown("answer_en", f.AnswerEN, false),
				typed("number", "position", strconv.Itoa(f.Position), true), seen(f.Seen),
			}
		},
		save: func(f models.FAQForm) (string, error) {
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
	return edit(c, editing[models.NoticeForm]{
		page: page,
		read: func() (models.NoticeForm, error) {
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
		inputs: func(f models.NoticeForm) []organisers.Input {
			return []organisers.Input{
				line("title_it", f.TitleIT, true), markdown("body_it", f.BodyIT, true),
				line("title_en", f.TitleEN, false), markdown("body_en", f.BodyEN, false), seen(f.Seen),
			}
		},
		save: func(f models.NoticeForm) (string, error) {
			return savedText, models.SaveNotice(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, id, f)
		},
	})
}

// Remove takes a frequent question, a notice or an act away.
func (z *Organisers) Remove(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
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
	return done(c, texts, "tolto")
}

// Phase edits a phase's texts and dates.
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
	page.Lead = locale.T(ctx, "organisers.phase.lead")
	return edit(c, editing[models.PhaseForm]{
		page: page,
		read: func() (models.PhaseForm, error) {
			whole, err := models.ConsultationBySlug(ctx, z.DB, page.Consultation.Slug)
			if err != nil {
				return models.PhaseForm{}, err
			}
			phase, err := pick(whole.Phases, nil, func(p *models.Phase) bool { return p.Number == number })
			if err != nil {
				return models.PhaseForm{}, err
			}
			return phase.Form(), nil
		},
		inputs: func(f models.PhaseForm) []organisers.Input {
			return []organisers.Input{
				typed("date", "starts_on", f.StartsOn, false), typed("date", "ends_on", f.EndsOn, false),
				line("title_it", f.TitleIT, true), markdown("body_it", f.BodyIT, false),
				line("title_en", f.TitleEN, false), markdown("body_en", f.BodyEN, false), seen(f.Seen),
			}
		},
		save: func(f models.PhaseForm) (string, error) {
			return savedText, models.EditPhase(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, number, f)
		},
	})
}

// PageText edits a text of the organisation: the information notice, the legal notes, the rules.
func (z *Organisers) PageText(c *fiber.Ctx) error {
	ctx, slug := c.UserContext(), c.Params("slug")
	page, err := z.textPage(c, "")
	if err != nil {
		return err
	}
	text, err := models.PageOf(ctx, z.DB, page.Organisation.ID, slug)
	if err != nil {
		return err
	}
	page.Title = inLanguage(c, text.Title)
	page.Crumbs[len(page.Crumbs)-1].Label = page.Title
	return edit(c, editing[models.PageForm]{
		page: page,
		read: func() (models.PageForm, error) {
			text, err := models.PageOf(ctx, z.DB, page.Organisation.ID, slug)
			return text.Form(), err
		},
		inputs: func(f models.PageForm) []organisers.Input {
			return []organisers.Input{
				line("title_it", f.TitleIT, true), markdown("body_it", f.BodyIT, true),
				line("title_en", f.TitleEN, false), markdown("body_en", f.BodyEN, false), seen(f.Seen),
			}
		},
		save: func(f models.PageForm) (string, error) {
			return savedText, models.EditPage(ctx, z.DB, z.Now(), web.Staff(c), slug, f)
		},
	})
}
