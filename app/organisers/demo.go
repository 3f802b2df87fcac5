// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
)

// EmptyPage says what emptying takes away, and asks for a word. It exists only while invented data are loaded.
func (z *Organisers) EmptyPage(c *fiber.Ctx) error {
	page, err := z.emptyPage(c)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, emptyView(page, "", nil))
}

type emptyForm struct {
	Word string `form:"word" validate:"required,max=40,oneline"`
}

// Empty takes the invented data away ("Svuota i dati di prova"), once the word is typed, and the e-mails kept in the
// folder, which are to and about invented people.
func (z *Organisers) Empty(c *fiber.Ctx) error {
	page, err := z.emptyPage(c)
	if err != nil {
		return err
	}
	form := new(emptyForm)
	wrong := web.Bind(c, form)
	if wrong == nil && !strings.EqualFold(form.Word, locale.T(c.UserContext(), "organisers.empty.word")) {
		wrong = models.Wrong("word", "errors.empty_word")
	}
	if wrong != nil {
		return web.Render(c, fiber.StatusUnprocessableEntity, emptyView(page, form.Word, wrong))
	}
	if err := seed.Empty(c.UserContext(), z.DB, z.Now(), web.Staff(c)); err != nil {
		return err
	}
	if err := z.emptyMailbox(); err != nil {
		return err
	}
	return web.Done(c, desk, "svuotato")
}

func emptyView(page layout.Page, word string, wrong models.FieldErrors) templ.Component {
	return organisers.Empty(page, seed.DemoStaff(page.Organisation), word, wrong)
}

func (z *Organisers) emptyPage(c *fiber.Ctx) (layout.Page, error) {
	page, err := z.page(c, "organisers.empty.title")
	if err == nil && !page.Demo {
		err = models.ErrNotFound
	}
	return page, err
}
