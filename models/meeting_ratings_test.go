// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ultimaparola/models"
)

func TestAMeetingClosedLateCanStillBeRated(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	here := e.registration(e.person("anna@example.org"))
	e.came(here, 1)
	closed := e.night.Add(2 * models.RatedFor)
	rate := func(at time.Time) error {
		return models.RateMeeting(t.Context(), e.db, at, here.ID, models.MeetingRatingForm{Stars: 4})
	}
	if err := rate(closed); !errors.Is(err, models.ErrClosed) {
		t.Errorf("before it is closed: %v", err)
	}
	e.must(e.write(closed, e.minutes("Verbale.", "")))
	e.must(e.close(closed, models.ClosingForm{}))
	e.must(rate(closed))
	if err := rate(closed.Add(models.RatedFor)); !errors.Is(err, models.ErrClosed) {
		t.Errorf("much later: %v", err)
	}
}

func TestWhoCameRatesTheMeetingOnce(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	here, home := e.registration(e.person("anna@example.org")), e.registration(e.person("bruno@example.org"))
	e.came(here, 1)
	rate := func(r *models.Registration, at time.Time, stars int) error {
		return models.RateMeeting(t.Context(), e.db, at, r.ID, models.MeetingRatingForm{Stars: stars, Body: "Bella serata."})
	}
	for _, at := range []time.Time{e.night.Add(-time.Minute), e.night.Add(models.RatedFor)} {
		if err := rate(here, at, 4); !errors.Is(err, models.ErrClosed) {
			t.Errorf("at %v: %v", at, err)
		}
	}
	if err := rate(home, e.night, 4); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("who stayed at home: %v", err)
	}
	if err := rate(here, e.night, 6); !slices.Equal(wrong(err), []string{"stars"}) {
		t.Errorf("six stars: %v", err)
	}
	e.must(rate(here, e.night, 2))
	e.must(rate(here, e.night, 4))
	m := e.stored()
	given, err := models.RatingBy(t.Context(), e.db, m, here, nil)
	e.must(err)
	if given.Stars != 4 || given.Body != "Bella serata." {
		t.Errorf("given: %+v", given)
	}
	e.wantRows(1, "once", "meeting_ratings")

	browser := []byte("0123456789abcdef0123456789abcdef")
	for _, stars := range []int{1, 5} {
		e.must(models.RateMeetingAs(t.Context(), e.db, e.night, m.ID, browser, models.MeetingRatingForm{Stars: stars}))
	}
	e.wantRows(1, "in the room, once", "meeting_ratings WHERE registration_id IS NULL AND stars = 5")
	if _, err := models.RatingBy(t.Context(), e.db, m, nil, []byte("another")); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another browser: %v", err)
	}
}

func TestTheReportTellsWhatCameOfAMeeting(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	town, other := e.town(), e.other()
	_, err := e.db.ExecContext(t.Context(), "UPDATE meetings SET capacity = 40, seats_taken = 10 WHERE id = ?", e.meeting.ID)
	e.must(err)
	figures := func() models.MeetingFigures {
		t.Helper()
		report, err := models.ReportOf(t.Context(), e.db, e.night, e.consultation.ID, town.Slug)
		e.must(err)
		return report.Meetings[0]
	}
	if m := figures(); m.Attended() {
		t.Error("who came is known before anybody did")
	}
	// Five parties of two: one of the person's town, one that says another, two that say nothing, one that stays at home.
	var parties []*models.Registration
	for _, name := range []string{"anna", "bruno", "carla", "dario", "elena"} {
		parties = append(parties, e.registration(e.person(name+"@example.org")))
	}
	_, err = e.db.ExecContext(t.Context(), "UPDATE people SET municipality_id = ? WHERE id = ?", town.ID, parties[0].PersonID)
	e.must(err)
	_, err = e.db.ExecContext(t.Context(), "UPDATE people SET municipality_id = ? WHERE id = ?", town.ID, parties[1].PersonID)
	e.must(err)
	_, err = e.db.ExecContext(t.Context(), "UPDATE registrations SET municipality_id = ? WHERE id = ?", other.ID, parties[1].ID)
	e.must(err)
	_, err = e.db.ExecContext(t.Context(), "UPDATE registrations SET elsewhere = true WHERE id = ?", parties[2].ID)
	e.must(err)
	e.came(parties[0], 2)
	e.came(parties[1], 1)
	e.came(parties[2], 2)
	e.came(parties[3], 2)
	_, err = models.AddWalkIn(t.Context(), e.db, e.meeting.StartsAt, e.officer, e.meeting.ID, models.WalkInForm{People: 4, Municipality: other.Slug})
	e.must(err)
	for i := range 4 {
		e.must(models.RateMeetingAs(t.Context(), e.db, e.night, e.meeting.ID, []byte{byte(i)}, models.MeetingRatingForm{Stars: 4}))
	}
	m := figures()
	if full, ok := m.Full(); full != 28 || !ok {
		t.Errorf("11 of 40 seats are %d%% (%t)", full, ok)
	}
	if rate, ok := m.NoShowRate(); rate != 30 || !ok {
		t.Errorf("3 of 10 did not come: %d%% (%t)", rate, ok)
	}
	if m.From(town.Slug).People != 2 || m.From(other.Slug) != (models.Tally{Parties: 2, People: 5}) || m.From(models.Elsewhere).People != 2 || m.From(models.NotStated).People != 2 {
		t.Errorf("by town: %+v", m.ByTown)
	}
	if _, ok := m.Rating(); ok || m.Ratings != 4 {
		t.Errorf("four ratings are told: %+v", m.Aftermath)
	}
	e.must(models.RateMeetingAs(t.Context(), e.db, e.night, e.meeting.ID, []byte{9}, models.MeetingRatingForm{Stars: 5}))
	if average, ok := figures().Rating(); average != 4.2 || !ok {
		t.Errorf("the average of five is %v (%t)", average, ok)
	}
}
