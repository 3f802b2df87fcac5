// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// keptFor is how long what is over stays before it is erased.
const keptFor = 30 * 24 * time.Hour

// nameErased stands where the name of a registration was: its seats and its attendance go on counting.
const nameErased = "–"

// Retain erases the personal data whose time is over, as the migrations promise beside each table. It can be done as
// often as one likes; a step that fails does not keep the others from being done.
func Retain(ctx context.Context, db bun.IDB, now time.Time) error {
	day, before := now.In(Rome), now.Add(-keptFor)
	today := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, Rome)
	var failures []error
	for _, step := range []struct {
		what, query string
		args        []any
	}{
		{"what was asked for and never confirmed", `
			UPDATE confirmations SET payload = '{}' WHERE expires_at < ? AND payload <> '{}'`, []any{now}},
		// Until then an old link says that it has expired, or has been used.
		{"old confirmations", `
			DELETE FROM confirmations WHERE expires_at < ?`, []any{before}},
		{"ended sessions", `
			DELETE FROM sessions WHERE expires_at < ?`, []any{now}},
		{"jobs given up", `
			DELETE FROM jobs WHERE failed_at < ?`, []any{before}},
		{"access needs", `
			DELETE FROM access_needs a USING registrations r, meetings m
			WHERE r.consultation_id = a.consultation_id AND r.id = a.registration_id AND m.id = r.meeting_id
				AND (r.state = 'cancelled' OR m.confirmed_at IS NOT NULL AND coalesce(m.ends_at, m.starts_at) < ?)`, []any{today}},
		// Each passes to a person of its own about whom nothing is known, so that it no longer tells who came. Who took
		// part in another way too, or holds another registration, goes on being counted there and not here.
		{"names of registrations", `
			WITH old AS (
				SELECT r.consultation_id, r.id, r.person_id, gen_random_uuid() AS nobody,
					row_number() OVER (PARTITION BY r.person_id ORDER BY r.id) = 1 AS first
				FROM registrations r JOIN meetings m ON m.id = r.meeting_id
				WHERE r.name <> ? AND (r.cancelled_at < ? OR m.confirmed_at IS NOT NULL AND coalesce(m.ends_at, m.starts_at) < ?)),
			nobodies AS (INSERT INTO people (id, created_at) SELECT nobody, ? FROM old)
			UPDATE registrations r SET person_id = old.nobody, name = ?, phone = '', counted = old.first
				AND NOT EXISTS (SELECT FROM opinions WHERE person_id = old.person_id)
				AND NOT EXISTS (SELECT FROM comments WHERE person_id = old.person_id)
				AND NOT EXISTS (SELECT FROM supports WHERE person_id = old.person_id)
				AND NOT EXISTS (SELECT FROM registrations other WHERE other.person_id = old.person_id
					AND other.id NOT IN (SELECT id FROM old WHERE old.person_id = other.person_id))
			FROM old WHERE r.consultation_id = old.consultation_id AND r.id = old.id`,
			[]any{nameErased, before, before, now, nameErased}},
		{"what the log said of those", `
			DELETE FROM audit_texts t USING audit_entries e, registrations r
			WHERE e.id = t.audit_id AND e.subject = 'registration' AND r.id = e.subject_id AND r.name = ?`, []any{nameErased}},
		{"old texts of the log", `
			DELETE FROM audit_texts t USING audit_entries e, privacy_settings p
			WHERE e.id = t.audit_id AND p.organisation_id = e.organisation_id
				AND e.created_at < ?::timestamptz - make_interval(months => p.log_months)`, []any{now}},
		{"people of whom nothing is left", `
			DELETE FROM people p WHERE created_at < ?
				AND NOT EXISTS (SELECT FROM registrations WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM follows WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM opinion_history WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM opinions WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM comments WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM supports WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM sessions WHERE person_id = p.id)
				AND NOT EXISTS (SELECT FROM confirmations c JOIN addresses a ON a.id = c.address_id
					WHERE a.person_id = p.id AND c.used_at IS NULL AND c.expires_at >= ?)`, []any{before, now}},
	} {
		if _, err := db.NewRaw(step.query, step.args...).Exec(ctx); err != nil {
			failures = append(failures, fmt.Errorf("erasing %s: %w", step.what, err))
		}
	}
	return errors.Join(failures...)
}
