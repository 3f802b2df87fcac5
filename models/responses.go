// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Outcomes of a guideline in an office's response.
const (
	Accepted    = "accepted"
	Partly      = "partly"
	NotAccepted = "not_accepted"
)

// Outcomes are the outcomes in the order people are shown them.
var Outcomes = []string{Accepted, Partly, NotAccepted}

// Response is an office's public response to a guideline; its newest counts.
type Response struct {
	bun.BaseModel `bun:"table:responses"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID
	MunicipalityID uuid.UUID
	Outcome        string
	Reasons        string
	PublishedAt    time.Time
	StaffID        uuid.UUID `bun:",nullzero"`
}

// AnswerForm is an office's answer to a comment.
type AnswerForm struct {
	Body string `form:"body" validate:"required,max=5000"`
}

// Clean makes the typed text what is kept.
func (f *AnswerForm) Clean() { f.Body = cleanText(f.Body) }

// ResponseForm is an office's response to a guideline.
type ResponseForm struct {
	Outcome string `form:"outcome" validate:"required,oneof=accepted partly not_accepted"`
	Reasons string `form:"reasons" validate:"required,max=10000"`
}

// Clean makes the typed text what is kept.
func (f *ResponseForm) Clean() { f.Reasons = cleanText(f.Reasons) }

// AnswerComment posts the official answer of a mayor's office to a comment and mails its author. A comment sent for
// staff alone is answered in private. Those who follow the guideline are told of a public answer. The same text again
// is the same answer. ErrNotFound when the comment is held, hidden or withdrawn, or staff stand for no office.
func AnswerComment(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, body string) (*Comment, error) {
	if staff.MunicipalityID == uuid.Nil {
		return nil, ErrNotFound
	}
	var answer *Comment
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := commentForStaff(ctx, tx, staff, id, []string{Published, Private})
		if err != nil {
			return err
		}
		answer = new(Comment)
		err = tx.NewSelect().Model(answer).Where("consultation_id = ? AND parent_id = ?", c.ConsultationID, c.ID).
			Where("office_id = ? AND body = ? AND state = ?", staff.MunicipalityID, body, c.State).Limit(1).Scan(ctx)
		if err = found(err); !errors.Is(err, ErrNotFound) {
			return err
		}
		answer = &Comment{ConsultationID: c.ConsultationID, ID: newID(), GuidelineID: c.GuidelineID, OfficeID: staff.MunicipalityID,
			ParentID: c.ID, RootID: c.RootID, Body: body, Language: "it", State: c.State, CreatedAt: now}
		if answer.RootID == uuid.Nil {
			answer.RootID = c.ID
		}
		if _, err := tx.NewInsert().Model(answer).Exec(ctx); err != nil {
			return err
		}
		if err := audit(ctx, tx, now, staff, "comment.answer", "comment", answer.ID, nil, map[string]any{"body": body}); err != nil {
			return err
		}
		if !c.Official() {
			mail := Mail{Template: MailCommentAnswered, PersonID: c.PersonID, SubjectID: answer.ID}
			if err := enqueueMail(ctx, tx, now, mail); err != nil {
				return err
			}
		}
		if answer.State != Published {
			return nil
		}
		return notifyOfAnswers(ctx, tx, now, c.GuidelineID)
	})
	return answer, err
}

// answersTogether is how long answers to comments gather before those who follow are told of them all at once.
const answersTogether = time.Hour

// notifyOfAnswers tells those who follow a guideline that comments on it were answered, unless they are about to be told.
func notifyOfAnswers(ctx context.Context, tx bun.IDB, now time.Time, guidelineID uuid.UUID) error {
	n := Notification{Template: MailGuidelineUpdated, GuidelineID: guidelineID}
	waiting, err := tx.NewSelect().Model((*Job)(nil)).Where("kind = ? AND failed_at IS NULL AND attempts = 0", JobNotify).
		Where("payload ->> 'template' = ? AND payload ->> 'guideline_id' = ?", n.Template, guidelineID.String()).Exists(ctx)
	if err != nil || waiting {
		return err
	}
	return Enqueue(ctx, tx, now, now.Add(answersTogether), JobNotify, n)
}

// Respond publishes an office's response to a guideline and tells those who follow it. The office's earlier ones stay as
// history; the same as the one in force is that one. ErrNotFound when the guideline is not of the staff's organisation, or staff stand for no office.
func Respond(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, guidelineID uuid.UUID, outcome, reasons string) (*Response, error) {
	if staff.MunicipalityID == uuid.Nil {
		return nil, ErrNotFound
	}
	if !slices.Contains(Outcomes, outcome) {
		return nil, Wrong("outcome", "errors.oneof")
	}
	var r *Response
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		g := new(Guideline)
		// Locked, so that a form sent twice is known again.
		err := tx.NewSelect().Model(g).Where("id = ?", guidelineID).Apply(ofOrganisation(staff)).For("NO KEY UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		inForce, err := ResponsesOf(ctx, tx, g.ConsultationID, g.ID)
		if err != nil {
			return err
		}
		for i := range inForce {
			if r = &inForce[i]; r.MunicipalityID == staff.MunicipalityID && r.Outcome == outcome && r.Reasons == reasons {
				return nil
			}
		}
		r = &Response{ConsultationID: g.ConsultationID, ID: newID(), GuidelineID: g.ID, MunicipalityID: staff.MunicipalityID,
			Outcome: outcome, Reasons: reasons, PublishedAt: now, StaffID: staff.ID}
		if _, err := tx.NewInsert().Model(r).Exec(ctx); err != nil {
			return err
		}
		after := map[string]any{"outcome": outcome, "reasons": reasons}
		if err := audit(ctx, tx, now, staff, "guideline.respond", "guideline", g.ID, nil, after); err != nil {
			return err
		}
		return notify(ctx, tx, now, Notification{Template: MailGuidelineResponse, GuidelineID: g.ID})
	})
	return r, err
}

// ResponsesOf returns the response in force of each office to a guideline.
func ResponsesOf(ctx context.Context, db bun.IDB, consultationID, guidelineID uuid.UUID) ([]Response, error) {
	var responses []Response
	err := db.NewSelect().Model(&responses).DistinctOn("municipality_id").
		Where("consultation_id = ? AND guideline_id = ?", consultationID, guidelineID).
		Order("municipality_id", "published_at DESC", "id DESC").Scan(ctx)
	return responses, err
}
