// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"

	"ultimaparola/models"
)

// Limits of one request.
const (
	// largestBody holds a staff's document; public forms are far below.
	largestBody = 8 << 20
	deadline    = 10 * time.Second
)

// NewServer returns the application every route is added to, with what all pages share already in it, in this order:
// stored pages, measuring, security headers, deadline, well-formed input, language, same-site posts, session.
func NewServer(deps Deps) *fiber.App {
	app := fiber.New(fiber.Config{
		AppName:               "Ultima Parola",
		DisableStartupMessage: true,
		// Without it every string of a request is overwritten by the next one on its connection.
		Immutable: true,
		BodyLimit: largestBody,
		// A page goes out in one write, of which its time is made. The price is so much memory for each open connection,
		// so one that is idle is soon closed.
		WriteBufferSize: 64 << 10,
		// Behind a reverse proxy the client's address is not needed anywhere yet: no header is trusted.
		EnableTrustedProxyCheck: true,
		EnableIPValidation:      true,
		ReadTimeout:             30 * time.Second,
		WriteTimeout:            60 * time.Second,
		IdleTimeout:             15 * time.Second,
		ErrorHandler:            deps.fail,
	})
	app.Use(newStoredPages(deps.Now, deps.Metrics).serve, deps.measure)
	// What is stored or built is compressed already; the rest is as it goes. Nothing secret stands beside what an attacker
	// could have repeated: cookies do not come with another site's requests.
	app.Use(recoverPanic, compress.New(compress.Config{Level: compress.LevelBestSpeed, Next: anonymous}))
	app.Use(deps.securityHeaders, withDeadline, wellFormed, speak, deps.sameSite, deps.loadSession, deps.refreshSite)
	return app
}

// withDeadline ends the work for a request that takes too long; Fiber's own context never ends.
func withDeadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), deadline)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// recoverPanic makes a panic the error of its request.
func recoverPanic(c *fiber.Ctx) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = models.Panicked(cause)
		}
	}()
	return c.Next()
}
