// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// settings sets columns of the consultation as a member of staff would.
func (s *square) settings(set string) {
	s.t.Helper()
	_, err := s.db.NewUpdate().Model(&s.consultation).Set(set).WherePK().Exec(s.ctx)
	s.must(err)
}

func TestRulesAreEditedAndAudited(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	form := s.whole(s.consultation.ID).Rules()
	if form.Participants != models.Everybody || !form.Replies || form.LargestParty != 5 {
		t.Errorf("it begins with %+v", form)
	}
	form.Participants, form.Replies, form.LargestParty = models.Residents, false, 2
	s.must(models.EditRules(s.ctx, s.db, s.now, ada, s.consultation.ID, form))
	if got := s.whole(s.consultation.ID); got.Participants != models.Residents || !got.RepliesClosed || got.LargestParty != 2 {
		t.Errorf("%+v", got)
	}
	if err := models.EditRules(s.ctx, s.db, s.now, ada, s.consultation.ID, form); !errors.Is(err, models.ErrChanged) {
		t.Errorf("a form that somebody else overtook: %v", err)
	}
	var wrong models.FieldErrors
	form.LargestParty, form.Participants = 6, "nobody"
	if err := models.EditRules(s.ctx, s.db, s.now, ada, s.consultation.ID, form); !errors.As(err, &wrong) || len(wrong) != 2 {
		t.Errorf("with answers that do not exist: %v", err)
	}
	if got := s.audits(s.consultation.ID); len(got) != 1 || got[0] != "edit" {
		t.Errorf("the log: %v", got)
	}
}

func TestOnlyResidentsTakePartWhereTheRulesSaySo(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	stranger, local, silent := s.person(), s.person(), s.person()
	one := s.says(stranger, "Straniero", models.InFavour, "Un commento.")
	one.Author.MunicipalityID, one.Author.Elsewhere = uuid.Nil, true
	s.contribute(one) // before
	s.settings("participants = 'residents'")
	comment := s.contribute(s.says(local, "Locale", models.InFavour, "Io abito qui."))[0].CommentID

	one.Opinion = models.Against
	nothing := models.ContributionBy{PersonID: stranger, Contribution: one.Contribution}
	nothing.Author = models.Author{} // known as living elsewhere
	moved := s.says(silent, "Nuovo", models.InFavour, "")
	results, err := models.Contribute(s.ctx, s.db, s.now, []models.ContributionBy{one, nothing, moved})
	s.must(err)
	for i, r := range results[:2] {
		var wrong models.FieldErrors
		if !errors.As(r.Err, &wrong) || wrong[0] != (models.FieldError{Field: "municipality", Key: "errors.residents_only"}) {
			t.Errorf("from elsewhere, %d: %v", i, r.Err)
		}
	}
	if results[2].Err != nil {
		t.Errorf("a resident beside them: %v", results[2].Err)
	}
	if value, err := models.OpinionOf(s.ctx, s.db, s.guideline.ID, stranger); err != nil || value != models.InFavour {
		t.Errorf("what was given before is %q (%v)", value, err)
	}
	reply := models.Reply{ConsultationID: s.consultation.ID, CommentID: comment, Author: models.Author{Pseudonym: "Altro", Elsewhere: true}, Body: "E io no."}
	var wrong models.FieldErrors
	if _, err := models.ReplyAs(s.ctx, s.db, s.now, s.person(), reply); !errors.As(err, &wrong) {
		t.Errorf("a reply from elsewhere: %v", err)
	}
	given, err := models.GiveSupports(s.ctx, s.db, s.now, []models.SupportBy{
		{PersonID: stranger, SupportGiven: models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: comment, Value: models.Agree}},
		{PersonID: s.person(), SupportGiven: models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: comment, Value: models.Agree}},
		{PersonID: silent, SupportGiven: models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: comment, Value: models.Agree}}})
	s.must(err)
	if !errors.Is(given[0], models.ErrResidentsOnly) || !errors.Is(given[1], models.ErrResidentsOnly) || given[2] != nil {
		t.Errorf("supports: %v", given)
	}
}

func TestClosedRepliesLeaveTheOffices(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	comment, _ := s.comment("Un commento.")
	s.settings("replies_closed = true")
	reply := models.Reply{ConsultationID: s.consultation.ID, CommentID: comment, Author: models.Author{Pseudonym: "Altro", Elsewhere: true}, Body: "No."}
	if _, err := models.ReplyAs(s.ctx, s.db, s.now, s.person(), reply); !errors.Is(err, models.ErrClosed) {
		t.Errorf("a reply: %v", err)
	}
	if _, err := models.AnswerComment(s.ctx, s.db, s.now, s.mayor, comment, "Rispondiamo noi."); err != nil {
		t.Errorf("the office's answer: %v", err)
	}
}

func TestNoPartyIsLargerThanTheRulesAllow(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 20, 0)
	e.exec("UPDATE consultations SET largest_party = 2")
	var wrong models.FieldErrors
	want := models.FieldError{Field: "seats", Key: "errors.largest_party", Param: "2"}
	if got := e.registerOne(e.asked("anna@example.org", 3)); !errors.As(got.Err, &wrong) || wrong[0] != want {
		t.Errorf("three at once: %v", got.Err)
	}
	_, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.StaffRegistrationForm{Name: "Rosa", Seats: 3, Channel: models.ByPhone})
	if !errors.As(err, &wrong) || wrong[0] != want {
		t.Errorf("three at the counter: %v", err)
	}
	e.confirmed("anna@example.org", 2)
	e.check()
}

func TestACommentWaitsForACheckOutOfHours(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.settings("publication = 'after_check_out_of_hours'")
	rome := func(clock string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", clock, models.Rome)
		s.must(err)
		return at
	}
	s.consultation.Publication = models.PublicationOutOfHours
	post := func(clock string) string {
		t.Helper()
		s.now = rome(clock)
		state := s.contribute(s.says(s.person(), "Voce "+clock, models.InFavour, "Scritto alle "+clock))[0].State
		organisation, err := models.TheOrganisation(s.ctx, s.db)
		s.must(err)
		if checked := s.consultation.ChecksFirst(organisation, s.now); checked != (state == models.Held) {
			t.Errorf("at %s it is said to wait: %v, and is %s", clock, checked, state)
		}
		return state
	}
	if got := post("2017-11-27 10:00"); got != models.Held {
		t.Errorf("where no hours are known it is %s", got)
	}
	_, err := s.db.NewUpdate().Model(&s.towns[1]).Set(`hours = '{"mon": "9:00-13:00", "fri": "9:00-13:00"}'`).WherePK().Exec(s.ctx)
	s.must(err)
	for clock, want := range map[string]string{
		"2017-11-27 08:59": models.Held, "2017-11-27 09:00": models.Published, // a Monday
		"2017-11-27 12:59": models.Published, "2017-11-27 13:00": models.Held,
		"2017-11-28 10:00": models.Held, // a Tuesday
		"2017-12-08 10:00": models.Held, // a Friday, and the Immacolata
		"2017-12-01 10:00": models.Published,
	} {
		if got := post(clock); got != want {
			t.Errorf("at %s it is %s, want %s", clock, got, want)
		}
	}
	s.now = rome("2017-11-27 20:00")
	kept := s.says(s.person(), "Voce privata", models.InFavour, "Solo per voi.")
	kept.Published = false
	if got := s.contribute(kept)[0].State; got != models.Private {
		t.Errorf("sent without being published it is %s", got)
	}
}
