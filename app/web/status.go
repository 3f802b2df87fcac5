// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Status tells whether the program works: version, database, worker. 503 while the database is away.
func (d Deps) Status(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
	defer cancel()
	answer := fiber.Map{"version": d.Config.Version, "database": "ok"}
	status := fiber.StatusOK
	if err := d.DB.PingContext(ctx); err != nil {
		answer["database"] = "away"
		status = fiber.StatusServiceUnavailable
	}
	return c.Status(status).JSON(answer)
}
