// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ErrTooManyQuestions says that enough is waiting to be read already: of one browser, or of all at the meeting.
var ErrTooManyQuestions = errors.New("too many questions wait already")

// How much may wait: of one browser, until it is answered or set aside; and of all at one meeting, until it is read.
const (
	OpenQuestions   = 5
	unreadQuestions = 200
)

// sameQuestion is within which time the same words from the same browser are one question, sent twice.
const sameQuestion = 10 * time.Minute

// When the room's page takes questions: from a while before the meeting until its end, and a while after it.
const (
	floorBefore = 30 * time.Minute
	floorAfter  = 3 * time.Hour
)

// FloorHours are from when until when questions can be asked at a meeting with a confirmed date.
func (m *Meeting) FloorHours() (from, until time.Time) {
	return m.StartsAt.Add(-floorBefore), m.end().Add(floorAfter)
}

// FloorOpen tells whether questions can be asked and supported now: it is the meeting's evening, and the meeting, whose
// Consultation must be there, is held.
func (m *Meeting) FloorOpen(now time.Time) bool {
	from, until := m.FloorHours()
	return !m.Draft && m.Confirmed() && !m.Cancelled() && !m.Closed() && m.Consultation.Live() && !now.Before(from) && now.Before(until)
}

// QuestionForm is a question as it is typed.
type QuestionForm struct {
	Question string `form:"question" validate:"required,max=500"`
	Author   string `form:"author" validate:"max=60,oneline"`
	// Guideline is the slug of the one it is about, or "".
	Guideline string `form:"about" validate:"max=100,oneline"`
}

// Clean makes the typed text what is kept.
func (f *QuestionForm) Clean() {
	f.Question, f.Author = cleanText(f.Question), strings.TrimSpace(f.Author)
}

// AskFromFloor keeps a question that a browser asks at a meeting, for its moderators to read. The same words from the same
// browser a moment later are the same question. FieldErrors, ErrNotFound, ErrClosed when it is not the evening,
// ErrTooManyQuestions.
func AskFromFloor(ctx context.Context, db bun.IDB, now time.Time, meetingID uuid.UUID, browser []byte, form QuestionForm) error {
	return putQuestion(ctx, db, now, meetingID, form, func(ctx context.Context, tx bun.IDB, m *Meeting, q *Question) error {
		if !m.FloorOpen(now) {
			return ErrClosed
		}
		q.Channel, q.AskerHash = FromFloor, browser
		again, err := tx.NewSelect().Model((*Question)(nil)).
			Where("meeting_id = ? AND asker_hash = ? AND body = ? AND created_at > ?", m.ID, browser, q.Body, now.Add(-sameQuestion)).Exists(ctx)
		if err != nil {
			return err
		}
		if again {
			return errAskedAlready
		}
		return enoughWaits(ctx, tx, m.ID, browser)
	})
}

// errAskedAlready ends the keeping of a question that is there already.
var errAskedAlready = errors.New("asked already")

// putQuestion keeps a question at a meeting, whose row it locks, unless admit refuses it.
func putQuestion(ctx context.Context, db bun.IDB, now time.Time, meetingID uuid.UUID, form QuestionForm, admit func(context.Context, bun.IDB, *Meeting, *Question) error) error {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Meeting)
		err := tx.NewSelect().Model(m).Relation("Consultation").Where("meeting.id = ?", meetingID).For("NO KEY UPDATE OF meeting").Scan(ctx)
		if err != nil {
			return found(err)
		}
		q := &Question{ConsultationID: m.ConsultationID, ID: newID(), MeetingID: m.ID, Author: form.Author, Body: form.Question,
			State: QuestionNew, CreatedAt: now, ChangedAt: now}
		if err := admit(ctx, tx, m, q); err != nil {
			return err
		}
		if form.Guideline != "" {
			about := new(Guideline)
			err := found(tx.NewSelect().Model(about).Where("consultation_id = ? AND slug = ?", m.ConsultationID, form.Guideline).Scan(ctx))
			if errors.Is(err, ErrNotFound) {
				return Wrong("about", "errors.oneof")
			}
			if err != nil {
				return err
			}
			q.GuidelineID = about.ID
		}
		_, err = tx.NewInsert().Model(q).Exec(ctx)
		return err
	})
	if errors.Is(err, errAskedAlready) {
		return nil
	}
	return err
}

func enoughWaits(ctx context.Context, tx bun.IDB, meetingID uuid.UUID, browser []byte) error {
	var waiting struct{ Own, Unread int }
	err := tx.NewSelect().Model((*Question)(nil)).
		ColumnExpr("count(*) FILTER (WHERE asker_hash = ?) AS own", browser).ColumnExpr("count(*) FILTER (WHERE state = ?) AS unread", QuestionNew).
		Where("meeting_id = ? AND state IN (?, ?, ?)", meetingID, QuestionNew, QuestionShown, QuestionAsked).Scan(ctx, &waiting)
	if err == nil && (waiting.Own >= OpenQuestions || waiting.Unread >= unreadQuestions) {
		return ErrTooManyQuestions
	}
	return err
}

// SupportQuestion has a browser support a question that is shown, once, or no longer. Doing it again changes nothing.
// ErrNotFound when it is not in the list of that meeting, ErrClosed when it is not the evening.
func SupportQuestion(ctx context.Context, db bun.IDB, now time.Time, meetingID, id uuid.UUID, browser []byte, supports bool) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Meeting)
		if err := tx.NewSelect().Model(m).Relation("Consultation", statedConsultation).Where("meeting.id = ?", meetingID).Scan(ctx); err != nil {
			return found(err)
		}
		if !m.FloorOpen(now) {
			return ErrClosed
		}
		q := new(Question)
		err := tx.NewSelect().Model(q).Where("consultation_id = ? AND id = ? AND meeting_id = ?", m.ConsultationID, id, m.ID).For("KEY SHARE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		if !q.Supportable() {
			return ErrNotFound
		}
		if !supports {
			_, err = tx.NewRaw("DELETE FROM question_supports WHERE consultation_id = ? AND question_id = ? AND browser_hash = ?", q.ConsultationID, q.ID, browser).Exec(ctx)
			return err
		}
		_, err = tx.NewRaw("INSERT INTO question_supports (consultation_id, question_id, browser_hash, given_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			q.ConsultationID, q.ID, browser, now).Exec(ctx)
		return err
	})
}
