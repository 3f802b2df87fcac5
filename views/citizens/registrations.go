// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"strconv"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// RegistrationPage is one registration, to whoever has its link.
type RegistrationPage struct {
	layout.Page
	Registration *models.Registration // with its meeting
	Token        string
	Position     int  // in the queue; 0: not in it
	Unchanged    bool // its owner has asked again for something else, and it stays as it was
	Now          time.Time
}

// state is the registration's, or "expired" when its time is over and no job has ended it yet.
func (p RegistrationPage) state() string {
	r := p.Registration
	if !r.HeldUntil.IsZero() && r.HeldUntil.Before(p.Now) {
		return "expired"
	}
	return r.State
}

func (p RegistrationPage) tone() parts.Tone {
	switch p.state() {
	case models.Seated:
		return parts.Success
	case models.Offered:
		return parts.Warning
	}
	return parts.Info
}

func (p RegistrationPage) explanation(ctx context.Context) string {
	return locale.T(ctx, "registration.text."+p.state(), "Position", strconv.Itoa(p.Position),
		"Until", locale.DateTime(ctx, p.Registration.HeldUntil))
}

// address is that of the registration, and of what is done to it.
func (p RegistrationPage) address(ctx context.Context, rest string) string {
	return locale.Path(ctx, "/iscrizioni/"+p.Token+rest)
}

// Changeable tells whether the registration can still be changed and given up.
func (p RegistrationPage) Changeable() bool {
	return p.Registration.Live() && p.state() != "expired" && !p.Registration.Meeting.Begun(p.Now)
}
