// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Register holds seats and sends the browser on: to the registration for who is signed in, to the page that waits for
// the mailbox, or, without an e-mail address, to the page that says the office will call. Whether an address is
// registered already makes no difference to be seen.
func (z *Citizens) Register(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	meetingID, err := meetingIn(site.Consultation, c.Params("meeting"))
	if err != nil {
		return err
	}
	form := models.RegistrationForm{}
	wrong := web.Bind(c, &form)
	if wrong == nil {
		errors.As(form.Find(site.Organisation, site.Consultation), &wrong)
	}
	switch {
	case c.FormValue("modifica") != "":
		return z.registrationForm(c, fiber.StatusOK, form, nil)
	case wrong != nil:
		return z.registrationForm(c, fiber.StatusUnprocessableEntity, form, wrong)
	case web.Trapped(c):
		return z.toCall(c)
	case c.FormValue("riepilogo") != "":
		return z.summary(c, form)
	}
	asked := models.RegistrationAsked{MeetingID: meetingID, Form: form, Language: web.Lang(c), BrowserHash: z.Browser(c)}
	if person := web.Person(c); person != nil {
		asked.PersonID = person.ID
	}
	result, err := z.Batches.Registrations.Do(c.UserContext(), asked)
	if err == nil {
		err = result.Err
	}
	switch {
	case errors.As(err, &wrong):
		return z.registrationForm(c, fiber.StatusUnprocessableEntity, form, wrong)
	case err != nil:
		return err
	case result.Registration != nil:
		if r := result.Registration; r.Name != form.Name || r.Seats != form.Seats {
			return web.SeeOther(c, z.registrationPath(r.ID)+"?gia=1")
		}
		return z.toRegistration(c, result.Registration.ID)
	case result.Confirmation != nil:
		return ToMailbox(c, result.Confirmation.ID)
	}
	return z.toCall(c)
}

func meetingIn(consultation *models.Consultation, slug string) (uuid.UUID, error) {
	for _, m := range consultation.Meetings {
		if m.Slug == slug {
			return m.ID, nil
		}
	}
	return uuid.Nil, models.ErrNotFound
}

// registrationForm shows the form with what was typed, and what is wrong with it.
func (z *Citizens) registrationForm(c *fiber.Ctx, status int, form models.RegistrationForm, wrong models.FieldErrors) error {
	page, err := z.meetingPage(c)
	if err != nil {
		return err
	}
	if !page.Meeting.Open(z.Now()) {
		return models.ErrClosed
	}
	page.Form, page.Wrong = form, wrong
	return web.Render(c, status, citizens.Meeting(page))
}

// summary shows what was typed once more, before anything is done with it.
func (z *Citizens) summary(c *fiber.Ctx, form models.RegistrationForm) error {
	page, err := z.meetingPage(c)
	if err != nil {
		return err
	}
	var wrong models.FieldErrors
	switch err := form.Check(z.Now(), page.Meeting); {
	case errors.As(err, &wrong):
		return z.registrationForm(c, fiber.StatusUnprocessableEntity, form, wrong)
	case err != nil:
		return err
	}
	page.Form, page.NoIndex, page.Rateable = form, true, layout.NotRateable
	page.Title = locale.T(c.UserContext(), "meetings.summary.title")
	page.Crumbs = z.crumbs(c, page.Page, titled(c, page.Meeting.Title, page.In(c.UserContext(), "/incontri/"+page.Meeting.Slug)),
		parts.Crumb{Label: page.Title})
	return web.Render(c, fiber.StatusOK, citizens.RegistrationSummary(page))
}

func (z *Citizens) toCall(c *fiber.Ctx) error {
	return web.SeeOther(c, "/consultazioni/"+c.Params("consultation")+"/incontri/"+c.Params("meeting")+"/telefonata")
}

func (z *Citizens) toRegistration(c *fiber.Ctx, id uuid.UUID) error {
	return web.SeeOther(c, z.registrationPath(id))
}

func (z *Citizens) registrationPath(id uuid.UUID) string {
	return "/iscrizioni/" + z.Links.Token(web.PurposeRegistration, id)
}

// WillCall says that the office calls to confirm.
func (z *Citizens) WillCall(c *fiber.Ctx) error {
	page, err := z.page(c, layout.Meetings, "registration.call.title")
	if err != nil {
		return err
	}
	if _, err := meetingIn(page.Consultation, c.Params("meeting")); err != nil {
		return err
	}
	page.NoIndex, page.Rateable = true, layout.RateableService
	return web.Render(c, fiber.StatusOK, citizens.WillCall(page, page.In(c.UserContext(), "/incontri/"+c.Params("meeting"))))
}

// Registration shows a registration to whoever has its link. Opening it changes nothing.
func (z *Citizens) Registration(c *fiber.Ctx) error {
	page, err := z.registrationPage(c)
	if err != nil {
		return err
	}
	page.Unchanged, page.Done = c.Query("gia") != "", c.Query("fatto")
	return web.Render(c, fiber.StatusOK, citizens.Registration(page))
}

// GiveUp asks, with one button, whether a registration is given up, as who cannot come any more follows a link. Opening it
// changes nothing; where nothing is left to give up, it leads to the registration.
func (z *Citizens) GiveUp(c *fiber.Ctx) error {
	page, err := z.registrationPage(c)
	if err != nil {
		return err
	}
	if !page.Changeable() {
		return z.toRegistration(c, page.Registration.ID)
	}
	page.Title = locale.T(c.UserContext(), "registration.give_up.title")
	return web.Render(c, fiber.StatusOK, citizens.GiveUp(page))
}

// registrationPage returns the page of the registration whose link the address has.
func (z *Citizens) registrationPage(c *fiber.Ctx) (citizens.RegistrationPage, error) {
	var p citizens.RegistrationPage
	id, err := z.Links.Open(web.PurposeRegistration, c.Params("token"))
	if err != nil {
		return p, err
	}
	r, err := models.RegistrationByID(c.UserContext(), z.DB, id)
	if err != nil {
		return p, err
	}
	position, err := models.QueuePosition(c.UserContext(), z.DB, r)
	if err != nil {
		return p, err
	}
	if r.Question, err = models.QuestionWith(c.UserContext(), z.DB, r); err != nil {
		return p, err
	}
	page, err := z.PageOn(c, r.Meeting.Consultation.Slug, locale.T(c.UserContext(), "registration.title"))
	if err != nil {
		return p, err
	}
	page.Crumbs = z.crumbs(c, page, titled(c, r.Meeting.Title, page.In(c.UserContext(), "/incontri/"+r.Meeting.Slug)),
		parts.Crumb{Label: page.Title})
	page.Section, page.NoIndex = layout.Meetings, true // its address is a secret
	return citizens.RegistrationPage{Page: page, Registration: r, Token: c.Params("token"), Position: position, Now: z.Now()}, nil
}

// CancelRegistration gives a registration up.
func (z *Citizens) CancelRegistration(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeRegistration, c.Params("token"))
	if err != nil {
		return err
	}
	if err := models.CancelRegistration(c.UserContext(), z.DB, z.Now(), id); err != nil {
		return err
	}
	return z.toRegistration(c, id)
}

// AcceptOffer takes the seats offered. When the offer is over, the registration's page says so.
func (z *Citizens) AcceptOffer(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeRegistration, c.Params("token"))
	if err != nil {
		return err
	}
	err = models.AcceptOffer(c.UserContext(), z.DB, z.Now(), id)
	if err != nil && !errors.Is(err, models.ErrExpired) {
		return err
	}
	return z.toRegistration(c, id)
}

type partyForm struct {
	Seats int `form:"seats" validate:"oneof=1 2 3 4 5"`
}

// ChangeParty changes for how many a registration is.
func (z *Citizens) ChangeParty(c *fiber.Ctx) error {
	page, err := z.registrationPage(c)
	if err != nil {
		return err
	}
	form := partyForm{}
	page.Wrong = web.Bind(c, &form)
	if page.Wrong == nil {
		err := models.ChangeParty(c.UserContext(), z.DB, z.Now(), page.Registration.ID, form.Seats)
		switch {
		case err == nil:
			return web.SeeOther(c, z.registrationPath(page.Registration.ID)+"?fatto=posti#fatto")
		case errors.Is(err, models.ErrExpired):
			return z.toRegistration(c, page.Registration.ID)
		case !errors.As(err, &page.Wrong):
			return err
		}
	}
	page.Seats = form.Seats
	return web.Render(c, fiber.StatusUnprocessableEntity, citizens.Registration(page))
}

// BackToRegistration leads who comes by GET to an address that takes posts, as after a change of language, to its form.
func (z *Citizens) BackToRegistration(c *fiber.Ctx) error {
	return web.SeeOther(c, "/iscrizioni/"+c.Params("token"))
}

// Reconfirm says that a party comes though the date moved.
func (z *Citizens) Reconfirm(c *fiber.Ctx) error {
	id, err := z.Links.Open(web.PurposeRegistration, c.Params("token"))
	if err != nil {
		return err
	}
	err = models.Reconfirm(c.UserContext(), z.DB, z.Now(), id)
	switch {
	case errors.Is(err, models.ErrExpired):
		return z.toRegistration(c, id)
	case err != nil:
		return err
	}
	return web.SeeOther(c, z.registrationPath(id)+"?fatto=riconferma#fatto")
}
