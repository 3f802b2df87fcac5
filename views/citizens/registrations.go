// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"strconv"
	"strings"
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

	// Done says what its owner has just done: "posti" or "riconferma".
	Done string
	// Seats is for how many it was asked to be, 0: nothing was; Wrong says why not.
	Seats int
	Wrong models.FieldErrors
}

// state is the registration's, "off" when it counted and the meeting is cancelled, or "expired" when its time is over and no
// job has ended it yet. Once the meeting has begun it is "begun" for who has a seat and "late" for anybody else, and after
// the end "held", or "attended" for who came.
func (p RegistrationPage) state() string {
	r := p.Registration
	if r.Live() && r.Meeting.Cancelled() {
		return "off"
	}
	if r.Meeting.Begun(p.Now) && !r.Meeting.Cancelled() {
		switch {
		case r.Meeting.Ended(p.Now) && r.Attendance != nil:
			return "attended"
		case r.Meeting.Ended(p.Now):
			return "held"
		case r.State == models.Seated:
			return "begun"
		}
		return "late"
	}
	if !r.HeldUntil.IsZero() && r.HeldUntil.Before(p.Now) {
		return "expired"
	}
	return r.State
}

func (p RegistrationPage) tone() parts.Tone {
	switch p.state() {
	case models.Seated, "begun", "attended":
		return parts.Success
	case models.Offered, "off":
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
	return p.Registration.Live() && p.state() != "expired" && p.state() != "off" && !p.Registration.Meeting.Begun(p.Now)
}

// showsCode tells whether the door reads the registration's code, or will: until the doors' passes end.
func (p RegistrationPage) showsCode() bool {
	return p.Registration.State == models.Seated && (p.Changeable() || p.Now.Before(p.Registration.Meeting.DoorsUntil()))
}

// comesFreely tells whether it helps to say that one can come without a registration.
func (p RegistrationPage) comesFreely() bool {
	switch p.state() {
	case "off", "begun", "held", "attended":
		return false
	}
	return !p.Changeable()
}

// mostSeats is the largest party that may be asked for: of who is offered seats, a smaller one.
func (p RegistrationPage) mostSeats() int {
	if p.state() == models.Offered {
		return p.Registration.Seats - 1
	}
	return max(p.Consultation.LargestParty, p.Registration.Seats)
}

// asksAgain tells whether its owner is asked to confirm it again. Who is offered seats says so by taking them.
func (p RegistrationPage) asksAgain() bool {
	r := p.Registration
	return !r.ReconfirmSince.IsZero() && p.Changeable() && r.Meeting.Ahead(p.Now) && (r.State == models.Seated || r.State == models.Waiting)
}

// done tells whether Done is something that can be done: it comes from the address.
func (p RegistrationPage) done() bool { return p.Done == "posti" || p.Done == "riconferma" }

// seats is the value of the field: what was asked for, or what is.
func (p RegistrationPage) seats() string {
	if p.Seats > 0 {
		return strconv.Itoa(p.Seats)
	}
	return strconv.Itoa(p.Registration.Seats)
}

// needs are what the party needs at the meeting, as it said.
func (p RegistrationPage) needs(ctx context.Context) string {
	if p.Registration.Needs == nil {
		return ""
	}
	var needs []string
	for _, key := range p.Registration.Needs.Needs {
		needs = append(needs, locale.T(ctx, "access_needs."+key))
	}
	return strings.Join(needs, "; ")
}
