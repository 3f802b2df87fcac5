// SPDX-License-Identifier: AGPL-3.0-or-later

// Package administration is what setting the program up needs; in development, the mailbox in which its e-mails can be
// read.
package administration

import (
	"ultimaparola/app/mail"
	"ultimaparola/app/web"
)

// Administration are the handlers of the administration's pages.
type Administration struct {
	web.Deps
	mailer *mail.Mailer
}

// New returns the administration's handlers; mailer is whose e-mails are read at /posta.
func New(deps web.Deps, mailer *mail.Mailer) *Administration { return &Administration{deps, mailer} }
