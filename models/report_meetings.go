// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"math"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingFigures is a meeting with how its registrations and attendances stand, and what came of it.
type MeetingFigures struct {
	Meeting
	MeetingTally
	Aftermath
	// ByTown is where those who came live.
	ByTown []TownAttendance
}

// Aftermath is what came of a meeting.
type Aftermath struct {
	// NoShow are the parties with a seat that did not come, or not all of them, and the people missing.
	NoShow Tally `bun:"embed:no_show_"`
	// Questions are those that everybody in the room read; Answered of them have an answer.
	Questions, Answered int
	// Ratings is how many people rated it, Stars the sum of what they gave.
	Ratings, Stars int
}

// fewestRatings is how many ratings there must be before anybody is shown them: fewer could tell who gave which.
const fewestRatings = 5

// Present is how many people came, with or without registering.
func (m MeetingFigures) Present() int { return m.Came.People + m.WalkIns.People }

// Attended tells whether it is known who came: some people did, or the meeting was closed all the same.
func (m MeetingFigures) Attended() bool { return m.Present() > 0 || m.Closed() }

// Full is the share of the seats, in hundredths, that those who came filled; ok is false while it is not known.
func (m MeetingFigures) Full() (percent int, ok bool) {
	return percentOf(m.Present(), m.Capacity), m.Attended() && m.Capacity > 0
}

// NoShowRate is the share of those with a seat, in hundredths, who did not come; ok is false while it is not known.
func (m MeetingFigures) NoShowRate() (percent int, ok bool) {
	seated := m.States[Seated].People
	return percentOf(m.NoShow.People, seated), m.Attended() && seated > 0
}

func percentOf(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return (200*part + whole) / (2 * whole)
}

// Rating is how the meeting was found, in stars to a tenth; ok is false where too few rated it to be told.
func (a Aftermath) Rating() (average float64, ok bool) {
	if a.Ratings < fewestRatings {
		return 0, false
	}
	return math.Round(10*float64(a.Stars)/float64(a.Ratings)) / 10, true
}

// From counts who came from a place.
func (m MeetingFigures) From(place string) Tally {
	for _, t := range m.ByTown {
		if t.Place == place {
			return Tally{t.Parties, t.People}
		}
	}
	return Tally{}
}

func (r *Report) readMeetings(ctx context.Context, tx bun.IDB, consultationID uuid.UUID) error {
	meetings, err := MeetingsOf(ctx, tx, consultationID)
	if err != nil {
		return err
	}
	meetings = slices.DeleteFunc(meetings, func(m Meeting) bool { return r.Place != "" && m.Municipality.Slug != r.Place })
	ids := idsOf(meetings, func(m Meeting) uuid.UUID { return m.ID })
	after, err := aftermaths(ctx, tx, ids)
	if err != nil {
		return err
	}
	towns, err := AttendanceByTown(ctx, tx, ids...)
	if err != nil {
		return err
	}
	for _, m := range meetings {
		tally, err := MeetingCounts(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		figures := MeetingFigures{Meeting: m, MeetingTally: *tally, Aftermath: after[m.ID]}
		for _, t := range towns {
			if t.MeetingID == m.ID {
				figures.ByTown = append(figures.ByTown, t)
			}
		}
		r.Meetings = append(r.Meetings, figures)
	}
	return nil
}

// absent keeps the registrations "r", with their attendances "a", of parties that had a seat for more than came. shown
// keeps the questions that everybody in the room read.
const (
	absent = `r.state = 'seated' AND r.seats > coalesce(a.people, 0)`
	shown  = `state IN ('shown', 'asked', 'answered')`
)

// aftermaths returns what came of each of the meetings.
func aftermaths(ctx context.Context, db bun.IDB, ids []uuid.UUID) (map[uuid.UUID]Aftermath, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		MeetingID uuid.UUID
		Aftermath
	}
	err := db.NewRaw(`
		SELECT m.id AS meeting_id, absent.parties AS no_show_parties, absent.people AS no_show_people, asked.questions, asked.answered, rated.ratings, rated.stars
		FROM meetings m,
		LATERAL (SELECT count(*) AS parties, coalesce(sum(r.seats - coalesce(a.people, 0)), 0) AS people FROM registrations r
			LEFT JOIN attendances a ON a.consultation_id = r.consultation_id AND a.registration_id = r.id
			WHERE r.meeting_id = m.id AND `+absent+`) absent,
		LATERAL (SELECT count(*) AS questions, count(*) FILTER (WHERE state = 'answered') AS answered
			FROM questions WHERE meeting_id = m.id AND `+shown+`) asked,
		LATERAL (SELECT count(*) AS ratings, coalesce(sum(stars), 0) AS stars FROM meeting_ratings WHERE meeting_id = m.id) rated
		WHERE m.id IN (?)`, bun.List(ids)).Scan(ctx, &rows)
	byMeeting := make(map[uuid.UUID]Aftermath, len(rows))
	for _, row := range rows {
		byMeeting[row.MeetingID] = row.Aftermath
	}
	return byMeeting, err
}
