// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
)

// FollowGuideline takes "Avvisami" on a guideline.
func (z *Citizens) FollowGuideline(c *fiber.Ctx) error {
	d, err := z.discussion(c)
	if err != nil {
		return err
	}
	if !d.Consultation.Live() {
		return models.ErrClosed
	}
	form := &models.FollowForm{SignedIn: d.Person != nil}
	wrong := web.Bind(c, form)
	if wrong == nil {
		asked := models.FollowAsked{ConsultationID: d.Consultation.ID, GuidelineID: d.Guideline.ID}
		return z.follow(c, form, asked, d.At(c.UserContext(), ""))
	}
	page := citizens.GuidelinePage{Discussion: d, Form: models.ContributionForm{Published: "true"}, Follow: *form, NotFollow: wrong}
	page.Form.AuthorForm = z.authorForm(c, d)
	return z.guidelinePage(c, fiber.StatusUnprocessableEntity, page)
}

// follow does what a form that is right asks for: at once for somebody signed in, who goes back to at.
func (z *Citizens) follow(c *fiber.Ctx, form *models.FollowForm, asked models.FollowAsked, at string) error {
	done := at + "?fatto=" + models.ConfirmFollow + "#fatto"
	if web.Trapped(c) {
		return c.Redirect(done, fiber.StatusSeeOther)
	}
	person := web.Person(c)
	if person == nil {
		return z.ask(c, form.Email, models.ConfirmFollow, asked)
	}
	if err := models.FollowAs(c.UserContext(), z.DB, z.Now(), person.ID, asked); err != nil {
		return err
	}
	return c.Redirect(done, fiber.StatusSeeOther)
}

// Unsubscription shows the one button that ends a follow: opening the link changes nothing.
func (z *Citizens) Unsubscription(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeUnsubscribe, c.Params("token"))
	if err != nil {
		return err
	}
	follow, err := models.FollowByID(c.UserContext(), z.DB, id)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return z.unsubscription(c, nil, true)
	case err != nil:
		return err
	case follow.Meeting != nil:
		return z.unsubscription(c, follow.Meeting.Title, false)
	}
	return z.unsubscription(c, follow.Guideline.Name, false)
}

// Unsubscribe ends a follow; it is also what mail programs post to by themselves (RFC 8058).
func (z *Citizens) Unsubscribe(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeUnsubscribe, c.Params("token"))
	if err != nil {
		return err
	}
	if err := models.Unfollow(c.UserContext(), z.DB, id); err != nil {
		return err
	}
	return z.unsubscription(c, nil, true)
}

func (z *Citizens) unsubscription(c *fiber.Ctx, about models.Text, ended bool) error {
	page, err := z.page(c, layout.NoSection, "conversation.unsubscribe.title")
	if err != nil {
		return err
	}
	page.Rateable, page.NoIndex = layout.NotRateable, true
	action := locale.Path(c.UserContext(), "/avvisami/"+c.Params("token")+"/disiscrizione")
	return web.Render(c, fiber.StatusOK, citizens.Unsubscribe(page, about, action, ended))
}
