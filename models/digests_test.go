// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// digests returns what the digests say that are now due, each with whom it tells, and takes them out of the queue.
func (e *evening) digests() []string {
	e.Helper()
	e.must(models.SendDigests(e.ctx, e.db, e.now))
	var said []string
	for _, job := range e.queued(models.JobMail) {
		var m models.Mail
		e.must(json.Unmarshal(job.Payload, &m))
		e.must(models.FinishJob(e.ctx, e.db, job.ID))
		if m.Template != models.MailDailyDigest {
			continue
		}
		staff, err := models.StaffByID(e.ctx, e.db, m.StaffID)
		e.must(err)
		news, err := models.DigestFor(e.ctx, e.db, staff, e.now, m.Since, m.Until)
		e.must(err)
		line := staff.Name
		for _, n := range news.Meetings {
			line += fmt.Sprintf(" %s new %d cancelled %d asked %d call %d queue %d offers %d again %d",
				n.Meeting.Slug, n.Registered, n.Cancelled, n.Asked, n.ToCall, n.Queue.Parties, n.Offers, n.ToReconfirm)
		}
		for _, c := range news.Comments {
			line += fmt.Sprintf(" %s held %d", c.Slug, c.Held)
		}
		said = append(said, line)
	}
	slices.Sort(said)
	return said
}

func TestTheOfficeIsToldOnWorkingMorningsWhatCameIn(t *testing.T) {
	e := newEvening(t, 2, 0) // a Tuesday; the office's account is of that day
	e.starting("2017-12-12 21:00", "2017-11-22 10:00")
	told := func(now string, want ...string) {
		t.Helper()
		e.now = inRome(now)
		if got := e.digests(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
	}
	told("2017-11-22 12:00")
	e.confirmed("anna@example.org", 1)
	told("2017-11-23 07:30") // a transaction of a moment ago may still be under way
	told("2017-11-23 07:31", "Segreteria carmignano new 1 cancelled 0 asked 0 call 0 queue 0 offers 0 again 0")
	told("2017-11-23 07:32")
	told("2017-11-24 08:00") // nothing came in
	e.now = inRome("2017-11-24 18:00")
	bea := e.confirmed("bea@example.org", 1)
	e.confirmed("carla@example.org", 1)
	e.must(models.CancelByStaff(e.ctx, e.db, e.now, e.staff, bea.ID))
	told("2017-11-25 08:00") // Saturday
	told("2017-11-26 08:00")
	told("2017-11-27 07:31", "Segreteria carmignano new 1 cancelled 1 asked 0 call 0 queue 0 offers 1 again 0")
	e.now = inRome("2017-12-07 18:00")
	e.registerOne(models.RegistrationAsked{MeetingID: e.meeting.ID, Language: "it", Form: models.RegistrationForm{Name: "Dora", Phone: "055 123456", Seats: 1}})
	told("2017-12-08 08:00") // the Immacolata
}

func TestADigestTellsOnlyWhatItsReaderServes(t *testing.T) {
	e := newEvening(t, 9, 0)
	e.starting("2017-12-12 21:00", "2017-11-22 10:00")
	for _, s := range []models.Staff{
		{Role: models.RoleOrganiser, Name: "Di qui", MunicipalityID: e.meeting.MunicipalityID},
		{Role: models.RoleAdministrator, Name: "Amministra"}, {Role: models.RoleModerator, Name: "Modera"},
		{Role: models.RoleObserver, Name: "Osserva"}, {Role: models.RoleOrganiser, Name: "Chiuso"}, {Role: models.RoleOrganiser, Name: "Non vuole"},
	} {
		s.OrganisationID, s.Email = e.staff.OrganisationID, uuid.NewString()+"@example.org"
		e.must(models.AddStaff(e.ctx, e.db, e.now, &s))
		if s.Name == "Non vuole" {
			e.must(models.WantDigest(e.ctx, e.db, e.now, &s, false))
		}
	}
	elsewhere := &models.Municipality{ID: uuid.New(), OrganisationID: e.staff.OrganisationID, Slug: "altrove", Name: "Altrove", PostalCodes: []string{}, Hamlets: []string{}}
	_, err := e.db.NewInsert().Model(elsewhere).Exec(e.ctx)
	e.must(err)
	of := &models.Staff{OrganisationID: e.staff.OrganisationID, MunicipalityID: elsewhere.ID, Role: models.RoleOrganiser, Name: "Di là", Email: "altrove@example.org"}
	e.must(models.AddStaff(e.ctx, e.db, e.now, of))
	_, err = e.db.ExecContext(e.ctx, "UPDATE staff SET disabled_at = ? WHERE name = 'Chiuso'", e.now)
	e.must(err)
	e.confirmed("anna@example.org", 1)
	e.now = inRome("2017-11-23 09:00")
	news := " carmignano new 1 cancelled 0 asked 0 call 0 queue 0 offers 0 again 0"
	if got, want := e.digests(), []string{"Amministra" + news, "Di qui" + news, "Segreteria" + news}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestWhoAsksForTheDigestAgainIsNotToldOfOldDays(t *testing.T) {
	e := newEvening(t, 9, 0)
	e.starting("2017-12-12 21:00", "2017-11-22 10:00")
	e.must(models.WantDigest(e.ctx, e.db, e.now, e.staff, false))
	e.confirmed("anna@example.org", 1)
	e.now = inRome("2017-11-27 12:00")
	e.must(models.WantDigest(e.ctx, e.db, e.now, e.staff, true))
	if got := e.digests(); len(got) != 0 {
		t.Errorf("at once: %q", got)
	}
	e.now = inRome("2017-11-28 09:00")
	if got := e.digests(); len(got) != 0 {
		t.Errorf("of old days: %q", got)
	}
}

func TestManyProgramsTellTheOfficeOnce(t *testing.T) {
	e := newEvening(t, 9, 0)
	e.starting("2017-12-12 21:00", "2017-11-22 10:00")
	e.confirmed("anna@example.org", 1)
	e.now = inRome("2017-11-23 09:00")
	var programs sync.WaitGroup
	for range 8 {
		programs.Go(func() {
			if err := models.SendDigests(e.ctx, e.db, e.now); err != nil {
				t.Error(err)
			}
		})
	}
	programs.Wait()
	if got := e.digests(); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestTheDeskCountsWhatWaitsAtAMeeting(t *testing.T) {
	e := newEvening(t, 1, 0)
	e.starting("2017-12-12 21:00", "2017-11-22 10:00")
	anna := e.confirmed("anna@example.org", 1)
	carla, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.StaffRegistrationForm{Name: "Carla", Seats: 1, Channel: models.ByPhone, Phone: "055 123456",
		AccessNeeds: []string{"wheelchair"}})
	e.must(err)
	e.confirmed("dora@example.org", 2)
	for i, q := range []models.Question{{RegistrationID: anna.ID, Channel: models.WithRegistration}, {Channel: models.FromFloor}, {Channel: models.FromFloor}} {
		q.ConsultationID, q.ID, q.MeetingID, q.Body, q.State = e.meeting.ConsultationID, uuid.New(), e.meeting.ID, "Quando?", models.QuestionNew
		if i == 2 {
			q.State = models.QuestionShown
		}
		q.CreatedAt, q.ChangedAt = e.now, e.now
		_, err := e.db.NewInsert().Model(&q).Exec(e.ctx)
		e.must(err)
	}
	look := func() models.MeetingWork {
		meetings, err := models.MeetingsForStaff(e.ctx, e.db, e.staff, e.meeting.ConsultationID)
		e.must(err)
		work, err := models.WorkOf(e.ctx, e.db, meetings, e.now, e.now, e.now)
		e.must(err)
		return work[e.meeting.ID]
	}
	if got, want := look(), (models.MeetingWork{MeetingID: e.meeting.ID, Queue: models.Tally{Parties: 2, People: 3}, Questions: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	_, err = e.db.ExecContext(e.ctx, "UPDATE registrations SET reconfirm_since = ? WHERE id = ?", e.now, anna.ID)
	e.must(err)
	if got := look().ToReconfirm; got != 1 {
		t.Errorf("%d confirm again", got)
	}
	e.must(models.CancelByStaff(e.ctx, e.db, e.now, e.staff, anna.ID)) // her seat is offered to Carla, who has no e-mail
	if got, want := look(), (models.MeetingWork{MeetingID: e.meeting.ID, Queue: models.Tally{Parties: 1, People: 2}, Offers: 1, ToCall: 1, Questions: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	counts, err := models.MeetingCounts(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	for sort, want := range map[string]int{models.ToCall: 1, models.ToReconfirm: 0, models.WithNeeds: 1, models.WithoutMail: 1} {
		found, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{State: sort})
		if err != nil || len(found) != want || counts.Sorts[sort] != want || want == 1 && found[0].ID != carla.ID {
			t.Errorf("%s finds %d and counts %d (%v), want %d", sort, len(found), counts.Sorts[sort], err, want)
		}
	}

	// Once it has begun nobody is offered or asked anything any more; once it has ended its minutes are awaited.
	e.now = e.meeting.StartsAt
	if got := look(); got.Offers != 0 || got.ToCall != 0 || got.Minutes != 0 {
		t.Errorf("once it has begun: %+v", got)
	}
	e.now = e.meeting.EndsAt
	if got := look(); got.Minutes != 1 {
		t.Errorf("once it has ended: %+v", got)
	}
	for _, gone := range []string{"draft = true", "draft = false, cancelled_at = now(), cancel_reason = '{\"it\": \"Neve.\"}'", "cancelled_at = NULL, closed_at = now()"} {
		_, err := e.db.ExecContext(e.ctx, "UPDATE meetings SET "+gone)
		e.must(err)
		if got := look(); got.Minutes != 0 {
			t.Errorf("minutes are awaited with %s", gone)
		}
	}
}
