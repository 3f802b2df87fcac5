// SPDX-License-Identifier: AGPL-3.0-or-later

package databasetest

import (
	"context"
	"testing"

	"github.com/uptrace/bun"
)

// Seats begins a query with two tables of what is wanted and what is free, whatever the program says of it: wanted is every
// registration with the seats it wants, by sort, and hall every meeting with the seats that nobody holds, by sort.
const Seats = `
	WITH needed AS NOT MATERIALIZED (
		SELECT r.*, CASE WHEN 'wheelchair' = ANY (n.needs) THEN 1 ELSE 0 END AS wheelchairs,
			CASE WHEN 'companion' = ANY (n.needs) AND (r.seats > 1 OR NOT 'wheelchair' = ANY (n.needs)) THEN 1 ELSE 0 END AS assistants
		FROM registrations r LEFT JOIN access_needs n ON n.consultation_id = r.consultation_id AND n.registration_id = r.id),
	wanted AS NOT MATERIALIZED (
		SELECT *, CASE WHEN press THEN seats - wheelchairs - assistants ELSE 0 END AS pressmen,
			CASE WHEN press THEN 0 ELSE seats - wheelchairs - assistants END AS others FROM needed),
	kept AS NOT MATERIALIZED (
		SELECT *, greatest(wheelchair_seats - wheelchairs_taken, 0) AS for_wheelchairs,
			greatest(assistant_seats - assistants_taken, 0) AS for_assistants, greatest(press_seats - press_taken, 0) AS for_press
		FROM meetings),
	hall AS NOT MATERIALIZED (
		SELECT *, capacity - walk_in_seats - seats_taken - for_wheelchairs - for_assistants - for_press AS for_others FROM kept)`

// SeatsAreRight fails the test for every meeting whose seats are not as they must be at any moment: never more taken than
// there are, counted as the registrations hold them, none free for who waits and fits, and one place in the queue each.
func SeatsAreRight(t testing.TB, ctx context.Context, db bun.IDB) {
	t.Helper()
	for wrong, query := range map[string]string{
		"more seats taken or kept than there are": `SELECT slug FROM hall WHERE for_others < 0`,
		"seats counted that nobody holds, or held and not counted": `
			SELECT slug || ': ' || (h.seats_taken, h.wheelchairs_taken, h.assistants_taken, h.press_taken)::text || ' ' || held.counted::text
			FROM hall h, LATERAL (SELECT (coalesce(sum(seats_held), 0)::int, coalesce(sum(wheelchairs) FILTER (WHERE seats_held > 0), 0)::int,
				coalesce(sum(assistants) FILTER (WHERE seats_held > 0), 0)::int, coalesce(sum(pressmen) FILTER (WHERE seats_held > 0), 0)::int) AS counted
				FROM wanted w WHERE w.meeting_id = h.id) AS held
			WHERE (h.seats_taken, h.wheelchairs_taken, h.assistants_taken, h.press_taken) <> held.counted`,
		"a party that waits for seats that are free": `
			SELECT h.slug || ': ' || w.id::text FROM hall h JOIN wanted w ON w.meeting_id = h.id AND w.state = 'waiting'
			WHERE others + greatest(wheelchairs - for_wheelchairs, 0) + greatest(assistants - for_assistants, 0)
				+ greatest(pressmen - for_press, 0) <= for_others`,
		"two parties with one place in the queue": `
			SELECT queue_number::text FROM registrations WHERE state = 'waiting' GROUP BY meeting_id, queue_number HAVING count(*) > 1`,
		"somebody registered twice": `
			SELECT person_id::text FROM registrations WHERE state <> 'cancelled' GROUP BY meeting_id, person_id HAVING count(*) > 1`,
	} {
		var found []string
		if err := db.NewRaw(Seats+query).Scan(ctx, &found); err != nil {
			t.Fatalf("%s: %v", wrong, err)
		}
		for _, what := range found {
			t.Errorf("%s: %s", wrong, what)
		}
	}
}
