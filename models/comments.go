// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// States of a comment. Private: sent for staff alone; held: waiting for a check; expired: its text is erased, because the
// consultation's retention ended.
const (
	Published = "published"
	Private   = "private"
	Held      = "held"
	Hidden    = "hidden"
	Withdrawn = "withdrawn"
	Expired   = "expired"
)

// gone are the states of comments whose text there is no more.
var gone = []string{Withdrawn, Expired}

// Comment is what a person wrote on a guideline, or an office's official answer (OfficeID set).
type Comment struct {
	bun.BaseModel `bun:"table:comments"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID
	PersonID       uuid.UUID `bun:",nullzero"`
	OfficeID       uuid.UUID `bun:",nullzero"`
	// ParentID is the comment answered, RootID the one that opened the conversation; both zero at the top.
	ParentID     uuid.UUID `bun:",nullzero"`
	RootID       uuid.UUID `bun:",nullzero"`
	Body         string
	Language     string
	State        string
	HiddenReason string
	CreatedAt    time.Time
	Agree        int
	Disagree     int
	Unsure       int

	Guideline *Guideline `bun:"rel:belongs-to,join:guideline_id=id"`
	Person    *Person    `bun:"rel:belongs-to,join:person_id=id"`
}

// Official tells whether an office wrote it.
func (c *Comment) Official() bool { return c.OfficeID != uuid.Nil }

// ReplyForm answers a comment.
type ReplyForm struct {
	Body string `form:"body" validate:"required,max=2000"`
	AuthorForm
}

// Clean makes the typed text what is kept.
func (f *ReplyForm) Clean() { f.clean(); f.Body = cleanText(f.Body) }

// Reply is a comment on a comment.
type Reply struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	CommentID      uuid.UUID `json:"comment_id"`
	Author         Author    `json:"author"`
	Body           string    `json:"body"`
}

// ReplyAs posts a person's reply to a public comment and returns it: published, or held where comments are checked
// first. The same text again is the same reply. ErrNotFound for a comment that is not public, ErrClosed outside phase 1 and
// where the rules close replies, FieldErrors for who they keep out.
func ReplyAs(ctx context.Context, db bun.IDB, now time.Time, personID uuid.UUID, act Reply) (*Comment, error) {
	var c *Comment
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		people, err := lockPeople(ctx, tx, []uuid.UUID{personID})
		if err != nil {
			return err
		}
		comments, err := publicComments(ctx, tx, now, []uuid.UUID{act.CommentID})
		if err != nil {
			return err
		}
		person, parent := people[personID], comments[act.CommentID]
		switch {
		case person == nil, parent == nil, parent.ConsultationID != act.ConsultationID:
			return ErrNotFound
		case !parent.Open || parent.RepliesClosed:
			return ErrClosed
		}
		if err := admits(parent.Participants, person, act.Author); err != nil {
			return err
		}
		if err := setAuthor(ctx, tx, person, act.Author); err != nil {
			return err
		}
		c = &Comment{ID: newID(), ConsultationID: act.ConsultationID, GuidelineID: parent.GuidelineID, PersonID: personID,
			ParentID: parent.ID, RootID: parent.root(), Body: act.Body, Language: person.Language,
			State: parent.stateOf(true), CreatedAt: now}
		return postComments(ctx, tx, []*Comment{c})
	})
	return c, err
}

// PublishedAs returns the id of the published comment with that text by a person, the newest; ErrNotFound when there is none.
func PublishedAs(ctx context.Context, db bun.IDB, consultationID, personID uuid.UUID, body string) (uuid.UUID, error) {
	var id uuid.UUID
	err := db.NewSelect().Model((*Comment)(nil)).Column("id").
		Where("consultation_id = ? AND person_id = ? AND body = ? AND state = ?", consultationID, personID, body, Published).
		Order("id DESC").Limit(1).Scan(ctx, &id)
	return id, found(err)
}

func reply(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act Reply) error {
	_, err := ReplyAs(ctx, tx, now, personID, act)
	return err
}

// postComments adds the comments. One whose author has already posted the same text at the same place is not added
// again (a form sent twice): it becomes the one that is there.
func postComments(ctx context.Context, tx bun.IDB, comments []*Comment) error {
	if len(comments) == 0 {
		return nil
	}
	var there []*Comment
	err := tx.NewSelect().Model(&there).Column("id", "person_id", "guideline_id", "parent_id", "body", "state").
		Where("person_id IN (?)", bun.List(idsOf(comments, func(c *Comment) uuid.UUID { return c.PersonID }))).
		Where("body IN (?)", bun.List(bodiesOf(comments))).Where("state <> ?", Withdrawn).Scan(ctx)
	if err != nil {
		return err
	}
	type place struct {
		person, guideline, parent uuid.UUID
		body                      string
	}
	placeOf := func(c *Comment) place { return place{c.PersonID, c.GuidelineID, c.ParentID, c.Body} }
	posted := map[place]*Comment{}
	for _, c := range there {
		posted[placeOf(c)] = c
	}
	var added []*Comment
	for _, c := range comments {
		if first := posted[placeOf(c)]; first != nil {
			c.ID, c.State = first.ID, first.State
			continue
		}
		posted[placeOf(c)] = c
		added = append(added, c)
	}
	if len(added) == 0 {
		return nil
	}
	_, err = tx.NewInsert().Model(&added).Exec(ctx)
	return err
}

func bodiesOf(comments []*Comment) []string {
	bodies := make([]string, len(comments))
	for i, c := range comments {
		bodies[i] = c.Body
	}
	return bodies
}

// WithdrawComment takes a person's comment back and forgets its text; where it has replies a placeholder stays.
// ErrNotFound when it is not theirs or withdrawn already.
func WithdrawComment(ctx context.Context, db bun.IDB, personID, id uuid.UUID) error {
	res, err := db.NewUpdate().Model((*Comment)(nil)).Set("state = ?", Withdrawn).Set("body = ?", withdrawnBody).
		Set("hidden_reason = ''").Where("id = ? AND person_id = ? AND state <> ?", id, personID, Withdrawn).Exec(ctx)
	return changedOne(res, err)
}

// withdrawnBody stands where a withdrawn text was.
const withdrawnBody = "–"

// publicComment is a published comment with what the verbs ask of its guideline.
type publicComment struct {
	openGuideline
	ID          uuid.UUID
	GuidelineID uuid.UUID
	RootID      uuid.UUID `bun:",nullzero"`
	PersonID    uuid.UUID `bun:",nullzero"`
}

func (c *publicComment) root() uuid.UUID {
	if c.RootID != uuid.Nil {
		return c.RootID
	}
	return c.ID
}

// publicComments returns the published comments with those ids.
func publicComments(ctx context.Context, tx bun.IDB, now time.Time, ids []uuid.UUID) (map[uuid.UUID]*publicComment, error) {
	var comments []Comment
	err := tx.NewSelect().Model(&comments).Column("id", "consultation_id", "guideline_id", "root_id", "person_id").
		Where("consultation_id IN (SELECT id FROM consultations)"). // few, and it lets the key be used
		Where("id IN (?) AND state = ?", bun.List(ids), Published).Scan(ctx)
	if err != nil || len(comments) == 0 {
		return nil, err
	}
	guidelines, err := openGuidelines(ctx, tx, now, idsOf(comments, func(c Comment) uuid.UUID { return c.GuidelineID }))
	byID := make(map[uuid.UUID]*publicComment, len(comments))
	for _, c := range comments {
		byID[c.ID] = &publicComment{openGuideline: guidelines[c.GuidelineID], ID: c.ID, GuidelineID: c.GuidelineID,
			RootID: c.RootID, PersonID: c.PersonID}
	}
	return byID, err
}
