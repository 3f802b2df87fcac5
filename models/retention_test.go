// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/seed"
	"ultimaparola/models"
)

// archive is the seeded case with a meeting on the evening of 12 December 2017.
type archive struct {
	*testing.T
	db           *bun.DB
	start        time.Time
	consultation *models.Consultation
	meeting      models.Meeting
}

func newArchive(t *testing.T) *archive {
	t.Helper()
	a := &archive{T: t, db: databasetest.New(t), start: time.Date(2017, 11, 27, 9, 0, 0, 0, time.UTC)}
	a.must(seed.Case(t.Context(), a.db, a.start))
	var err error
	a.consultation, err = models.TheConsultation(t.Context(), a.db)
	a.must(err)
	a.meeting = a.consultation.Meetings[0]
	a.meeting.StartsAt, a.meeting.ConfirmedAt = time.Date(2017, 12, 12, 21, 0, 0, 0, models.Rome), a.start
	_, err = a.db.NewUpdate().Model(&a.meeting).Column("starts_at", "confirmed_at").WherePK().Exec(t.Context())
	a.must(err)
	return a
}

func (a *archive) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

func (a *archive) insert(rows ...any) {
	a.Helper()
	for _, row := range rows {
		_, err := a.db.NewInsert().Model(row).Exec(a.Context())
		a.must(err)
	}
}

func (a *archive) retain(now time.Time) {
	a.Helper()
	a.must(models.Retain(a.Context(), a.db, now))
}

// wantRows holds that the query, a condition on a table, finds that many rows.
func (a *archive) wantRows(want int, when, query string, args ...any) {
	a.Helper()
	var got int
	a.must(a.db.NewRaw("SELECT count(*) FROM "+query, args...).Scan(a.Context(), &got))
	if got != want {
		a.Errorf("%s: %d rows, want %d of %s", when, got, want, query)
	}
}

// person returns somebody who gave that address at the start.
func (a *archive) person(email string) uuid.UUID {
	a.Helper()
	p := &models.Person{ID: uuid.Must(uuid.NewV7()), Language: "it", CreatedAt: a.start}
	a.insert(p, &models.Address{ID: uuid.Must(uuid.NewV7()), PersonID: p.ID, Kind: models.Email, Value: email, VerifiedAt: a.start})
	return p.ID
}

func (a *archive) registration(personID uuid.UUID) *models.Registration {
	a.Helper()
	r := &models.Registration{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: a.meeting.ID, PersonID: personID,
		Name: "Anna Bianchi", Phone: "055123456", Seats: 2, SeatsHeld: 2, State: models.Seated, Channel: models.ByWeb, CreatedAt: a.start}
	a.insert(r)
	return r
}

func TestWhatWasNeverConfirmedIsForgotten(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	c, err := models.Ask(t.Context(), a.db, a.start, models.Asker{Email: "anna@example.org", Language: "it"}, models.ConfirmReply, models.Reply{Body: "canary"})
	a.must(err)
	a.retain(c.ExpiresAt.Add(-time.Minute))
	a.wantRows(1, "while it can be confirmed", "confirmations WHERE payload ->> 'body' = 'canary'")
	a.retain(c.ExpiresAt.Add(time.Minute))
	a.wantRows(1, "expired", "confirmations WHERE payload = '{}'")
	a.retain(c.ExpiresAt.Add(31 * 24 * time.Hour))
	a.wantRows(0, "a month later", "confirmations")
}

func TestEndedSessionsAndJobsGivenUpAreErased(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	_, err := models.SignInPerson(t.Context(), a.db, a.start, a.person("anna@example.org"))
	a.must(err)
	a.insert(&models.Job{ID: uuid.New(), Kind: models.JobMail, Payload: []byte("{}"), RunAt: a.start, CreatedAt: a.start, FailedAt: a.start})
	a.retain(a.start.Add(29 * 24 * time.Hour))
	a.wantRows(1, "running", "sessions")
	a.wantRows(1, "lately", "jobs WHERE failed_at IS NOT NULL")
	a.retain(a.start.Add(models.PersonSession + time.Minute))
	a.wantRows(0, "ended", "sessions")
	a.wantRows(0, "long ago", "jobs WHERE failed_at IS NOT NULL")
}

func TestAccessNeedsGoTheDayAfterTheMeeting(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	r := a.registration(a.person("anna@example.org"))
	cancelled := &models.Registration{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: a.meeting.ID,
		PersonID: a.person("bruno@example.org"), Name: "Bruno", Seats: 1, State: models.Cancelled, Channel: models.ByWeb, CreatedAt: a.start}
	a.insert(cancelled)
	for _, id := range []uuid.UUID{r.ID, cancelled.ID} {
		a.insert(&models.AccessNeeds{ConsultationID: a.consultation.ID, RegistrationID: id, Needs: []string{"wheelchair"}})
	}
	a.retain(time.Date(2017, 12, 12, 23, 59, 0, 0, models.Rome))
	a.wantRows(1, "the same evening, but for who will not come", "access_needs")
	a.retain(time.Date(2017, 12, 13, 0, 1, 0, 0, models.Rome))
	a.wantRows(0, "after midnight", "access_needs")
}

func TestNamesGoAMonthAfterTheMeetingAndCountsStay(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	guest, writer := a.person("guest@example.org"), a.person("writer@example.org")
	attended := a.registration(guest)
	a.registration(writer)
	a.insert(&models.Attendance{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: a.meeting.ID,
		RegistrationID: attended.ID, People: 2, RecordedAt: a.meeting.StartsAt},
		&models.Opinion{ConsultationID: a.consultation.ID, GuidelineID: a.consultation.Guidelines[0].ID, PersonID: writer, Value: models.Against, GivenAt: a.start})

	a.retain(a.meeting.StartsAt.Add(29 * 24 * time.Hour))
	a.wantRows(2, "before", "registrations WHERE name = 'Anna Bianchi'")
	late := a.meeting.StartsAt.Add(31 * 24 * time.Hour)
	a.retain(late)
	a.retain(late) // again: nothing more happens
	report, err := models.ReportOf(t.Context(), a.db, late, a.consultation.ID, "")
	a.must(err)
	people := 0
	for _, figure := range report.People {
		people += figure.Count
	}
	if people != 2 {
		t.Errorf("the report counts %d people, want each of the two once", people)
	}
	a.wantRows(0, "after", "registrations WHERE name = 'Anna Bianchi' OR phone <> '' OR person_id IN (?, ?)", guest, writer)
	a.wantRows(1, "after, seats", "(SELECT sum(seats) FROM registrations WHERE state = 'seated') s(seats) WHERE seats = 4")
	a.wantRows(1, "after, attendance", "attendances a JOIN registrations r ON r.id = a.registration_id WHERE a.people = 2")
	a.wantRows(2, "after, nobodies", "people p JOIN registrations r ON r.person_id = p.id WHERE NOT EXISTS (SELECT FROM addresses WHERE person_id = p.id)")
	a.wantRows(0, "who only came", "addresses WHERE value = 'guest@example.org'")
	a.wantRows(1, "who wrote too", "opinions JOIN addresses USING (person_id) WHERE addresses.value = 'writer@example.org'")
}

// The log tells what staff wrote down of a registration as long as its name is there, and that they did, for ever.
func TestTextsOfTheLogGoWithTheName(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	officer := &models.Staff{OrganisationID: a.consultation.OrganisationID, Role: models.RoleOrganiser, Name: "Segreteria", Email: "s@example.org"}
	a.must(models.AddStaff(t.Context(), a.db, a.start, officer))
	_, err := models.RegisterByStaff(t.Context(), a.db, a.start, officer, a.meeting.ID, models.StaffRegistrationForm{Name: "Anna Bianchi", Seats: 1, Channel: models.ByPhone})
	a.must(err)
	a.must(models.NoteReading(t.Context(), a.db, a.start, officer, models.Reading{List: "sheet", Subject: "meeting", ID: a.meeting.ID, Rows: 1}))
	a.retain(a.meeting.StartsAt.Add(29 * 24 * time.Hour))
	a.wantRows(2, "before", "audit_texts")
	a.retain(a.meeting.StartsAt.Add(31 * 24 * time.Hour))
	a.wantRows(1, "after, what is nobody's", "audit_texts")
	a.wantRows(0, "after", "audit_texts WHERE after::text LIKE '%Bianchi%'")
	a.wantRows(2, "after, the entries", "audit_entries")

	// What is nobody's goes when the information notice says.
	years := a.start.AddDate(2, 0, 0)
	a.retain(years.Add(time.Hour))
	a.wantRows(1, "while nothing is said", "audit_texts")
	_, err = a.db.NewRaw("INSERT INTO privacy_settings (organisation_id, log_months) VALUES (?, 24)", a.consultation.OrganisationID).Exec(t.Context())
	a.must(err)
	a.retain(years.Add(-time.Hour))
	a.wantRows(1, "within two years", "audit_texts")
	a.retain(years.Add(time.Hour))
	a.wantRows(0, "later", "audit_texts")
	report, err := models.VerifyAudit(t.Context(), a.db, auditKey, nil, func(f models.AuditFinding) error { return fmt.Errorf("%+v", f) })
	if err != nil || report.Entries != 2 {
		t.Errorf("the log after that: %+v (%v)", report, err)
	}
}

func TestNamesOfTheCancelledGoWithoutAMeeting(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	r := a.registration(a.person("anna@example.org"))
	r.State, r.SeatsHeld, r.CancelledAt = models.Cancelled, 0, a.start
	_, err := a.db.NewUpdate().Model(r).Column("state", "seats_held", "cancelled_at").WherePK().Exec(t.Context())
	a.must(err)
	_, err = a.db.ExecContext(t.Context(), "UPDATE meetings SET confirmed_at = NULL")
	a.must(err)
	a.retain(a.start.Add(31 * 24 * time.Hour))
	a.wantRows(0, "after", "registrations WHERE name = 'Anna Bianchi'")
}

func TestNamesStayWhileTheDateIsNotConfirmed(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.registration(a.person("anna@example.org"))
	_, err := a.db.ExecContext(t.Context(), "UPDATE meetings SET confirmed_at = NULL")
	a.must(err)
	a.retain(a.meeting.StartsAt.Add(31 * 24 * time.Hour))
	a.wantRows(1, "after", "registrations WHERE name = 'Anna Bianchi'")
}

func TestNamesGoAMonthAfterAMeetingIsCalledOffThatHasNoDate(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	r := a.registration(a.person("anna@example.org"))
	a.insert(&models.AccessNeeds{ConsultationID: r.ConsultationID, RegistrationID: r.ID, Needs: []string{"wheelchair"}})
	_, err := a.db.ExecContext(t.Context(), "UPDATE meetings SET confirmed_at = NULL, cancelled_at = ?", a.start)
	a.must(err)
	a.retain(a.start.AddDate(0, 0, 29))
	a.wantRows(1, "within a month", "access_needs") // it may be held after all
	a.wantRows(0, "within a month", "registrations WHERE name = '–'")
	a.retain(a.start.AddDate(0, 0, 31))
	a.wantRows(1, "a month later", "registrations WHERE name = '–'")
	a.wantRows(0, "a month later", "access_needs")
}

func TestPeopleOfWhomNothingIsLeftAreErased(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.person("gone@example.org")
	follower, signedIn, asking := a.person("follower@example.org"), a.person("here@example.org"), "asking@example.org"
	a.must(models.FollowAs(t.Context(), a.db, a.start, follower, models.FollowAsked{ConsultationID: a.consultation.ID, GuidelineID: a.consultation.Guidelines[0].ID}))
	_, err := models.SignInPerson(t.Context(), a.db, a.start, signedIn)
	a.must(err)
	later := a.start.Add(31 * 24 * time.Hour)
	a.person(asking)
	_, err = models.Ask(t.Context(), a.db, later, models.Asker{Email: asking, Language: "it"}, models.ConfirmSignIn, struct{}{})
	a.must(err)
	a.retain(a.start.Add(29 * 24 * time.Hour))
	a.wantRows(4, "within a month", "addresses")
	a.retain(later)
	a.wantRows(0, "later", "addresses WHERE value = 'gone@example.org'")
	a.wantRows(3, "those who follow, are here or ask", "people JOIN addresses ON person_id = people.id")
}

func TestNobodyIsErasedWhileTheyHoldSeats(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	anna := a.person("anna@example.org")
	a.registration(anna)
	if _, err := a.db.NewDelete().Model((*models.Person)(nil)).Where("id = ?", anna).Exec(t.Context()); err == nil {
		t.Error("the seats of somebody erased are taken for ever")
	}
	a.wantRows(1, "after", "registrations")
}

// wroteAll has a person do in the consultation all that one can do, at the start.
func (a *archive) wroteAll(name string) uuid.UUID {
	a.Helper()
	id := a.person(name + "@example.org")
	guideline := a.consultation.Guidelines[0].ID
	comment := &models.Comment{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: guideline, PersonID: id,
		Body: "canary", Language: "it", State: models.Published, CreatedAt: a.start}
	a.insert(comment,
		&models.Comment{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: guideline, OfficeID: a.meeting.MunicipalityID,
			ParentID: comment.ID, RootID: comment.ID, Body: "Risposta dell'ufficio.", Language: "it", State: models.Published, CreatedAt: a.start},
		&models.Opinion{ConsultationID: a.consultation.ID, GuidelineID: guideline, PersonID: id, Value: models.Against, GivenAt: a.start},
		&models.OpinionChange{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: guideline, PersonID: id, Value: models.Against, GivenAt: a.start},
		&models.Support{ConsultationID: a.consultation.ID, CommentID: comment.ID, PersonID: id, Value: models.Agree, GivenAt: a.start})
	_, err := a.db.ExecContext(a.Context(), "UPDATE people SET pseudonym = ?, municipality_id = ? WHERE id = ?", name, a.meeting.MunicipalityID, id)
	a.must(err)
	a.must(models.FollowAs(a.Context(), a.db, a.start, id, models.FollowAsked{ConsultationID: a.consultation.ID, GuidelineID: guideline}))
	r := a.registration(id)
	a.insert(&models.AccessNeeds{ConsultationID: a.consultation.ID, RegistrationID: r.ID, Needs: []string{"wheelchair"}})
	return id
}

// figures are what the report says of people and opinions.
func (a *archive) figures(now time.Time) string {
	a.Helper()
	report, err := models.ReportOf(a.Context(), a.db, now, a.consultation.ID, "")
	a.must(err)
	return fmt.Sprintf("%v %v comments: %d", report.People, report.Opinions, report.CommentsOn("", "", "", ""))
}

func TestContributionsGoWhenTheTimeOfTheConsultationIsOver(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	// The evening is not confirmed: nothing ends but the consultation.
	_, err := a.db.ExecContext(t.Context(), "UPDATE meetings SET confirmed_at = NULL; UPDATE phases SET starts_on = '2017-12-01', ends_on = '2018-01-31' WHERE number = 5")
	a.must(err)
	a.wroteAll("anna")
	a.wroteAll("bruno")
	hidden := a.person("hidden@example.org")
	a.insert(&models.MeetingRating{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: a.meeting.ID, Stars: 4,
		Body: "canary", CreatedAt: a.start})
	a.insert(&models.Comment{ConsultationID: a.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: a.consultation.Guidelines[0].ID, PersonID: hidden,
		Body: "canary", Language: "it", State: models.Hidden, HiddenReason: "canary", CreatedAt: a.start})
	last := time.Date(2019, 1, 31, 23, 0, 0, 0, models.Rome)
	before := a.figures(last)

	a.retain(last)
	a.wantRows(3, "without a time", "addresses")
	a.must(set(a, a.administrator(), func(f *models.RetentionForm) { f.ContributionsMonths = 12 }))
	a.retain(last)
	a.wantRows(3, "on the last day", "addresses")
	a.wantRows(3, "on the last day", "comments WHERE body = 'canary'")
	a.wantRows(1, "on the last day", "meeting_ratings WHERE body = 'canary'")

	over := last.Add(2 * time.Hour)
	a.retain(over)
	a.retain(over) // again: nothing more happens
	a.wantRows(0, "after", "comments WHERE body = 'canary' OR hidden_reason <> ''")
	a.wantRows(1, "after", "meeting_ratings WHERE body = '' AND stars = 4")
	a.wantRows(3, "after", "comments WHERE state = 'expired'")
	a.wantRows(2, "what offices said", "comments WHERE office_id IS NOT NULL AND body = 'Risposta dell''ufficio.'")
	a.wantRows(0, "after", "people WHERE pseudonym <> ''")
	a.wantRows(0, "after", "addresses")
	a.wantRows(0, "after", "follows")
	a.wantRows(0, "after", "access_needs")
	a.wantRows(0, "after", "registrations WHERE name <> '–' OR phone <> ''")
	a.wantRows(3, "of whom something is counted", "people")
	if now := a.figures(over); now != before {
		t.Errorf("the report says\n%s, before\n%s", now, before)
	}
	page, err := models.CommentsOf(t.Context(), a.db, models.CommentsAsked{ConsultationID: a.consultation.ID, GuidelineID: a.consultation.Guidelines[0].ID, Order: models.Oldest})
	a.must(err)
	if len(page.Comments) != 2 || page.Comments[0].State != models.Expired || len(page.Comments[0].Replies) != 1 {
		t.Errorf("on the page: %+v", page.Comments)
	}
	rows, err := models.CommentsForStaff(t.Context(), a.db, a.consultation.ID, "", uuid.Nil, 10)
	a.must(err)
	if len(rows) != 0 {
		t.Errorf("staff are shown %d erased texts", len(rows))
	}
}

func TestAConsultationEndsWhenItIsArchivedToo(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	anna := a.wroteAll("anna")
	a.must(set(a, a.administrator(), func(f *models.RetentionForm) { f.ContributionsMonths = 1 }))
	// In another consultation, which goes on, she says something too.
	other := &models.Consultation{ID: uuid.Must(uuid.NewV7()), OrganisationID: a.consultation.OrganisationID, Slug: "altra", Title: models.Text{"it": "Altra"},
		Summary: models.Text{"it": "…"}, Body: models.Text{"it": "…"}, Publication: models.PublicationAtOnce, HoldHours: 24, CreatedAt: a.start, PublishedAt: a.start}
	guideline := &models.Guideline{ID: uuid.Must(uuid.NewV7()), ConsultationID: other.ID, Slug: "una", Position: 1, Name: models.Text{"it": "Una"}, Plan: "awaited"}
	a.insert(other, guideline, &models.Opinion{ConsultationID: other.ID, GuidelineID: guideline.ID, PersonID: anna, Value: models.InFavour, GivenAt: a.start})
	_, err := a.db.ExecContext(t.Context(), "UPDATE consultations SET archived_at = ? WHERE id = ?", a.start, a.consultation.ID)
	a.must(err)
	a.retain(a.start.AddDate(0, 1, 0))
	a.wantRows(1, "for a month", "comments WHERE body = 'canary'")
	a.retain(a.start.AddDate(0, 1, 1))
	a.wantRows(0, "after a month", "comments WHERE body = 'canary'")
	a.wantRows(1, "who goes on elsewhere", "opinions JOIN people p ON p.id = person_id JOIN addresses USING (person_id) WHERE consultation_id = ? AND pseudonym = 'anna'", other.ID)
	a.wantRows(0, "what she said here", "opinions JOIN addresses USING (person_id) WHERE consultation_id = ?", a.consultation.ID)
}

func TestStaffSetHowLongNamesAndTextsOfTheLogStay(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.registration(a.person("anna@example.org"))
	a.must(set(a, a.administrator(), func(f *models.RetentionForm) { f.RegistrationsDays, f.LogMonths = 45, 6 }))
	a.retain(a.meeting.StartsAt.AddDate(0, 0, 44))
	a.wantRows(1, "after 44 days", "registrations WHERE name = 'Anna Bianchi'")
	a.retain(a.meeting.StartsAt.AddDate(0, 0, 46))
	a.wantRows(0, "after 46 days", "registrations WHERE name = 'Anna Bianchi'")
	a.wantRows(1, "of the log", "audit_texts")
	a.retain(a.start.AddDate(0, 6, 1))
	a.wantRows(0, "of the log, after six months", "audit_texts")
	a.wantRows(1, "of the log, after six months", "audit_entries")
}

func TestNamesOfPeopleInOfficeGoWhenNoConsultationRuns(t *testing.T) {
	t.Parallel()
	a := newArchive(t)
	a.retain(a.start)
	a.wantRows(2, "while it runs", "reserved_names")
	_, err := a.db.ExecContext(t.Context(), "UPDATE phases SET starts_on = '2017-12-01', ends_on = '2017-12-31' WHERE number = 5")
	a.must(err)
	a.retain(time.Date(2017, 12, 31, 23, 0, 0, 0, models.Rome))
	a.wantRows(2, "on its last day", "reserved_names")
	a.retain(time.Date(2018, 1, 1, 1, 0, 0, 0, models.Rome))
	a.wantRows(0, "after it", "reserved_names")
}
