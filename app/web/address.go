// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"strings"
	"unicode"

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

// IsPath tells whether path is the bare address of a page here. A browser leaves control characters out and takes a
// backslash for a slash, so that "/\t/host" would lead to another site.
func IsPath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") &&
		!strings.ContainsFunc(path, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`\?#`, r) })
}
