// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"strconv"

	ics "github.com/arran4/golang-ical"

	"ultimaparola/models"
)

// calendarEntry returns a meeting as an iCalendar file (RFC 5545), in the time of Rome. host makes the UID unique and
// keeps it the same through every change, so that calendars update their entry by its SEQUENCE.
func calendarEntry(m *models.Meeting, title, address, host string) string {
	calendar := ics.NewCalendarFor("Ultima Parola")
	calendar.SetMethod(ics.MethodPublish)
	romeTime(calendar)
	event := calendar.AddEvent(m.ID.String() + "@" + host)
	event.SetDtStampTime(m.UpdatedAt)
	event.SetModifiedAt(m.UpdatedAt)
	event.SetSequence(m.Sequence)
	event.SetStatus(ics.ObjectStatusTentative)
	if m.Confirmed() {
		event.SetStatus(ics.ObjectStatusConfirmed)
	}
	event.SetProperty(ics.ComponentPropertyDtStart, m.StartsAt.In(models.Rome).Format(localTime), ics.WithTZID(models.Rome.String()))
	if !m.EndsAt.IsZero() {
		event.SetProperty(ics.ComponentPropertyDtEnd, m.EndsAt.In(models.Rome).Format(localTime), ics.WithTZID(models.Rome.String()))
	}
	event.SetSummary(title)
	event.SetURL(address)
	if m.Venue != "" {
		event.SetLocation(m.Venue + ", " + m.Address)
	}
	if m.Latitude != nil && m.Longitude != nil {
		event.SetProperty(ics.ComponentPropertyGeo, degrees(*m.Latitude)+";"+degrees(*m.Longitude))
	}
	return calendar.Serialize()
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
