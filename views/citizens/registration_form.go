// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// registrationTime says from when until when one can register, where it is not until the meeting begins.
func (p MeetingPage) registrationTime(ctx context.Context) string {
	m := p.Meeting
	switch {
	case m.RegistrationFrom.After(p.Now):
		return locale.T(ctx, "meetings.register.from", "Date", locale.DateTime(ctx, m.RegistrationFrom))
	case m.RegistrationUntil.IsZero():
		return ""
	case !m.RegistrationUntil.After(p.Now):
		return locale.T(ctx, "meetings.register.over", "Date", locale.DateTime(ctx, m.RegistrationUntil))
	}
	return locale.T(ctx, "meetings.register.until", "Date", locale.DateTime(ctx, m.RegistrationUntil))
}

// seats is the value of the field: one seat until somebody chooses.
func (p MeetingPage) seats() string { return strconv.Itoa(max(1, p.Form.Seats)) }

func seatOptions(most int) []parts.Option {
	options := make([]parts.Option, most)
	for i := range options {
		n := strconv.Itoa(i + 1)
		options[i] = parts.Option{Value: n, Label: n}
	}
	return options
}

func (p MeetingPage) needOptions(ctx context.Context) []parts.Option {
	options := make([]parts.Option, len(models.AccessNeedKeys))
	for i, key := range models.AccessNeedKeys {
		options[i] = parts.Option{Value: key, Label: locale.T(ctx, "access_needs."+key), Checked: slices.Contains(p.Form.AccessNeeds, key)}
	}
	return options
}

// placeKnown tells whether who is signed in has said already where they live.
func (p MeetingPage) placeKnown() bool {
	return p.Person != nil && (p.Person.Elsewhere || p.Person.MunicipalityID != uuid.Nil)
}

func (p MeetingPage) placeOptions(ctx context.Context) []parts.Option {
	options := []parts.Option{{Label: locale.T(ctx, "meetings.register.unsaid")}}
	for _, m := range p.Municipalities() {
		options = append(options, parts.Option{Value: m.Slug, Label: m.Name})
	}
	return append(options, parts.Option{Value: models.Elsewhere, Label: locale.T(ctx, "conversation.elsewhere_choice")})
}

// guidelines are those of which one may say that it interests most: those discussed, where staff have said which.
func (p MeetingPage) guidelines() []models.Guideline {
	if len(p.Discussed) > 0 {
		return p.Discussed
	}
	return p.Consultation.Guidelines
}

func (p MeetingPage) guidelineOptions(ctx context.Context) []parts.Option {
	options := []parts.Option{{Label: locale.T(ctx, "meetings.register.unsaid")}}
	for _, g := range p.guidelines() {
		options = append(options, parts.Option{Value: g.Slug, Label: text(ctx, g.Name)})
	}
	return options
}

// labelled is a value with its label, or with the name of its field.
type labelled struct{ Label, Value string }

// typed is what was typed, as it is read again; what was left empty is not there.
func (p MeetingPage) typed(ctx context.Context) []labelled {
	var typed []labelled
	add := func(key, value string) {
		if value != "" {
			typed = append(typed, labelled{locale.T(ctx, key), value})
		}
	}
	chosen := func(options []parts.Option, value string) string {
		if at := slices.IndexFunc(options, func(o parts.Option) bool { return o.Value == value }); at >= 0 && value != "" {
			return options[at].Label
		}
		return ""
	}
	var needs []string
	for _, o := range p.needOptions(ctx) {
		if o.Checked {
			needs = append(needs, o.Label)
		}
	}
	add("meetings.register.name", p.Form.Name)
	add("meetings.register.email", p.Form.Email)
	add("meetings.register.phone", p.Form.Phone)
	add("meetings.register.seats", p.seats())
	add("field.municipality", chosen(p.placeOptions(ctx), p.Form.Municipality))
	add("meetings.register.needs", strings.Join(needs, "; "))
	add("meetings.register.guideline", chosen(p.guidelineOptions(ctx), p.Form.Guideline))
	add("meetings.register.question", p.Form.Question)
	return typed
}

// fields are the form's again, for the page that shows what was typed to send them.
func (p MeetingPage) fields() []labelled {
	f := p.Form
	fields := []labelled{{"name", f.Name}, {"email", f.Email}, {"phone", f.Phone}, {"seats", p.seats()},
		{"municipality", f.Municipality}, {"guideline", f.Guideline}, {"question", f.Question}}
	for _, need := range f.AccessNeeds {
		fields = append(fields, labelled{"access_needs", need})
	}
	return fields
}

// next says what happens once the registration is sent.
func (p MeetingPage) next(ctx context.Context) string {
	switch {
	case p.Form.Email == "" && p.Email == "":
		return locale.T(ctx, "meetings.summary.call")
	case p.Email != "" && (p.Form.Email == "" || strings.EqualFold(p.Form.Email, p.Email)):
		return locale.T(ctx, "meetings.summary.at_once")
	}
	return locale.T(ctx, "meetings.summary.mail")
}

// fullFor says why the party would wait: there are no seats left, or too few for it.
func (p MeetingPage) fullFor(ctx context.Context) string {
	if left := p.Meeting.SeatsLeft(); left > 0 {
		return locale.T(ctx, "meetings.register.too_few", "Seats", p.Form.Seats, "Left", left)
	}
	return locale.T(ctx, "meetings.register.waiting")
}

func (p MeetingPage) confirmLabel(ctx context.Context) string {
	if p.Meeting.Holds(p.Form.Seats) {
		return locale.T(ctx, "meetings.summary.confirm")
	}
	return locale.T(ctx, "meetings.register.submit_waiting")
}
