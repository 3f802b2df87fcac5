// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/locale"
)

// Rating asks who came with a registration how the meeting was. Opening it changes nothing.
func (z *Citizens) Rating(c *fiber.Ctx) error {
	page, err := z.ratingPage(c)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, citizens.Rating(page))
}

// RateMeeting keeps what they say; another answer takes the place of the first.
func (z *Citizens) RateMeeting(c *fiber.Ctx) error {
	page, err := z.ratingPage(c)
	if err != nil {
		return err
	}
	if page.Rating == nil {
		return models.ErrClosed
	}
	err = bindRating(c, page.Rating, func(form models.MeetingRatingForm) error {
		return models.RateMeeting(c.UserContext(), z.DB, z.Now(), page.Registration.ID, form)
	})
	if err != nil {
		return err
	}
	if page.Rating.Wrong != nil {
		return web.Render(c, fiber.StatusUnprocessableEntity, citizens.Rating(page))
	}
	return web.Done(c, page.Path, "valutato")
}

// RateInRoom keeps what somebody in the room says, who is known by their browser alone.
func (z *Citizens) RateInRoom(c *fiber.Ctx) error {
	page, err := z.roomPage(c, "floor.title")
	if err != nil {
		return err
	}
	if !page.Meeting.Rateable(z.Now()) {
		return models.ErrClosed
	}
	page.Rating = &citizens.MeetingRating{Action: page.Path + "/valutazione"}
	err = bindRating(c, page.Rating, func(form models.MeetingRatingForm) error {
		return models.RateMeetingAs(c.UserContext(), z.DB, z.Now(), page.Meeting.ID, z.Browser(c), form)
	})
	if err != nil {
		return err
	}
	if page.Rating.Wrong != nil {
		return z.room(c, fiber.StatusUnprocessableEntity, page)
	}
	return web.SeeOther(c, page.Path+"?fatto=valutato#valutazione-incontro")
}

// bindRating reads the answer and keeps it, unless a program sent it; Wrong says what is wrong with it.
func bindRating(c *fiber.Ctx, rating *citizens.MeetingRating, keep func(models.MeetingRatingForm) error) error {
	if rating.Wrong = web.Bind(c, &rating.Form); rating.Wrong != nil || web.Trapped(c) {
		return nil
	}
	if err := keep(rating.Form); !errors.As(err, &rating.Wrong) {
		return err
	}
	return nil
}

// ratingPage is the page of the registration in the address; its form is there for who came, while the meeting is rated.
func (z *Citizens) ratingPage(c *fiber.Ctx) (citizens.RatingPage, error) {
	registration, err := z.registrationPage(c)
	if err != nil {
		return citizens.RatingPage{}, err
	}
	page := citizens.RatingPage{RegistrationPage: registration}
	page.Title = locale.T(c.UserContext(), "record.rating.title")
	page.Path = "/iscrizioni/" + page.Token + "/valutazione"
	page.Crumbs[len(page.Crumbs)-1].Label = page.Title
	r := page.Registration
	came, err := models.Came(c.UserContext(), z.DB, r)
	if err != nil || !came || !r.Meeting.Rateable(z.Now()) {
		return page, err
	}
	page.Rating, err = z.rating(c, page.Path, r.Meeting, r, nil)
	return page, err
}

// rating is the form at an address with what was answered before, by a registration or, where that is nil, by a browser.
func (z *Citizens) rating(c *fiber.Ctx, action string, m *models.Meeting, r *models.Registration, browser []byte) (*citizens.MeetingRating, error) {
	rating := &citizens.MeetingRating{Action: action, Thanks: c.Query("fatto") == "valutato"}
	given, err := models.RatingBy(c.UserContext(), z.DB, m, r, browser)
	if errors.Is(err, models.ErrNotFound) {
		return rating, nil
	}
	if err == nil {
		rating.Given, rating.Form = true, models.MeetingRatingForm{Stars: given.Stars, Body: given.Body}
	}
	return rating, err
}
