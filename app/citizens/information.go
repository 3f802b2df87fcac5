// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"errors"
	"mime"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Home shows a consultation: what is decided, by whom, when, and what one can do now. It is the page of its own address
// and, while no other is open, of `/`, which then also leads to the past ones. With none or several open `/` lists them.
func (z *Citizens) Home(c *fiber.Ctx) error {
	page, err := z.page(c, layout.TheConsultation, "citizens.home")
	if err != nil {
		return err
	}
	page.Crumbs = nil
	if page.Consultation == nil {
		page.Title, page.Section = locale.T(c.UserContext(), "consultations.title"), layout.NoSection
		return web.RenderStored(c, citizens.Consultations(page))
	}
	page.Title = web.InLanguage(c, page.Consultation.Title)
	page.Description = web.InLanguage(c, page.Consultation.Summary)
	now := z.Now()
	notices, err := models.NoticesOf(c.UserContext(), z.DB, page.Consultation.ID)
	if err != nil {
		return err
	}
	return web.RenderStored(c, citizens.Home(citizens.HomePage{
		Page:    page,
		Notices: notices[:min(2, len(notices))],
		Phase:   page.Consultation.CurrentPhase(now),
		Open:    page.Consultation.InPhase(models.PhaseOpinions, now),
		Now:     now,
		First:   c.Params("consultation") == "",
	}))
}

// Acts shows the chronology and the documents.
func (z *Citizens) Acts(c *fiber.Ctx) error {
	page, err := z.page(c, layout.Acts, "citizens.acts.title")
	if err != nil {
		return err
	}
	acts, err := models.ActsOf(c.UserContext(), z.DB, page.Consultation.ID)
	if err != nil {
		return err
	}
	if len(acts) == 0 {
		return models.ErrNotFound
	}
	return web.RenderStored(c, citizens.Acts(page, acts))
}

// File sends a document for download, those of drafts to staff alone.
func (z *Citizens) File(c *fiber.Ctx) error {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return models.ErrNotFound
	}
	read := models.PublicFile
	if web.Staff(c) != nil {
		read = models.FileByID
	}
	file, err := read(c.UserContext(), z.DB, id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, file.MediaType)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	return c.Send(file.Content)
}

// FAQs shows the frequent questions.
func (z *Citizens) FAQs(c *fiber.Ctx) error {
	page, err := z.page(c, layout.FAQs, "citizens.faqs.title")
	if err != nil {
		return err
	}
	faqs, err := models.FAQsOf(c.UserContext(), z.DB, page.Consultation.ID)
	if err != nil {
		return err
	}
	if len(faqs) == 0 {
		return models.ErrNotFound
	}
	return web.RenderStored(c, citizens.FAQs(page, faqs))
}

// Notices shows the news.
func (z *Citizens) Notices(c *fiber.Ctx) error {
	page, err := z.page(c, layout.Notices, "citizens.notices.title")
	if err != nil {
		return err
	}
	notices, err := models.NoticesOf(c.UserContext(), z.DB, page.Consultation.ID)
	if err != nil {
		return err
	}
	if len(notices) == 0 {
		return models.ErrNotFound
	}
	return web.RenderStored(c, citizens.Notices(page, notices))
}

// Text shows a page of the organisation: the information notice, the legal notes, the rules of participation. One that
// nobody has written yet says so.
func (z *Citizens) Text(slug string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		page, err := z.Page(c, "")
		if err != nil {
			return err
		}
		text, err := z.text(c.UserContext(), page.Organisation, slug)
		if errors.Is(err, models.ErrNotFound) {
			return z.noText(c, page, slug)
		}
		if err != nil {
			return err
		}
		page.Title, page.Rateable = web.InLanguage(c, text.Title), layout.RateablePage
		page.Crumbs = z.crumbs(c, page, titled(c, text.Title, ""))
		return web.RenderStored(c, citizens.Text(page, text))
	}
}

// noText answers for a text that nobody has written yet.
func (z *Citizens) noText(c *fiber.Ctx, page layout.Page, slug string) error {
	page.Title, page.NoIndex = locale.T(c.UserContext(), "citizens.text."+slug), true
	page.Crumbs = z.crumbs(c, page, parts.Crumb{Label: page.Title})
	return web.RenderStored(c, citizens.NoText(page))
}

// text returns a text of the organisation, if there are both.
func (z *Citizens) text(ctx context.Context, organisation *models.Organisation, slug string) (*models.Page, error) {
	if organisation == nil {
		return nil, models.ErrNotFound
	}
	return models.PageOf(ctx, z.DB, organisation.ID, slug)
}

// SiteMap lists every page of the site.
func (z *Citizens) SiteMap(c *fiber.Ctx) error {
	page, err := z.page(c, layout.NoSection, "citizens.sitemap.title")
	if err != nil {
		return err
	}
	return web.RenderStored(c, citizens.SiteMap(page))
}

// Assistance says how to reach the offices.
func (z *Citizens) Assistance(c *fiber.Ctx) error {
	page, err := z.page(c, layout.NoSection, "citizens.assistance.title")
	if err != nil {
		return err
	}
	return web.RenderStored(c, citizens.Assistance(page))
}

// unsearched are the pages, and those below them, that are no business of search engines.
var unsearched = []string{"/segreteria", "/sindaci", "/amministrazione", "/area-personale", "/conferme", "/iscrizioni"}

// Robots tells search engines what to leave out, in each language; everything, while the data are invented.
func (z *Citizens) Robots(c *fiber.Ctx) error {
	page, err := z.Page(c, "")
	if err != nil {
		return err
	}
	rules := "User-agent: *\n"
	if page.Demo {
		rules += "Disallow: /\n"
	} else {
		for _, path := range unsearched {
			for _, lang := range locale.Of(path) {
				rules += "Disallow: " + locale.PathIn(lang, path) + "\n"
			}
		}
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.SendString(rules)
}

// rateForm is an answer to "how clear is this page?".
type rateForm struct {
	Path   string `form:"path" validate:"required,startswith=/,max=200,oneline"`
	Stars  int    `form:"stars" validate:"required,min=1,max=5"`
	Reason string `form:"reason" validate:"max=40"`
	Body   string `form:"body" validate:"max=200"`
}

// Rate keeps an answer to "how clear is this page?" and goes back to the page.
func (z *Citizens) Rate(c *fiber.Ctx) error {
	form := new(rateForm)
	wrong := web.Bind(c, form)
	back := "/"
	if web.IsPath(form.Path) {
		back = form.Path
	}
	if wrong != nil {
		return c.Redirect(back+"?valutazione="+string(layout.FeedbackMissing)+"#valutazione", fiber.StatusSeeOther)
	}
	if !web.Trapped(c) {
		rating := &models.Rating{Path: back, Stars: form.Stars, Body: form.Body}
		if slices.Contains(layout.Reasons(form.Stars), form.Reason) {
			rating.Reason = form.Reason // without scripts one may answer first and change the stars after
		}
		if err := models.Rate(c.UserContext(), z.DB, z.Now(), rating); err != nil {
			return err
		}
	}
	return c.Redirect(back+"?valutazione="+string(layout.FeedbackThanks)+"#valutazione", fiber.StatusSeeOther)
}
