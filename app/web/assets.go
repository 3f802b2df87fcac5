// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"ultimaparola/public"
	"ultimaparola/views/layout"
)

// Assets serves what the browser loads; an address holds the hash of its content, so it never changes.
func Assets(c *fiber.Ctx) error {
	file, ok := public.Lookup(c.Params("*"), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return fiber.ErrNotFound
	}
	lasting(c, file.Type)
	if file.Encoding != "" {
		c.Set(fiber.HeaderContentEncoding, file.Encoding)
	}
	c.Response().SetBodyRaw(file.Body)
	return nil
}

// ServiceWorker sends the script of that name, which then serves the pages at scope, also where that lies above its own
// address. A browser asks for it anew each time, so it is not lasting.
func ServiceWorker(c *fiber.Ctx, name, scope string) error {
	file, ok := public.Lookup(public.Name(name), "")
	if !ok {
		return fiber.ErrNotFound
	}
	c.Set("Service-Worker-Allowed", scope)
	c.Set(fiber.HeaderContentType, file.Type)
	return c.Send(file.Body)
}

// SendLasting answers with what an address that holds the hash of its content gives: it never changes.
func SendLasting(c *fiber.Ctx, mediaType string, body []byte) error {
	lasting(c, mediaType)
	if mediaType != "image/png" && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body = fasthttp.AppendGzipBytesLevel(nil, body, fasthttp.CompressDefaultCompression)
	}
	return c.Send(body)
}

// Look sends the style sheet that gives the pages the organisation's colour.
func Look(c *fiber.Ctx) error {
	css, found := layout.LookAt(c.Params("name"))
	if !found {
		return fiber.ErrNotFound
	}
	return SendLasting(c, "text/css; charset=utf-8", []byte(css))
}

func lasting(c *fiber.Ctx, mediaType string) {
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
}
