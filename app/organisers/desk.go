// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/organisers"
)

// Desk shows the meetings with their seats, what waits, and the way to all the rest; before there is a consultation, what
// can be done without.
func (z *Organisers) Desk(c *fiber.Ctx) error {
	page, err := z.page(c, "organisers.desk.title")
	if err != nil {
		return err
	}
	page.Crumbs = nil
	p := organisers.DeskPage{Page: page, Done: c.Query("fatto"), Now: z.Now()}
	if page.Consultation == nil {
		return web.Render(c, fiber.StatusOK, organisers.Desk(p))
	}
	ctx, id := c.UserContext(), page.Consultation.ID
	if p.Meetings, err = models.MeetingsForStaff(ctx, z.DB, web.Staff(c), id); err != nil {
		return err
	}
	if p.Work, err = models.WorkOf(ctx, z.DB, p.Meetings, p.Now, p.Now, p.Now); err != nil {
		return err
	}
	if p.Waits, err = models.WaitsOf(ctx, z.DB, id); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Desk(p))
}

// Choose goes to where staff work, on the consultation that the form named: the guard has made it theirs.
func (z *Organisers) Choose(c *fiber.Ctx) error {
	return web.SeeOther(c, layout.Workplace(web.Staff(c)))
}

// commentsLength is how many comments a page shows.
const commentsLength = 30

// Comments lists what citizens wrote, newest first: all of it, or in one state.
func (z *Organisers) Comments(c *fiber.Ctx) error {
	page, err := z.page(c, "organisers.comments.title")
	if err != nil {
		return err
	}
	p := organisers.CommentsPage{Page: page, State: c.Query("stato"), Done: c.Query("fatto")}
	if p.State != "" && !organisers.CommentState(p.State) {
		return models.ErrNotFound
	}
	if p.Meetings, err = models.MeetingsForStaff(c.UserContext(), z.DB, web.Staff(c), page.Consultation.ID); err != nil {
		return err
	}
	comments, err := models.CommentsForStaff(c.UserContext(), z.DB, page.Consultation.ID, p.State, after(c), commentsLength+1)
	if err != nil {
		return err
	}
	if p.State != models.Published { // those everybody reads
		reading := models.Reading{List: "comments", Subject: "participation", ID: page.Consultation.ID, State: p.State, Rows: min(len(comments), commentsLength)}
		if err := z.NoteReading(c, reading); err != nil {
			return err
		}
	}
	p.Comments = comments
	if len(comments) > commentsLength {
		p.Comments = comments[:commentsLength]
		p.Next = page.Path + "?stato=" + p.State + "&dopo=" + p.Comments[commentsLength-1].ID.String()
	}
	return web.Render(c, fiber.StatusOK, organisers.Comments(p))
}

// Comment shows one comment, and what can be done with it.
func (z *Organisers) Comment(c *fiber.Ctx) error { return z.comment(c, fiber.StatusOK, "", nil) }

func (z *Organisers) comment(c *fiber.Ctx, status int, reason string, wrong models.FieldErrors) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	page, err := z.page(c, "organisers.comment.title", z.crumb(c, "organisers.comments.title", desk+"/commenti"))
	if err != nil {
		return err
	}
	comment, err := models.CommentForStaff(c.UserContext(), z.DB, page.Consultation.ID, id)
	if err != nil {
		return err
	}
	page.Path = desk + "/commenti/" + id.String()
	return web.Render(c, status, organisers.Comment(organisers.CommentPage{Page: page, Comment: comment, Reason: reason, Wrong: wrong}))
}

// Hide puts a placeholder with the reason in a comment's place.
func (z *Organisers) Hide(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	form := new(models.HideForm)
	wrong := web.Bind(c, form)
	form.Clean()
	if wrong != nil {
		return z.comment(c, fiber.StatusUnprocessableEntity, form.Reason, wrong)
	}
	if err := models.HideComment(c.UserContext(), z.DB, z.Now(), web.Staff(c), id, form.Reason); err != nil {
		return err
	}
	return web.Done(c, desk+"/commenti", "nascosto")
}

// Restore shows a hidden comment again.
func (z *Organisers) Restore(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := models.RestoreComment(c.UserContext(), z.DB, z.Now(), web.Staff(c), id); err != nil {
		return err
	}
	return web.Done(c, desk+"/commenti", "ripristinato")
}

// Publish publishes a comment that waited for a check.
func (z *Organisers) Publish(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := models.PublishHeld(c.UserContext(), z.DB, z.Now(), web.Staff(c), id); err != nil {
		return err
	}
	return web.Done(c, desk+"/commenti", "pubblicato")
}
