// SPDX-License-Identifier: AGPL-3.0-or-later

package staff

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/staff"
)

type signInForm struct {
	Email string `form:"email" validate:"required,email,max=254"`
}

// SignInPage asks a member of staff for their work address, or for a passkey.
func (z *Staff) SignInPage(c *fiber.Ctx) error {
	return z.signInPage(c, fiber.StatusOK, staff.SignInPage{})
}

// SignIn mails a one-time link to a member of staff; whoever else gets the same answer and no mail.
func (z *Staff) SignIn(c *fiber.Ctx) error {
	form := new(signInForm)
	if wrong := web.Bind(c, form); wrong != nil {
		return z.signInPage(c, fiber.StatusUnprocessableEntity, staff.SignInPage{Email: form.Email, Wrong: wrong})
	}
	if err := models.AskStaffSignIn(c.UserContext(), z.DB, z.Now(), form.Email); err != nil {
		return err
	}
	return z.signInPage(c, fiber.StatusOK, staff.SignInPage{Sent: true})
}

func (z *Staff) signInPage(c *fiber.Ctx, status int, p staff.SignInPage) (err error) {
	if p.Page, err = z.page(c, "staff.sign_in.title"); err != nil {
		return err
	}
	return web.Render(c, status, staff.SignIn(p))
}
