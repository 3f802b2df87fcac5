// SPDX-License-Identifier: AGPL-3.0-or-later

// Package calendar writes a meeting as an entry for people's calendars.
package calendar

import (
	"context"
	"net/mail"
	"net/url"
	"strconv"
	"strings"

	ics "github.com/arran4/golang-ical"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// File returns a meeting, which must have a day and its municipality, as an iCalendar file (RFC 5545) in the language of
// ctx and the time of Rome. page is the whole address of the meeting's page. Its host makes the UID unique; with the
// meeting's id it stays the same through every change, so that calendars update their entry by its SEQUENCE. demo says
// that the meeting is invented.
func File(ctx context.Context, m *models.Meeting, page string, demo bool) string {
	calendar := ics.NewCalendarFor("Ultima Parola")
	calendar.SetMethod(ics.MethodPublish)
	romeTime(calendar)
	event := calendar.AddEvent(m.ID.String() + "@" + hostOf(page))
	event.SetDtStampTime(m.UpdatedAt)
	event.SetModifiedAt(m.UpdatedAt)
	event.SetSequence(m.Sequence)
	event.SetStatus(status(m))
	event.SetProperty(ics.ComponentPropertyDtStart, m.StartsAt.In(models.Rome).Format(localTime), ics.WithTZID(models.Rome.String()))
	if !m.EndsAt.IsZero() {
		event.SetProperty(ics.ComponentPropertyDtEnd, m.EndsAt.In(models.Rome).Format(localTime), ics.WithTZID(models.Rome.String()))
	}
	title := titleOf(ctx, m, demo)
	event.SetSummary(title)
	event.SetDescription(description(ctx, m, page))
	event.SetURL(page)
	if place := strings.Trim(m.Venue+", "+m.Address, ", "); place != "" {
		event.SetLocation(place)
	}
	if m.Latitude != nil && m.Longitude != nil {
		event.SetProperty(ics.ComponentPropertyGeo, degrees(*m.Latitude)+";"+degrees(*m.Longitude))
	}
	if name, address := organiser(ctx, m); address != "" {
		event.SetOrganizer(address, ics.WithCN(name))
	}
	if !m.Cancelled() {
		for _, before := range []string{"-P1D", "-PT2H"} {
			alarm := event.AddAlarm()
			alarm.SetAction(ics.ActionDisplay)
			alarm.SetTrigger(before)
			alarm.SetProperty(ics.ComponentPropertyDescription, title)
		}
	}
	return calendar.Serialize()
}

func hostOf(page string) string {
	address, err := url.Parse(page)
	if err != nil {
		return ""
	}
	return address.Hostname()
}

func status(m *models.Meeting) ics.ObjectStatus {
	switch {
	case m.Cancelled():
		return ics.ObjectStatusCancelled
	case m.Confirmed():
		return ics.ObjectStatusConfirmed
	}
	return ics.ObjectStatusTentative
}

func titleOf(ctx context.Context, m *models.Meeting, demo bool) string {
	title, _ := m.Title.In(locale.Lang(ctx))
	if m.Cancelled() {
		title = locale.T(ctx, "meetings.cancelled") + ": " + title
	}
	if demo {
		title = locale.T(ctx, "layout.demo_title") + " " + title
	}
	return title
}

// description says what the other properties have no room for.
func description(ctx context.Context, m *models.Meeting, page string) string {
	var lines []string
	if reason, _ := m.CancelReason.In(locale.Lang(ctx)); m.Cancelled() && reason != "" {
		lines = append(lines, reason)
	}
	lines = append(lines, locale.T(ctx, "calendar.page")+" "+page)
	if m.StreamURL != "" && !m.Cancelled() {
		lines = append(lines, locale.T(ctx, "calendar.stream")+" "+m.StreamURL)
	}
	return strings.Join(lines, "\n")
}

// organiser is whom to ask about the meeting by e-mail: the contact given for it, or else the municipality.
func organiser(ctx context.Context, m *models.Meeting) (name, address string) {
	name, address = parts.Town(ctx, m.Municipality.Name), m.Municipality.Email
	if contact, err := mail.ParseAddress(m.Contact); err == nil {
		address = contact.Address
	}
	return name, address
}

const localTime = "20060102T150405"

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }

// romeTime adds the rules of summer time, as Italy has had them since 1996.
func romeTime(calendar *ics.Calendar) {
	summer, winter := new(ics.Daylight), new(ics.Standard)
	halfYear(&summer.ComponentBase, "CEST", "+0100", "+0200", "19960331T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU")
	halfYear(&winter.ComponentBase, "CET", "+0200", "+0100", "19961027T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU")
	zone := calendar.AddTimezone(models.Rome.String())
	zone.Components = append(zone.Components, summer, winter)
}

func halfYear(half *ics.ComponentBase, name, from, to, begin, rule string) {
	half.SetProperty(ics.ComponentPropertyDtStart, begin)
	half.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetfrom), from)
	half.SetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto), to)
	half.SetProperty(ics.ComponentProperty(ics.PropertyTzname), name)
	half.SetProperty(ics.ComponentPropertyRrule, rule)
}
