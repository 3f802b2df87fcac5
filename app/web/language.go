// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/views/locale"
)

// speak takes the language from the address: /en/incontri is /incontri in English. The rest of the program sees
// /incontri, and a context that speaks English. A page that is not there in its language is shown in Italian, at its
// own address.
func speak(c *fiber.Ctx) error {
	hear(c)
	if path := c.Path(); !slices.Contains(locale.Of(path), Lang(c)) {
		if query := c.Request().URI().QueryString(); len(query) > 0 {
			path += "?" + string(query)
		}
		return c.Redirect(path, fiber.StatusTemporaryRedirect)
	}
	return c.Next()
}

func hear(c *fiber.Ctx) {
	lang := locale.Default
	for _, l := range locale.All[1:] {
		if rest, ok := strings.CutPrefix(c.Path(), "/"+l); ok && (rest == "" || rest[0] == '/') {
			lang = l
			c.Path("/" + strings.TrimPrefix(rest, "/"))
		}
	}
	c.SetUserContext(locale.With(c.UserContext(), lang))
}

// Lang returns the language of the page asked for.
func Lang(c *fiber.Ctx) string { return locale.Lang(c.UserContext()) }

// SeeOther sends the browser to path, in the language of the page, by GET.
func SeeOther(c *fiber.Ctx, path string) error {
	return c.Redirect(locale.Path(c.UserContext(), path), fiber.StatusSeeOther)
}
