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

// over are the consultations whose last day (of their last phase, or the one on which they were archived) lies that many
// months before a day: they take the day and the months.
const over = `SELECT c.id FROM consultations c WHERE least((c.archived_at AT TIME ZONE 'Europe/Rome')::date,
	(SELECT f.ends_on FROM phases f WHERE f.consultation_id = c.id ORDER BY f.number DESC LIMIT 1)) < ?::date - make_interval(months => ?)`

// meetingOver is when the meeting "m" ended, or was called off where it has no confirmed date; null: neither yet.
const meetingOver = `coalesce(CASE WHEN m.confirmed_at IS NOT NULL THEN coalesce(m.ends_at, m.starts_at) END, m.cancelled_at)`

// keptTimes are those that staff have set, see Privacy.
func keptTimes(ctx context.Context, db bun.IDB) (*Privacy, error) {
	organisation, err := TheOrganisation(ctx, db)
	if errors.Is(err, ErrNotFound) {
		return &Privacy{RegistrationsDays: registrationsDays}, nil
	}
	if err != nil {
		return nil, err
	}
	return PrivacyOf(ctx, db, organisation.ID)
}

// erasure is a step of Retain.
type erasure struct {
	what, query string
	args        []any
}

// Retain erases the personal data whose time is over, as the migrations promise beside each table and the information
// notice to everybody. It can be done as often as one likes; a step that fails does not keep the others from being done.
func Retain(ctx context.Context, db bun.IDB, now time.Time) error {
	kept, err := keptTimes(ctx, db)
	if err != nil {
		return err
	}
	today := Day(now).Format(time.DateOnly)
	steps := []erasure{
		// A registration's name goes first: who has written too is then counted there.
		namesOfRegistrations(now, kept.RegistrationsDays),
		askersOfQuestions(now, kept.RegistrationsDays),
		ratersOfMeetings(now, kept.RegistrationsDays),
		{"names of people in office", `
			DELETE FROM reserved_names n WHERE EXISTS (SELECT FROM consultations c WHERE c.organisation_id = n.organisation_id)
				AND NOT EXISTS (SELECT FROM consultations c WHERE c.organisation_id = n.organisation_id AND c.id NOT IN (` + over + `))`,
			[]any{today, 0}},
	}
	if kept.ContributionsMonths > 0 {
		steps = append(steps, contributions(now, today, kept.ContributionsMonths)...)
	}
	var failures []error
	for _, step := range append(steps, whatIsOver(now)...) {
		if _, err := db.NewRaw(step.query, step.args...).Exec(ctx); err != nil {
			failures = append(failures, fmt.Errorf("erasing %s: %w", step.what, err))
		}
	}
	return errors.Join(failures...)
}

// namesOfRegistrations passes each registration, so many days after its meeting, to a person of its own about whom
// nothing is known, so that it no longer tells who came. Who took part in another way too, or holds another registration,
// goes on being counted there and not here. The registration keeps, as counts that tell of nobody, the seats, the
// municipality in which its owner lives (theirs, where it said none: how many came from each stays as it is) and the
// guideline that interested them most.
func namesOfRegistrations(now time.Time, days int) erasure {
	before := now.Add(-time.Duration(days) * 24 * time.Hour)
	return erasure{"names of registrations", `
		WITH old AS (
			SELECT r.consultation_id, r.id, r.person_id, gen_random_uuid() AS nobody,
				row_number() OVER (PARTITION BY r.person_id ORDER BY r.id) = 1 AS first,
				CASE WHEN r.elsewhere THEN NULL ELSE coalesce(r.municipality_id, p.municipality_id) END AS municipality_id,
				r.elsewhere OR r.municipality_id IS NULL AND p.elsewhere AS elsewhere
			FROM registrations r JOIN meetings m ON m.id = r.meeting_id JOIN people p ON p.id = r.person_id
			WHERE r.name <> ? AND (r.cancelled_at < ? OR ` + meetingOver + ` < ?)),
		nobodies AS (INSERT INTO people (id, created_at) SELECT nobody, ? FROM old)
		UPDATE registrations r SET person_id = old.nobody, name = ?, phone = '',
			municipality_id = old.municipality_id, elsewhere = old.elsewhere, counted = old.first
			AND NOT EXISTS (SELECT FROM opinions WHERE person_id = old.person_id)
			AND NOT EXISTS (SELECT FROM comments WHERE person_id = old.person_id)
			AND NOT EXISTS (SELECT FROM supports WHERE person_id = old.person_id)
			AND NOT EXISTS (SELECT FROM registrations other WHERE other.person_id = old.person_id
				AND other.id NOT IN (SELECT id FROM old WHERE old.person_id = other.person_id))
		FROM old WHERE r.consultation_id = old.consultation_id AND r.id = old.id`,
		[]any{nameErased, before, before, now, nameErased}}
}

// askersOfQuestions forgets, with the names of the registrations, who asked a meeting's questions and which browsers
// supported them: how many they were stays. A question whose registration was given up goes with its name.
func askersOfQuestions(now time.Time, days int) erasure {
	before := now.Add(-time.Duration(days) * 24 * time.Hour)
	return erasure{"who asked questions", `
		WITH old AS (
			SELECT q.consultation_id, q.id, coalesce(r.state = 'cancelled' AND r.name = ?, false) AS given_up
			FROM questions q JOIN meetings m ON m.id = q.meeting_id
			LEFT JOIN registrations r ON r.consultation_id = q.consultation_id AND r.id = q.registration_id
			WHERE r.name = ? OR ` + meetingOver + ` < ?),
		forgotten AS (DELETE FROM question_supports s USING old
			WHERE s.consultation_id = old.consultation_id AND s.question_id = old.id RETURNING s.question_id)
		UPDATE questions q SET asker_hash = NULL, author = '', body = CASE WHEN old.given_up THEN ? ELSE q.body END,
			kept_supports = kept_supports + (SELECT count(*) FROM forgotten WHERE question_id = q.id)
		FROM old WHERE q.consultation_id = old.consultation_id AND q.id = old.id
			AND (asker_hash IS NOT NULL OR author <> '' OR old.given_up AND body <> ? OR q.id IN (SELECT question_id FROM forgotten))`,
		[]any{nameErased, nameErased, before, withdrawnBody, withdrawnBody}}
}

// ratersOfMeetings forgets, with the names of the registrations, whose registration or browser a rating was of: the stars
// stay, and the words until the consultation's retention ends.
func ratersOfMeetings(now time.Time, days int) erasure {
	return erasure{"who rated meetings", `
		UPDATE meeting_ratings SET registration_id = NULL, browser_hash = NULL
		WHERE (registration_id IS NOT NULL OR browser_hash IS NOT NULL) AND meeting_id IN (
			SELECT id FROM meetings WHERE coalesce(ends_at, starts_at) < ?)`, []any{now.Add(-time.Duration(days) * 24 * time.Hour)}}
}

// contributions erase what people wrote in consultations that are over for so many months, and pass what they answered,
// with their registrations, to a person of whom nothing is known but the municipality: one for each, so that the figures
// stay as they are.
func contributions(now time.Time, today string, months int) []erasure {
	return []erasure{
		{"access needs of old consultations", `DELETE FROM access_needs WHERE consultation_id IN (` + over + `)`, []any{today, months}},
		{"questions at the meetings of old consultations", `
			UPDATE questions SET body = ?, author = '', answer = '', asker_hash = NULL
			WHERE body <> ? AND consultation_id IN (` + over + `)`, []any{withdrawnBody, withdrawnBody, today, months}},
		{"words about the meetings of old consultations", `
			UPDATE meeting_ratings SET body = '' WHERE body <> '' AND consultation_id IN (` + over + `)`, []any{today, months}},
		{"follows of old consultations", `DELETE FROM follows WHERE consultation_id IN (` + over + `)`, []any{today, months}},
		{"contributions to old consultations", `
			WITH ended AS MATERIALIZED (` + over + `),
			acts AS (
				SELECT consultation_id, person_id FROM opinions WHERE consultation_id IN (SELECT id FROM ended)
				UNION SELECT consultation_id, person_id FROM opinion_history WHERE consultation_id IN (SELECT id FROM ended)
				UNION SELECT consultation_id, person_id FROM comments WHERE consultation_id IN (SELECT id FROM ended)
				UNION SELECT consultation_id, person_id FROM supports WHERE consultation_id IN (SELECT id FROM ended)
				UNION SELECT consultation_id, person_id FROM registrations WHERE consultation_id IN (SELECT id FROM ended)),
			old AS (
				SELECT acts.consultation_id, acts.person_id, gen_random_uuid() AS nobody
				FROM acts JOIN people p ON p.id = acts.person_id
				WHERE p.pseudonym <> '' OR EXISTS (SELECT FROM addresses WHERE person_id = p.id)
					OR EXISTS (SELECT FROM registrations WHERE person_id = p.id AND name <> ?)
					OR EXISTS (SELECT FROM comments WHERE person_id = p.id AND state NOT IN (?))),
			nobodies AS (INSERT INTO people (id, municipality_id, elsewhere, channel, created_at)
				SELECT old.nobody, p.municipality_id, p.elsewhere, p.channel, ? FROM old JOIN people p ON p.id = old.person_id),
			o AS (UPDATE opinions o SET person_id = old.nobody FROM old WHERE (o.consultation_id, o.person_id) = (old.consultation_id, old.person_id)),
			h AS (UPDATE opinion_history h SET person_id = old.nobody FROM old WHERE (h.consultation_id, h.person_id) = (old.consultation_id, old.person_id)),
			s AS (UPDATE supports s SET person_id = old.nobody FROM old WHERE (s.consultation_id, s.person_id) = (old.consultation_id, old.person_id)),
			r AS (UPDATE registrations r SET person_id = old.nobody, name = ?, phone = '' FROM old
				WHERE (r.consultation_id, r.person_id) = (old.consultation_id, old.person_id))
			UPDATE comments c SET person_id = old.nobody, body = ?, hidden_reason = '',
				state = CASE c.state WHEN 'withdrawn' THEN c.state ELSE 'expired' END
			FROM old WHERE (c.consultation_id, c.person_id) = (old.consultation_id, old.person_id)`,
			[]any{today, months, nameErased, bun.List(gone), now, nameErased, withdrawnBody}},
	}
}

// whatIsOver are the data whose times are the program's own.
func whatIsOver(now time.Time) []erasure {
	day, before := now.In(Rome), now.Add(-keptFor)
	today := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, Rome)
	return []erasure{
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
				AND (r.state = 'cancelled' OR r.name = ? OR m.confirmed_at IS NOT NULL AND coalesce(m.ends_at, m.starts_at) < ?)`,
			[]any{nameErased, today}},
		{"what the log said of registrations without a name", `
			DELETE FROM audit_texts t USING audit_entries e, registrations r
			WHERE e.id = t.audit_id AND e.subject = 'registration' AND r.id = e.subject_id AND r.name = ?`, []any{nameErased}},
		{"old texts of the log", `
			DELETE FROM audit_texts t USING audit_entries e, privacy_settings p
			WHERE e.id = t.audit_id AND p.organisation_id = e.organisation_id
				AND e.created_at < ?::timestamptz - make_interval(months => p.log_months)`, []any{now}},
		{"what the log said of erased comments", `
			DELETE FROM audit_texts t USING audit_entries e, comments c
			WHERE e.id = t.audit_id AND e.subject = 'comment' AND c.id = e.subject_id AND c.state = 'expired'`, nil},
		{"what the log said of erased questions", `
			DELETE FROM audit_texts t USING audit_entries e, questions q
			WHERE e.id = t.audit_id AND e.subject = 'question' AND q.id = e.subject_id AND q.body = ?`, []any{withdrawnBody}},
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
	}
}
