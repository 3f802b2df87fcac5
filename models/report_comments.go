// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// CommentRows lists what people wrote, replies too, for staff: with what was not published and not with what was
// withdrawn or erased. The state of each says whether others can read it.
func CommentRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[*PostedComment], error) {
	var none []*PostedComment
	total, err := commentsAsked(db, &none, asked).Count(ctx)
	if err != nil {
		return nil, err
	}
	rows, next, err := commentRows(ctx, db, asked)
	return &RowsPage[*PostedComment]{Rows: rows, Total: int(total), Next: next}, err
}

func commentRows(ctx context.Context, db bun.IDB, asked RowsAsked) (rows []*PostedComment, next string, err error) {
	q := commentsAsked(db, &rows, asked).Limit(int64(asked.Limit) + 1)
	if err := orderComments(q, asked.Order, asked.After).Scan(ctx); err != nil {
		return nil, "", err
	}
	if len(rows) > asked.Limit {
		rows = rows[:asked.Limit]
		next = cursorAt(rows[asked.Limit-1])
	}
	return rows, next, whereSaid(ctx, db, asked.ConsultationID, rows)
}

func commentsAsked(db bun.IDB, into *[]*PostedComment, asked RowsAsked) *bun.SelectQuery {
	q := posted(db, into, uuid.Nil).
		Join("JOIN guidelines g ON g.id = comment.guideline_id").
		Join("LEFT JOIN municipalities m ON m.id = p.municipality_id").
		Where("comment.consultation_id = ? AND comment.person_id IS NOT NULL AND comment.state NOT IN (?)", asked.ConsultationID, bun.List(gone))
	keep(q, "g.slug = ?", asked.Guideline)
	keep(q, placeOf+" = ?", asked.Place)
	keep(q, "coalesce(o.value, '"+NoOpinion+"') = ?", asked.Opinion)
	keep(q, "comment.state = ?", asked.State)
	asked.keepDay(q, "comment.created_at")
	if asked.Awaiting {
		q.Join(answered, asked.ConsultationID).Where(awaiting)
	}
	return q
}

// CommentForOffice returns what a person wrote, published or not, and the comment it replies to, or nil. ErrNotFound
// when it was withdrawn or erased, or an office wrote it.
func CommentForOffice(ctx context.Context, db bun.IDB, consultationID, id uuid.UUID) (comment, parent *PostedComment, err error) {
	var found []*PostedComment
	err = posted(db, &found, uuid.Nil).Where("comment.consultation_id = ?", consultationID).
		Where("comment.id IN (?0, (SELECT parent_id FROM comments WHERE consultation_id = ?1 AND id = ?0))", id, consultationID).
		Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range found {
		if c.ID == id {
			comment = c
		} else if !slices.Contains(gone, c.State) {
			parent = c
		}
	}
	if comment == nil || comment.Official() || slices.Contains(gone, comment.State) {
		return nil, nil, ErrNotFound
	}
	return comment, parent, whereSaid(ctx, db, consultationID, found)
}

// OfficialAnswers returns the official answers to each of the comments, in order of time.
func OfficialAnswers(ctx context.Context, db bun.IDB, consultationID uuid.UUID, comments ...*PostedComment) (map[uuid.UUID][]Comment, error) {
	byComment := map[uuid.UUID][]Comment{}
	if len(comments) == 0 {
		return byComment, nil
	}
	var answers []Comment
	err := db.NewSelect().Model(&answers).
		Where("comment.consultation_id = ? AND comment.office_id IS NOT NULL", consultationID).
		Where("comment.state IN (?)", bun.List([]string{Published, Private})).
		Where("comment.parent_id IN (?)", bun.List(idsOf(comments, func(c *PostedComment) uuid.UUID { return c.ID }))).
		Order("comment.id").Scan(ctx)
	for _, a := range answers {
		byComment[a.ParentID] = append(byComment[a.ParentID], a)
	}
	return byComment, err
}

// Texts are the comments that the report shows whole; one may be in several lists.
func (r *Report) Texts() []*PostedComment {
	return slices.Concat(r.Newest, r.MostSupported, r.LongestWaiting)
}

// Place is where its author lives: a municipality's slug, Elsewhere or NotStated.
func (c *PostedComment) Place(o *Organisation) string {
	if m := o.Municipality(c.MunicipalityID); m != nil {
		return m.Slug
	}
	if c.Elsewhere {
		return Elsewhere
	}
	return NotStated
}
