// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
)

// NoteReading puts in the log that who is signed in is about to be shown a list of personal data. A list that cannot be
// noted is not shown.
func (d Deps) NoteReading(c *fiber.Ctx, r models.Reading) error {
	return models.NoteReading(c.UserContext(), d.DB, d.Now(), Staff(c), r)
}

// NoteExport puts in the log that who is signed in takes a list of personal data away.
func (d Deps) NoteExport(c *fiber.Ctx, r models.Reading) error {
	return models.NoteExport(c.UserContext(), d.DB, d.Now(), Staff(c), r)
}
