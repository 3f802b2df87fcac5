// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// How much goes on each day since the opening, and each hour of a day: a rush
// at the start, a slow middle, and a revival as the meetings come near; before
// work, at lunch and above all after dinner.
var (
	busyDays  = []int{22, 18, 14, 11, 9, 7, 8, 12, 11, 9, 8, 11, 18, 20}
	busyHours = []int{2, 1, 0, 0, 0, 1, 3, 7, 10, 8, 6, 6, 9, 11, 7, 5, 5, 7, 9, 11, 13, 15, 11, 5}
)

// begin is when the invented consultation opened: in the morning, two weeks ago.
func (d *demonstration) begin() time.Time {
	y, m, first := d.now.In(models.Rome).Date()
	return time.Date(y, m, first-len(busyDays)+1, 7, 0, 0, 0, models.Rome).UTC()
}

// moment returns a time between the opening and now at which somebody may have
// done something.
func (d *demonstration) moment() time.Time {
	y, m, first := d.begin().In(models.Rome).Date()
	for range 100 {
		t := time.Date(y, m, first+pick(d.chance, busyDays), pick(d.chance, busyHours), d.chance.IntN(60), d.chance.IntN(60), 0, models.Rome)
		if t.After(d.begin()) && t.Before(d.now.Add(-10*time.Minute)) {
			return t.UTC()
		}
	}
	return d.between(d.begin(), d.now)
}

// earlyMoment is a moment of the first days.
func (d *demonstration) earlyMoment() time.Time {
	one, other := d.moment(), d.moment()
	if other.Before(one) {
		return other
	}
	return one
}

// after returns a moment some hours after t, usually a few and never past now.
func (d *demonstration) after(t time.Time, hours float64) time.Time {
	later := t.Add(time.Duration(d.chance.ExpFloat64() * hours * float64(time.Hour))).Add(3 * time.Minute)
	if hour := later.In(models.Rome).Hour(); hour < 6 { // asleep
		later = later.Add(time.Duration(7+d.chance.IntN(3)) * time.Hour)
	}
	if later.Before(d.now) {
		return later.Truncate(time.Second)
	}
	return d.between(t, d.now)
}

// atWork returns a moment some hours after t at which an office is open, or
// else any moment before now.
func (d *demonstration) atWork(t time.Time) time.Time {
	for range 30 {
		later := d.after(t, 30)
		local := later.In(models.Rome)
		if hour := local.Hour(); hour >= 8 && hour < 18 && local.Weekday() != time.Saturday && local.Weekday() != time.Sunday {
			return later
		}
	}
	return d.after(t, 30)
}

func (d *demonstration) between(from, to time.Time) time.Time {
	return from.Add(time.Duration(d.chance.Float64() * float64(to.Sub(from)))).Truncate(time.Millisecond)
}

// idAt returns the UUIDv7 of a row made at t: lists are ordered by id.
func (d *demonstration) idAt(t time.Time) uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(t.UnixMilli())<<16|d.chance.Uint64()&0xffff)
	binary.BigEndian.PutUint64(id[8:], d.chance.Uint64())
	id[6] = id[6]&0x0f | 0x70 // version
	id[8] = id[8]&0x3f | 0x80 // variant
	return id
}

// pick returns an index of weights, each as likely as its weight.
func pick(chance *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := chance.IntN(sum)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
