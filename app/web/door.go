// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
)

// atDoor lets the device through that holds a good pass for the meeting in the address. To every other the address does
// not exist; to who held one that is over, it says so.
func (d Deps) atDoor(c *fiber.Ctx, late bool) error {
	token := c.Cookies(d.cookieName(doorCookie))
	if token == "" {
		return models.ErrNotFound
	}
	pass, err := models.PassOf(c.UserContext(), d.DB, token)
	switch {
	case err != nil:
		return err
	case pass.Meeting.Slug != c.Params("slug"):
		return models.ErrNotFound
	case pass.Over(d.Now()) && !(late && pass.Late(d.Now())):
		return ErrPassOver
	}
	c.Locals(localPass, pass)
	return c.Next()
}

// Pass returns the door's pass that the device holds, at the addresses that are AtDoor.
func Pass(c *fiber.Ctx) *models.DoorPass {
	p, _ := c.Locals(localPass).(*models.DoorPass)
	return p
}

// rememberPass is for how long after its end a device can still be told that its pass is over.
const rememberPass = 48 * time.Hour

// HoldPass gives the device the token of a pass that it took, read with its meeting.
func (d Deps) HoldPass(c *fiber.Ctx, p *models.DoorPass, token string) {
	d.setCookie(c, doorCookie, token, p.Meeting.DoorsUntil().Sub(d.Now())+rememberPass)
}

// NoteDoorReading puts in the log that who made the door's pass is about to have its device shown a list of personal data.
func (d Deps) NoteDoorReading(c *fiber.Ctx, r models.Reading) error {
	return models.NoteReading(c.UserContext(), d.DB, d.Now(), Pass(c).Staff, r)
}
