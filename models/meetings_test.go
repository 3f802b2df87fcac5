// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// edit changes the meeting as staff do.
func (e *evening) edit(change func(*models.MeetingForm)) error {
	e.Helper()
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	form := m.Form()
	change(&form)
	return models.EditMeeting(e.ctx, e.db, e.now, e.staff, m.ID, form)
}

// notifications returns the templates that were announced to many.
func (e *evening) notifications() []string {
	e.Helper()
	var jobs []models.Job
	e.must(e.db.NewSelect().Model(&jobs).Where("kind = ?", models.JobNotify).Order("id").Scan(e.ctx))
	var templates []string
	for _, job := range jobs {
		var n models.Notification
		e.must(json.Unmarshal(job.Payload, &n))
		templates = append(templates, n.Template)
	}
	return templates
}

func TestCapacityBelowWhatIsTaken(t *testing.T) {
	e := newEvening(t, 10, 2)
	e.confirmed("anna@example.org", 5)
	err := e.edit(func(f *models.MeetingForm) { f.Capacity = 6 })
	var wrong models.FieldErrors
	if !errors.Is(err, models.ErrFull) || !errors.As(err, &wrong) || wrong[0].Field != "capacity" || wrong[0].Param != "7" {
		t.Errorf("got %v, want ErrFull naming 7", err)
	}
	e.must(e.edit(func(f *models.MeetingForm) { f.Capacity = 7 }))
	e.check()
}

func TestMoreCapacityMovesTheQueueUp(t *testing.T) {
	e := newEvening(t, 1, 0)
	e.confirmed("anna@example.org", 1)
	e.confirmed("rosa@example.org", 2)
	e.wantState("rosa@example.org", models.Waiting)
	e.must(e.edit(func(f *models.MeetingForm) { f.Capacity = 3 }))
	e.wantState("rosa@example.org", models.Offered)
	e.check()
}

func TestMovingAMeeting(t *testing.T) {
	e := newEvening(t, 10, 0)
	e.must(e.edit(func(f *models.MeetingForm) { f.Confirmed = false }))
	e.must(e.edit(func(f *models.MeetingForm) {
		f.Date, f.Starts, f.Ends = "2017-12-12", "21:00", "23:00"
		f.Confirmed = true
	}))
	e.must(e.edit(func(f *models.MeetingForm) { f.Capacity = 11 }))
	e.must(e.edit(func(f *models.MeetingForm) { f.Venue = "Biblioteca" }))
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	if m.Sequence != 3 {
		t.Errorf("sequence %d, want 3", m.Sequence)
	}
	if want := time.Date(2017, 12, 12, 20, 0, 0, 0, time.UTC); !m.StartsAt.Equal(want) {
		t.Errorf("starts at %v, want %v", m.StartsAt, want)
	}
	got := e.notifications()
	want := []string{models.MailMeetingChanged, models.MailMeetingChanged, models.MailMeetingDate, models.MailMeetingChanged}
	if !slices.Equal(got, want) {
		t.Errorf("announced %q, want %q", got, want)
	}
}

func TestMeetingFormIsChecked(t *testing.T) {
	e := newEvening(t, 10, 0)
	for name, change := range map[string]func(*models.MeetingForm){
		"date":          func(f *models.MeetingForm) { f.Date = "2017-13-45" },
		"starts":        func(f *models.MeetingForm) { f.Starts = "" },
		"venue":         func(f *models.MeetingForm) { f.Venue = " " },
		"walk_in_seats": func(f *models.MeetingForm) { f.WalkInSeats = 11 },
		"longitude":     func(f *models.MeetingForm) { f.Latitude = "43.8" },
		"address":       func(f *models.MeetingForm) { f.Address = "a\x00b" },
	} {
		var wrong models.FieldErrors
		if err := e.edit(change); !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Field != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := models.EditMeeting(e.ctx, e.db, e.now, e.staff, uuid.New(), e.meeting.Form()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("unknown meeting: %v", err)
	}
}

func TestTheDesk(t *testing.T) {
	e := newEvening(t, 3, 0)
	form := models.StaffRegistrationForm{Name: "Rosa", Phone: "055 1234567", Seats: 2, Channel: models.ByPhone, AccessNeeds: []string{"hearing"}}
	rosa, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form)
	e.must(err)
	if rosa.State != models.Seated {
		t.Errorf("there is room, but %s", rosa.State)
	}
	var wrong models.FieldErrors
	if _, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form); !errors.As(err, &wrong) || wrong[0].Key != "errors.registered" {
		t.Errorf("the same number again: %v", err)
	}
	for range 2 { // neither has an address: two people
		form := models.StaffRegistrationForm{Name: "Bruno", Seats: 2, Channel: models.AtCounter}
		bruno, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form)
		e.must(err)
		if bruno.State != models.Waiting {
			t.Errorf("no room, but %s", bruno.State)
		}
	}
	e.must(models.CancelByStaff(e.ctx, e.db, e.now, e.staff, rosa.ID))
	bruni, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{State: models.Offered})
	e.must(err)
	if len(bruni) != 1 || bruni[0].QueueNumber != 1 {
		t.Fatalf("offered to %+v, want the first", bruni)
	}
	e.must(models.AcceptByStaff(e.ctx, e.db, e.now, e.staff, bruni[0].ID))
	e.must(models.MarkAttendance(e.ctx, e.db, e.now, e.staff, bruni[0].ID, 2))
	e.must(models.MarkAttendance(e.ctx, e.db, e.now, e.staff, bruni[0].ID, 1))
	if err := models.MarkAttendance(e.ctx, e.db, e.now, e.staff, rosa.ID, 1); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("attendance of a cancelled registration: %v", err)
	}
	walkIn, err := models.AddWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.WalkInForm{People: 4})
	e.must(err)
	counts, err := models.MeetingCounts(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	if counts.Came != (models.Tally{Parties: 1, People: 1}) || counts.WalkIns != (models.Tally{Parties: 1, People: 4}) {
		t.Errorf("counted %+v", counts)
	}
	e.must(models.UnmarkAttendance(e.ctx, e.db, e.now, e.staff, bruni[0].ID))
	e.must(models.RemoveWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, walkIn.ID))
	e.must(models.RemoveWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, walkIn.ID))
	if counts, err = models.MeetingCounts(e.ctx, e.db, e.meeting.ID); err != nil || counts.Came.People+counts.WalkIns.People != 0 {
		t.Errorf("counted %+v (%v) after taking it all back", counts, err)
	}
	for to, want := range map[string]models.Audience{models.ToSeated: {Parties: 1, WithoutMail: 1}, models.ToAll: {Parties: 2, WithoutMail: 2}} {
		form := models.MessageForm{To: to, Subject: "Parcheggio", Body: "Dietro il palazzo."}
		for range 2 { // the button pressed twice sends once: see the audit rows below
			if a, err := models.WriteToRegistered(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form); err != nil || a != want {
				t.Errorf("written to %s: %+v (%v), want %+v", to, a, err, want)
			}
		}
	}
	if n, _ := e.db.NewSelect().Table("jobs").Where("kind = ? AND payload->>'subject' = 'Parcheggio'", models.JobNotify).Count(e.ctx); n != 2 {
		t.Errorf("%d messages sent, want one to each audience", n)
	}
	if n, _ := e.db.NewSelect().Table("audit_entries").Count(e.ctx); n != 12 {
		t.Errorf("%d audit rows, want one for each of the 12 changes", n)
	}
	e.check()
}

func TestListByName(t *testing.T) {
	e := newEvening(t, 100, 0)
	for _, name := range []string{"bruno", "Anna", "carla", "Anna", "100%"} {
		_, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.StaffRegistrationForm{Name: name, Seats: 1, Channel: models.AtCounter})
		e.must(err)
	}
	var names []string
	f := models.RegistrationFilter{Limit: 2}
	for {
		page, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, f)
		e.must(err)
		for _, r := range page {
			names = append(names, r.Name)
			f.After = &r
		}
		if len(page) < 2 {
			break
		}
	}
	if len(names) != 5 || names[0] != "100%" || names[1] != "Anna" || names[2] != "Anna" || names[3] != "bruno" || names[4] != "carla" {
		t.Errorf("in pages of two: %q", names)
	}
	for search, want := range map[string]int{"an": 2, "%": 1, "_": 0, "RL": 1} {
		found, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{Search: search})
		if err != nil || len(found) != want {
			t.Errorf("%q finds %d (%v), want %d", search, len(found), err, want)
		}
	}
	all, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{})
	e.must(err)
	found, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{Search: " " + strings.ToLower(all[3].Code())})
	if err != nil || len(found) != 1 || found[0].ID != all[3].ID {
		t.Errorf("the code %s finds %v (%v)", all[3].Code(), found, err)
	}
}
