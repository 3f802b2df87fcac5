// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"slices"
	"time"

	"ultimaparola/models"
)

// booking is one invented registration: what its party wants, and when.
type booking struct {
	who     *participant
	meeting int
	seats   int
	at      time.Time
	gives   time.Time // when it cancels; zero: never
}

// needOf are the access needs people have, the last for those who would rather
// be called.
var needOf = [][]string{{"wheelchair", "companion"}, {"hearing"}, {"large_print"}, {"wheelchair"}, {"sign_language"}, {"call_me"}}

// inventRegistrations has people register, and some cancel, in the order of
// time, and gives the seats by the rules: whoever does not fit waits, and a
// freed seat is offered to the first in the queue who fits.
func (d *demonstration) inventRegistrations() {
	bookings := d.bookings()
	hall := make([]seating, len(d.consultation.Meetings))
	for i := range hall {
		hall[i] = seating{d: d, meeting: &d.consultation.Meetings[i]}
	}
	var cancelling []*models.Registration
	give := map[*models.Registration]booking{}
	cancelUntil := func(t time.Time) {
		slices.SortFunc(cancelling, func(a, b *models.Registration) int { return give[a].gives.Compare(give[b].gives) })
		for len(cancelling) > 0 && give[cancelling[0]].gives.Before(t) {
			r := cancelling[0]
			cancelling = cancelling[1:]
			hall[give[r].meeting].cancel(r, give[r].gives)
		}
	}
	for _, b := range bookings {
		cancelUntil(b.at)
		r := hall[b.meeting].register(b)
		if !b.gives.IsZero() {
			give[r] = b
			cancelling = append(cancelling, r)
		}
		if d.chance.IntN(9) == 0 {
			d.needs = append(d.needs, models.AccessNeeds{ConsultationID: r.ConsultationID, RegistrationID: r.ID, Needs: needOf[len(d.needs)%len(needOf)]})
		}
	}
	cancelUntil(d.now)
	for _, h := range hall {
		for _, r := range h.all {
			d.registrations = append(d.registrations, *r)
		}
	}
}

// bookings are the parties in the order in which they ask: every listener, and
// a fifth of the voices, mostly for the meeting of their own town. The first
// meeting fills up.
func (d *demonstration) bookings() []booking {
	var bookings []booking
	for _, p := range d.people {
		if p.voice() && d.chance.IntN(100) >= 22 {
			continue
		}
		b := booking{who: p, at: d.moment(), seats: 1 + pick(d.chance, []int{45, 35, 10, 7, 3})}
		likely := map[string][]int{"carmignano": {9, 1}, "poggio-a-caiano": {2, 8}}[p.town]
		if likely == nil {
			likely = []int{7, 3}
		}
		b.meeting = pick(d.chance, likely)
		if d.chance.IntN(12) == 0 {
			b.gives = d.after(b.at, 60)
		}
		bookings = append(bookings, b)
	}
	slices.SortFunc(bookings, func(a, b booking) int { return a.at.Compare(b.at) })
	// One party gives its seats up this very day, so that an offer is under way.
	if i := slices.IndexFunc(bookings, func(b booking) bool { return b.meeting == 0 && b.seats > 1 }); i >= 0 {
		bookings[i].gives = d.now.Add(-5 * time.Hour)
	}
	return bookings
}

// seating is one meeting's hall as it fills.
type seating struct {
	d       *demonstration
	meeting *models.Meeting
	all     []*models.Registration
	last    time.Time // latest confirmation: the queue is numbered in that order
}

// register makes a party's registration, which its mailbox confirms some
// minutes later; of the newest ones some have not been confirmed yet.
func (s *seating) register(b booking) *models.Registration {
	r := &models.Registration{
		ConsultationID: s.meeting.ConsultationID, ID: s.d.idAt(b.at), MeetingID: s.meeting.ID, PersonID: b.who.row.ID,
		Name: b.who.name, Seats: b.seats, Channel: "web", CreatedAt: b.at,
	}
	b.who.did(b.at)
	s.all = append(s.all, r)
	byPhone := b.who.address.Kind == models.Phone
	if byPhone {
		r.Phone = b.who.address.Value
		r.Channel = []string{"phone", "phone", "counter"}[s.d.chance.IntN(3)]
	}
	if s.d.now.Sub(b.at) < 20*time.Hour && b.gives.IsZero() && !byPhone && s.d.chance.IntN(3) == 0 {
		r.State, r.HeldUntil = models.Pending, b.at.Add(s.hold())
		if r.Seats <= s.meeting.SeatsLeft() {
			s.take(r)
		}
		return r
	}
	r.ConfirmedAt = b.at
	if !byPhone {
		r.ConfirmedAt = s.confirmation(b.at)
		b.who.address.VerifiedAt = r.ConfirmedAt
	}
	if r.Seats <= s.meeting.SeatsLeft() {
		r.State = models.Seated
		s.take(r)
		return r
	}
	s.meeting.LastQueueNumber++
	r.State, r.QueueNumber = models.Waiting, s.meeting.LastQueueNumber
	return r
}

// confirmation returns a time soon after t and after every earlier one.
func (s *seating) confirmation(t time.Time) time.Time {
	t = t.Add(time.Duration(20+s.d.chance.IntN(400)) * time.Second)
	if !t.After(s.last) {
		t = s.last.Add(time.Second)
	}
	s.last = t
	return t
}

// cancel frees a party's seats at t and offers them along the queue. Offers of
// the last hours are still open; earlier ones were accepted.
func (s *seating) cancel(r *models.Registration, t time.Time) {
	s.meeting.SeatsTaken -= r.SeatsHeld
	r.State, r.SeatsHeld, r.HeldUntil, r.CancelledAt = models.Cancelled, 0, time.Time{}, t
	for _, next := range s.all {
		if next.State != models.Waiting || next.Seats > s.meeting.SeatsLeft() {
			continue
		}
		next.State = models.Seated
		if s.d.now.Sub(t) < s.hold()-time.Hour {
			next.State, next.HeldUntil = models.Offered, t.Add(s.hold())
		}
		s.take(next)
	}
}

func (s *seating) take(r *models.Registration) {
	r.SeatsHeld = r.Seats
	s.meeting.SeatsTaken += r.Seats
}

func (s *seating) hold() time.Duration {
	return time.Duration(s.d.consultation.HoldHours) * time.Hour
}

// inventFollows has some voices follow a guideline.
func (d *demonstration) inventFollows() {
	for _, p := range d.voices() {
		for _, g := range d.consultation.Guidelines {
			if _, has := p.parere[g.ID]; !has || d.chance.IntN(100) >= 11 {
				continue
			}
			at := d.after(p.row.CreatedAt, 1)
			d.follows = append(d.follows, models.Follow{ConsultationID: d.consultation.ID, ID: d.idAt(at), PersonID: p.row.ID, GuidelineID: g.ID, CreatedAt: at})
		}
	}
}
