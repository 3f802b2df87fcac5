// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// States of a question, in the order of the moderator's list. New: for the moderator alone; Shown: in the list, to be
// supported; Asked: being answered now, one at a time; set aside: not to be shown.
const (
	QuestionAsked    = "asked"
	QuestionNew      = "new"
	QuestionShown    = "shown"
	QuestionAnswered = "answered"
	QuestionSetAside = "set_aside"
)

// QuestionStates are the states in the order of the moderator's list.
var QuestionStates = []string{QuestionAsked, QuestionNew, QuestionShown, QuestionAnswered, QuestionSetAside}

// Channels through which a question came.
const (
	WithRegistration = "registration"
	FromFloor        = "floor"
	AtDesk           = "desk" // said aloud, or written on paper
)

// Question (domanda) is what somebody asks at a meeting. Nobody but its moderators reads it before staff show it.
type Question struct {
	bun.BaseModel `bun:"table:questions"`

	ConsultationID uuid.UUID `bun:",pk,type:uuid"`
	ID             uuid.UUID `bun:",pk,type:uuid"`
	MeetingID      uuid.UUID
	// RegistrationID is the one it came with; zero: none.
	RegistrationID uuid.UUID `bun:",nullzero,type:uuid"`
	// AskerHash tells the browser that asked it from the floor; nil once it is forgotten.
	AskerHash []byte
	// GuidelineID is the one it is about; zero: not said.
	GuidelineID uuid.UUID `bun:",nullzero,type:uuid"`
	// Author is the name given with it, or "".
	Author string
	Body   string
	// Channel is registration, floor or desk.
	Channel string
	State   string
	// Answer is what was written down of the answer, in Italian, or "".
	Answer    string
	CreatedAt time.Time
	ChangedAt time.Time
	// KeptSupports is the number of supports whose browsers are forgotten.
	KeptSupports int

	// Supports is how many support it, read by the queries of this file.
	Supports int `bun:",scanonly"`
	// Supported and Own say what the browser for which it was read did.
	Supported bool `bun:",scanonly"`
	Own       bool `bun:",scanonly"`

	Guideline *Guideline `bun:"rel:belongs-to,join:guideline_id=id"`
}

// Public tells whether everybody in the room may read it.
func (q *Question) Public() bool {
	return q.State == QuestionShown || q.State == QuestionAsked || q.State == QuestionAnswered
}

// Supportable tells whether others may support it.
func (q *Question) Supportable() bool { return q.State == QuestionShown || q.State == QuestionAsked }

// supportsOf counts the supports of a question.
const supportsOf = `question.kept_supports + (SELECT count(*) FROM question_supports s
	WHERE s.consultation_id = question.consultation_id AND s.question_id = question.id)`

// ofWhoComes keeps the questions that came with no registration, or with one that is confirmed and not given up.
const ofWhoComes = `(question.registration_id IS NULL OR EXISTS (SELECT FROM registrations r
	WHERE r.consultation_id = question.consultation_id AND r.id = question.registration_id AND r.state NOT IN ('pending', 'cancelled')))`

// questionsOf selects a meeting's questions, with their guidelines and supports: the one being answered first, then by
// their state, the most supported first, the older before the newer. One that came with a registration is among them once
// that is confirmed, until it is given up; one whose words are erased is not.
func questionsOf(db bun.IDB, meetingID uuid.UUID, questions *[]Question) *bun.SelectQuery {
	return db.NewSelect().Model(questions).Relation("Guideline").ColumnExpr("question.*").ColumnExpr(supportsOf+" AS supports").
		Where("question.meeting_id = ? AND question.body <> ?", meetingID, withdrawnBody).
		Where(ofWhoComes).
		OrderExpr("array_position(?::text[], question.state), supports DESC, question.id", pgdialect.Array(QuestionStates))
}

// ModeratorQuestions returns all questions of a meeting for its moderators: by their state, and the most supported first.
func ModeratorQuestions(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Question, error) {
	var questions []Question
	err := questionsOf(db, meetingID, &questions).Scan(ctx)
	return questions, err
}

// FloorQuestions returns the questions that everybody in the room may read, as the browser (nil: any) sees them.
func FloorQuestions(ctx context.Context, db bun.IDB, meetingID uuid.UUID, browser []byte) ([]Question, error) {
	var questions []Question
	query := questionsOf(db, meetingID, &questions).
		Where("question.state IN (?, ?, ?)", QuestionShown, QuestionAsked, QuestionAnswered)
	if browser != nil {
		query = query.ColumnExpr(`EXISTS (SELECT FROM question_supports s WHERE s.consultation_id = question.consultation_id
			AND s.question_id = question.id AND s.browser_hash = ?) AS supported`, browser).
			ColumnExpr("question.asker_hash IS NOT DISTINCT FROM ? AS own", browser)
	}
	err := query.Scan(ctx)
	return questions, err
}

// OwnQuestions returns what a browser asked at a meeting and nobody else reads, or not yet, oldest first.
func OwnQuestions(ctx context.Context, db bun.IDB, meetingID uuid.UUID, browser []byte) ([]Question, error) {
	var questions []Question
	if browser == nil {
		return nil, nil
	}
	err := db.NewSelect().Model(&questions).Where("meeting_id = ? AND asker_hash = ?", meetingID, browser).
		Where("state IN (?, ?)", QuestionNew, QuestionSetAside).Order("id").Scan(ctx)
	return questions, err
}

// AnsweredQuestions returns the questions that were answered at a meeting, for its page once it is closed: the most
// supported first.
func AnsweredQuestions(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Question, error) {
	var questions []Question
	err := questionsOf(db, meetingID, &questions).Where("question.state = ?", QuestionAnswered).Scan(ctx)
	return questions, err
}

// MeetingsWithDate returns the ids of all meetings that everybody sees and that have a confirmed date.
func MeetingsWithDate(ctx context.Context, db bun.IDB) ([]uuid.UUID, error) {
	var meetings []Meeting
	err := db.NewSelect().Model(&meetings).Column("id").Where("NOT draft AND confirmed_at IS NOT NULL").Scan(ctx)
	return idsOf(meetings, func(m Meeting) uuid.UUID { return m.ID }), err
}

// HasRoom tells whether the page for the meeting's room is there: everybody sees the meeting, its Consultation, which must
// be there, and its day.
func (m *Meeting) HasRoom() bool { return !m.Draft && m.Confirmed() && !m.Consultation.Draft() }

// MeetingByID returns a meeting with its municipality and consultation.
func MeetingByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Meeting, error) {
	m := new(Meeting)
	err := db.NewSelect().Model(m).Relation("Municipality").Relation("Consultation", statedConsultation).Where("meeting.id = ?", id).Scan(ctx)
	return m, found(err)
}
