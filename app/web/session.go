// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/mileusna/useragent"

	"ultimaparola/models"
)

// Cookies: what proves a person, what proves a member of staff, what tells the browser that asked for something, and what
// binds a door's pass to its device.
const (
	personCookie  = "persona"
	staffCookie   = "ufficio"
	browserCookie = "browser"
	doorCookie    = "ingresso"
)

type localKey int

const (
	localPerson localKey = iota
	localStaff
	localHalf
	localWorking
	localPass
)

// For how long a second factor shown lets one do what is dangerous. A form that was opened within may still be sent as
// long as the session has not gone idle, so that nothing typed is lost.
const provedWithin = 10 * time.Minute

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
		key := localStaff
		if err == nil && staff.Session.ProvedAt.IsZero() {
			key = localHalf
		}
		if err := d.remember(c, staffCookie, key, staff, err); err != nil {
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

// Half returns who is signed in as a member of staff and has still to show the second factor, or nil.
func Half(c *fiber.Ctx) *models.Staff {
	s, _ := c.Locals(localHalf).(*models.Staff)
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

// NeedsFactor tells whether a member of staff, with the passkeys read, has to show a second factor: always, but on a
// development machine only who has one.
func (d Deps) NeedsFactor(s *models.Staff) bool { return !d.Config.Development || s.HasFactor() }

// SignInStaff signs the browser in as a member of staff: half of the way when a second factor is still to be shown, which
// proved says was. A session of theirs in which it was shown goes on; any other ends.
func (d Deps) SignInStaff(c *fiber.Ctx, s *models.Staff, proved bool) error {
	for _, signed := range []*models.Staff{Staff(c), Half(c)} {
		if proved && signed != nil && signed.ID == s.ID {
			token, err := signed.Session.Prove(c.UserContext(), d.DB, d.Now())
			if err == nil {
				d.setCookie(c, staffCookie, token, models.StaffSession)
			}
			return err
		}
	}
	if err := models.SignOut(c.UserContext(), d.DB, c.Cookies(d.cookieName(staffCookie))); err != nil {
		return err
	}
	proved = proved || !d.NeedsFactor(s)
	token, err := models.SignInStaff(c.UserContext(), d.DB, d.Now(), s.ID, BrowserOf(c), proved)
	if err == nil {
		d.setCookie(c, staffCookie, token, models.StaffSession)
	}
	return err
}

// BrowserOf is what somebody tells this browser by.
func BrowserOf(c *fiber.Ctx) string {
	agent := useragent.Parse(c.Get(fiber.HeaderUserAgent))
	switch {
	case agent.Name == "":
		return agent.OS
	case agent.OS == "":
		return agent.Name
	}
	return agent.Name + ", " + agent.OS
}

// Seal keeps something in a cookie of the browser for a while, for it to bring back and nobody to read or change.
func (d Deps) Seal(c *fiber.Ctx, name string, content []byte, lasting time.Duration) {
	until := binary.BigEndian.AppendUint64(nil, uint64(d.Now().Add(lasting).Unix()))
	sealed := d.sealer(name).Seal(nil, append(until, content...))
	d.setCookie(c, name, base64.RawURLEncoding.EncodeToString(sealed), lasting)
}

// Unseal returns what Seal kept under that name and takes it away; ErrExpired when there is nothing.
func (d Deps) Unseal(c *fiber.Ctx, name string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(c.Cookies(d.cookieName(name)))
	if err != nil {
		return nil, models.ErrExpired
	}
	d.setCookie(c, name, "", -time.Second)
	content, err := d.sealer(name).Open(nil, raw)
	if err != nil || len(content) < 8 || int64(binary.BigEndian.Uint64(content)) < d.Now().Unix() {
		return nil, models.ErrExpired
	}
	return content[8:], nil
}

func (d Deps) sealer(name string) models.Sealer {
	return models.NewSealer(d.Config.Secret, "cookie "+name)
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
