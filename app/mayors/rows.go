// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/mayors"
)

// rowsPerPage is how many rows behind a figure a page shows.
const rowsPerPage = 50

// asked reads from the address which rows to list.
func (z *Mayors) asked(c *fiber.Ctx) (models.RowsAsked, error) {
	site, err := z.Site(c)
	if err != nil {
		return models.RowsAsked{}, err
	}
	asked := models.RowsAsked{
		ConsultationID: site.Consultation.ID, Limit: rowsPerPage, After: c.Query(mayors.After), Order: c.Query(mayors.Order),
		Guideline: c.Query(mayors.OfGuideline), Meeting: c.Query(mayors.OfMeeting), Place: c.Query(mayors.FromPlace),
		Opinion: c.Query(mayors.OfOpinion), State: c.Query(mayors.InState), Awaiting: c.Query(mayors.Awaiting) != "",
		Home: c.Query(mayors.FromHome), Absent: c.Query(mayors.Absent) != "",
	}
	if !known(site, asked) {
		return asked, models.ErrNotFound
	}
	if day := c.Query(mayors.OnDay); day != "" {
		if asked.Day, err = models.ParseDay(day); err != nil {
			return asked, models.ErrNotFound
		}
	}
	return asked, nil
}

// known tells whether there is what the address names.
func known(site web.Site, asked models.RowsAsked) bool {
	onGuideline := func(g models.Guideline) bool { return g.Slug == asked.Guideline }
	atMeeting := func(m models.Meeting) bool { return m.Slug == asked.Meeting }
	inState := func(s stateName) bool { return s.state == asked.State }
	return (asked.Guideline == "" || slices.ContainsFunc(site.Consultation.Guidelines, onGuideline)) &&
		(asked.Meeting == "" || slices.ContainsFunc(site.Consultation.Meetings, atMeeting)) &&
		(asked.Place == "" || slices.Contains(places(site.Organisation), asked.Place)) &&
		(asked.Home == "" || slices.Contains(places(site.Organisation), asked.Home)) &&
		(asked.Opinion == "" || asked.Opinion == models.NoOpinion || slices.Contains(models.Opinions, asked.Opinion)) &&
		(asked.State == "" || slices.ContainsFunc(slices.Concat(commentStates, registrationStates, questionStates), inState))
}

func (z *Mayors) rows(c *fiber.Ctx, list string) (mayors.RowsPage, error) {
	page, err := z.page(c, locale.T(c.UserContext(), "mayors.rows."+list))
	if err != nil {
		return mayors.RowsPage{}, err
	}
	asked, err := z.asked(c)
	return mayors.RowsPage{Page: page, List: list, Asked: asked, Now: z.Now()}, err
}

// noteReading puts in the log that who is signed in reads rows of a list of the consultation that tell of people.
func (z *Mayors) noteReading(c *fiber.Ctx, list string, asked models.RowsAsked, rows int) error {
	return z.NoteReading(c, models.Reading{List: list, Subject: "participation", ID: asked.ConsultationID, State: asked.State, Rows: rows})
}

// Participants lists the people who took part.
func (z *Mayors) Participants(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Participants)
	if err != nil {
		return err
	}
	rows, err := models.ParticipantRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	if err := z.noteReading(c, "participants", page.Asked, len(rows.Rows)); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.ParticipantRows(page, rows))
}

// Opinions lists the opinions.
func (z *Mayors) Opinions(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Opinions)
	if err != nil {
		return err
	}
	rows, err := models.OpinionRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	if err := z.noteReading(c, "opinions", page.Asked, len(rows.Rows)); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.OpinionRows(page, rows))
}

// Comments lists the comments with their texts and the official answers.
func (z *Mayors) Comments(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Comments)
	if err != nil {
		return err
	}
	rows, err := models.CommentRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	if err := z.noteReading(c, "comments", page.Asked, len(rows.Rows)); err != nil {
		return err
	}
	answers, err := models.OfficialAnswers(c.UserContext(), z.DB, page.Asked.ConsultationID, rows.Rows...)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.CommentRows(page, rows, answers))
}

// Registrations lists the registrations, without names.
func (z *Mayors) Registrations(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Registrations)
	if err != nil {
		return err
	}
	rows, err := models.RegistrationRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.RegistrationRows(page, rows))
}

// Attendances lists the parties that came, without names.
func (z *Mayors) Attendances(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Attendances)
	if err != nil {
		return err
	}
	rows, err := models.AttendanceRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.AttendanceRows(page, rows))
}

// Questions lists the questions that everybody in the room read.
func (z *Mayors) Questions(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Questions)
	if err != nil {
		return err
	}
	rows, err := models.QuestionRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.QuestionRows(page, rows))
}

// Ratings lists how meetings were found, where enough people said so.
func (z *Mayors) Ratings(c *fiber.Ctx) error {
	page, err := z.rows(c, mayors.Ratings)
	if err != nil {
		return err
	}
	rows, err := models.RatingRows(c.UserContext(), z.DB, page.Asked)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, mayors.RatingRows(page, rows))
}
