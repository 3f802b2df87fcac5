// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Status returns the handler that tells whether the program works: version, database, worker. It answers 503 while the
// database, which worker asks for the state of its jobs, is away.
func Status[T any](d Deps, worker func(context.Context) (T, error)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
		defer cancel()
		answer := fiber.Map{"version": d.Config.Version, "database": "ok"}
		status := fiber.StatusOK
		var err error
		if answer["worker"], err = worker(ctx); err != nil {
			answer["database"] = "away"
			status = fiber.StatusServiceUnavailable
		}
		return c.Status(status).JSON(answer)
	}
}
