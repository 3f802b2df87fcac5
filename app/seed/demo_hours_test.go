// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"testing"
	"time"

	"ultimaparola/models"
)

// The demonstration may be started at any hour of any day, also when the
// clocks change: there are always authors enough, and nothing happens before
// the opening or after now.
func TestDemoCanBeInventedAtAnyHour(t *testing.T) {
	for _, date := range []time.Time{
		time.Date(2026, time.November, 23, 0, 10, 0, 0, time.UTC),
		time.Date(2027, time.March, 28, 0, 30, 0, 0, time.UTC),
		time.Date(2028, time.February, 29, 0, 59, 0, 0, time.UTC),
	} {
		for hour := range 24 {
			now := date.Add(time.Duration(hour) * time.Hour)
			d := invented(t, now)
			begin := d.begin()
			within := func(what string, at time.Time) {
				if at.Before(begin) || at.After(now) {
					t.Errorf("at %v: %s at %v", now, what, at)
				}
			}
			for _, c := range d.comments {
				within("comment", c.CreatedAt)
			}
			for _, h := range d.history {
				within("opinion", h.GivenAt)
			}
			for _, s := range d.supports {
				within("support", s.GivenAt)
			}
			for _, r := range d.responses {
				within("response", r.PublishedAt)
			}
			offered := 0
			for _, r := range d.registrations {
				within("registration", r.CreatedAt)
				if !r.ConfirmedAt.IsZero() {
					within("confirmation", r.ConfirmedAt)
				}
				if !r.CancelledAt.IsZero() {
					within("cancellation", r.CancelledAt)
				}
				if r.State == models.Offered {
					offered++
				}
				if r.State == models.Pending || r.State == models.Offered {
					if !r.HeldUntil.After(now) {
						t.Errorf("at %v: a hold that is over", now)
					}
				}
			}
			for _, m := range d.consultation.Meetings {
				if m.SeatsLeft() < 0 || m.SeatsTaken+m.WalkInSeats > m.Capacity {
					t.Errorf("at %v: %d seats taken in %s", now, m.SeatsTaken, m.Slug)
				}
			}
			if offered == 0 {
				t.Errorf("at %v: no offer under way", now)
			}
		}
	}
}

func invented(t *testing.T, now time.Time) *demonstration {
	t.Helper()
	organisation := &models.Organisation{ID: newID()}
	organisation.Municipalities = theTowns(organisation.ID)
	consultation, err := theConsultation(organisation.ID, now)
	if err != nil {
		t.Fatal(err)
	}
	if consultation.Guidelines, _, err = theGuidelines(consultation.ID, now); err != nil {
		t.Fatal(err)
	}
	if consultation.Meetings, err = theMeetings(consultation.ID, organisation.Municipalities, now); err != nil {
		t.Fatal(err)
	}
	d := newDemonstration(organisation, consultation, now)
	if err := d.invent(); err != nil {
		t.Fatalf("at %v: %v", now, err)
	}
	return d
}
