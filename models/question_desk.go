// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// AskByStaff keeps a question that somebody said aloud or wrote on paper. FieldErrors, ErrNotFound, also where the meeting
// is none of the staff's.
func AskByStaff(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, form QuestionForm) error {
	return putQuestion(ctx, db, now, meetingID, form, func(ctx context.Context, tx bun.IDB, m *Meeting, q *Question) error {
		if err := staff.mayRun(m); err != nil {
			return err
		}
		q.Channel = AtDesk
		return audit(ctx, tx, now, staff, "question.enter", "question", q.ID, nil, map[string]any{"channel": q.Channel})
	})
}

// ShowQuestion puts a question into the list that everybody in the room reads. ErrNotFound unless it is new.
func ShowQuestion(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return turnQuestion(ctx, db, now, staff, id, "question.show", []string{QuestionNew}, QuestionShown)
}

// AskNow takes a question up: it is the one being answered, and the one before it is answered. Taking it up again changes
// nothing. ErrNotFound where it is neither new nor shown.
func AskNow(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return turnQuestion(ctx, db, now, staff, id, "question.take_up", []string{QuestionNew, QuestionShown, QuestionAsked}, QuestionAsked)
}

// AnswerQuestion says that a question was answered, aloud. ErrNotFound where it is neither new, nor shown, nor asked.
func AnswerQuestion(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return turnQuestion(ctx, db, now, staff, id, "question.settle", []string{QuestionNew, QuestionShown, QuestionAsked}, QuestionAnswered)
}

// SetQuestionAside takes a question out of what is shown, or keeps it from it. ErrNotFound where it is set aside already.
func SetQuestionAside(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return turnQuestion(ctx, db, now, staff, id, "question.set_aside", []string{QuestionNew, QuestionShown, QuestionAsked, QuestionAnswered}, QuestionSetAside)
}

// RestoreQuestion puts a question that was taken up or answered back into the list, and one that was set aside back among
// the new ones. ErrNotFound where it is none of these.
func RestoreQuestion(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return onQuestion(ctx, db, staff, id, func(ctx context.Context, tx bun.IDB, q *Question) error {
		switch q.State {
		case QuestionSetAside:
			return q.turn(ctx, tx, now, staff, "question.restore", QuestionNew)
		case QuestionAsked, QuestionAnswered:
			return q.turn(ctx, tx, now, staff, "question.restore", QuestionShown)
		}
		return ErrNotFound
	})
}

// QuestionAnswerForm is what is written down of the answer to a question.
type QuestionAnswerForm struct {
	Answer string `form:"answer" validate:"max=2000"`
	Basis
}

// AnswerForm returns the answer as the form has it.
func (q *Question) AnswerForm() QuestionAnswerForm {
	f := QuestionAnswerForm{Answer: q.Answer}
	f.Seen = seenOf(f)
	return f
}

// WriteAnswer writes down the answer to a question, during the evening or after it; a question with an answer is answered.
// FieldErrors, ErrChanged, ErrNotFound, also where it is set aside.
func WriteAnswer(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form QuestionAnswerForm) error {
	form.Answer = cleanText(form.Answer)
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return onQuestion(ctx, db, staff, id, func(ctx context.Context, tx bun.IDB, q *Question) error {
		if q.State == QuestionSetAside {
			return ErrNotFound
		}
		err := edit(ctx, tx, now, staff, "question", id, q.AnswerForm(), form, form.Seen, func() error {
			q.Answer, q.ChangedAt = form.Answer, now
			_, err := tx.NewUpdate().Model(q).Column("answer", "changed_at").WherePK().Exec(ctx)
			return err
		})
		if err != nil || form.Answer == "" || q.State == QuestionAnswered {
			return err
		}
		return q.turn(ctx, tx, now, staff, "question.settle", QuestionAnswered)
	})
}

// QuestionForStaff returns a question of a meeting, for its moderators.
func QuestionForStaff(ctx context.Context, db bun.IDB, m *Meeting, id uuid.UUID) (*Question, error) {
	q := new(Question)
	err := db.NewSelect().Model(q).Where("consultation_id = ? AND id = ? AND meeting_id = ?", m.ConsultationID, id, m.ID).Scan(ctx)
	return q, found(err)
}

// turnQuestion moves a question of the staff's from one of the states to another; one that is there already stays.
func turnQuestion(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, action string, from []string, to string) error {
	return onQuestion(ctx, db, staff, id, func(ctx context.Context, tx bun.IDB, q *Question) error {
		if !slices.Contains(from, q.State) {
			return ErrNotFound
		}
		if to != QuestionAsked || q.State == to {
			return q.turn(ctx, tx, now, staff, action, to)
		}
		before := new(Question)
		switch err := found(tx.NewSelect().Model(before).Where("meeting_id = ? AND state = ?", q.MeetingID, QuestionAsked).Scan(ctx)); {
		case err == nil:
			if err := before.turn(ctx, tx, now, staff, "question.settle", QuestionAnswered); err != nil {
				return err
			}
		case err != ErrNotFound:
			return err
		}
		return q.turn(ctx, tx, now, staff, action, to)
	})
}

func (q *Question) turn(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, action, to string) error {
	if q.State == to {
		return nil
	}
	before := q.State
	q.State, q.ChangedAt = to, now
	if _, err := tx.NewUpdate().Model(q).Column("state", "changed_at").WherePK().Exec(ctx); err != nil {
		return err
	}
	return audit(ctx, tx, now, staff, action, "question", q.ID, map[string]any{"state": before}, map[string]any{"state": to})
}

// onQuestion changes a question of a meeting that is the staff's: the meeting's row is locked first, so that what is done
// with its questions is done one after the other.
func onQuestion(ctx context.Context, db bun.IDB, staff *Staff, id uuid.UUID, change func(context.Context, bun.IDB, *Question) error) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Meeting)
		err := tx.NewSelect().Model(m).Apply(ofOrganisation(staff)).For("NO KEY UPDATE").
			Where("id IN (SELECT q.meeting_id FROM questions q WHERE q.consultation_id = ANY (ARRAY(SELECT id FROM consultations)) AND q.id = ?)", id).Scan(ctx)
		if err != nil {
			return found(err)
		}
		if !staff.Serves(m.MunicipalityID) {
			return ErrNotFound
		}
		q := new(Question)
		if err := tx.NewSelect().Model(q).Where("consultation_id = ? AND id = ?", m.ConsultationID, id).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		return change(ctx, tx, q)
	})
}
