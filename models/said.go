// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// AtMeeting is the channel of who spoke at a meeting, or left their words there on paper.
const AtMeeting = "meeting"

// SaidForm is what somebody said at a meeting on one guideline, as staff write it down. Without a name the speaker is
// called after a number; the same name again at the same meeting is the same person.
type SaidForm struct {
	Guideline    string `form:"guideline" validate:"required,max=100"`
	Body         string `form:"said_body" validate:"required,max=5000"`
	Opinion      string `form:"said_opinion" validate:"required,oneof=favorevole contrario non-so none"`
	Municipality string `form:"municipality" validate:"required,max=100"`
	Speaker      string `form:"speaker" validate:"max=40,oneline"`
	Published    bool   `form:"said_published"`
	// Question is the id of the question from the floor that it was; empty: none.
	Question string `form:"question" validate:"omitempty,uuid"`
}

// Clean makes the typed text what is kept.
func (f *SaidForm) Clean() { f.Body, f.Speaker = cleanText(f.Body), cleanName(f.Speaker) }

// meetingComment says at which meeting a comment was spoken.
type meetingComment struct {
	bun.BaseModel `bun:"table:meeting_comments"`

	ConsultationID uuid.UUID `bun:",pk"`
	CommentID      uuid.UUID `bun:",pk"`
	MeetingID      uuid.UUID
	QuestionID     uuid.UUID `bun:",nullzero"`
	StaffID        uuid.UUID `bun:",nullzero"`
	EnteredAt      time.Time
}

// EnterSaid gives the comment, and the opinion where there was one, of somebody who spoke at a meeting that has begun.
// As with paper forms it is possible as long as the consultation is Live. FieldErrors: the same words of the same
// speaker are there already, a question that was entered, a speaker who lives elsewhere than the form says, or bears a
// name that nobody may. ErrClosed, ErrNotFound.
func EnterSaid(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, o *Organisation, meetingID uuid.UUID, form SaidForm) error {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	if form.Opinion == NoPaperOpinion {
		form.Opinion = ""
	}
	as := AuthorForm{Pseudonym: form.Speaker, Municipality: form.Municipality}
	author, err := as.Author(o, "it")
	if err != nil {
		return err
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, meetingID)
		if err != nil {
			return err
		}
		if !m.Begun(now) || m.Cancelled() {
			return ErrClosed
		}
		guideline, err := paperGuideline(ctx, tx, now, staff, m.ConsultationID, form.Guideline)
		if err != nil {
			return err
		}
		entry := &meetingComment{ConsultationID: m.ConsultationID, MeetingID: m.ID, StaffID: staff.ID, EnteredAt: now}
		if entry.QuestionID, err = questionToEnter(ctx, tx, m, form.Question); err != nil {
			return err
		}
		person, err := speaker(ctx, tx, now, m, guideline, author, form.Body)
		if err != nil {
			return err
		}
		entry.CommentID, err = takeDown(ctx, tx, now, guideline, person, takenDown{form.Opinion, form.Body, form.Published})
		if err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(entry).Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "enter_said", "meeting", m.ID, nil, map[string]any{"guideline": form.Guideline})
	})
}

// questionToEnter returns the id of a question asked at the meeting that is not among its contributions yet; zero for none.
func questionToEnter(ctx context.Context, tx bun.IDB, m *Meeting, id string) (uuid.UUID, error) {
	if id == "" {
		return uuid.Nil, nil
	}
	there, err := tx.NewSelect().Model((*Question)(nil)).Where("consultation_id = ? AND id = ? AND meeting_id = ?", m.ConsultationID, id, m.ID).Exists(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if !there {
		return uuid.Nil, ErrNotFound
	}
	entered, err := tx.NewSelect().Model((*meetingComment)(nil)).Where("consultation_id = ? AND question_id = ?", m.ConsultationID, id).Exists(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if entered {
		return uuid.Nil, Wrong("said_body", "errors.question_entered")
	}
	return uuid.Parse(id)
}

// speaker returns who spoke: whoever gave the same name at the meeting before, or somebody new. The meeting's row is
// locked, so that nobody is written down twice. FieldErrors when these words of theirs are there already.
func speaker(ctx context.Context, tx bun.IDB, now time.Time, m *Meeting, guideline openGuideline, author Author, body string) (*Person, error) {
	var spoke []*Person
	err := tx.NewSelect().Model(&spoke).Where(`person.id IN (SELECT c.person_id FROM comments c JOIN meeting_comments mc
		ON mc.consultation_id = c.consultation_id AND mc.comment_id = c.id WHERE mc.meeting_id = ?)`, m.ID).Order("person.id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	person := named(spoke, author.Pseudonym)
	same := tx.NewSelect().TableExpr("comments AS c").
		Join("JOIN meeting_comments AS mc ON mc.consultation_id = c.consultation_id AND mc.comment_id = c.id").
		Where("mc.meeting_id = ? AND c.guideline_id = ? AND c.body = ?", m.ID, guideline.ID, body)
	if author.Pseudonym != "" && person != nil {
		same.Where("c.person_id = ?", person.ID)
	}
	if author.Pseudonym == "" || person != nil {
		if is, err := same.Exists(ctx); err != nil {
			return nil, err
		} else if is {
			return nil, Wrong("said_body", "errors.said_already")
		}
	}
	if person != nil {
		if person.MunicipalityID != author.MunicipalityID || person.Elsewhere != author.Elsewhere {
			return nil, Wrong("municipality", "errors.said_of_another")
		}
		return person, admits(guideline.Participants, person, author)
	}
	if author.Pseudonym == "" {
		before, err := tx.NewSelect().Model((*Person)(nil)).Where("channel = ?", AtMeeting).Count(ctx)
		if err != nil {
			return nil, err
		}
		author.Pseudonym = fmt.Sprintf("Intervento %d", before+1)
	}
	person = &Person{ID: newID(), Language: "it", Channel: AtMeeting, CreatedAt: now}
	if err := admits(guideline.Participants, person, author); err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(person).Exec(ctx); err != nil {
		return nil, err
	}
	err = setAuthor(ctx, tx, person, author)
	if errors.Is(err, ErrReserved) {
		err = Wrong("speaker", "errors.reserved")
	}
	return person, err
}

// named returns who of those that spoke bears a name, or bears it with a number because others had it first; nil: nobody.
func named(spoke []*Person, name string) *Person {
	is := func(with func(pseudonym string) bool) *Person {
		if at := slices.IndexFunc(spoke, func(p *Person) bool { return with(p.Pseudonym) }); at >= 0 && name != "" {
			return spoke[at]
		}
		return nil
	}
	if p := is(func(pseudonym string) bool { return strings.EqualFold(pseudonym, name) }); p != nil {
		return p
	}
	return is(func(pseudonym string) bool {
		stem, number, found := cutLast(pseudonym, " ")
		return found && strings.EqualFold(stem, name) && strings.Trim(number, "0123456789") == ""
	})
}

func cutLast(s, sep string) (before, after string, found bool) {
	if at := strings.LastIndex(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, "", false
}

// RemoveSaid takes back what was entered as said at a meeting: the comment is withdrawn, and the speaker's opinion on the
// guideline unless they said something else on it. ErrNotFound.
func RemoveSaid(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID, commentID uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, meetingID)
		if err != nil {
			return err
		}
		res, err := tx.NewDelete().Model((*meetingComment)(nil)).
			Where("consultation_id = ? AND comment_id = ? AND meeting_id = ?", m.ConsultationID, commentID, m.ID).Exec(ctx)
		if err := changedOne(res, err); err != nil {
			return err
		}
		c := new(Comment)
		if err := tx.NewSelect().Model(c).Relation("Guideline").Where("comment.consultation_id = ? AND comment.id = ?", m.ConsultationID, commentID).Scan(ctx); err != nil {
			return found(err)
		}
		if err := WithdrawComment(ctx, tx, c.PersonID, c.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		more, err := tx.NewSelect().Model((*Comment)(nil)).
			Where("guideline_id = ? AND person_id = ? AND state <> ?", c.GuidelineID, c.PersonID, Withdrawn).Exists(ctx)
		if err != nil {
			return err
		}
		if !more {
			if err := WithdrawOpinion(ctx, tx, now, c.PersonID, c.GuidelineID); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
		return audit(ctx, tx, now, staff, "remove_said", "meeting", m.ID, map[string]any{"guideline": c.Guideline.Slug}, nil)
	})
}

// SaidAt returns what was said at a meeting and entered, the last first, at most limit, with guidelines and speakers.
func SaidAt(ctx context.Context, db bun.IDB, m *Meeting, limit int) ([]Comment, error) {
	var said []Comment
	err := db.NewSelect().Model(&said).Relation("Guideline").Relation("Person").
		Join("JOIN meeting_comments AS mc ON mc.consultation_id = comment.consultation_id AND mc.comment_id = comment.id").
		Where("mc.meeting_id = ? AND comment.consultation_id = ? AND comment.state NOT IN (?)", m.ID, m.ConsultationID, bun.List(gone)).
		Order("comment.id DESC").Limit(int64(limit)).Scan(ctx)
	return said, err
}

// QuestionsToEnter returns the questions of a meeting that others read, or heard, and that are not among its
// contributions, in the order of the moderator's list.
func QuestionsToEnter(ctx context.Context, db bun.IDB, m *Meeting) ([]Question, error) {
	var questions []Question
	err := questionsOf(db, m.ID, &questions).Where("question.state IN (?, ?, ?)", QuestionShown, QuestionAsked, QuestionAnswered).
		Where(`NOT EXISTS (SELECT FROM meeting_comments mc
			WHERE mc.consultation_id = question.consultation_id AND mc.question_id = question.id)`).Scan(ctx)
	return questions, err
}

// SaidOn counts what was said at a meeting and can be read, by guideline.
func SaidOn(ctx context.Context, db bun.IDB, m *Meeting) (map[uuid.UUID]int, error) {
	var rows []struct {
		GuidelineID uuid.UUID
		Count       int
	}
	err := db.NewSelect().TableExpr("meeting_comments AS mc").ColumnExpr("c.guideline_id, count(*) AS count").
		Join("JOIN comments AS c ON c.consultation_id = mc.consultation_id AND c.id = mc.comment_id").
		Where("mc.meeting_id = ? AND c.state = ?", m.ID, Published).Group("c.guideline_id").Scan(ctx, &rows)
	counts := make(map[uuid.UUID]int, len(rows))
	for _, r := range rows {
		counts[r.GuidelineID] = r.Count
	}
	return counts, err
}

// whereSaid fills the MeetingID of the comments that were said at one, and of their replies; where there are none it
// asks nothing.
func whereSaid(ctx context.Context, db bun.IDB, consultationID uuid.UUID, comments []*PostedComment) error {
	said := saidIn(comments)
	if len(said) == 0 {
		return nil
	}
	var at []meetingComment
	err := db.NewSelect().Model(&at).Column("comment_id", "meeting_id").
		Where("consultation_id = ? AND comment_id IN (?)", consultationID, bun.List(idsOf(said, func(c *PostedComment) uuid.UUID { return c.ID }))).
		Scan(ctx)
	for _, row := range at {
		for _, c := range said {
			if c.ID == row.CommentID {
				c.MeetingID = row.MeetingID
			}
		}
	}
	return err
}

func saidIn(comments []*PostedComment) []*PostedComment {
	var said []*PostedComment
	for _, c := range comments {
		if c.AtMeeting {
			said = append(said, c)
		}
		said = append(said, saidIn(c.Replies)...)
	}
	return said
}
