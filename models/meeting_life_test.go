// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// read returns the meeting as staff see it now.
func (e *evening) read() *models.Meeting {
	e.Helper()
	m, err := models.MeetingForStaff(e.ctx, e.db, e.staff, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	return m
}

// notices are the templates of what was sent to everybody concerned, in order.
func (e *evening) notices() (templates []string) {
	e.Helper()
	e.must(e.db.NewRaw("SELECT payload->>'template' FROM jobs WHERE kind = ? ORDER BY id", models.JobNotify).Scan(e.ctx, &templates))
	return templates
}

func TestADraftIsForStaffAlone(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	_, err := e.db.NewUpdate().Model(&e.meeting).Set("draft = true").WherePK().Exec(e.ctx)
	e.must(err)
	if r := e.registerOne(e.asked("anna@example.org", 1)); !errors.Is(r.Err, models.ErrClosed) {
		t.Errorf("registering for a draft: %v", r.Err)
	}
	seen := func() int {
		meetings, err := models.MeetingsOf(e.ctx, e.db, e.meeting.ConsultationID)
		e.must(err)
		c, err := models.ConsultationBySlug(e.ctx, e.db, "servizi")
		e.must(err)
		return len(meetings) + len(c.Meetings)
	}
	form := e.read().Form()
	form.Venue = "Palestra"
	e.must(models.EditMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form))
	if err := models.CancelMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.CancelMeetingForm{ReasonIT: "Neve"}); !errors.Is(err, models.ErrClosed) {
		t.Errorf("cancelling a draft: %v", err)
	}
	if seen() != 0 || len(e.notices()) != 0 {
		t.Errorf("a draft is seen %d times, and told of: %v", seen(), e.notices())
	}
	e.must(models.PublishMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID))
	e.must(models.PublishMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID))
	if r := e.registerOne(e.asked("anna@example.org", 1)); seen() != 2 || r.Err != nil {
		t.Errorf("published, it is seen %d times; registering: %v", seen(), r.Err)
	}
}

func TestACancelledMeetingTellsWhoIsRegisteredAndKeepsTheirSeats(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 3, 0)
	e.confirmed("anna@example.org", 2)
	e.confirmed("bice@example.org", 1)
	waiting := e.confirmed("carlo@example.org", 2)
	snow := models.CancelMeetingForm{ReasonIT: "La strada è chiusa per neve.", ReasonEN: "Snow."}
	e.must(models.CancelMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, snow))
	e.must(models.CancelMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, snow))
	m := e.read()
	if !m.Cancelled() || m.CancelReason["en"] != "Snow." || m.Sequence != 1 || m.SeatsTaken != 3 || m.Open(e.now) {
		t.Errorf("%+v", m)
	}
	if r := e.registerOne(e.asked("dora@example.org", 1)); !errors.Is(r.Err, models.ErrClosed) {
		t.Errorf("registering: %v", r.Err)
	}
	snow.ReasonIT = "Neve: la strada è chiusa."
	e.must(models.CancelMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, snow))
	// Seats given up meanwhile wait until the meeting is held after all.
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("anna@example.org").ID))
	if r := e.of("carlo@example.org"); r.State != models.Waiting {
		t.Errorf("seats of a cancelled meeting are offered: %s", r.State)
	}
	moved := e.read().Form()
	moved.Venue = "Palestra"
	e.must(models.EditMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, moved))
	e.must(models.ReopenMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID))
	e.must(models.ReopenMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID))
	m = e.read()
	if m.Cancelled() || !m.CancelReason.Empty() || m.Sequence != 3 || m.SeatsTaken != 3 || !m.Open(e.now) {
		t.Errorf("held after all: %+v", m)
	}
	if r := e.of("carlo@example.org"); r.ID != waiting.ID || r.State != models.Offered {
		t.Errorf("who waited: %s", r.State)
	}
	if got := e.notices(); !slices.Equal(got, []string{models.MailMeetingCancelled, models.MailMeetingChanged}) {
		t.Errorf("told: %v", got)
	}
	if err := models.CancelMeeting(e.ctx, e.db, m.StartsAt, e.staff, m.ID, snow); !errors.Is(err, models.ErrClosed) {
		t.Errorf("cancelling what has begun: %v", err)
	}
	if wrong := models.CancelMeeting(e.ctx, e.db, e.now, e.staff, m.ID, models.CancelMeetingForm{}); wrong == nil {
		t.Error("cancelled without a reason")
	}
}

// Nobody can accept an offer of a meeting that is called off or has no date, so nobody loses their place by it.
func TestAnOfferThatNobodyCouldAcceptLosesNoPlace(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]struct{ away, back func(*evening) error }{
		"called off": {
			func(e *evening) error {
				return models.CancelMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.CancelMeetingForm{ReasonIT: "Neve."})
			},
			func(e *evening) error { return models.ReopenMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID) },
		},
		"without a date": {
			func(e *evening) error { return e.edit(func(f *models.MeetingForm) { f.Confirmed = false }) },
			func(e *evening) error { return e.edit(func(f *models.MeetingForm) { f.Confirmed = true }) },
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			e := newEvening(t, 1, 0)
			seated := e.confirmed("anna@example.org", 1)
			first := e.confirmed("bice@example.org", 1)
			e.confirmed("carlo@example.org", 1)
			e.must(models.CancelRegistration(e.ctx, e.db, e.now, seated.ID))
			e.must(change.away(e))
			e.now = e.now.Add(25 * time.Hour)
			_, err := models.ExpireHolds(e.ctx, e.db, e.now)
			e.must(err)
			e.wantState("bice@example.org", models.Waiting)
			e.must(change.back(e))
			if r := e.of("bice@example.org"); r.ID != first.ID || r.State != models.Offered || !r.HeldUntil.After(e.now) {
				t.Errorf("who had the offer: %s until %s", r.State, r.HeldUntil)
			}
			e.wantState("carlo@example.org", models.Waiting)
			e.check()
		})
	}
}

func TestACopyOfAMeetingIsADraftWithoutDateAndPeople(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 2)
	e.confirmed("anna@example.org", 2)
	other := &models.Municipality{ID: uuid.New(), OrganisationID: e.staff.OrganisationID, Slug: "poggio", Name: "Poggio", PostalCodes: []string{}, Hamlets: []string{}}
	_, err := e.db.NewInsert().Model(other).Exec(e.ctx)
	e.must(err)
	for town, venue := range map[string]string{"carmignano": "Sala consiliare", "poggio": ""} {
		m, err := models.CopyMeeting(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.CopyMeetingForm{TitleIT: "A " + town, Municipality: town})
		e.must(err)
		if !m.Draft || m.Confirmed() || !m.StartsAt.IsZero() || m.SeatsTaken != 0 || m.Sequence != 0 || m.Capacity != 10 || m.WalkInSeats != 2 ||
			m.Body["it"] != "Testo" || m.Venue != venue || m.Slug != "a-"+town {
			t.Errorf("in %s: %+v", town, m)
		}
	}
	local := *e.staff
	local.MunicipalityID = e.meeting.MunicipalityID
	var wrong models.FieldErrors
	_, err = models.CopyMeeting(e.ctx, e.db, e.now, &local, e.meeting.ID, models.CopyMeetingForm{TitleIT: "Altrove", Municipality: "poggio"})
	if !errors.As(err, &wrong) || wrong[0].Field != "town" {
		t.Errorf("in a town that they do not serve: %v", err)
	}
}

func TestStaffOfAnotherTownChangeNothingOfAMeeting(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	stranger, id := *e.staff, e.meeting.ID
	stranger.MunicipalityID = uuid.New()
	for name, verb := range map[string]func() error{
		"edits":     func() error { return models.EditMeeting(e.ctx, e.db, e.now, &stranger, id, e.read().Form()) },
		"texts":     func() error { return models.EditMeetingTexts(e.ctx, e.db, e.now, &stranger, id, e.read().TextsForm()) },
		"publishes": func() error { return models.PublishMeeting(e.ctx, e.db, e.now, &stranger, id) },
		"cancels": func() error {
			return models.CancelMeeting(e.ctx, e.db, e.now, &stranger, id, models.CancelMeetingForm{ReasonIT: "No"})
		},
		"reopens": func() error { return models.ReopenMeeting(e.ctx, e.db, e.now, &stranger, id) },
		"copies": func() error {
			_, err := models.CopyMeeting(e.ctx, e.db, e.now, &stranger, id, models.CopyMeetingForm{TitleIT: "Mio", Municipality: "carmignano"})
			return err
		},
		"writes": func() error {
			_, err := models.WriteToRegistered(e.ctx, e.db, e.now, &stranger, id, models.MessageForm{To: models.ToAll, Subject: "S", Body: "B"})
			return err
		},
	} {
		if err := verb(); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
