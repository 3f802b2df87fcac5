// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"

	"github.com/uptrace/bun"
)

// Reserved are a meeting's seats kept for wheelchairs, for assistants and for the press.
type Reserved struct{ WheelchairSeats, AssistantSeats, PressSeats int }

// ReservedTaken is how many people of each sort hold a seat.
type ReservedTaken struct{ WheelchairsTaken, AssistantsTaken, PressTaken int }

// places are seats by sort, as a party wants them or as they are free: those for whom none are kept are general.
type places struct{ wheelchairs, assistants, press, general int }

func (p places) all() int { return p.wheelchairs + p.assistants + p.press + p.general }

// places are what the party wants: one for a wheelchair, one for who assists, where its Needs (which must be there, if it
// has any) say so, and the rest for the press or for anybody.
func (r *Registration) places() places {
	p := places{general: r.Seats}
	if r.Needs != nil {
		if slices.Contains(r.Needs.Needs, "wheelchair") {
			p.wheelchairs, p.general = 1, p.general-1
		}
		if p.general > 0 && slices.Contains(r.Needs.Needs, "companion") {
			p.assistants, p.general = 1, p.general-1
		}
	}
	if r.Press {
		p.press, p.general = p.general, 0
	}
	return p
}

// free are the seats that nobody holds, those kept for who comes without registering apart.
func (m *Meeting) free() places {
	kept := places{
		wheelchairs: max(0, m.Reserved.WheelchairSeats-m.ReservedTaken.WheelchairsTaken),
		assistants:  max(0, m.Reserved.AssistantSeats-m.ReservedTaken.AssistantsTaken),
		press:       max(0, m.Reserved.PressSeats-m.ReservedTaken.PressTaken),
	}
	kept.general = max(0, m.Capacity-m.WalkInSeats-m.SeatsTaken-kept.all())
	return kept
}

// SeatsLeft is how many seats can still be registered for by those for whom none are kept.
func (m *Meeting) SeatsLeft() int { return m.free().general }

// SeatsKept is how many seats are kept for wheelchairs, for assistants and for the press, and held by nobody.
func (m *Meeting) SeatsKept() int {
	free := m.free()
	return free.all() - free.general
}

// seatsNeeded is how many seats the meeting must have for who holds one and for whom they are kept.
func (m *Meeting) seatsNeeded() int {
	return m.SeatsTaken + m.WalkInSeats + m.SeatsKept()
}

// beyond are how many of the seats wanted are not among those kept for them, and must be general ones.
func (free places) beyond(wanted places) int {
	return wanted.general + max(0, wanted.wheelchairs-free.wheelchairs) + max(0, wanted.assistants-free.assistants) +
		max(0, wanted.press-free.press)
}

// fits tells whether the seats that a party wants are free for it.
func (m *Meeting) fits(r *Registration) bool {
	free := m.free()
	return free.beyond(r.places()) <= free.general
}

// hold counts a party's seats as taken, release as free again. Once the needs are erased, the day after the meeting, it is
// not known any more whose the seats for wheelchairs and assistants were, and they stay counted.
func (m *Meeting) hold(r *Registration) {
	p := r.places()
	r.SeatsHeld = r.Seats
	m.SeatsTaken += r.Seats
	m.ReservedTaken.WheelchairsTaken += p.wheelchairs
	m.ReservedTaken.AssistantsTaken += p.assistants
	m.ReservedTaken.PressTaken += p.press
}

func (m *Meeting) release(r *Registration) {
	if r.SeatsHeld == 0 {
		return
	}
	p := r.places()
	m.SeatsTaken -= r.SeatsHeld
	r.SeatsHeld = 0
	m.ReservedTaken.WheelchairsTaken = max(0, m.ReservedTaken.WheelchairsTaken-p.wheelchairs)
	m.ReservedTaken.AssistantsTaken = max(0, m.ReservedTaken.AssistantsTaken-p.assistants)
	m.ReservedTaken.PressTaken = max(0, m.ReservedTaken.PressTaken-p.press)
}

// placesOf says in SQL what Registration.places does, of registrations read with their Needs.
const placesOf = `LATERAL (SELECT coalesce('wheelchair' = ANY (needs.needs), false)::int AS wheelchairs) AS w
	CROSS JOIN LATERAL (SELECT (coalesce('companion' = ANY (needs.needs), false) AND registration.seats > wheelchairs)::int AS assistants) AS a`

// thatFit keeps the registrations, read with their Needs, whose seats are among the free ones.
func (free places) thatFit(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Where("registration.seats <= ?", free.all()).
		Where(`(SELECT greatest(wheelchairs - ?, 0) + greatest(assistants - ?, 0) + greatest(
			registration.seats - wheelchairs - assistants - CASE WHEN registration.press THEN ? ELSE 0 END, 0)
			FROM `+placesOf+`) <= ?`, free.wheelchairs, free.assistants, free.press, free.general)
}

// recountReserved counts who of the meeting, whose row is locked, holds which of the seats kept: for when they begin to be
// kept, as registrations of the release before were not counted by sort.
func recountReserved(ctx context.Context, tx bun.IDB, m *Meeting) error {
	t := &m.ReservedTaken
	return tx.NewSelect().Model((*Registration)(nil)).
		ColumnExpr("coalesce(sum(wheelchairs), 0), coalesce(sum(assistants), 0)").
		ColumnExpr("coalesce(sum(registration.seats - wheelchairs - assistants) FILTER (WHERE registration.press), 0)").
		Join("LEFT JOIN access_needs AS needs ON needs.consultation_id = registration.consultation_id AND needs.registration_id = registration.id").
		Join("CROSS JOIN "+placesOf).Where("registration.meeting_id = ? AND registration.seats_held > 0", m.ID).
		Scan(ctx, &t.WheelchairsTaken, &t.AssistantsTaken, &t.PressTaken)
}
