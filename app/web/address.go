// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/models"
)

// ID returns the id in a parameter of the address; ErrNotFound when it is none.
func ID(c *fiber.Ctx, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Params(name))
	if err != nil {
		return uuid.Nil, models.ErrNotFound
	}
	return id, nil
}

// Done sends the browser back to path, a page of staff, which says what was done ("editing.done.<what>").
func Done(c *fiber.Ctx, path, what string) error { return SeeOther(c, path+"?fatto="+what) }

// InLanguage returns the text in the language of the page, for titles.
func InLanguage(c *fiber.Ctx, t models.Text) string {
	s, _ := t.In(Lang(c))
	return s
}
