// SPDX-License-Identifier: AGPL-3.0-or-later

// Package staff is how whoever works on the consultation comes in and is known: the first administrator, invitations,
// sign-in by e-mail, the second factor, their own sessions, and the accounts that an administrator looks after.
package staff

import (
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Staff are the handlers of the pages about staff.
type Staff struct {
	web.Deps
	sealer   models.Sealer
	webauthn *webauthn.WebAuthn
}

// New returns the handlers of the pages about staff.
func New(deps web.Deps) *Staff {
	base := deps.Config.BaseURL
	relying, err := webauthn.New(&webauthn.Config{
		RPID: base.Hostname(), RPDisplayName: "Ultima Parola", RPOrigins: []string{base.Scheme + "://" + base.Host},
	})
	if err != nil {
		panic(fmt.Sprintf("passkeys for %s: %v", base, err)) // the settings have checked the address
	}
	return &Staff{deps, models.NewSealer(deps.Config.Secret, "totp"), relying}
}

// page returns the frame of a page about staff: key names its title, over are the pages above it.
func (z *Staff) page(c *fiber.Ctx, key string, over ...parts.Crumb) (layout.Page, error) {
	page, err := z.Page(c, locale.T(c.UserContext(), key))
	page.NoIndex, page.Rateable = true, layout.NotRateable
	if len(over) > 0 {
		page.Crumbs = append(over, parts.Crumb{Label: page.Title})
	}
	return page, err
}

// signed returns who is signed in, whether or not they have shown the second factor.
func signed(c *fiber.Ctx) *models.Staff {
	if s := web.Staff(c); s != nil {
		return s
	}
	return web.Half(c)
}

// onward is the page to go to when all is well: the one asked for, or where the account works.
func onward(c *fiber.Ctx, s *models.Staff) string {
	for _, path := range []string{c.Query(web.After), c.FormValue(web.After)} {
		if path != "" && web.IsPath(path) {
			return path
		}
	}
	return layout.Workplace(s)
}
