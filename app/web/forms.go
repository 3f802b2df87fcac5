// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/schema"
	"golang.org/x/text/unicode/norm"

	"ultimaparola/models"
)

var decoder = newDecoder()

func newDecoder() *schema.Decoder {
	d := schema.NewDecoder()
	d.SetAliasTag("form")
	d.IgnoreUnknownKeys(true)
	d.ZeroEmpty(true)
	return d
}

// Bind fills form, a pointer to a struct with `form` tags, from the posted fields and checks its shape. Text is trimmed
// and normalised (NFC), so that what looks the same is the same; a form with a Clean method then does the rest. A form
// that is wrong comes back as models.FieldErrors, filled as far as it goes.
func Bind(c *fiber.Ctx, form any) models.FieldErrors {
	var wrong models.FieldErrors
	var many schema.MultiError
	if err := decoder.Decode(form, Fields(c)); errors.As(err, &many) {
		for field := range many {
			wrong = append(wrong, models.FieldError{Field: field, Key: "errors.number"})
		}
	}
	if f, ok := form.(interface{ Clean() }); ok {
		f.Clean()
	}
	for _, w := range models.Validate(form) {
		if !slices.ContainsFunc(wrong, func(f models.FieldError) bool { return f.Field == w.Field }) {
			wrong = append(wrong, w)
		}
	}
	return wrong
}

// Fields returns the posted fields, from either encoding of a form.
func Fields(c *fiber.Ctx) map[string][]string {
	fields := map[string][]string{}
	add := func(key, value string) {
		text := norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n")))
		fields[key] = append(fields[key], text)
	}
	for key, value := range c.Request().PostArgs().All() {
		add(string(key), string(value))
	}
	if form, err := c.MultipartForm(); err == nil {
		for key, values := range form.Value {
			for _, value := range values {
				add(key, value)
			}
		}
	}
	return fields
}

// Trap is the hidden field that people leave empty and simple robots fill in.
const Trap = "website"

// Trapped tells whether a robot filled in the hidden field.
func Trapped(c *fiber.Ctx) bool { return c.FormValue(Trap) != "" }
