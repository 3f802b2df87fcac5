// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
)

type signInForm struct {
	Email string `form:"email" validate:"required,email,max=254"`
}

// SignInPage asks for an e-mail address: there are no passwords.
func (z *Citizens) SignInPage(c *fiber.Ctx) error {
	if web.Person(c) != nil {
		return web.SeeOther(c, "/area-personale")
	}
	return z.signInPage(c, fiber.StatusOK, "", nil)
}

// SignIn mails a link and a code to the address, known or not: the answer is the same.
func (z *Citizens) SignIn(c *fiber.Ctx) error {
	form := new(signInForm)
	if wrong := web.Bind(c, form); wrong != nil {
		return z.signInPage(c, fiber.StatusUnprocessableEntity, form.Email, wrong)
	}
	asked, err := models.Ask(c.UserContext(), z.DB, z.Now(), z.Asker(c, form.Email), models.ConfirmSignIn, struct{}{})
	if err != nil {
		return err
	}
	return ToMailbox(c, asked.ID)
}

func (z *Citizens) signInPage(c *fiber.Ctx, status int, email string, wrong models.FieldErrors) error {
	page, err := z.page(c, layout.NoSection, "citizens.sign_in.title")
	if err != nil {
		return err
	}
	page.Rateable = layout.NotRateable
	return web.Render(c, status, citizens.SignIn(page, email, c.Query("altrove") != "", wrong))
}
