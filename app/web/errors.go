// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgconn"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
)

var (
	errCrossSite = errors.New("post from another site")
	errStaffOnly = errors.New("staff only")
	// ErrPassOver says that a door's pass has come to its end, or was taken away.
	ErrPassOver = errors.New("pass over")
	// ErrPassTaken says that another device has the door's pass.
	ErrPassTaken = errors.New("pass taken by another device")
	// errNoConsultation says that staff must first have a consultation to work on.
	errNoConsultation = errors.New("no consultation yet")
	// ErrProveAgain says that a form of staff came when their second factor was too long ago.
	ErrProveAgain = errors.New("second factor needed")
	// errNoticeIncomplete: GDPR art. 13 wants the information given when the data are.
	errNoticeIncomplete = errors.New("the information notice is not complete")
)

// outcomes are the errors that people may meet: the status and the message key of each page. What is not here is a
// defect of ours.
var outcomes = []struct {
	err    error
	status int
	key    string
}{
	{models.ErrNotFound, fiber.StatusNotFound, "not_found"},
	{ErrTampered, fiber.StatusNotFound, "link_invalid"},
	{models.ErrExpired, fiber.StatusGone, "link_expired"},
	{models.ErrUsed, fiber.StatusGone, "link_used"},
	{models.ErrClosed, fiber.StatusConflict, "closed"},
	{models.ErrOwnComment, fiber.StatusConflict, "own_comment"},
	{models.ErrResidentsOnly, fiber.StatusConflict, "residents_only"},
	{models.ErrReserved, fiber.StatusConflict, "reserved"},
	{models.ErrFull, fiber.StatusConflict, "full"},
	{models.ErrTooManyAttempts, fiber.StatusTooManyRequests, "too_many_attempts"},
	{models.ErrTooManyMails, fiber.StatusTooManyRequests, "too_many_mails"},
	{models.ErrBusy, fiber.StatusServiceUnavailable, "busy"},
	{errCrossSite, fiber.StatusForbidden, "cross_site"},
	{errNoticeIncomplete, fiber.StatusConflict, "notice_incomplete"},
	{errStaffOnly, fiber.StatusUnauthorized, "staff_only"},
	{ErrPassOver, fiber.StatusGone, "pass_over"},
	{ErrPassTaken, fiber.StatusGone, "pass_taken"},
	{errNoConsultation, fiber.StatusNotFound, "no_consultation"},
	{ErrProveAgain, fiber.StatusForbidden, "prove_again"},
	{models.ErrLastAdministrator, fiber.StatusConflict, "last_administrator"},
	{models.ErrSealed, fiber.StatusConflict, "sealed"},
	{context.DeadlineExceeded, fiber.StatusServiceUnavailable, "busy"},
}

const failureDeadline = 2 * time.Second

func outcomeOf(err error) (status int, key string) {
	for _, o := range outcomes {
		if errors.Is(err, o.err) {
			return o.status, o.key
		}
	}
	var fromFiber *fiber.Error
	if errors.As(err, &fromFiber) && fromFiber.Code < fiber.StatusInternalServerError {
		return fromFiber.Code, "http_" + strconv.Itoa(fromFiber.Code)
	}
	if Away(err) {
		return fiber.StatusServiceUnavailable, "database_away"
	}
	return fiber.StatusInternalServerError, "unexpected"
}

// Away tells whether err says that PostgreSQL cannot be reached now, as against an error of ours.
func Away(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// Class 57P: shutting down, starting up; 53: out of resources.
		return strings.HasPrefix(pg.Code, "57P") || strings.HasPrefix(pg.Code, "53")
	}
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")
}

// fail is the one place that turns an error into a status, a page and a line in the log.
func (d Deps) fail(c *fiber.Ctx, err error) error {
	// What the server itself refuses to read has met no middleware and has no route, without which Params breaks.
	unread := len(c.Route().Handlers) == 0
	if unread {
		name(c)
		d.secure(c)
		hear(c)
		lingerOn(c.Context().Conn())
	}
	status, key := outcomeOf(err)
	if unread {
		d.Metrics.Answered("", "unread", status, 0, 0)
	}
	if status >= fiber.StatusInternalServerError {
		// The route, never the address: an address may hold a token.
		d.Log.ErrorContext(c.UserContext(), "request failed", "method", c.Method(), "route", c.Route().Path, "status", status, "error", err)
	}
	// The request's own time may be over: the page that says so has a little of its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), failureDeadline)
	defer cancel()
	c.SetUserContext(ctx)
	c.Set(fiber.HeaderCacheControl, "no-store")
	if status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	var site Site
	siteErr := models.ErrNotFound
	if !unread {
		site, siteErr = d.Site(c)
	}
	if siteErr != nil {
		if site, siteErr = d.siteOf(ctx, theOpenOne); siteErr != nil {
			site = Site{} // the page stands without its navigation
		}
	}
	if !locale.Has("failure." + key + ".title") {
		key = "http_400"
	}
	page := d.frame(c, site, locale.T(ctx, "failure."+key+".title"))
	page.NoIndex = true
	failure := layout.FailurePage{Page: page, Kind: key, Text: locale.T(ctx, "failure."+key+".text")}
	if status >= fiber.StatusInternalServerError {
		failure.Reference = RequestID(ctx)
	}
	if !unread && c.Method() == fiber.MethodPost && (errors.Is(err, errStaffOnly) || errors.Is(err, ErrProveAgain)) {
		failure.SignIn, failure.Typed = SecondFactor, Fields(c)
		if errors.Is(err, errStaffOnly) {
			failure.SignIn = "/accesso-uffici"
		}
	}
	return Render(c, status, layout.Failure(failure))
}
