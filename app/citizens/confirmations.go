// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
)

// ToMailbox sends the browser to the page that waits for the code: the same whether the address was known or not.
func ToMailbox(c *fiber.Ctx, confirmationID uuid.UUID) error {
	return web.SeeOther(c, "/conferme/attesa/"+confirmationID.String())
}

// Confirmation shows what a link from an e-mail will do, and one button. Opening it changes nothing: mail scanners open
// every link.
func (z *Citizens) Confirmation(c *fiber.Ctx) error {
	confirmation, err := z.confirmationOf(c)
	if err != nil {
		return err
	}
	if err := confirmation.Usable(z.Now()); err != nil {
		return err
	}
	page, err := z.confirmationPage(c, "confirmation."+confirmation.Kind+".title")
	if err != nil {
		return err
	}
	asked, err := models.WhatIsAsked(c.UserContext(), z.DB, confirmation)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, citizens.Confirmation(citizens.ConfirmationPage{
		Page: page, Kind: confirmation.Kind, Token: c.Params("token"), Asked: asked,
	}))
}

// Confirm does what the link is for. It works in any browser, and signs in only the one that asked.
func (z *Citizens) Confirm(c *fiber.Ctx) error {
	confirmation, err := z.confirmationOf(c)
	if err != nil {
		return err
	}
	return z.confirm(c, confirmation.ID)
}

// Mailbox is the page that waits: it says to look into the mailbox, and takes the six-digit code.
func (z *Citizens) Mailbox(c *fiber.Ctx) error {
	confirmation, err := z.askedHere(c)
	if err != nil {
		return err
	}
	if err := confirmation.Usable(z.Now()); err != nil {
		return err
	}
	return z.mailbox(c, fiber.StatusOK, confirmation, nil)
}

// ConfirmByCode confirms with the code typed into the browser that asked.
func (z *Citizens) ConfirmByCode(c *fiber.Ctx) error {
	confirmation, err := z.askedHere(c)
	if err != nil {
		return err
	}
	if err := confirmation.Usable(z.Now()); err != nil {
		return err
	}
	if err := models.CountCodeAttempt(c.UserContext(), z.DB, z.Now(), confirmation.ID); err != nil {
		return err
	}
	code := bytes.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, []byte(c.FormValue("code")))
	if subtle.ConstantTimeCompare(code, []byte(z.Links.Code(confirmation.ID))) != 1 {
		return z.mailbox(c, fiber.StatusUnprocessableEntity, confirmation, models.Wrong("code", "errors.code"))
	}
	return z.confirm(c, confirmation.ID)
}

// MailAgain mails what the browser asked for once more, to the same address.
func (z *Citizens) MailAgain(c *fiber.Ctx) error {
	confirmation, err := z.askedHere(c)
	if err != nil {
		return err
	}
	if err := models.AskAgain(c.UserContext(), z.DB, z.Now(), confirmation.ID); err != nil {
		return err
	}
	return web.SeeOther(c, "/conferme/attesa/"+confirmation.ID.String()+"?fatto=invio#fatto")
}

func (z *Citizens) mailbox(c *fiber.Ctx, status int, confirmation *models.Confirmation, wrong models.FieldErrors) error {
	page, err := z.confirmationPage(c, "confirmation.mailbox.title")
	if err != nil {
		return err
	}
	form, err := z.formOf(c, confirmation)
	if err != nil {
		return err
	}
	return web.Render(c, status, citizens.Mailbox(citizens.MailboxPage{
		Page: page, ID: confirmation.ID, Kind: shownKind(confirmation), Email: confirmation.Address.Value,
		Expires: confirmation.ExpiresAt, Form: form, Again: confirmation.CanAskAgain(), Sent: c.Query("fatto") == "invio",
		Posta: z.Config.Development && z.Config.SMTPURL == "", Wrong: wrong,
	}))
}

// formOf returns the address of the form that a confirmation was asked with; when its page is gone, the home page.
func (z *Citizens) formOf(c *fiber.Ctx, confirmation *models.Confirmation) (string, error) {
	var about models.Subjects
	if err := json.Unmarshal(confirmation.Payload, &about); err != nil {
		return "", err
	}
	switch path, err := models.PlaceOf(c.UserContext(), z.DB, about); {
	case errors.Is(err, models.ErrNotFound) && about == models.Subjects{}:
		return "/accedi", nil
	case errors.Is(err, models.ErrNotFound):
		return "/", nil
	case err != nil:
		return "", err
	case about.CommentID != uuid.Nil:
		return path + "/commenti/" + about.CommentID.String(), nil
	default:
		return path + forms[shownKind(confirmation)], nil
	}
}

// forms are the places of the forms on the pages of guidelines and meetings.
var forms = map[string]string{
	models.ConfirmContribution: "#di-la-tua",
	models.ConfirmFollow:       "#avvisami",
	models.ConfirmRegistration: "#iscrizione",
}

// shownKind is what the page that waits speaks of. An address that is registered for the meeting already is sent a link to
// sign in, and the page must not tell it from one that registers for the first time.
func shownKind(confirmation *models.Confirmation) string {
	var about models.Subjects
	if err := json.Unmarshal(confirmation.Payload, &about); err == nil && about.RegistrationID != uuid.Nil {
		return models.ConfirmRegistration
	}
	return confirmation.Kind
}

func (z *Citizens) confirmationPage(c *fiber.Ctx, key string) (layout.Page, error) {
	page, err := z.page(c, layout.NoSection, key)
	page.Rateable, page.NoIndex = layout.NotRateable, true
	return page, err
}

func (z *Citizens) confirmationOf(c *fiber.Ctx) (*models.Confirmation, error) {
	id, err := z.Links.Open(web.PurposeConfirm, c.Params("token"))
	if err != nil {
		return nil, err
	}
	return models.ConfirmationByID(c.UserContext(), z.DB, id)
}

// askedHere returns the confirmation named in the address, to the browser that asked for it alone.
func (z *Citizens) askedHere(c *fiber.Ctx) (*models.Confirmation, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return nil, models.ErrNotFound
	}
	confirmation, err := models.ConfirmationByID(c.UserContext(), z.DB, id)
	if err != nil {
		return nil, err
	}
	if !z.asked(c, confirmation) {
		return nil, models.ErrNotFound
	}
	return confirmation, nil
}

func (z *Citizens) asked(c *fiber.Ctx, confirmation *models.Confirmation) bool {
	known := z.KnownBrowser(c)
	return known != nil && subtle.ConstantTimeCompare(known, confirmation.BrowserHash) == 1
}

func (z *Citizens) confirm(c *fiber.Ctx, id uuid.UUID) error {
	ctx := c.UserContext()
	confirmation, err := models.Confirm(ctx, z.DB, z.Now(), id)
	if err != nil {
		return err
	}
	if confirmation.StaffID != uuid.Nil {
		return z.welcomeStaff(c, confirmation.StaffID)
	}
	// A link of ours typed into any browser proves the mailbox; only a sign-in link, asked for as such, and the browser
	// that asked give a session.
	if z.asked(c, confirmation) {
		person, err := models.PersonByID(ctx, z.DB, confirmation.Address.PersonID)
		if err != nil {
			return err
		}
		if err := z.SignInPerson(c, person); err != nil {
			return err
		}
	}
	return z.afterConfirming(c, confirmation)
}

func (z *Citizens) welcomeStaff(c *fiber.Ctx, id uuid.UUID) error {
	staff, err := models.StaffByID(c.UserContext(), z.DB, id)
	if err != nil {
		return err
	}
	if err := z.SignInStaff(c, staff, false); err != nil {
		return err
	}
	return web.SeeOther(c, layout.Workplace(staff))
}

// afterConfirming sends the browser to where what was done can be seen.
func (z *Citizens) afterConfirming(c *fiber.Ctx, confirmation *models.Confirmation) error {
	var about struct {
		models.Subjects
		Author models.Author `json:"author"`
		Body   string        `json:"body"`
	}
	if err := json.Unmarshal(confirmation.Payload, &about); err != nil {
		return err
	}
	if about.RegistrationID != uuid.Nil {
		return web.SeeOther(c, "/iscrizioni/"+z.Links.Token(web.PurposeRegistration, about.RegistrationID))
	}
	path, err := models.PlaceOf(c.UserContext(), z.DB, about.Subjects)
	switch {
	case errors.Is(err, models.ErrNotFound) && z.asked(c, confirmation):
		return web.SeeOther(c, "/area-personale")
	case errors.Is(err, models.ErrNotFound):
		return web.SeeOther(c, "/accedi?altrove=1")
	case err != nil:
		return err
	}
	person, err := models.PersonByID(c.UserContext(), z.DB, confirmation.Address.PersonID)
	if err != nil {
		return err
	}
	var comment uuid.UUID
	if about.Body != "" {
		comment, err = models.PublishedAs(c.UserContext(), z.DB, about.ConsultationID, person.ID, about.Body)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
	}
	renamed := about.Author.Pseudonym != "" && about.Author.Pseudonym != person.Pseudonym
	return web.SeeOther(c, path+doneQuery(confirmation.Kind, comment, renamed))
}

// SignOut ends the browser's sessions.
func (z *Citizens) SignOut(c *fiber.Ctx) error {
	if err := z.Deps.SignOut(c); err != nil {
		return err
	}
	return web.SeeOther(c, "/")
}
