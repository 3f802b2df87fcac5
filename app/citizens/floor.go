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
	"ultimaparola/views/parts"
)

// Room shows a meeting's questions to who is in the room, or follows from home, with the form to ask one; when it is not
// the evening, from when.
func (z *Citizens) Room(c *fiber.Ctx) error {
	page, err := z.roomPage(c, "floor.title")
	if err != nil {
		return err
	}
	page.Asked = c.Query("inviata") != ""
	return z.room(c, fiber.StatusOK, page)
}

// AskFromFloor takes a question, for staff to read first.
func (z *Citizens) AskFromFloor(c *fiber.Ctx) error {
	page, err := z.roomPage(c, "floor.title")
	if err != nil {
		return err
	}
	if !page.Open() {
		return models.ErrClosed
	}
	if page.Wrong = web.Bind(c, &page.Form); page.Wrong != nil {
		return z.room(c, fiber.StatusUnprocessableEntity, page)
	}
	if !web.Trapped(c) {
		err = models.AskFromFloor(c.UserContext(), z.DB, z.Now(), page.Meeting.ID, z.Browser(c), page.Form)
	}
	switch {
	case errors.As(err, &page.Wrong):
		return z.room(c, fiber.StatusUnprocessableEntity, page)
	case errors.Is(err, models.ErrTooManyQuestions):
		page.TooMany = true
		return z.room(c, fiber.StatusTooManyRequests, page)
	case err != nil:
		return err
	}
	return web.SeeOther(c, page.Path+"?inviata=1")
}

// SupportQuestion has the browser support a question of the list, or no longer.
func (z *Citizens) SupportQuestion(c *fiber.Ctx) error {
	m, err := z.meetingOfRoom(c)
	if err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = models.SupportQuestion(c.UserContext(), z.DB, z.Now(), m.ID, id, z.Browser(c), c.FormValue("sostegno") != "ritiro")
	if err != nil {
		return err
	}
	return web.SeeOther(c, "/sala/"+z.Links.RoomCode(m.ID)+"#"+citizens.QuestionAnchor(id))
}

// BackToRoom leads who comes by GET to an address that takes posts, as after a change of language, to the page.
func (z *Citizens) BackToRoom(c *fiber.Ctx) error {
	return web.SeeOther(c, "/sala/"+c.Params("token"))
}

// Projector shows the question that is being answered, those that follow and where to ask, for all in the room to read.
func (z *Citizens) Projector(c *fiber.Ctx) error {
	page, err := z.roomPage(c, "floor.projector.title")
	if err != nil {
		return err
	}
	if page.Questions, err = models.FloorQuestions(c.UserContext(), z.DB, page.Meeting.ID, nil); err != nil {
		return err
	}
	return web.RenderStored(c, citizens.Projector(page))
}

// showQuestions adds to a meeting's page where to ask, while the evening is on, and what was answered, once it is closed.
func (z *Citizens) showQuestions(c *fiber.Ctx, page *citizens.MeetingPage) (err error) {
	if page.Meeting.FloorOpen(z.Now()) {
		_, page.RoomUntil = page.Meeting.FloorHours()
		page.Room = locale.Path(c.UserContext(), "/sala/"+z.Links.RoomCode(page.Meeting.ID))
	}
	if page.Meeting.Closed() {
		page.Questions, err = models.AnsweredQuestions(c.UserContext(), z.DB, page.Meeting.ID)
	}
	return err
}

// room answers with the room's page, whose form stands in page already.
func (z *Citizens) room(c *fiber.Ctx, status int, page citizens.RoomPage) (err error) {
	ctx, browser := c.UserContext(), z.KnownBrowser(c)
	if page.Open() {
		if page.Questions, err = models.FloorQuestions(ctx, z.DB, page.Meeting.ID, browser); err != nil {
			return err
		}
		if page.Own, err = models.OwnQuestions(ctx, z.DB, page.Meeting.ID, browser); err != nil {
			return err
		}
	}
	if page.Rating == nil && page.Meeting.Rateable(page.Now) {
		if page.Rating, err = z.rating(c, page.Path+"/valutazione", page.Meeting, nil, browser); err != nil {
			return err
		}
	}
	kept, err := models.PrivacyOf(ctx, z.DB, page.Organisation.ID)
	if err != nil {
		return err
	}
	page.KeptDays = kept.RegistrationsDays
	if status != fiber.StatusOK || browser != nil {
		return web.Render(c, status, citizens.Room(page))
	}
	return web.RenderStored(c, citizens.Room(page))
}

// roomPage returns the page about the meeting that the code in the address names, with an empty form.
func (z *Citizens) roomPage(c *fiber.Ctx, key string) (citizens.RoomPage, error) {
	m, err := z.meetingOfRoom(c)
	if err != nil {
		return citizens.RoomPage{}, err
	}
	frame, err := z.PageOn(c, m.Consultation.Slug, locale.T(c.UserContext(), key, "Meeting", web.InLanguage(c, m.Title)))
	if err != nil {
		return citizens.RoomPage{}, err
	}
	frame.Path = "/sala/" + z.Links.RoomCode(m.ID)
	frame.Section, frame.NoIndex, frame.Script = layout.Meetings, true, "live.js"
	frame.Crumbs = z.crumbs(c, frame, titled(c, m.Title, frame.In(c.UserContext(), "/incontri/"+m.Slug)),
		parts.Crumb{Label: locale.T(c.UserContext(), "floor.crumb")})
	return citizens.RoomPage{Page: frame, Meeting: m, Room: z.Links.Room(web.Lang(c), m.ID), Now: z.Now()}, nil
}

// meetingOfRoom returns the meeting that the code in the address names.
func (z *Citizens) meetingOfRoom(c *fiber.Ctx) (*models.Meeting, error) {
	ids, err := models.MeetingsWithDate(c.UserContext(), z.DB)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !z.Links.IsRoom(id, c.Params("token")) {
			continue
		}
		m, err := models.MeetingByID(c.UserContext(), z.DB, id)
		if err == nil && m.Consultation.Draft() {
			err = models.ErrNotFound
		}
		return m, err
	}
	return nil, web.ErrTampered
}
