// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ultimaparola/models"
)

// reserve edits the meeting's seats.
func (e *evening) reserve(edit func(*models.MeetingForm)) error {
	e.Helper()
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	form := m.Form()
	edit(&form)
	return models.EditMeeting(e.ctx, e.db, e.now, e.staff, m.ID, form)
}

// comes registers and confirms a party with needs, by the staff, and returns its state.
func (e *evening) comes(email string, seats int, press bool, needs ...string) *models.Registration {
	e.Helper()
	r, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.StaffRegistrationForm{
		Name: "Anna", Email: email, Seats: seats, Press: press, AccessNeeds: needs, Channel: models.ByPhone})
	e.must(err)
	return r
}

func TestReservedSeatsAreForWhoNeedsThem(t *testing.T) {
	e := newEvening(t, 10, 2)
	e.must(e.reserve(func(f *models.MeetingForm) { f.WheelchairSeats, f.AssistantSeats, f.PressSeats = 1, 1, 2 }))
	e.comes("four@example.org", 4, false)
	e.wantState("four@example.org", models.Seated)
	e.comes("one@example.org", 1, false)
	e.wantState("one@example.org", models.Waiting)
	e.check()

	// Where nothing is left for anybody, who needs the seats kept finds them.
	e.comes("wheels@example.org", 2, false, "wheelchair", "companion")
	e.comes("press@example.org", 2, true)
	e.wantState("wheels@example.org", models.Seated)
	e.wantState("press@example.org", models.Seated)
	e.comes("wheels2@example.org", 1, false, "companion", "wheelchair")
	e.wantState("wheels2@example.org", models.Waiting)
	e.check()

	// A party may lean on both sorts: one that does not fit keeps its place, and a seat kept goes to who needs it.
	e.comes("family@example.org", 3, false, "wheelchair")
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("wheels@example.org").ID))
	e.wantState("one@example.org", models.Waiting)
	e.wantState("wheels2@example.org", models.Offered)
	e.wantState("family@example.org", models.Waiting)
	e.wantMails("one@example.org", models.MailWaiting)
	e.check()
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("four@example.org").ID))
	e.wantState("one@example.org", models.Offered)
	e.wantState("family@example.org", models.Offered)
	e.check()
}

func TestThoseBeyondTheReservedSitAmongTheOthers(t *testing.T) {
	e := newEvening(t, 4, 0)
	e.must(e.reserve(func(f *models.MeetingForm) { f.WheelchairSeats = 1 }))
	for _, email := range []string{"a@example.org", "b@example.org", "c@example.org"} {
		e.comes(email, 1, false, "wheelchair")
		e.wantState(email, models.Seated)
	}
	e.comes("last@example.org", 1, false)
	e.wantState("last@example.org", models.Seated)
	e.check()
}

func TestSeatsCannotBeReservedThatAreTaken(t *testing.T) {
	e := newEvening(t, 4, 1)
	e.confirmed("a@example.org", 2)
	err := e.reserve(func(f *models.MeetingForm) { f.PressSeats = 2 })
	var wrong models.FieldErrors
	if !errors.Is(err, models.ErrFull) || !errors.As(err, &wrong) || wrong[0] != (models.FieldError{Field: "capacity", Key: "errors.taken_seats", Param: "5"}) {
		t.Errorf("got %v", err)
	}
	e.must(e.reserve(func(f *models.MeetingForm) { f.PressSeats, f.Capacity = 2, 5 }))
	e.confirmed("b@example.org", 1)
	e.wantState("b@example.org", models.Waiting)
	e.must(e.reserve(func(f *models.MeetingForm) { f.PressSeats = 1 }))
	e.wantState("b@example.org", models.Offered)
	e.check()
}

// Registrations of the release before are not counted by sort: they are when seats begin to be kept.
func TestWhoSitsThereIsCountedWhenSeatsAreReserved(t *testing.T) {
	e := newEvening(t, 3, 0)
	e.comes("wheels@example.org", 2, false, "wheelchair", "companion")
	_, err := e.db.NewUpdate().Model(&e.meeting).Set("wheelchairs_taken = 0, assistants_taken = 0").WherePK().Exec(e.ctx)
	e.must(err)
	e.must(e.reserve(func(f *models.MeetingForm) { f.WheelchairSeats = 1 }))
	e.comes("one@example.org", 1, false)
	e.wantState("one@example.org", models.Seated)
	e.check()
}

func TestErasedNeedsLeaveNothingUndone(t *testing.T) {
	e := newEvening(t, 3, 0)
	e.must(e.reserve(func(f *models.MeetingForm) { f.WheelchairSeats = 1 }))
	wheels := e.comes("wheels@example.org", 1, false, "wheelchair")
	_, err := e.db.NewDelete().Model((*models.AccessNeeds)(nil)).Where("TRUE").Exec(e.ctx)
	e.must(err)
	_, err = e.db.NewUpdate().Model(&e.meeting).Set("wheelchairs_taken = 0").WherePK().Exec(e.ctx)
	e.must(err)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, wheels.ID))
	e.check()
}

func TestTheWindowIsForWhoRegistersAlone(t *testing.T) {
	e := newEvening(t, 2, 0)
	pending := e.registerOne(e.asked("pending@example.org", 1))
	e.confirmed("seated@example.org", 1)
	e.confirmed("waiting@example.org", 1)
	e.must(e.reserve(func(f *models.MeetingForm) {
		f.RegistrationFrom, f.RegistrationUntil = "2017-11-20T10:00", "2017-11-21T09:30" // Rome is an hour ahead
	}))
	if result := e.registerOne(e.asked("late@example.org", 1)); !errors.Is(result.Err, models.ErrClosed) {
		t.Errorf("after the window: %+v", result)
	}
	_, err := models.Confirm(e.ctx, e.db, e.now, pending.Confirmation.ID)
	e.must(err)
	e.wantState("pending@example.org", models.Seated)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("seated@example.org").ID))
	e.wantState("waiting@example.org", models.Offered)
	e.must(models.AcceptOffer(e.ctx, e.db, e.now, e.of("waiting@example.org").ID))
	e.comes("called@example.org", 1, false)
	e.wantState("called@example.org", models.Waiting)

	err = e.reserve(func(f *models.MeetingForm) { f.RegistrationFrom = f.RegistrationUntil })
	if wrong := (models.FieldErrors{}); !errors.As(err, &wrong) || wrong[0].Field != "registration_until" {
		t.Errorf("a window that ends where it begins: %v", err)
	}
	e.must(e.reserve(func(f *models.MeetingForm) { f.RegistrationFrom, f.RegistrationUntil = "2017-11-21T10:00", "" }))
	if result := e.registerOne(e.asked("late@example.org", 1)); result.Err != nil {
		t.Errorf("as soon as the window opens: %v", result.Err)
	}
	e.check()
}

func TestWhoIsPassedOverIsToldOnce(t *testing.T) {
	e := newEvening(t, 5, 0)
	for _, email := range []string{"a@example.org", "b@example.org", "c@example.org"} {
		e.confirmed(email, 1)
	}
	e.confirmed("pair@example.org", 2)
	e.confirmed("trio@example.org", 3)
	e.confirmed("one@example.org", 1)
	e.confirmed("two@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("a@example.org").ID))
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("b@example.org").ID))
	e.wantState("one@example.org", models.Offered)
	e.wantState("two@example.org", models.Offered)
	e.wantState("trio@example.org", models.Waiting)
	if r := e.of("trio@example.org"); !r.PassedOverAt.Equal(e.now) || r.QueueNumber != 1 {
		t.Errorf("passed over at %v, with number %d", r.PassedOverAt, r.QueueNumber)
	}
	e.wantMails("trio@example.org", "confirm_registration", models.MailWaiting, models.MailPassedOver)
	if mails := e.mails("two@example.org"); slices.Contains(mails, models.MailPassedOver) {
		t.Errorf("who was offered seats was sent %q", mails)
	}
	e.check()
}

func TestHoldsGetShorter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ left, want time.Duration }{
		{21 * 24 * time.Hour, 24 * time.Hour}, {96 * time.Hour, 24 * time.Hour}, {48 * time.Hour, 12 * time.Hour},
		{4 * time.Hour, time.Hour}, {time.Hour, 15 * time.Minute}, {20 * time.Minute, 15 * time.Minute}, {5 * time.Minute, 5 * time.Minute},
	} {
		if got := models.HoldFor(24*time.Hour, c.left); got != c.want {
			t.Errorf("with %v left: %v, want %v", c.left, got, c.want)
		}
	}
	if got := models.HoldFor(2*time.Hour, 100*time.Hour); got != 2*time.Hour {
		t.Errorf("as set: %v", got)
	}
}
