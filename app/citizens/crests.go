// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
)

// Crest sends a coat of arms. It was drawn anew, and even so nothing in it can run or fetch when it is opened by itself.
func (z *Citizens) Crest(c *fiber.Ctx) error {
	crest, err := models.CrestByID(c.UserContext(), z.DB, c.Params("id"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	return web.SendLasting(c, crest.MediaType, crest.Content)
}
