// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// aftermath is the archive on the evening of its meeting, with who runs it.
type aftermath struct {
	*archive
	officer *models.Staff
	night   time.Time // the meeting's end
}

func newAftermath(t *testing.T) *aftermath {
	t.Helper()
	e := &aftermath{archive: newArchive(t)}
	e.meeting.EndsAt = e.meeting.StartsAt.Add(2 * time.Hour)
	_, err := e.db.NewUpdate().Model(&e.meeting).Column("ends_at").WherePK().Exec(t.Context())
	e.must(err)
	e.night = e.meeting.EndsAt
	e.officer = e.staffOf(uuid.Nil, "segreteria@example.org")
	return e
}

func (e *aftermath) staffOf(town uuid.UUID, email string) *models.Staff {
	e.Helper()
	s := &models.Staff{OrganisationID: e.consultation.OrganisationID, MunicipalityID: town, Role: models.RoleOrganiser, Name: "Segreteria", Email: email}
	e.must(models.AddStaff(e.Context(), e.db, e.start, s))
	return s
}

// other is the municipality in which the meeting is not.
func (e *aftermath) other() models.Municipality {
	e.Helper()
	o, err := models.TheOrganisation(e.Context(), e.db)
	e.must(err)
	return o.Municipalities[slices.IndexFunc(o.Municipalities, func(m models.Municipality) bool { return m.ID != e.meeting.MunicipalityID })]
}

func (e *aftermath) town() models.Municipality {
	e.Helper()
	o, err := models.TheOrganisation(e.Context(), e.db)
	e.must(err)
	return *o.Municipality(e.meeting.MunicipalityID)
}

func (e *aftermath) stored() *models.Meeting {
	e.Helper()
	m, err := models.MeetingBySlug(e.Context(), e.db, e.consultation.ID, e.meeting.Slug)
	e.must(err)
	return m
}

// minutes are the form as it is now, with other words.
func (e *aftermath) minutes(words, note string) models.MinutesForm {
	e.Helper()
	current, err := models.MinutesOf(e.Context(), e.db, e.meeting.ID)
	if errors.Is(err, models.ErrNotFound) {
		current, err = nil, nil
	}
	e.must(err)
	form := e.stored().MinutesForm(current)
	form.MinutesIT, form.ChangeNote = words, note
	return form
}

func (e *aftermath) write(now time.Time, form models.MinutesForm) error {
	return models.WriteMinutes(e.Context(), e.db, now, e.officer, e.meeting.ID, form)
}

func (e *aftermath) came(r *models.Registration, people int) {
	e.Helper()
	e.must(models.MarkAttendance(e.Context(), e.db, e.meeting.StartsAt, e.officer, r.ID, people))
}

func (e *aftermath) close(now time.Time, form models.ClosingForm) error {
	return models.CloseMeeting(e.Context(), e.db, now, e.officer, e.meeting.ID, form)
}

// wrong are the fields that an error names.
func wrong(err error) []string {
	var fields models.FieldErrors
	errors.As(err, &fields)
	var names []string
	for _, f := range fields {
		names = append(names, f.Field)
	}
	return names
}

func TestEachChangeOfTheMinutesIsAVersion(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	first := e.minutes("Si è parlato dell'anagrafe.", "")
	first.RecordingURL = "https://video.example.org/12"
	e.must(e.write(e.night, first))
	e.must(e.write(e.night, e.minutes("Si è parlato dell'anagrafe e dell'informatica.", "Mancava l'informatica.")))
	e.must(e.write(e.night, e.minutes("Si è parlato dell'anagrafe e dell'informatica.", "Niente."))) // changes nothing
	versions, err := models.MinutesVersions(t.Context(), e.db, e.meeting.ID)
	e.must(err)
	if len(versions) != 2 || versions[0].Number != 2 || versions[1].Body["it"] != first.MinutesIT || versions[0].ChangeNote != "Mancava l'informatica." ||
		versions[0].Staff == nil || versions[0].Staff.Name != "Segreteria" {
		t.Errorf("versions: %+v", versions)
	}
	if m := e.stored(); m.RecordingURL != first.RecordingURL {
		t.Errorf("the recording is at %q", m.RecordingURL)
	}
	if err := e.write(e.night, first); !errors.Is(err, models.ErrChanged) {
		t.Errorf("over what somebody else wrote meanwhile: %v", err)
	}
	insecure := e.minutes("Altro.", "")
	insecure.RecordingURL = "http://video.example.org/12"
	if err := e.write(e.night, insecure); !slices.Equal(wrong(err), []string{"recording_url"}) {
		t.Errorf("a recording without https: %v", err)
	}
	for _, nothing := range []string{"", "## Chi c'era\n\n\n## Di che cosa si è parlato\n"} {
		if err := e.write(e.night, e.minutes(nothing, "")); !slices.Equal(wrong(err), []string{"minutes_it"}) {
			t.Errorf("minutes that say nothing, %q: %v", nothing, err)
		}
	}
}

func TestAMeetingIsClosedOnceItHasMinutesAndAttendance(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	if err := e.close(e.night.Add(-time.Minute), models.ClosingForm{}); !slices.Equal(wrong(err), []string{"held", "minutes", "attendance"}) {
		t.Errorf("before its end: %v", err)
	}
	e.must(e.write(e.night, e.minutes("Verbale.", "")))
	if err := e.close(e.night, models.ClosingForm{}); !slices.Equal(wrong(err), []string{"attendance"}) {
		t.Errorf("nobody was counted: %v", err)
	}
	e.came(e.registration(e.person("anna@example.org")), 2)
	if err := e.close(e.night, models.ClosingForm{NobodyCame: true}); !slices.Equal(wrong(err), []string{"nobody_came"}) {
		t.Errorf("nobody came, and two did: %v", err)
	}
	e.must(e.close(e.night, models.ClosingForm{}))
	e.must(e.close(e.night.Add(time.Hour), models.ClosingForm{})) // again: nothing more happens
	if m := e.stored(); !m.ClosedAt.Equal(e.night) {
		t.Errorf("closed at %v", m.ClosedAt)
	}
	e.wantRows(1, "told once", "jobs WHERE kind = 'notify' AND payload ->> 'template' = 'meeting_minutes'")
	e.wantRows(1, "in the log", "audit_entries WHERE action = 'close' AND subject = 'meeting'")

	if err := e.write(e.night.Add(time.Hour), e.minutes("Verbale, corretto.", " ")); !slices.Equal(wrong(err), []string{"minutes_note"}) {
		t.Errorf("a correction without a reason: %v", err)
	}
	e.must(e.write(e.night.Add(time.Hour), e.minutes("Verbale, corretto.", "Un nome era sbagliato.")))
	corrections, err := models.Corrections(t.Context(), e.db, e.stored())
	e.must(err)
	if len(corrections) != 1 || corrections[0].ChangeNote != "Un nome era sbagliato." {
		t.Errorf("corrections: %+v", corrections)
	}
}

func TestAMeetingBeforeEmptySeatsIsClosedByAStatement(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	e.must(e.write(e.night, e.minutes("Non è venuto nessuno.", "")))
	e.must(e.close(e.night, models.ClosingForm{NobodyCame: true}))
	e.wantRows(1, "in the log", "audit_texts WHERE after ->> 'nobody_came' = 'true'")
}

func TestWhoServesAnotherTownDoesNotCloseAMeeting(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	stranger := e.staffOf(e.other().ID, "altrove@example.org")
	for what, err := range map[string]error{
		"write":     models.WriteMinutes(t.Context(), e.db, e.night, stranger, e.meeting.ID, e.minutes("Verbale.", "")),
		"close":     models.CloseMeeting(t.Context(), e.db, e.night, stranger, e.meeting.ID, models.ClosingForm{}),
		"enter":     models.EnterSaid(t.Context(), e.db, e.night, stranger, e.organisation(), e.meeting.ID, e.words("Parole.", "")),
		"take back": models.RemoveSaid(t.Context(), e.db, e.night, stranger, e.meeting.ID, uuid.New()),
	} {
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestACancelledMeetingIsNotClosed(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	_, err := e.db.ExecContext(t.Context(), "UPDATE meetings SET cancelled_at = ?", e.start)
	e.must(err)
	e.must(e.write(e.night, e.minutes("Verbale.", "")))
	if err := e.close(e.night, models.ClosingForm{NobodyCame: true}); !slices.Equal(wrong(err), []string{"held"}) {
		t.Errorf("closing it: %v", err)
	}
}

// Who came and who follows are told once each, whoever is both too; who stayed at home is not.
func TestTheMinutesGoToWhoCameAndWhoFollows(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	anna, bruno, carla, dario := e.person("anna@example.org"), e.person("bruno@example.org"), e.person("carla@example.org"), e.person("dario@example.org")
	e.came(e.registration(anna), 1)
	e.came(e.registration(carla), 1)
	e.registration(dario)
	for _, id := range []uuid.UUID{bruno, carla} {
		e.insert(&models.Follow{ConsultationID: e.consultation.ID, ID: uuid.Must(uuid.NewV7()), PersonID: id, MeetingID: e.meeting.ID, CreatedAt: e.start})
	}
	e.must(e.write(e.night, e.minutes("Verbale.", "")))
	e.must(e.close(e.night, models.ClosingForm{}))
	var job models.Job
	e.must(e.db.NewSelect().Model(&job).Where("kind = ?", models.JobNotify).Scan(t.Context()))
	for range 2 { // interrupted after it did everything
		if _, err := models.Notify(t.Context(), e.db, e.night, job.ID); err != nil {
			t.Fatal(err)
		}
	}
	var mails []models.Job
	e.must(e.db.NewSelect().Model(&mails).Where("kind = ?", models.JobMail).Scan(t.Context()))
	told := map[uuid.UUID]int{}
	for _, j := range mails {
		var m models.Mail
		e.must(json.Unmarshal(j.Payload, &m))
		if m.Template == models.MailMeetingMinutes && m.SubjectID == e.meeting.ID {
			told[m.PersonID]++
		}
	}
	if len(told) != 3 || told[anna] != 1 || told[bruno] != 1 || told[carla] != 1 {
		t.Errorf("told %v", told)
	}
}
