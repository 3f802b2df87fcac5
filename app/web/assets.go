// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/public"
)

// Assets serves what the browser loads; an address holds the hash of its content, so it never changes.
func Assets(c *fiber.Ctx) error {
	file, ok := public.Lookup(c.Params("*"), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if file.Encoding != "" {
		c.Set(fiber.HeaderContentEncoding, file.Encoding)
	}
	c.Response().SetBodyRaw(file.Body)
	return nil
}
