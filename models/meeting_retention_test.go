// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// holding are the tables in which a text stands anywhere.
func (a *archive) holding(words string) (tables []string) {
	a.Helper()
	var all []string
	a.must(a.db.NewSelect().Table("pg_tables").Column("tablename").Where("schemaname = 'public'").Scan(a.Context(), &all))
	for _, table := range all {
		there, err := a.db.NewSelect().TableExpr("(SELECT to_jsonb(t)::text AS row FROM ? AS t) AS rows", bun.Ident(table)).
			Where("lower(row) LIKE ?", "%"+strings.ToLower(words)+"%").Exists(a.Context())
		a.must(err)
		if there {
			tables = append(tables, table)
		}
	}
	return tables
}

// A month after the meeting nothing in the database tells who registered for it, came, asked or rated it; what was counted
// stays as it was.
func TestAMonthLaterAMeetingKnowsNobody(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	town, other := e.town(), e.other()
	var parties []*models.Registration
	for i, name := range []string{"Canarino Giallo", "Canarino Verde", "Canarino Nero"} {
		result, err := models.RegisterByStaff(t.Context(), e.db, e.start, e.officer, e.meeting.ID, models.StaffRegistrationForm{Name: name,
			Email: fmt.Sprintf("canarino%d@example.org", i), Phone: "055 31415926", Seats: 2, Channel: models.ByPhone})
		e.must(err)
		r, err := models.RegistrationByID(t.Context(), e.db, result.ID)
		e.must(err)
		parties = append(parties, r)
		e.insert(&models.AccessNeeds{ConsultationID: r.ConsultationID, RegistrationID: r.ID, Needs: []string{"wheelchair"}})
		_, err = e.db.ExecContext(t.Context(), "UPDATE people SET municipality_id = ? WHERE id = ?", []uuid.UUID{town.ID, other.ID, town.ID}[i], r.PersonID)
		e.must(err)
	}
	browser := []byte("canarino del browser, trentadue.")
	e.insert(&models.Question{ConsultationID: e.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: e.meeting.ID, RegistrationID: parties[0].ID,
		Author: "Canarino Giallo", Body: "Quando si apre?", Channel: models.WithRegistration, State: models.QuestionAnswered, CreatedAt: e.start, ChangedAt: e.start},
		&models.Question{ConsultationID: e.consultation.ID, ID: uuid.Must(uuid.NewV7()), MeetingID: e.meeting.ID, AskerHash: browser,
			Author: "Canarino Blu", Body: "E dove?", Channel: models.FromFloor, State: models.QuestionShown, CreatedAt: e.night, ChangedAt: e.night})
	e.came(parties[0], 2)
	e.came(parties[1], 1)
	_, err := models.AddWalkIn(t.Context(), e.db, e.night, e.officer, e.meeting.ID, models.WalkInForm{People: 3, Municipality: other.Slug})
	e.must(err)
	e.must(models.RateMeeting(t.Context(), e.db, e.night, parties[0].ID, models.MeetingRatingForm{Stars: 4}))
	for i := range 4 {
		e.must(models.RateMeetingAs(t.Context(), e.db, e.night, e.meeting.ID, append([]byte{byte(i)}, browser...), models.MeetingRatingForm{Stars: 5}))
	}
	e.must(e.write(e.night, e.minutes("Verbale.", "")))
	e.must(e.close(e.night, models.ClosingForm{}))
	_, err = e.db.ExecContext(t.Context(), "DELETE FROM jobs") // its mails are sent
	e.must(err)

	counted := func(now time.Time) string {
		t.Helper()
		report, err := models.ReportOf(t.Context(), e.db, now, e.consultation.ID, "")
		e.must(err)
		for _, m := range report.Meetings {
			if m.ID == e.meeting.ID {
				return fmt.Sprintf("%v %v %+v", m.MeetingTally.States, m.ByTown, m.Aftermath)
			}
		}
		return "no meeting"
	}
	before := counted(e.night)
	if found := e.holding("canarino"); len(found) < 3 {
		t.Fatalf("the search finds the birds in %v alone", found)
	}
	e.retain(e.night.Add(24 * time.Hour))
	if found := e.holding("wheelchair"); len(found) > 1 { // what the meeting's place is kept for is no need
		t.Errorf("the day after, needs are in %v", found)
	}
	e.wantRows(0, "the day after", "access_needs")
	late := e.night.Add(32 * 24 * time.Hour)
	e.retain(late)
	e.retain(late) // the people of whom nothing is left
	for _, words := range []string{"canarino", "31415926", fmt.Sprintf("%x", browser), parties[0].PersonID.String(), parties[1].PersonID.String()} {
		if found := e.holding(words); found != nil {
			t.Errorf("a month later %q is in %v", words, found)
		}
	}
	e.wantRows(0, "a month later", "meeting_ratings WHERE registration_id IS NOT NULL OR browser_hash IS NOT NULL")
	if after := counted(late); after != before {
		t.Errorf("counted\n%s, before\n%s", after, before)
	}
}
