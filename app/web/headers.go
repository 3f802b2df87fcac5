// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

const contentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const permissionsPolicy = "Permissions-Policy"

// WithCamera lets the page use the camera of the device it is shown on.
func WithCamera(c *fiber.Ctx) {
	c.Set(permissionsPolicy, "geolocation=(), microphone=(), camera=(self)")
}

func (d Deps) securityHeaders(c *fiber.Ctx) error {
	d.secure(c)
	return c.Next()
}

func (d Deps) secure(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, contentSecurityPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set(permissionsPolicy, "geolocation=(), microphone=(), camera=()")
	// Whatever is not stored for everybody belongs to one person. Handlers of public files say otherwise.
	c.Set(fiber.HeaderCacheControl, "no-store")
	if d.Config.Secure() {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
}

// sameSite refuses posts that another site made the browser send (OWASP: Fetch Metadata). Without the headers that tell,
// a request with a cookie is refused.
func (d Deps) sameSite(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	origin := c.Get(fiber.HeaderOrigin)
	var same bool
	switch site := c.Get("Sec-Fetch-Site"); {
	case site != "":
		same = site == "same-origin" || site == "none"
	case origin != "":
		same = strings.EqualFold(origin, d.Config.BaseURL.Scheme+"://"+d.Config.BaseURL.Host)
	default:
		same = len(c.Request().Header.Peek(fiber.HeaderCookie)) == 0
	}
	if !same && !oneClick(c) {
		return errCrossSite
	}
	return c.Next()
}

// oneClick tells whether a mail program ends a follow by itself (RFC 8058): its address carries a signed token, and its
// path must be checked too, or any page could be posted to with that body.
func oneClick(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Path(), unsubscribePath) && string(c.Body()) == "List-Unsubscribe=One-Click"
}

// wellFormed refuses what no text can hold: a NUL byte (PostgreSQL has no place for it) and malformed UTF-8, in the
// address and in the fields of a form.
func wellFormed(c *fiber.Ctx) error {
	path, err := url.PathUnescape(string(c.Request().URI().PathOriginal()))
	if err != nil || !isText([]byte(path)) {
		return fiber.ErrBadRequest
	}
	valid := true
	check := func(key, value []byte) { valid = valid && isText(key) && isText(value) }
	for key, value := range c.Request().URI().QueryArgs().All() {
		check(key, value)
	}
	for key, value := range c.Request().PostArgs().All() {
		check(key, value)
	}
	if form, err := c.MultipartForm(); err == nil {
		for key, values := range form.Value {
			for _, value := range values {
				check([]byte(key), []byte(value))
			}
		}
	}
	if !valid {
		return fiber.ErrBadRequest
	}
	return c.Next()
}

func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }
