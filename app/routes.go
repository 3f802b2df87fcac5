// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
)

// newServer returns the table of contents: every address of the program.
func newServer(web.Deps) *fiber.App {
	return fiber.New(fiber.Config{DisableStartupMessage: true})
}
