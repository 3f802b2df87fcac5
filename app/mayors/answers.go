// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/mayors"
)

// Comment shows what a person wrote, the official answers to it, and the form of a new one.
func (z *Mayors) Comment(c *fiber.Ctx) error {
	return z.comment(c, fiber.StatusOK, func(*mayors.CommentPage) {})
}

// Answer shows an official answer as it would stand, or publishes it: mayors.Step says which. What is typed is kept.
func (z *Mayors) Answer(c *fiber.Ctx) error {
	form := new(models.AnswerForm)
	if wrong := web.Bind(c, form); wrong != nil {
		return z.comment(c, fiber.StatusUnprocessableEntity, func(p *mayors.CommentPage) { p.Form, p.Wrong = *form, wrong })
	}
	if c.FormValue(mayors.Step) != mayors.Publish {
		return z.comment(c, fiber.StatusOK, func(p *mayors.CommentPage) { p.Form, p.Preview = *form, true })
	}
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return models.ErrNotFound
	}
	answer, err := models.AnswerComment(c.UserContext(), z.DB, z.Now(), web.Staff(c), id, form.Body)
	if err != nil {
		return err
	}
	return web.SeeOther(c, mayors.CommentPath(id)+"?"+mayors.Done+"="+answer.State+"#fatto")
}

func (z *Mayors) comment(c *fiber.Ctx, status int, fill func(*mayors.CommentPage)) error {
	frame, err := z.page(c, locale.T(c.UserContext(), "mayors.comment.title"))
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return models.ErrNotFound
	}
	ctx, consultation := c.UserContext(), frame.Consultation.ID
	page := mayors.CommentPage{Page: frame, Done: c.Query(mayors.Done)}
	if page.Comment, page.Parent, err = models.CommentForOffice(ctx, z.DB, consultation, id); err != nil {
		return err
	}
	answers, err := models.OfficialAnswers(ctx, z.DB, consultation, page.Comment)
	if err != nil {
		return err
	}
	page.Answers = answers[id]
	fill(&page)
	return web.Render(c, status, mayors.Comment(page))
}
