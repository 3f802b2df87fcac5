// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// RegistrationFilter chooses registrations of a meeting. Empty fields choose all.
type RegistrationFilter struct {
	// Search is part of a name, an e-mail address or a telephone number, or the registration's code.
	Search string
	// State is a registration's, or ToCall, ToReconfirm, WithNeeds or WithoutMail.
	State string
	// ID chooses that one alone.
	ID uuid.UUID
	// Live leaves out the cancelled ones, Unmailed those to whose owners an e-mail can be written.
	Live, Unmailed bool
	// After is the last registration of the page before; nil: from the beginning.
	After *Registration
	// Limit bounds the page; 0: all.
	Limit int
	// Needs adds the access needs, which the meeting's staff alone may see; Questions what was asked with the registration.
	Needs, Questions bool
}

// ToCall stands, where registrations are chosen by state, for those pending, offered or asked to confirm again that only a
// telephone call reaches.
const ToCall = "to_call"

// What registrations can be chosen by besides, cancelled ones left out: those asked to confirm again, because the date moved,
// that have not; those with access needs; those to whose owners no e-mail can be written.
const (
	ToReconfirm = "to_reconfirm"
	WithNeeds   = "needs"
	WithoutMail = "without_mail"
)

// sorts are the conditions behind the choices that are no state.
var sorts = map[string]string{
	ToCall:      toCall,
	ToReconfirm: toReconfirm,
	WithNeeds: `registration.state <> 'cancelled' AND EXISTS (SELECT FROM access_needs n
		WHERE n.consultation_id = registration.consultation_id AND n.registration_id = registration.id)`,
	WithoutMail: `registration.state <> 'cancelled' AND ` + withoutMail,
}

// RegistrationsOf returns registrations of a meeting by name, those that wait by their place in the queue, each with its person's addresses and its attendance.
func RegistrationsOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID, f RegistrationFilter) ([]Registration, error) {
	var registrations []Registration
	q := db.NewSelect().Model(&registrations).Relation("Person.Addresses").Relation("Attendance").
		Where("registration.meeting_id = ?", meetingID).Apply(f.chosen).Apply(f.searched).Apply(f.ordered)
	if f.Needs {
		q.Relation("Needs")
	}
	if f.Questions {
		q.Relation("Question")
	}
	if f.Limit > 0 {
		q.Limit(int64(f.Limit))
	}
	if err := q.Scan(ctx); err != nil {
		return nil, err
	}
	return registrations, findPlaces(ctx, db, meetingID, registrations)
}

func (f RegistrationFilter) chosen(q *bun.SelectQuery) *bun.SelectQuery {
	if sort, ok := sorts[f.State]; ok {
		q.Where(sort)
	} else if f.State != "" {
		q.Where("registration.state = ?", f.State)
	}
	if f.ID != uuid.Nil {
		q.Where("registration.id = ?", f.ID)
	}
	if f.Live {
		q.Where("registration.state <> ?", Cancelled)
	}
	if f.Unmailed {
		q.Where(withoutMail)
	}
	return q
}

// ordered has the list begin after f.After: by name, or who waits by their place.
func (f RegistrationFilter) ordered(q *bun.SelectQuery) *bun.SelectQuery {
	if f.State == Waiting {
		if f.After != nil {
			q.Where("registration.queue_number > ?", f.After.QueueNumber)
		}
		return q.Order("registration.queue_number")
	}
	if f.After != nil {
		q.Where("(lower(registration.name), registration.id) > (lower(?), ?)", f.After.Name, f.After.ID)
	}
	return q.OrderExpr("lower(registration.name), registration.id")
}

func (f RegistrationFilter) searched(q *bun.SelectQuery) *bun.SelectQuery {
	search := strings.TrimSpace(f.Search)
	if search == "" {
		return q
	}
	part := "%" + likeEscaper.Replace(strings.ToLower(search)) + "%"
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		q.Where("lower(registration.name) LIKE ?", part).
			WhereOr("EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = registration.person_id AND a.value LIKE ?)", part)
		if number := NormalAddress(Phone, search); number != "" {
			q.WhereOr("registration.phone LIKE ?", "%"+number+"%")
		}
		if _, idEnd, ok := ParseCode(search); ok {
			q.WhereOr("right(replace(registration.id::text, '-', ''), 10) = ?", idEnd)
		}
		return q
	})
}

// findPlaces fills the Place of those that wait, by one look at the meeting's queue.
func findPlaces(ctx context.Context, db bun.IDB, meetingID uuid.UUID, registrations []Registration) error {
	var waiting []uuid.UUID
	for _, r := range registrations {
		if r.State == Waiting {
			waiting = append(waiting, r.ID)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	var places []struct {
		ID    uuid.UUID
		Place int
	}
	err := db.NewRaw(`SELECT id, place FROM (SELECT id, row_number() OVER (ORDER BY queue_number) AS place
		FROM registrations WHERE meeting_id = ? AND state = 'waiting') AS queue WHERE id IN (?)`, meetingID, bun.List(waiting)).Scan(ctx, &places)
	of := make(map[uuid.UUID]int, len(places))
	for _, p := range places {
		of[p.ID] = p.Place
	}
	for i := range registrations {
		registrations[i].Place = of[registrations[i].ID]
	}
	return err
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Tally counts parties and the people in them.
type Tally struct{ Parties, People int }

// MeetingTally is how a meeting's registrations and attendances stand.
type MeetingTally struct {
	// States counts the registrations in each state.
	States map[string]Tally
	// Sorts counts the parties of ToCall, ToReconfirm, WithNeeds and WithoutMail.
	Sorts map[string]int
	// Came counts the registered parties that came, WalkIns those that came without registering.
	Came, WalkIns Tally
}

// countedSorts counts the parties of each sort at a meeting: one by one, so that each condition may become a join.
var countedSorts = func() string {
	var counts []string
	for _, sort := range slices.Sorted(maps.Keys(sorts)) {
		counts = append(counts, "SELECT '"+sort+"', count(*), 0 FROM registrations AS registration WHERE meeting_id = ?0 AND "+sorts[sort])
	}
	return strings.Join(counts, " UNION ALL ")
}()

// MeetingCounts returns how a meeting's registrations and attendances stand.
func MeetingCounts(ctx context.Context, db bun.IDB, meetingID uuid.UUID) (*MeetingTally, error) {
	var rows []struct {
		State           string
		Parties, People int
	}
	err := db.NewRaw(`
		SELECT state, count(*) AS parties, sum(seats) AS people FROM registrations WHERE meeting_id = ?0 GROUP BY state
		UNION ALL
		`+countedSorts+`
		UNION ALL
		SELECT CASE WHEN registration_id IS NULL THEN 'walk_in' ELSE 'came' END, count(*), sum(people)
		FROM attendances WHERE meeting_id = ?0 GROUP BY registration_id IS NULL`, meetingID).Scan(ctx, &rows)
	t := &MeetingTally{States: map[string]Tally{}, Sorts: map[string]int{}}
	for _, r := range rows {
		tally := Tally{r.Parties, r.People}
		switch r.State {
		case "came":
			t.Came = tally
		case "walk_in":
			t.WalkIns = tally
		case ToCall, ToReconfirm, WithNeeds, WithoutMail:
			t.Sorts[r.State] = r.Parties
		default:
			t.States[r.State] = tally
		}
	}
	return t, err
}

// Live counts the registrations that are not cancelled.
func (t *MeetingTally) Live() int {
	n := 0
	for state, tally := range t.States {
		if state != Cancelled {
			n += tally.Parties
		}
	}
	return n
}

// Contacts returns the e-mail address and the telephone number of a registration read with its person's addresses;
// empty where there is none.
func (r *Registration) Contacts() (email, phone string) {
	phone = r.Phone
	for _, a := range r.Person.Addresses {
		switch {
		case a.Kind == Email:
			email = a.Value
		case phone == "":
			phone = a.Value
		}
	}
	return email, phone
}
