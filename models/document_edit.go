// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// FAQForm is a frequent question as staff edit it.
type FAQForm struct {
	Position   int    `form:"position" validate:"gte=0,lte=1000"`
	QuestionIT string `form:"question_it" validate:"required,max=300,oneline"`
	QuestionEN string `form:"question_en" validate:"max=300,oneline"`
	AnswerIT   string `form:"answer_it" validate:"required,max=10000"`
	AnswerEN   string `form:"answer_en" validate:"max=10000"`
	Basis
}

// Form returns the question as the form has it.
func (q *FAQ) Form() FAQForm {
	f := FAQForm{Position: q.Position, QuestionIT: q.Question.typed("it"), QuestionEN: q.Question.typed("en"),
		AnswerIT: q.Answer.typed("it"), AnswerEN: q.Answer.typed("en")}
	f.Seen = seenOf(f)
	return f
}

func (f FAQForm) apply(_ time.Time, q *FAQ) error {
	q.Position, q.Question, q.Answer = f.Position, q.Question.with(f.QuestionIT, f.QuestionEN), q.Answer.with(f.AnswerIT, f.AnswerEN)
	return nil
}

// NoticeForm is a notice as staff edit it.
type NoticeForm struct {
	TitleIT string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN string `form:"title_en" validate:"max=200,oneline"`
	BodyIT  string `form:"body_it" validate:"required,max=10000"`
	BodyEN  string `form:"body_en" validate:"max=10000"`
	Basis
}

// Form returns the notice as the form has it.
func (n *Notice) Form() NoticeForm {
	f := NoticeForm{TitleIT: n.Title.typed("it"), TitleEN: n.Title.typed("en"), BodyIT: n.Body.typed("it"), BodyEN: n.Body.typed("en")}
	f.Seen = seenOf(f)
	return f
}

func (f NoticeForm) apply(now time.Time, n *Notice) error {
	n.Title, n.Body = n.Title.with(f.TitleIT, f.TitleEN), n.Body.with(f.BodyIT, f.BodyEN)
	if n.PublishedAt.IsZero() {
		n.PublishedAt = now
	}
	return nil
}

// DatePrecisions say how much of an act's date is known.
var DatePrecisions = []string{"day", "month", "year"}

// ActForm is an entry of the chronology as staff edit it; its document has a form of its own.
type ActForm struct {
	Dated         string `form:"dated" validate:"required,datetime=2006-01-02"`
	DatePrecision string `form:"date_precision" validate:"oneof=day month year"`
	Issuer        string `form:"issuer" validate:"required,max=200,oneline"`
	KindIT        string `form:"kind_it" validate:"required,max=100,oneline"`
	KindEN        string `form:"kind_en" validate:"max=100,oneline"`
	Number        string `form:"number" validate:"max=50,oneline"`
	TitleIT       string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN       string `form:"title_en" validate:"max=200,oneline"`
	BodyIT        string `form:"body_it" validate:"required,max=10000"`
	BodyEN        string `form:"body_en" validate:"max=10000"`
	URL           string `form:"url" validate:"omitempty,max=500,http_url"`
	Basis
}

// Form returns the act as the form has it.
func (a *Act) Form() ActForm {
	f := ActForm{Dated: a.Dated.Format(time.DateOnly), DatePrecision: a.DatePrecision, Issuer: a.Issuer, KindIT: a.Kind.typed("it"),
		KindEN: a.Kind.typed("en"), Number: a.Number, TitleIT: a.Title.typed("it"), TitleEN: a.Title.typed("en"), BodyIT: a.Body.typed("it"),
		BodyEN: a.Body.typed("en"), URL: a.URL}
	f.Seen = seenOf(f)
	return f
}

func (f ActForm) apply(_ time.Time, a *Act) (err error) {
	if a.Dated, err = ParseDay(f.Dated); err != nil {
		return Wrong("dated", "errors.date")
	}
	a.DatePrecision, a.Issuer, a.Number, a.URL = f.DatePrecision, f.Issuer, f.Number, f.URL
	a.Kind, a.Title, a.Body = a.Kind.with(f.KindIT, f.KindEN), a.Title.with(f.TitleIT, f.TitleEN), a.Body.with(f.BodyIT, f.BodyEN)
	return nil
}

// SaveFAQ changes a frequent question of a consultation, or adds one when id is zero. FieldErrors, ErrChanged,
// ErrNotFound.
func SaveFAQ(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID, id uuid.UUID, form FAQForm) error {
	q := &FAQ{ID: id, ConsultationID: consultationID}
	return saveDocument(ctx, db, now, staff, "faq", &q.ID, q, form, form.Seen, func() any { return q.Form() },
		func() error { return form.apply(now, q) })
}

// SaveNotice changes a notice, or adds one that is published now when id is zero. FieldErrors, ErrChanged, ErrNotFound.
func SaveNotice(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID, id uuid.UUID, form NoticeForm) error {
	n := &Notice{ID: id, ConsultationID: consultationID}
	return saveDocument(ctx, db, now, staff, "notice", &n.ID, n, form, form.Seen, func() any { return n.Form() },
		func() error { return form.apply(now, n) })
}

// SaveAct changes an entry of the chronology, or adds one when id is zero, and returns its id. FieldErrors, ErrChanged,
// ErrNotFound.
func SaveAct(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID, id uuid.UUID, form ActForm) (uuid.UUID, error) {
	a := &Act{ID: id, ConsultationID: consultationID}
	err := saveDocument(ctx, db, now, staff, "act", &a.ID, a, form, form.Seen, func() any { return a.Form() },
		func() error { return form.apply(now, a) })
	return a.ID, err
}

// saveDocument changes the row of model, or adds it when *id is zero. current tells the row's form once it is read;
// apply writes the new form into the model.
func saveDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, subject string, id *uuid.UUID, model, form any, seen string, current func() any, apply func() error) error {
	if wrong := Validate(form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if *id == uuid.Nil {
			if err := apply(); err != nil {
				return err
			}
			*id = newID()
			if _, err := tx.NewInsert().Model(model).Exec(ctx); err != nil {
				return err
			}
			return audit(ctx, tx, now, staff, "add", subject, *id, nil, fieldsOf(form))
		}
		err := tx.NewSelect().Model(model).WherePK().Apply(ofOrganisation(staff)).For("UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		return edit(ctx, tx, now, staff, subject, *id, current(), form, seen, func() error {
			if err := apply(); err != nil {
				return err
			}
			_, err := tx.NewUpdate().Model(model).WherePK().Exec(ctx)
			return err
		})
	})
}

// RemoveFAQ takes a frequent question away. Doing it again changes nothing, as with the other documents.
func RemoveFAQ(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	q := &FAQ{ID: id}
	return removeDocument(ctx, db, now, staff, "faq", id, q, func() any { return q.Form() })
}

// RemoveNotice takes a notice away.
func RemoveNotice(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	n := &Notice{ID: id}
	return removeDocument(ctx, db, now, staff, "notice", id, n, func() any { return n.Form() })
}

// RemoveAct takes an entry of the chronology away, with its document.
func RemoveAct(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		a := &Act{ID: id}
		if err := removeDocument(ctx, tx, now, staff, "act", id, a, func() any { return a.Form() }); err != nil {
			return err
		}
		return removeFile(ctx, tx, a.FileID)
	})
}

func removeDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, subject string, id uuid.UUID, model any, form func() any) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		res, err := tx.NewDelete().Model(model).WherePK().
			Where("consultation_id IN (SELECT id FROM consultations WHERE organisation_id = ?)", staff.OrganisationID).
			Returning("*").Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return audit(ctx, tx, now, staff, "remove", subject, id, fieldsOf(form()), nil)
	})
}
