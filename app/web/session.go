// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
)

// Cookies: what proves a person, what proves a member of staff, and what tells the browser that asked for something.
const (
	personCookie  = "persona"
	staffCookie   = "ufficio"
	browserCookie = "browser"
)

type localKey int

const (
	localPerson localKey = iota
	localStaff
)

// cookieName has the prefix that ties a cookie to this host, where the browser takes it (https).
func (d Deps) cookieName(name string) string {
	if d.Config.Secure() {
		return "__Host-" + name
	}
	return name
}

func (d Deps) setCookie(c *fiber.Ctx, name, value string, lasting time.Duration) {
	c.Cookie(&fiber.Cookie{Name: d.cookieName(name), Value: value, Path: "/", MaxAge: int(lasting.Seconds()),
		Secure: d.Config.Secure(), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}

// loadSession finds who the browser's cookies prove. A cookie whose session is over is taken away.
func (d Deps) loadSession(c *fiber.Ctx) error {
	ctx := c.UserContext()
	if token := c.Cookies(d.cookieName(personCookie)); token != "" {
		person, err := models.SignedInPerson(ctx, d.DB, d.Now(), token)
		if err := d.remember(c, personCookie, localPerson, person, err); err != nil {
			return err
		}
	}
	if token := c.Cookies(d.cookieName(staffCookie)); token != "" {
		staff, err := models.SignedInStaff(ctx, d.DB, d.Now(), token)
		if err := d.remember(c, staffCookie, localStaff, staff, err); err != nil {
			return err
		}
	}
	return c.Next()
}

func (d Deps) remember(c *fiber.Ctx, cookie string, key localKey, who any, err error) error {
	switch {
	case errors.Is(err, models.ErrNotFound):
		d.setCookie(c, cookie, "", -time.Second)
		return nil
	case err == nil:
		c.Locals(key, who)
	}
	return err
}

// Person returns who is signed in as a citizen, or nil.
func Person(c *fiber.Ctx) *models.Person {
	p, _ := c.Locals(localPerson).(*models.Person)
	return p
}

// Staff returns who is signed in as a member of staff, or nil.
func Staff(c *fiber.Ctx) *models.Staff {
	s, _ := c.Locals(localStaff).(*models.Staff)
	return s
}

// Browser returns the hash that tells this browser again, giving it a cookie the first time it asks for something.
func (d Deps) Browser(c *fiber.Ctx) []byte {
	token := c.Cookies(d.cookieName(browserCookie))
	if len(token) < 32 {
		token = models.NewToken()
		d.setCookie(c, browserCookie, token, 24*time.Hour)
	}
	return models.Hash(token)
}

// KnownBrowser returns the hash of a browser that asked for something before, or nil.
func (d Deps) KnownBrowser(c *fiber.Ctx) []byte {
	if token := c.Cookies(d.cookieName(browserCookie)); len(token) >= 32 {
		return models.Hash(token)
	}
	return nil
}

// Asker is who posts a form without a session.
func (d Deps) Asker(c *fiber.Ctx, email string) models.Asker {
	return models.Asker{Email: email, Language: Lang(c), BrowserHash: d.Browser(c)}
}

// SignInPerson signs the browser in as a citizen, ending a session it had.
func (d Deps) SignInPerson(c *fiber.Ctx, p *models.Person) error {
	if err := models.SignOut(c.UserContext(), d.DB, c.Cookies(d.cookieName(personCookie))); err != nil {
		return err
	}
	token, err := models.SignInPerson(c.UserContext(), d.DB, d.Now(), p.ID)
	if err == nil {
		d.setCookie(c, personCookie, token, models.PersonSession)
	}
	return err
}

// SignInStaff signs the browser in as a member of staff, ending a session it had.
func (d Deps) SignInStaff(c *fiber.Ctx, s *models.Staff) error {
	if err := models.SignOut(c.UserContext(), d.DB, c.Cookies(d.cookieName(staffCookie))); err != nil {
		return err
	}
	token, err := models.SignInStaff(c.UserContext(), d.DB, d.Now(), s.ID)
	if err == nil {
		d.setCookie(c, staffCookie, token, models.StaffSession)
	}
	return err
}

// SignOut ends both sessions of the browser.
func (d Deps) SignOut(c *fiber.Ctx) error {
	for _, name := range []string{personCookie, staffCookie} {
		if token := c.Cookies(d.cookieName(name)); token != "" {
			if err := models.SignOut(c.UserContext(), d.DB, token); err != nil {
				return err
			}
			d.setCookie(c, name, "", -time.Second)
		}
	}
	return nil
}
