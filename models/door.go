// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// DoorTally is how full a meeting's room is. People, not parties.
type DoorTally struct {
	// Expected have a seat, or were offered one, and have not come yet.
	Expected int
	// Entered came, with a registration or without; WalkIns are those without.
	Entered, WalkIns int
	Capacity         int
	// Version changes when the list of registrations does.
	Version string
}

// Free is how many seats nobody sits on or is expected on.
func (t *DoorTally) Free() int { return max(0, t.Capacity-t.Entered-t.Expected) }

// Full tells whether as many people are inside as the room holds, whoever is still expected.
func (t *DoorTally) Full() bool { return t.Capacity > 0 && t.Entered >= t.Capacity }

// DoorTallyOf returns how full a meeting's room is.
func DoorTallyOf(ctx context.Context, db bun.IDB, m *Meeting) (*DoorTally, error) {
	t := &DoorTally{Capacity: m.Capacity}
	err := db.NewRaw(`
		SELECT coalesce(sum(r.seats) FILTER (WHERE r.state IN (?1, ?2) AND a.id IS NULL), 0) AS expected,
			(SELECT coalesce(sum(people), 0) FROM attendances WHERE meeting_id = ?0) AS entered,
			(SELECT coalesce(sum(people), 0) FROM attendances WHERE meeting_id = ?0 AND registration_id IS NULL) AS walk_ins,
			md5(count(*) || ' ' || coalesce(string_agg(concat(r.state, r.seats, r.name, n.needs), ' ' ORDER BY r.id), '')) AS version
		FROM registrations r LEFT JOIN attendances a ON (a.consultation_id, a.registration_id) = (r.consultation_id, r.id)
			LEFT JOIN access_needs n ON (n.consultation_id, n.registration_id) = (r.consultation_id, r.id)
		WHERE r.meeting_id = ?0`, m.ID, Seated, Offered).Scan(ctx, t)
	return t, err
}

// DoorListOf returns all who registered for a meeting, by name, with no more of them than its doors need: no address, no
// telephone, and no needs of who cancelled.
func DoorListOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Registration, error) {
	var registrations []Registration
	err := atDoor(db, &registrations, meetingID).Scan(ctx)
	return withoutNeeds(registrations), err
}

// atDoor selects registrations of a meeting as its doors see them.
func atDoor(db bun.IDB, registrations *[]Registration, meetingID uuid.UUID) *bun.SelectQuery {
	return db.NewSelect().Model(registrations).Column("consultation_id", "id", "meeting_id", "name", "seats", "state").
		Relation("Needs").Relation("Attendance").
		Where("registration.meeting_id = ?", meetingID).OrderExpr("lower(registration.name), registration.id")
}

func withoutNeeds(registrations []Registration) []Registration {
	for i := range registrations {
		if !registrations[i].Live() {
			registrations[i].Needs = nil
		}
	}
	return registrations
}

// doorResults bounds what a search at the door returns.
const doorResults = 20

// SearchAtDoor returns the registrations of a meeting whose code is search, or whose names hold each of its words, in any
// order and with or without accents: at most twenty, as DoorListOf does otherwise.
func SearchAtDoor(ctx context.Context, db bun.IDB, meetingID uuid.UUID, search string) ([]Registration, error) {
	var registrations []Registration
	if _, end, ok := ParseCode(search); ok {
		err := atDoor(db, &registrations, meetingID).Where("right(replace(registration.id::text, '-', ''), ?) = ?", len(end), end).Scan(ctx)
		if err != nil || len(registrations) > 0 {
			return withoutNeeds(registrations), err
		}
	}
	q := atDoor(db, &registrations, meetingID).Limit(doorResults)
	for word := range strings.FieldsSeq(search) {
		q.Where(bare("registration.name")+" LIKE '%' || "+bare("?")+" || '%'", likeEscaper.Replace(word))
	}
	err := q.Scan(ctx)
	return withoutNeeds(registrations), err
}

// bare is an SQL expression's text in small letters without accents.
func bare(expression string) string {
	return `regexp_replace(normalize(lower(` + expression + `), NFD), '[\u0300-\u036f]', '', 'g')`
}

// RegistrationAtDoor returns one registration of a meeting as DoorListOf does, or ErrNotFound.
func RegistrationAtDoor(ctx context.Context, db bun.IDB, meetingID, id uuid.UUID) (*Registration, error) {
	var registrations []Registration
	err := atDoor(db, &registrations, meetingID).Where("registration.id = ?", id).Scan(ctx)
	if err == nil && len(registrations) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &withoutNeeds(registrations)[0], nil
}

// doorsOverlap is how much longer ago than asked arrivals are told again: two devices' batches are not recorded in the
// order of their times.
const doorsOverlap = time.Minute

// ArrivalsSince returns what happened at a meeting's doors since a time, the last first, each with the pass it came by:
// also a little of what happened before. A zero time: all.
func ArrivalsSince(ctx context.Context, db bun.IDB, meetingID uuid.UUID, since time.Time) ([]Arrival, error) {
	var arrivals []Arrival
	q := db.NewSelect().Model(&arrivals).Relation("Pass").Where("arrival.meeting_id = ?", meetingID).Order("arrival.arrived_at DESC", "arrival.id DESC")
	if !since.IsZero() {
		q.Where("greatest(arrival.recorded_at, arrival.undone_at) > ?", since.Add(-doorsOverlap))
	}
	return arrivals, q.Scan(ctx)
}

// lastAtDoor is how many of the last arrivals a door's page shows.
const lastAtDoor = 10

// LastArrivals returns the last arrivals at a meeting that are not taken back, each with its registration and its pass.
func LastArrivals(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Arrival, error) {
	var arrivals []Arrival
	err := db.NewSelect().Model(&arrivals).Relation("Pass").Relation("Registration").
		Where("arrival.meeting_id = ? AND arrival.undone_at IS NULL", meetingID).
		Order("arrival.arrived_at DESC", "arrival.id DESC").Limit(lastAtDoor).Scan(ctx)
	return arrivals, err
}

// ArrivalsOf returns the arrivals that attendances follow from, by id, each with the pass it came by.
func ArrivalsOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID, attended []Registration) (map[uuid.UUID]Arrival, error) {
	ids := []uuid.UUID{uuid.Nil}
	for _, r := range attended {
		if r.Attendance != nil {
			ids = append(ids, r.Attendance.ID)
		}
	}
	var rows []Arrival
	err := db.NewSelect().Model(&rows).Relation("Pass").Where("arrival.meeting_id = ? AND arrival.id IN (?)", meetingID, bun.List(ids)).Scan(ctx)
	arrivals := make(map[uuid.UUID]Arrival, len(rows))
	for _, a := range rows {
		arrivals[a.ID] = a
	}
	return arrivals, err
}

// EnterAtDoor records that people of a registration's party came, as RecordArrivals does, with its errors.
func EnterAtDoor(ctx context.Context, db bun.IDB, now time.Time, pass *DoorPass, registrationID uuid.UUID, people int) error {
	return recordAtDoor(ctx, db, now, pass, ArrivalEvent{ID: newID(), RegistrationID: registrationID, People: people, ArrivedAt: now})
}

// WalkInAtDoor records people who came without registering, as AddWalkIn does, with its errors.
func WalkInAtDoor(ctx context.Context, db bun.IDB, now time.Time, pass *DoorPass, form WalkInForm) error {
	e, err := form.event(ctx, db, pass.Staff.OrganisationID)
	if err != nil {
		return err
	}
	e.ArrivedAt = now
	return recordAtDoor(ctx, db, now, pass, e)
}

func recordAtDoor(ctx context.Context, db bun.IDB, now time.Time, pass *DoorPass, e ArrivalEvent) error {
	results, err := RecordArrivals(ctx, db, now, pass, now, []ArrivalEvent{e})
	if err != nil {
		return err
	}
	return results[0]
}

// UndoAtDoor takes back that a party came, found by any of its arrivals; doing it again changes nothing. ErrNotFound.
func UndoAtDoor(ctx context.Context, db bun.IDB, now time.Time, pass *DoorPass, arrivalID uuid.UUID) error {
	a := new(Arrival)
	err := db.NewSelect().Model(a).Where("meeting_id = ? AND id = ?", pass.MeetingID, arrivalID).Scan(ctx)
	if err != nil {
		return found(err)
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Meeting)
		if err := tx.NewSelect().Model(m).Where("id = ?", pass.MeetingID).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		return undo(ctx, tx, now, m, a.party())
	})
}
