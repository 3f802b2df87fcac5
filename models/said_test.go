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

func (e *aftermath) organisation() *models.Organisation {
	e.Helper()
	o, err := models.TheOrganisation(e.Context(), e.db)
	e.must(err)
	return o
}

// words are what somebody of the meeting's town said on the first guideline.
func (e *aftermath) words(body, speaker string) models.SaidForm {
	e.Helper()
	return models.SaidForm{Guideline: e.consultation.Guidelines[0].Slug, Body: body, Opinion: models.NoPaperOpinion, Municipality: e.town().Slug,
		Speaker: speaker, Published: true}
}

func (e *aftermath) enter(form models.SaidForm) error {
	e.Helper()
	return models.EnterSaid(e.Context(), e.db, e.night, e.officer, e.organisation(), e.meeting.ID, form)
}

func (e *aftermath) comments() []*models.PostedComment {
	e.Helper()
	page, err := models.CommentsOf(e.Context(), e.db, models.CommentsAsked{ConsultationID: e.consultation.ID, GuidelineID: e.consultation.Guidelines[0].ID, Order: models.Oldest})
	e.must(err)
	return page.Comments
}

func (e *aftermath) people() int {
	e.Helper()
	report, err := models.ReportOf(e.Context(), e.db, e.night, e.consultation.ID, "")
	e.must(err)
	return report.Participants("", time.Time{})
}

func TestWhatWasSaidIsAContributionThatSaysWhere(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	e.insert(&models.Comment{ConsultationID: e.consultation.ID, ID: uuid.Must(uuid.NewV7()), GuidelineID: e.consultation.Guidelines[0].ID,
		PersonID: e.person("web@example.org"), Body: "Dal sito.", Language: "it", State: models.Published, CreatedAt: e.start})
	said := e.words("Chi apre lo sportello il sabato?", "")
	said.Opinion = models.Against
	e.must(e.enter(said))
	kept := e.words("Non per tutti.", "Rosa")
	kept.Published = false
	e.must(e.enter(kept))
	comments := e.comments()
	if len(comments) != 2 {
		t.Fatalf("%d comments can be read", len(comments))
	}
	if c := comments[0]; c.AtMeeting || c.MeetingID != uuid.Nil {
		t.Errorf("from the site: %+v", c)
	}
	if c := comments[1]; !c.AtMeeting || c.OnPaper || c.MeetingID != e.meeting.ID || c.Pseudonym != "Intervento 1" || c.Opinion != models.Against ||
		c.MunicipalityID != e.meeting.MunicipalityID {
		t.Errorf("said: %+v", c)
	}
	top, comment, err := models.Conversation(t.Context(), e.db, e.consultation.ID, comments[1].ID, uuid.Nil)
	e.must(err)
	if top.MeetingID != e.meeting.ID || comment.MeetingID != e.meeting.ID {
		t.Error("its own page does not say where")
	}
	rows, err := models.CommentRows(t.Context(), e.db, models.RowsAsked{ConsultationID: e.consultation.ID, Limit: 10})
	e.must(err)
	if len(rows.Rows) != 3 || rows.Rows[0].MeetingID != e.meeting.ID {
		t.Errorf("the offices read %d rows", len(rows.Rows))
	}
	counts, err := models.SaidOn(t.Context(), e.db, e.stored())
	e.must(err)
	if counts[e.consultation.Guidelines[0].ID] != 1 {
		t.Errorf("on the meeting's page: %v", counts)
	}
}

func TestAPersonsWordsAtAMeetingCountOnce(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	e.must(e.enter(e.words("Bene così.", "Rosa")))
	e.must(e.enter(e.words("Ma non il sabato.", "rosa")))
	if n := e.people(); n != 1 {
		t.Errorf("who spoke twice is %d people", n)
	}
	for what, form := range map[string]models.SaidForm{"by name": e.words("Bene così.", "Rosa"), "by nobody": e.words("Bene così.", "")} {
		if err := e.enter(form); !slices.Equal(wrong(err), []string{"said_body"}) {
			t.Errorf("the same words again, %s: %v", what, err)
		}
	}
	e.must(e.enter(e.words("Bene così.", "Ugo"))) // somebody else may say the same
	elsewhere := e.words("Vengo da fuori.", "Ugo")
	elsewhere.Municipality = e.other().Slug
	if err := e.enter(elsewhere); !slices.Equal(wrong(err), []string{"municipality"}) {
		t.Errorf("one person of two towns: %v", err)
	}
	if n := e.people(); n != 2 {
		t.Errorf("two people are %d", n)
	}
	// A name that somebody on the site bears gets a number, and is found again with it.
	web := e.person("web@example.org")
	_, err := e.db.ExecContext(t.Context(), "UPDATE people SET pseudonym = 'Lia' WHERE id = ?", web)
	e.must(err)
	e.must(e.enter(e.words("Uno.", "Lia")))
	e.must(e.enter(e.words("Due.", "Lia")))
	e.wantRows(1, "called Lia at the meeting", "people WHERE channel = 'meeting' AND pseudonym LIKE 'Lia%'")
	e.wantRows(0, "under the name of who writes on the site", "comments WHERE person_id = ?", web)
}

func TestWordsAreEnteredOnceTheMeetingHasBegun(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	err := models.EnterSaid(t.Context(), e.db, e.meeting.StartsAt.Add(-time.Minute), e.officer, e.organisation(), e.meeting.ID, e.words("Prima.", ""))
	if !errors.Is(err, models.ErrClosed) {
		t.Errorf("before it: %v", err)
	}
	_, err = e.db.ExecContext(t.Context(), "UPDATE consultations SET participants = ?", models.Residents)
	e.must(err)
	elsewhere := e.words("Da fuori.", "")
	elsewhere.Municipality = models.Elsewhere
	if err := e.enter(elsewhere); !slices.Equal(wrong(err), []string{"municipality"}) {
		t.Errorf("who lives elsewhere, where residents alone take part: %v", err)
	}
	mayor := e.words("Io.", "Il sindaco")
	if err := e.enter(mayor); !slices.Equal(wrong(err), []string{"speaker"}) {
		t.Errorf("under the name of an office: %v", err)
	}
	e.wantRows(0, "left behind", "people WHERE channel = 'meeting'")
}

func TestAQuestionIsEnteredOnce(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	id := uuid.Must(uuid.NewV7())
	_, err := e.db.NewRaw(`INSERT INTO questions (consultation_id, id, meeting_id, body, channel, created_at, changed_at)
		VALUES (?, ?, ?, 'Quando', 'floor', ?, ?)`, e.consultation.ID, id, e.meeting.ID, e.night, e.night).Exec(t.Context())
	e.must(err)
	form := e.words("Quando?", "")
	form.Question = id.String()
	e.must(e.enter(form))
	form.Body = "Quando, dunque?"
	if err := e.enter(form); !slices.Equal(wrong(err), []string{"said_body"}) {
		t.Errorf("the same question again: %v", err)
	}
	form.Question = uuid.NewString()
	if err := e.enter(form); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a question that is not there: %v", err)
	}
}

func TestWhatWasEnteredIsTakenBack(t *testing.T) {
	t.Parallel()
	e := newAftermath(t)
	first, second := e.words("Uno.", "Rosa"), e.words("Due.", "Rosa")
	first.Opinion, second.Opinion = models.InFavour, models.InFavour
	e.must(e.enter(first))
	e.must(e.enter(second))
	said, err := models.SaidAt(t.Context(), e.db, e.stored(), 10)
	e.must(err)
	remove := func(id uuid.UUID) error {
		return models.RemoveSaid(t.Context(), e.db, e.night, e.officer, e.meeting.ID, id)
	}
	e.must(remove(said[0].ID))
	e.wantRows(1, "while she said something else", "opinions")
	if err := remove(said[0].ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
	e.must(remove(said[1].ID))
	e.wantRows(0, "after", "opinions")
	e.wantRows(0, "after", "comments WHERE state <> 'withdrawn' OR body NOT IN ('–')")
	if n := e.people(); n != 0 {
		t.Errorf("%d people take part", n)
	}
	e.must(e.enter(first)) // it was right, after all
	if n := len(e.comments()); n != 1 {
		t.Errorf("%d comments", n)
	}
}
