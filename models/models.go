// SPDX-License-Identifier: AGPL-3.0-or-later

// Package models holds what the consultation is made of, as Bun models, and the verbs on them: the rules and the
// transactions. It knows no HTTP, no HTML and no language; what people read is a message key here.
//
// A verb takes (ctx, db, now, …) where db is a *bun.DB or a transaction, and enqueues in its own transaction what must
// happen after it. A query says what it returns. Hot verbs take slices: one transaction, one result for each item.
package models

import (
	"errors"
	"slices"

	"github.com/google/uuid"
)

// Rules that a verb refuses to break. web turns each into a status and a page.
var (
	ErrNotFound        = errors.New("not found")
	ErrClosed          = errors.New("not open now")
	ErrFull            = errors.New("more seats taken than the capacity asked for")
	ErrExpired         = errors.New("expired")
	ErrUsed            = errors.New("used already")
	ErrTooManyAttempts = errors.New("too many attempts")
	ErrTooManyMails    = errors.New("mailed too often lately")
	ErrBusy            = errors.New("too much at once, try again")
	ErrPseudonymTaken  = errors.New("pseudonym belongs to somebody else")
	ErrReserved        = errors.New("name reserved to staff and officials")
	ErrOwnComment      = errors.New("nobody supports their own comment")
	ErrResidentsOnly   = errors.New("only for who says they live in one of the municipalities")
)

// refuses tells whether err is a rule's answer to one person, which leaves their neighbours in a batch alone.
func refuses(err error) bool {
	var fields FieldErrors
	return errors.As(err, &fields) || slices.ContainsFunc([]error{ErrNotFound, ErrClosed, ErrPseudonymTaken, ErrReserved, ErrOwnComment, ErrResidentsOnly},
		func(rule error) bool { return errors.Is(err, rule) })
}

// newID returns a UUIDv7, so that keys grow with time and indexes stay dense.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
