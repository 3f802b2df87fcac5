// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// OfficeHours say when an office is open on each day of the week, as people write it: "8:30-13:00, 15:00-17:30".
// An empty day is closed; the zero value says that nobody has told the hours.
type OfficeHours struct {
	Monday    string `form:"monday" json:"mon,omitempty" validate:"max=80,hours"`
	Tuesday   string `form:"tuesday" json:"tue,omitempty" validate:"max=80,hours"`
	Wednesday string `form:"wednesday" json:"wed,omitempty" validate:"max=80,hours"`
	Thursday  string `form:"thursday" json:"thu,omitempty" validate:"max=80,hours"`
	Friday    string `form:"friday" json:"fri,omitempty" validate:"max=80,hours"`
	Saturday  string `form:"saturday" json:"sat,omitempty" validate:"max=80,hours"`
	Sunday    string `form:"sunday" json:"sun,omitempty" validate:"max=80,hours"`
}

// Known tells whether the hours of any day were told.
func (h OfficeHours) Known() bool { return h != OfficeHours{} }

// Day returns the hours of a day of the week; "": closed.
func (h OfficeHours) Day(day time.Weekday) string { return *h.days()[day] }

// days are the fields by time.Weekday, which begins with Sunday.
func (h *OfficeHours) days() [7]*string {
	return [7]*string{&h.Sunday, &h.Monday, &h.Tuesday, &h.Wednesday, &h.Thursday, &h.Friday, &h.Saturday}
}

// Clean writes the hours of each day in one way, "8:30-13:00, 15:00-17:30", however they were typed ("8.30 – 13"). What
// are no hours stays as it is.
func (h *OfficeHours) Clean() {
	for _, day := range h.days() {
		if spans, ok := spansOf(*day); ok {
			written := make([]string, len(spans))
			for i, s := range spans {
				written[i] = s.String()
			}
			*day = strings.Join(written, ", ")
		}
	}
}

// Open tells whether the office is open at t, by the clock of Rome. On public holidays it is closed.
func (h OfficeHours) Open(t time.Time) bool {
	t = t.In(Rome)
	spans, ok := spansOf(h.Day(t.Weekday()))
	minute := t.Hour()*60 + t.Minute()
	return ok && !Holiday(t) && slices.ContainsFunc(spans, func(s span) bool { return s.from <= minute && minute < s.to })
}

// OfficeOpen tells whether somebody is at work at t: at the organisation where it has hours of its own, else at any of
// its municipalities. Where no hours are known nobody is.
func (o *Organisation) OfficeOpen(t time.Time) bool {
	if o.Hours.Known() {
		return o.Hours.Open(t)
	}
	return slices.ContainsFunc(o.Municipalities, func(m Municipality) bool { return m.Hours.Open(t) })
}

// span is a stretch of a day, in minutes since midnight.
type span struct{ from, to int }

func (s span) String() string {
	return fmt.Sprintf("%d:%02d-%d:%02d", s.from/60, s.from%60, s.to/60, s.to%60)
}

var (
	spanShape  = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?$`)
	spanBreaks = regexp.MustCompile(`\s*[,;/]\s*|\s+e\s+`)
)

// spansOf reads the hours of a day; false when they are none, or not in order.
func spansOf(day string) (spans []span, ok bool) {
	if day = strings.TrimSpace(day); day == "" {
		return nil, true
	}
	last := -1
	for _, part := range spanBreaks.Split(day, -1) {
		m := spanShape.FindStringSubmatch(part)
		if m == nil {
			return nil, false
		}
		s := span{minutes(m[1], m[2]), minutes(m[3], m[4])}
		if s.from <= last || s.to <= s.from || s.to > 24*60 || !sixty(m[2]) || !sixty(m[4]) {
			return nil, false
		}
		spans, last = append(spans, s), s.to
	}
	return spans, true
}

// minutes reads an hour of one or two digits and its minutes, of two or none: the shape lets nothing else through.
func minutes(hour, minute string) int {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return h*60 + m
}

func sixty(minute string) bool { return minute < "60" }

// Holiday tells whether t falls, in Rome, on a public holiday of the whole country (L. 260/1949 with L. 54/1977,
// DPR 792/1985, L. 336/2000; since 2026 also 4 October, L. 151/2025). Sundays are none; a town's patron's day is not
// known here.
func Holiday(t time.Time) bool {
	year, month, day := t.In(Rome).Date()
	switch fmt.Sprintf("%02d-%02d", month, day) {
	case "01-01", "01-06", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26":
		return true
	case "10-04":
		return year >= 2026
	}
	monday := easter(year).AddDate(0, 0, 1)
	return month == monday.Month() && day == monday.Day()
}

// easter returns Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e, g := b/4, b%4, (8*b+13)/25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	return time.Date(year, time.Month(month), (h+l-7*m+33*month+19)%32, 0, 0, 0, 0, Rome)
}
