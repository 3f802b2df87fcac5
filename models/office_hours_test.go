// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"testing"
	"time"

	"ultimaparola/models"
)

func TestOfficeHoursAreReadAsPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]string{
		"":                           "",
		"8:30-13:00":                 "8:30-13:00",
		"8.30 – 13":                  "8:30-13:00",
		"08:30-13:00, 15:00-17:30":   "8:30-13:00, 15:00-17:30",
		"9-13 e 15—18":               "9:00-13:00, 15:00-18:00",
		"9-13;15-18 / 20:15 - 24:00": "9:00-13:00, 15:00-18:00, 20:15-24:00",
		" 0:00-0:01 ":                "0:00-0:01",
	} {
		hours := models.OfficeHours{Monday: typed}
		if wrong := models.Validate(&hours); wrong != nil {
			t.Errorf("%q is refused: %v", typed, wrong)
		}
		if hours.Clean(); hours.Monday != want {
			t.Errorf("%q becomes %q, want %q", typed, hours.Monday, want)
		}
	}
	for _, typed := range []string{"chiuso", "8:30", "13-8:30", "9-9", "9-13, 12-15", "15-18, 9-13", "9-13, 13-15", "8:75-13", "8-13:60", "9-25",
		"23-24:01", "9-13,", "-", "99-100", "8:30-13:00 pomeriggio chiuso"} {
		hours := models.OfficeHours{Sunday: typed}
		wrong := models.Validate(&hours)
		if len(wrong) != 1 || wrong[0].Field != "sunday" || wrong[0].Key != "errors.hours" {
			t.Errorf("%q: %v", typed, wrong)
		}
		if hours.Clean(); hours.Sunday != typed {
			t.Errorf("%q, which are no hours, becomes %q", typed, hours.Sunday)
		}
	}
}

func TestAnOfficeIsOpenInItsHoursByTheClockOfRome(t *testing.T) {
	hours := models.OfficeHours{Monday: "8:30-13:00", Tuesday: "8:30-13:00, 15:00-17:30", Wednesday: "8:30-13:00", Friday: "0:00-24:00"}
	for moment, want := range map[string]bool{
		"2026-11-23T08:29:59+01:00": false, // a Monday
		"2026-11-23T08:30:00+01:00": true,
		"2026-11-23T12:59:59+01:00": true,
		"2026-11-23T13:00:00+01:00": false,
		"2026-11-23T16:00:00+01:00": false,
		"2026-11-24T16:00:00+01:00": true, // the afternoon of Tuesday
		"2026-11-26T10:00:00+01:00": false,
		"2026-11-27T23:59:59+01:00": true,
		"2026-11-28T00:00:00+01:00": false,
		"2026-11-23T07:30:00Z":      true, // winter: an hour before Rome
		"2026-07-13T06:30:00Z":      true, // summer: two
		"2026-07-13T06:29:00Z":      false,
		"2026-12-08T10:00:00+01:00": false, // the Immacolata, a Tuesday
		"2026-12-25T10:00:00+01:00": false, // Christmas, a Friday
		"2027-03-29T10:00:00+02:00": false, // Easter Monday
		"2027-03-30T10:00:00+02:00": true,
	} {
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.Open(at); got != want {
			t.Errorf("open at %s: %v, want %v", moment, got, want)
		}
	}
	if (models.OfficeHours{}).Open(time.Date(2026, 11, 24, 10, 0, 0, 0, models.Rome)) {
		t.Error("an office without hours is open")
	}
}

func TestPublicHolidaysOfTheCountry(t *testing.T) {
	is := func(day string) bool {
		at, err := time.ParseInLocation(time.DateOnly, day, models.Rome)
		if err != nil {
			t.Fatal(err)
		}
		return models.Holiday(at) && models.Holiday(at.Add(20*time.Hour))
	}
	// Easter Mondays: the earliest and the latest that there can be, and those around now.
	for _, day := range []string{"1818-03-23", "2011-04-25", "2038-04-26", "2024-04-01", "2025-04-21", "2026-04-06", "2027-03-29", "2028-04-17", "2030-04-22",
		"2026-01-01", "2026-01-06", "2026-04-25", "2026-05-01", "2026-06-02", "2026-08-15", "2026-10-04", "2026-11-01", "2026-12-08", "2026-12-25", "2026-12-26"} {
		if !is(day) {
			t.Errorf("%s is no holiday", day)
		}
	}
	for _, day := range []string{"2025-10-04", "2026-04-07", "2026-03-19", "2026-11-02", "2026-12-24", "2026-12-31"} {
		if is(day) {
			t.Errorf("%s is a holiday", day)
		}
	}
}

func TestSomebodyIsAtWork(t *testing.T) {
	monday, friday := time.Date(2026, 11, 23, 10, 0, 0, 0, models.Rome), time.Date(2026, 11, 27, 10, 0, 0, 0, models.Rome)
	towns := []models.Municipality{{Hours: models.OfficeHours{Monday: "9-11"}}, {Hours: models.OfficeHours{Tuesday: "9-11"}}}
	for _, c := range []struct {
		organisation   models.Organisation
		monday, friday bool
	}{
		{models.Organisation{}, false, false},
		{models.Organisation{Municipalities: towns}, true, false},
		{models.Organisation{Municipalities: towns, Hours: models.OfficeHours{Friday: "9-11"}}, false, true},
	} {
		if m, f := c.organisation.OfficeOpen(monday), c.organisation.OfficeOpen(friday); m != c.monday || f != c.friday {
			t.Errorf("%+v: on Monday %v, on Friday %v", c.organisation.Hours, m, f)
		}
	}
}
