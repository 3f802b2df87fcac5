// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// TownAttendance is how many parties, and people in them, from a place (a municipality's slug, Elsewhere or NotStated) came
// to a meeting.
type TownAttendance struct {
	MeetingID       uuid.UUID
	Place           string
	Parties, People int
}

// homesOfAttendances are joins, to attendances "a", that find where a party lives: "home" is that place's row.
const homesOfAttendances = `
	LEFT JOIN registrations r ON r.consultation_id = a.consultation_id AND r.id = a.registration_id
	LEFT JOIN people p ON p.id = r.person_id
	LEFT JOIN arrivals w ON w.consultation_id = a.consultation_id AND w.id = a.id AND a.registration_id IS NULL
	CROSS JOIN LATERAL (SELECT
		CASE WHEN r.elsewhere THEN NULL ELSE coalesce(w.municipality_id, r.municipality_id, p.municipality_id) END AS municipality_id,
		coalesce(w.elsewhere, r.elsewhere OR r.municipality_id IS NULL AND p.elsewhere) AS elsewhere) lives
	LEFT JOIN municipalities town ON town.id = lives.municipality_id
	CROSS JOIN LATERAL (SELECT coalesce(town.slug, CASE WHEN lives.elsewhere THEN '` + Elsewhere + `' ELSE '` + NotStated + `' END) AS place) home`

// AttendanceByTown counts who came to meetings by where they live: a registered party as its registration says, or else
// its owner elsewhere on the site; one that walked in as it said at the door. By meeting, the municipalities in their
// order, then elsewhere, then not stated; a place from which nobody came has no row.
func AttendanceByTown(ctx context.Context, db bun.IDB, meetingIDs ...uuid.UUID) ([]TownAttendance, error) {
	if len(meetingIDs) == 0 {
		return nil, nil
	}
	var rows []TownAttendance
	err := db.NewRaw(`
		SELECT a.meeting_id, home.place, count(*) AS parties, sum(a.people) AS people
		FROM attendances a `+homesOfAttendances+`
		WHERE a.meeting_id IN (?)
		GROUP BY a.meeting_id, home.place, town.position ORDER BY a.meeting_id, town.position NULLS LAST, home.place`,
		bun.List(meetingIDs)).Scan(ctx, &rows)
	return rows, err
}
