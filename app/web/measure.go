// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"
)

// slow is how long a request may take without being written down.
const slow = time.Second

// measure gives a request its id, counts it once it is answered, and writes down which one was slow, or every one where
// the settings ask for it: by its route, never by its address, which may hold a token. It stands behind the stored pages,
// which must cost nothing.
func (d Deps) measure(c *fiber.Ctx) error {
	began := time.Now()
	defer d.Metrics.Began()()
	name(c)
	err := c.Next()
	route := routeOf(c, err)
	if err != nil { // answered here, so that its true status is counted
		err = d.fail(c, err)
	}
	status, bytes, took := c.Response().StatusCode(), 0, time.Since(began)
	if err != nil {
		status = fiber.StatusInternalServerError
	}
	if !c.Response().IsBodyStream() { // an export is still to come
		bytes = len(c.Response().Body())
	}
	d.Metrics.Answered(c.Method(), route, status, bytes, took)
	written := []any{"method", c.Method(), "route", route, "status", status, "bytes", bytes, "ms", took.Milliseconds()}
	switch {
	case took >= slow:
		d.Log.WarnContext(c.UserContext(), "slow request", written...)
	case d.Config.LogRequests:
		d.Log.InfoContext(c.UserContext(), "request", written...)
	}
	return err
}

// routeOf names the row of routes.go that answered; an address that is in none, "none".
func routeOf(c *fiber.Ctx, err error) string {
	route := c.Route().Path
	var fromFiber *fiber.Error
	if route == "/" && errors.As(err, &fromFiber) && (fromFiber.Code == fiber.StatusNotFound || fromFiber.Code == fiber.StatusMethodNotAllowed) {
		return "none"
	}
	return route
}

// name gives a request an id of its own, which its lines in the log carry, and with them its answer, so that who meets
// an error can tell it to the office. One that comes from outside is not taken: it could be anything.
func name(c *fiber.Ctx) {
	text := rand.Text() // letters and digits that are not taken for one another on the telephone
	id := text[:4] + "-" + text[4:8] + "-" + text[8:12]
	c.Set(fiber.HeaderXRequestID, id)
	c.SetUserContext(withRequestID(context.Background(), id))
}
