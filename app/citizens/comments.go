// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/locale"
)

// Comments lists all comments on a guideline, a page at a time.
func (z *Citizens) Comments(c *fiber.Ctx) error {
	d, err := z.discussion(c)
	if err != nil {
		return err
	}
	list, err := z.comments(c, d)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	title := locale.T(ctx, "conversation.comments.on", "Name", web.InLanguage(c, d.Guideline.Name))
	return web.RenderStored(c, citizens.Comments(citizens.CommentsPage{Discussion: z.below(c, d, "/commenti", title), Comments: list}))
}

// Conversation shows one comment in its conversation, with the forms to support it and to reply.
func (z *Citizens) Conversation(c *fiber.Ctx) error {
	page, err := z.conversation(c)
	if err != nil {
		return err
	}
	page.Support.Value = page.Comment.Supported
	page.Support.SignedIn = page.Person != nil
	page.Reply.AuthorForm = z.authorForm(c, page.Discussion)
	return web.RenderStored(c, citizens.Conversation(page))
}

// Reply takes a reply to a comment.
func (z *Citizens) Reply(c *fiber.Ctx) error {
	page, err := z.conversation(c)
	if err != nil {
		return err
	}
	if !page.Open || page.Consultation.RepliesClosed {
		return models.ErrClosed
	}
	form := new(models.ReplyForm)
	form.For(page.Person)
	wrong := web.Bind(c, form)
	if web.Trapped(c) {
		return backDone(c, page.Discussion, models.ConfirmReply, uuid.Nil)
	}
	author, wrong, err := z.author(c, page.Discussion, &form.AuthorForm, wrong)
	if err != nil {
		return err
	}
	act := models.Reply{ConsultationID: page.Consultation.ID, CommentID: page.Comment.ID, Author: author, Body: form.Body}
	if wrong == nil && page.Person != nil {
		reply, err := models.ReplyAs(c.UserContext(), z.DB, z.Now(), page.Person.ID, act)
		if wrong, err = refused(err); err != nil {
			return err
		}
		if wrong == nil && reply.State == models.Published {
			return backDone(c, page.Discussion, models.ConfirmReply, reply.ID)
		}
		if wrong == nil {
			return backDone(c, page.Discussion, models.ConfirmReply, uuid.Nil)
		}
	}
	if wrong != nil {
		page.Reply, page.NotReply = *form, wrong
		page.Support = models.SupportForm{Value: page.Comment.Supported, SignedIn: page.Person != nil}
		return web.Render(c, fiber.StatusUnprocessableEntity, citizens.Conversation(page))
	}
	return z.ask(c, form.Email, models.ConfirmReply, act)
}

// Support takes a person's answer to somebody else's comment.
func (z *Citizens) Support(c *fiber.Ctx) error {
	page, err := z.conversation(c)
	if err != nil {
		return err
	}
	if !page.Open {
		return models.ErrClosed
	}
	form := &models.SupportForm{SignedIn: page.Person != nil}
	wrong := web.Bind(c, form)
	if web.Trapped(c) {
		return backDone(c, page.Discussion, models.ConfirmSupport, uuid.Nil)
	}
	act := models.SupportGiven{ConsultationID: page.Consultation.ID, CommentID: page.Comment.ID, Value: form.Value}
	if wrong == nil && page.Person != nil {
		result, err := z.Batches.Supports.Do(c.UserContext(), models.SupportBy{PersonID: page.Person.ID, SupportGiven: act})
		if err != nil {
			return err
		}
		if wrong, err = refused(result); err != nil {
			return err
		}
		if wrong == nil {
			return c.Redirect(backTo(c, page.Discussion)+"#c-"+page.Comment.ID.String(), fiber.StatusSeeOther)
		}
	}
	if wrong != nil {
		page.Support, page.NotSupport = *form, wrong
		page.Reply.AuthorForm = z.authorForm(c, page.Discussion)
		return web.Render(c, fiber.StatusUnprocessableEntity, citizens.Conversation(page))
	}
	return z.ask(c, form.Email, models.ConfirmSupport, act)
}

// conversation returns the page of the comment named in the address.
func (z *Citizens) conversation(c *fiber.Ctx) (citizens.ConversationPage, error) {
	d, err := z.discussion(c)
	if err != nil {
		return citizens.ConversationPage{}, err
	}
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return citizens.ConversationPage{}, models.ErrNotFound
	}
	top, comment, err := models.Conversation(c.UserContext(), z.DB, d.Consultation.ID, id, viewer(c))
	if err != nil {
		return citizens.ConversationPage{}, err
	}
	if comment.GuidelineID != d.Guideline.ID {
		return citizens.ConversationPage{}, models.ErrNotFound
	}
	title := locale.T(c.UserContext(), "conversation.comment_of", "Name", d.Writer(c.UserContext(), comment))
	page := citizens.ConversationPage{Discussion: z.below(c, d, "/commenti/"+id.String(), title), Top: top, Comment: comment}
	page.NoIndex = true // its text stands on the guideline's page
	return page, nil
}
