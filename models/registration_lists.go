// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// RegistrationFilter chooses registrations of a meeting. Empty fields choose all.
type RegistrationFilter struct {
	// Search is part of a name, an e-mail address or a telephone number, or the registration's code.
	Search string
	// State is a registration's, or ToCall.
	State string
	// Live leaves out the cancelled ones.
	Live bool
	// AfterName and AfterID are those of the last registration of the page before.
	AfterName string
	AfterID   uuid.UUID
	// Limit bounds the page; 0: all.
	Limit int
	// Needs adds the access needs, which the meeting's staff alone may see.
	Needs bool
}

// ToCall stands, where registrations are chosen by state, for those pending ones that only a telephone call can confirm.
const ToCall = "to_call"

// RegistrationsOf returns registrations of a meeting by name, each with its person's addresses and its attendance.
func RegistrationsOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID, f RegistrationFilter) ([]Registration, error) {
	var registrations []Registration
	q := db.NewSelect().Model(&registrations).Relation("Person.Addresses").Relation("Attendance").
		Where("registration.meeting_id = ?", meetingID).
		OrderExpr("lower(registration.name), registration.id")
	if f.Needs {
		q.Relation("Needs")
	}
	switch f.State {
	case "":
	case ToCall:
		q.Where(toCall)
	default:
		q.Where("registration.state = ?", f.State)
	}
	if f.Live {
		q.Where("registration.state <> ?", Cancelled)
	}
	if f.AfterID != uuid.Nil {
		q.Where("(lower(registration.name), registration.id) > (lower(?), ?)", f.AfterName, f.AfterID)
	}
	if search := strings.TrimSpace(f.Search); search != "" {
		part := "%" + likeEscaper.Replace(strings.ToLower(search)) + "%"
		q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
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
	if f.Limit > 0 {
		q.Limit(int64(f.Limit))
	}
	return registrations, q.Scan(ctx)
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Tally counts parties and the people in them.
type Tally struct{ Parties, People int }

// MeetingTally is how a meeting's registrations and attendances stand.
type MeetingTally struct {
	// States counts the registrations in each state.
	States map[string]Tally
	// ToCall counts those pending ones that only a telephone call can confirm.
	ToCall Tally
	// Came counts the registered parties that came, WalkIns those that came without registering.
	Came, WalkIns Tally
}

// MeetingCounts returns how a meeting's registrations and attendances stand.
func MeetingCounts(ctx context.Context, db bun.IDB, meetingID uuid.UUID) (*MeetingTally, error) {
	var rows []struct {
		State           string
		Parties, People int
	}
	err := db.NewRaw(`
		SELECT state, count(*) AS parties, sum(seats) AS people FROM registrations WHERE meeting_id = ?0 GROUP BY state
		UNION ALL
		SELECT 'to_call', count(*), coalesce(sum(seats), 0) FROM registrations registration WHERE meeting_id = ?0 AND `+toCall+`
		UNION ALL
		SELECT CASE WHEN registration_id IS NULL THEN 'walk_in' ELSE 'came' END, count(*), sum(people)
		FROM attendances WHERE meeting_id = ?0 GROUP BY registration_id IS NULL`, meetingID).Scan(ctx, &rows)
	t := &MeetingTally{States: map[string]Tally{}}
	for _, r := range rows {
		tally := Tally{r.Parties, r.People}
		switch r.State {
		case "came":
			t.Came = tally
		case "walk_in":
			t.WalkIns = tally
		case ToCall:
			t.ToCall = tally
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
