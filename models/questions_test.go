// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// newFloor is an evening that has begun, on which questions are asked.
func newFloor(t *testing.T) *evening {
	t.Helper()
	e := newEvening(t, 10, 0)
	e.now = e.meeting.StartsAt
	return e
}

func (e *evening) asks(browser, question string) error {
	return models.AskFromFloor(e.ctx, e.db, e.now, e.meeting.ID, []byte(browser), models.QuestionForm{Question: question})
}

// asked by a browser, and kept.
func (e *evening) question(browser, question string) uuid.UUID {
	e.Helper()
	e.must(e.asks(browser, question))
	var id uuid.UUID
	e.must(e.db.NewRaw("SELECT id FROM questions WHERE body = ? ORDER BY id DESC LIMIT 1", question).Scan(e.ctx, &id))
	return id
}

func (e *evening) supports(browser string, id uuid.UUID, supports bool) error {
	return models.SupportQuestion(e.ctx, e.db, e.now, e.meeting.ID, id, []byte(browser), supports)
}

// shown are the questions that everybody reads, each with its state and supports.
func (e *evening) shown() []string {
	e.Helper()
	questions, err := models.FloorQuestions(e.ctx, e.db, e.meeting.ID, nil)
	e.must(err)
	return lines(questions)
}

func (e *evening) moderated() []string {
	e.Helper()
	questions, err := models.ModeratorQuestions(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	return lines(questions)
}

func lines(questions []models.Question) []string {
	lines := []string{}
	for _, q := range questions {
		lines = append(lines, fmt.Sprint(q.Body, " ", q.State, " ", q.Supports))
	}
	return lines
}

func (e *evening) wantLines(when string, got []string, want ...string) {
	e.Helper()
	if !slices.Equal(got, want) {
		e.Errorf("%s: %q, want %q", when, got, want)
	}
}

func TestAQuestionIsReadByStaffBeforeTheRoom(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	one, two := e.question("anna", "Quando?"), e.question("bruno", "Quanto costa?")
	e.wantLines("asked", e.shown())
	e.wantLines("asked, for the moderator", e.moderated(), "Quando? new 0", "Quanto costa? new 0")
	if err := e.supports("anna", one, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("supporting what is not shown: %v", err)
	}
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, one))
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, two))
	for range 2 {
		e.must(e.supports("carla", two, true))
	}
	e.must(e.supports("dino", two, true))
	e.must(e.supports("dino", one, true))
	e.must(e.supports("dino", one, false))
	e.must(e.supports("dino", one, false))
	e.wantLines("supported", e.shown(), "Quanto costa? shown 2", "Quando? shown 0")

	e.must(models.AskNow(e.ctx, e.db, e.now, e.staff, one))
	e.wantLines("taken up", e.shown(), "Quando? asked 0", "Quanto costa? shown 2")
	e.must(models.AskNow(e.ctx, e.db, e.now, e.staff, two))
	e.wantLines("the next", e.shown(), "Quanto costa? asked 2", "Quando? answered 0")
	if err := e.supports("carla", one, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("supporting what is answered: %v", err)
	}
	e.must(models.SetQuestionAside(e.ctx, e.db, e.now, e.staff, two))
	e.wantLines("set aside", e.shown(), "Quando? answered 0")
	e.must(models.RestoreQuestion(e.ctx, e.db, e.now, e.staff, two))
	e.wantLines("restored: to be read again", e.moderated(), "Quanto costa? new 2", "Quando? answered 0")
	e.must(models.RestoreQuestion(e.ctx, e.db, e.now, e.staff, one))
	e.wantLines("back in the list", e.shown(), "Quando? shown 0")
	e.must(models.AnswerQuestion(e.ctx, e.db, e.now, e.staff, one))
	for name, verb := range map[string]func() error{
		"show":     func() error { return models.ShowQuestion(e.ctx, e.db, e.now, e.staff, one) },
		"take up":  func() error { return models.AskNow(e.ctx, e.db, e.now, e.staff, one) },
		"restore":  func() error { return models.RestoreQuestion(e.ctx, e.db, e.now, e.staff, two) },
		"not here": func() error { return models.ShowQuestion(e.ctx, e.db, e.now, e.staff, uuid.New()) },
	} {
		if err := verb(); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
}

func TestWhoAsksWithoutEndIsStopped(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	for i := range models.OpenQuestions {
		e.question("anna", fmt.Sprint("Domanda ", i))
	}
	if err := e.asks("anna", "Un'altra"); !errors.Is(err, models.ErrTooManyQuestions) {
		t.Errorf("one more than allowed: %v", err)
	}
	e.must(e.asks("anna", "Domanda 1")) // sent twice
	e.must(e.asks("bruno", "Un'altra"))
	if n := len(e.moderated()); n != models.OpenQuestions+1 {
		t.Errorf("%d questions", n)
	}
	id := e.question("bruno", "E poi?")
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, id))
	own, err := models.OwnQuestions(e.ctx, e.db, e.meeting.ID, []byte("bruno"))
	e.must(err)
	e.wantLines("what bruno waits for", lines(own), "Un'altra new 0")
	e.now = e.now.Add(11 * time.Minute)
	e.must(e.asks("bruno", "Un'altra")) // later: once more
	if n := len(e.moderated()); n != models.OpenQuestions+3 {
		t.Errorf("%d questions", n)
	}
	for question, field := range map[string]string{"": "question", strings.Repeat("è", 501): "question"} {
		var wrong models.FieldErrors
		if err := e.asks("carla", question); !errors.As(err, &wrong) || wrong[0].Field != field {
			t.Errorf("%.10q: %v", question, err)
		}
	}
	e.must(e.asks("carla", strings.Repeat("è", 500)))
	var wrong models.FieldErrors
	if err := models.AskFromFloor(e.ctx, e.db, e.now, e.meeting.ID, []byte("x"), models.QuestionForm{Question: "?", Guideline: "nessuna"}); !errors.As(err, &wrong) {
		t.Errorf("a guideline that is not there: %v", err)
	}
}

func TestTheFloorIsOpenOnTheEveningAlone(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	shown := e.question("anna", "Quando?")
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, shown))
	wants := func(when string, at time.Time, open bool) {
		t.Helper()
		e.now = at
		asked, supported := e.asks(when, "Domanda"), e.supports(when, shown, true)
		if (asked == nil) != open || (supported == nil) != open || !open && !errors.Is(asked, models.ErrClosed) {
			t.Errorf("%s: asking %v, supporting %v, want open %v", when, asked, supported, open)
		}
	}
	wants("early", e.meeting.StartsAt.Add(-31*time.Minute), false)
	wants("half an hour before", e.meeting.StartsAt.Add(-30*time.Minute), true)
	wants("late", e.meeting.EndsAt.Add(3*time.Hour-time.Second), true)
	wants("over", e.meeting.EndsAt.Add(3*time.Hour), false)
	for what, change := range map[string]string{"a draft": "draft = true", "cancelled": "cancelled_at = now()", "closed": "closed_at = now()",
		"without a date": "confirmed_at = NULL"} {
		_, err := e.db.ExecContext(e.ctx, "UPDATE meetings SET "+change)
		e.must(err)
		wants(what, e.meeting.StartsAt, false)
		_, err = e.db.ExecContext(e.ctx, "UPDATE meetings SET draft = false, cancelled_at = NULL, closed_at = NULL, confirmed_at = now()")
		e.must(err)
	}
}

// What came with a registration is read once that is confirmed.
func TestAQuestionCountsWithItsRegistration(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	result := e.registerOne(e.asked("anna@example.org", 1))
	e.must(result.Err)
	q := &models.Question{ConsultationID: e.meeting.ConsultationID, ID: uuid.Must(uuid.NewV7()), MeetingID: e.meeting.ID, RegistrationID: e.of("anna@example.org").ID,
		Body: "Quando?", Channel: models.WithRegistration, State: models.QuestionNew, CreatedAt: e.now, ChangedAt: e.now}
	_, err := e.db.NewInsert().Model(q).Exec(e.ctx)
	e.must(err)
	e.wantLines("pending", e.moderated())
	_, err = models.Confirm(e.ctx, e.db, e.now, result.Confirmation.ID)
	e.must(err)
	e.wantLines("confirmed", e.moderated(), "Quando? new 0")
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, q.RegistrationID))
	e.wantLines("given up", e.moderated())
}

func TestOneQuestionIsAnsweredAtATime(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	var ids []uuid.UUID
	for i := range 8 {
		ids = append(ids, e.question(fmt.Sprint(i), fmt.Sprint("Domanda ", i)))
	}
	var moderators sync.WaitGroup
	for _, id := range ids {
		moderators.Go(func() {
			if err := models.AskNow(e.ctx, e.db, e.now, e.staff, id); err != nil {
				t.Error(err)
			}
		})
	}
	moderators.Wait()
	counts := map[string]int{}
	questions, err := models.ModeratorQuestions(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	for _, q := range questions {
		counts[q.State]++
	}
	if counts[models.QuestionAsked] != 1 || counts[models.QuestionAnswered] != len(ids)-1 {
		t.Errorf("%v", counts)
	}
}

func TestOneSupportABrowserHoweverOftenAndFast(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	id := e.question("anna", "Quando?")
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, id))
	var phones sync.WaitGroup
	for i := range 12 {
		phones.Go(func() {
			if err := e.supports(fmt.Sprint("phone ", i%3), id, true); err != nil {
				t.Error(err)
			}
		})
	}
	phones.Wait()
	e.wantLines("three phones", e.shown(), "Quando? shown 3")
}

func TestAnAnswerIsWrittenDuringTheEveningAndAfterIt(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	id := e.question("anna", "Quando?")
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, id))
	read := func() *models.Question {
		t.Helper()
		q, err := models.QuestionForStaff(e.ctx, e.db, &e.meeting, id)
		e.must(err)
		return q
	}
	form := read().AnswerForm()
	form.Answer = "Nel 2018."
	e.must(models.WriteAnswer(e.ctx, e.db, e.now, e.staff, id, form))
	if err := models.WriteAnswer(e.ctx, e.db, e.now, e.staff, id, form); !errors.Is(err, models.ErrChanged) {
		t.Errorf("over what somebody else wrote: %v", err)
	}
	e.now = e.now.AddDate(0, 0, 2)
	_, err := e.db.ExecContext(e.ctx, "UPDATE meetings SET closed_at = now()")
	e.must(err)
	form = read().AnswerForm()
	form.Answer = "A marzo 2018."
	e.must(models.WriteAnswer(e.ctx, e.db, e.now, e.staff, id, form))
	answered, err := models.AnsweredQuestions(e.ctx, e.db, e.meeting.ID)
	if err != nil || len(answered) != 1 || answered[0].Answer != form.Answer {
		t.Errorf("answered: %v, %v", answered, err)
	}
	var entries []string
	e.must(e.db.NewRaw("SELECT action FROM audit_entries WHERE subject = 'question' ORDER BY id").Scan(e.ctx, &entries))
	e.wantLines("the log", entries, "question.show", "edit", "question.settle", "edit")
}

func TestTheOtherTownsQuestionsAreNotFound(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	id := e.question("anna", "Quando?")
	other := *e.staff
	other.MunicipalityID = uuid.New()
	stranger := *e.staff
	stranger.OrganisationID = uuid.New()
	for who, staff := range map[string]*models.Staff{"another town": &other, "another organisation": &stranger} {
		for verb, err := range map[string]error{
			"show":      models.ShowQuestion(e.ctx, e.db, e.now, staff, id),
			"take up":   models.AskNow(e.ctx, e.db, e.now, staff, id),
			"answer":    models.AnswerQuestion(e.ctx, e.db, e.now, staff, id),
			"set aside": models.SetQuestionAside(e.ctx, e.db, e.now, staff, id),
			"restore":   models.RestoreQuestion(e.ctx, e.db, e.now, staff, id),
			"write":     models.WriteAnswer(e.ctx, e.db, e.now, staff, id, models.QuestionAnswerForm{Answer: "No"}),
			"enter":     models.AskByStaff(e.ctx, e.db, e.now, staff, e.meeting.ID, models.QuestionForm{Question: "?"}),
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s, %s: %v, want not found", who, verb, err)
			}
		}
	}
	e.wantLines("untouched", e.moderated(), "Quando? new 0")
	e.must(models.AskByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.QuestionForm{Question: "Detta a voce?", Author: "Bruno"}))
	e.wantLines("entered", e.moderated(), "Quando? new 0", "Detta a voce? new 0")
}

func TestWhoAskedIsForgottenAndTheNumbersStay(t *testing.T) {
	t.Parallel()
	e := newFloor(t)
	e.must(models.AskFromFloor(e.ctx, e.db, e.now, e.meeting.ID, []byte("canary"), models.QuestionForm{Question: "Quando?", Author: "Canarino"}))
	questions, err := models.ModeratorQuestions(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	id := questions[0].ID
	e.must(models.ShowQuestion(e.ctx, e.db, e.now, e.staff, id))
	for i := range 3 {
		e.must(e.supports(fmt.Sprint("canary ", i), id, true))
	}
	traces := func() (n int) {
		t.Helper()
		e.must(e.db.NewRaw(`SELECT (SELECT count(*) FROM questions WHERE asker_hash IS NOT NULL OR author <> '') + (SELECT count(*) FROM question_supports)`).Scan(e.ctx, &n))
		return n
	}
	e.must(models.Retain(e.ctx, e.db, e.meeting.EndsAt.Add(29*24*time.Hour)))
	if n := traces(); n != 4 {
		t.Errorf("%d traces within the month", n)
	}
	for range 2 { // again: nothing more happens
		e.must(models.Retain(e.ctx, e.db, e.meeting.EndsAt.Add(31*24*time.Hour)))
		if n := traces(); n != 0 {
			t.Errorf("%d traces after it", n)
		}
		e.wantLines("the numbers", e.shown(), "Quando? shown 3")
	}
}
