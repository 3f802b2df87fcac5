// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/organisers"
)

// MeetingDocuments shows the documents of a meeting, and takes one more.
func (z *Organisers) MeetingDocuments(c *fiber.Ctx) error {
	return z.meetingDocuments(c, "organisers.meeting.documents", false)
}

// RemoveMeetingDocument takes a document of a meeting away.
func (z *Organisers) RemoveMeetingDocument(c *fiber.Ctx) error {
	return z.removeMeetingDocument(c, "/documenti")
}

// meetingDocuments is the page, with the title of key, of the documents of a meeting, or (minutes) of its minutes.
func (z *Organisers) meetingDocuments(c *fiber.Ctx, key string, minutes bool) error {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, key)
	if err != nil {
		return err
	}
	p := organisers.DocumentsPage{Page: page, Done: c.Query("fatto")}
	status := fiber.StatusOK
	if c.Method() == fiber.MethodPost {
		p.Wrong = web.Bind(c, &p.Form)
		file, wrong, err := uploaded(c)
		if err != nil {
			return err
		}
		if p.Wrong = append(p.Wrong, wrong...); len(p.Wrong) == 0 {
			err := models.AddMeetingDocument(ctx, z.DB, z.Now(), web.Staff(c), m.ID, minutes, p.Form, file)
			if !errors.As(err, &p.Wrong) {
				return orDone(c, err, page.Path, "documento")
			}
		}
		status = fiber.StatusUnprocessableEntity
	}
	if p.Documents, err = models.MeetingDocuments(ctx, z.DB, m.ID, minutes); err != nil {
		return err
	}
	return web.Render(c, status, organisers.Documents(p))
}

// removeMeetingDocument takes the document in the address away and goes back to the list of documents at path.
func (z *Organisers) removeMeetingDocument(c *fiber.Ctx, path string) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = models.RemoveMeetingDocument(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, id)
	return orDone(c, err, addressOf(m)+path, "documento-tolto")
}

// orDone is web.Done, unless there is an error.
func orDone(c *fiber.Ctx, err error, path, what string) error {
	if err != nil {
		return err
	}
	return web.Done(c, path, what)
}
