// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Orders of a guideline's comments.
const (
	Recent    = "recent"
	Oldest    = "oldest"
	Supported = "supported"
)

// CommentsPerPage is how many conversations a page shows, and repliesShown how many replies of each; the rest is on the
// conversation's own page.
const (
	CommentsPerPage = 20
	repliesShown    = 20
)

// Levels of replies that are shown as such; deeper ones stand beside those of the last level.
const Levels = 3

// PostedComment is a comment as it stands on the page: with its author, their current parere and its replies.
type PostedComment struct {
	Comment `bun:",extend"`

	Pseudonym      string
	MunicipalityID uuid.UUID `bun:",nullzero"`
	Elsewhere      bool
	// OnPaper tells that staff typed it in from a paper form.
	OnPaper bool
	// AtMeeting tells that it was said at a meeting, and staff wrote it down; MeetingID is which.
	AtMeeting bool
	MeetingID uuid.UUID `bun:"-"`
	// Opinion is the author's current parere on the guideline; empty: none.
	Opinion string
	// Supported is the viewer's own support of it; empty: none.
	Supported string
	// Level is 1 at the top, Levels at most.
	Level int `bun:"-"`
	// Replies are in order of time; MoreReplies tells that the conversation's own page has others.
	Replies     []*PostedComment `bun:"-"`
	MoreReplies bool             `bun:"-"`
}

// CommentsAsked says which comments of a guideline to show, in which order, from where on, and to whom.
type CommentsAsked struct {
	ConsultationID, GuidelineID uuid.UUID
	// Order is Recent, Oldest or Supported; anything else counts as Recent.
	Order string
	// After is a page's Next; empty or not one: from the beginning.
	After string
	// Viewer is who looks; zero: somebody not signed in.
	Viewer uuid.UUID
}

// CommentPage is one page of conversations; Next is empty on the last.
type CommentPage struct {
	Comments []*PostedComment
	Next     string
}

// CommentsOf returns a page of a guideline's conversations, each with its replies. A hidden comment
// stays as a placeholder, and so does a withdrawn or erased one that has replies.
func CommentsOf(ctx context.Context, db bun.IDB, asked CommentsAsked) (*CommentPage, error) {
	var tops []*PostedComment
	q := posted(db, &tops, asked.Viewer).
		Where("comment.consultation_id = ? AND comment.guideline_id = ? AND comment.parent_id IS NULL", asked.ConsultationID, asked.GuidelineID).
		Where(standing).Limit(CommentsPerPage + 1)
	if err := orderComments(q, asked.Order, asked.After).Scan(ctx); err != nil {
		return nil, err
	}
	page := &CommentPage{Comments: tops}
	if len(tops) > CommentsPerPage {
		page.Comments = tops[:CommentsPerPage]
		page.Next = cursorAt(page.Comments[CommentsPerPage-1])
	}
	if err := addReplies(ctx, db, asked.ConsultationID, page.Comments, asked.Viewer, repliesShown); err != nil {
		return nil, err
	}
	if err := whereSaid(ctx, db, asked.ConsultationID, page.Comments); err != nil {
		return nil, err
	}
	return page, countOwn(ctx, db, asked.ConsultationID, page.Comments)
}

// orderComments puts comments in an order, from the place that a cursor names.
func orderComments(q *bun.SelectQuery, order, after string) *bun.SelectQuery {
	cursor, started := parseCursor(after)
	switch order {
	case Supported:
		if q.Order("comment.agree DESC", "comment.id DESC"); started {
			q.Where("(comment.agree, comment.id) < (?, ?)", cursor.agree, cursor.id)
		}
	case Oldest:
		if q.Order("comment.id"); started {
			q.Where("comment.id > ?", cursor.id)
		}
	default:
		if q.Order("comment.id DESC"); started {
			q.Where("comment.id < ?", cursor.id)
		}
	}
	return q
}

// standing keeps the comments that have a place on the page. The LIMIT keeps PostgreSQL from reading every reply there
// is to answer for one withdrawn comment.
const standing = `(comment.state IN ('published', 'hidden') OR comment.state IN ('withdrawn', 'expired') AND (
	SELECT true FROM comments r WHERE r.consultation_id = comment.consultation_id AND r.parent_id = comment.id
		AND r.state IN ('published', 'hidden') LIMIT 1))`

// posted begins a query of comments with their authors, opinions and the viewer's own support.
func posted(db bun.IDB, into *[]*PostedComment, viewer uuid.UUID) *bun.SelectQuery {
	return db.NewSelect().Model(into).ModelTableExpr("comments AS comment").ColumnExpr("comment.*").
		ColumnExpr("coalesce(p.pseudonym, '') AS pseudonym, p.municipality_id, coalesce(p.elsewhere, false) AS elsewhere, coalesce(p.channel = 'paper', false) AS on_paper, coalesce(p.channel = 'meeting', false) AS at_meeting").
		ColumnExpr("coalesce(o.value, '') AS opinion, coalesce(s.value, '') AS supported").
		Join("LEFT JOIN people AS p ON p.id = comment.person_id").
		Join(`LEFT JOIN opinions AS o ON o.consultation_id = comment.consultation_id
			AND o.guideline_id = comment.guideline_id AND o.person_id = comment.person_id`).
		Join(`LEFT JOIN supports AS s ON s.consultation_id = comment.consultation_id
			AND s.comment_id = comment.id AND s.person_id = ?`, viewer)
}

// addReplies hangs the oldest replies of each conversation, at most limit, under what they answer.
func addReplies(ctx context.Context, db bun.IDB, consultationID uuid.UUID, tops []*PostedComment, viewer uuid.UUID, limit int) error {
	if len(tops) == 0 {
		return nil
	}
	roots := make([]uuid.UUID, len(tops))
	for i, c := range tops {
		roots[i] = c.ID
	}
	var replies []*PostedComment
	err := posted(db, &replies, viewer).
		Where(`(comment.consultation_id, comment.id) IN (
			SELECT ?::uuid, r.id FROM (VALUES ?) AS root (id) CROSS JOIN LATERAL (
				SELECT id FROM comments AS comment WHERE comment.consultation_id = ? AND comment.root_id = root.id AND `+standing+`
				ORDER BY id LIMIT ?) r)`, consultationID, rows(roots), consultationID, limit+1).
		Order("comment.id").Scan(ctx)
	if err != nil {
		return err
	}
	byRoot := map[uuid.UUID][]*PostedComment{}
	for _, r := range replies {
		byRoot[r.RootID] = append(byRoot[r.RootID], r)
	}
	for _, top := range tops {
		thread := byRoot[top.ID]
		if len(thread) > limit {
			thread, top.MoreReplies = thread[:limit], true
		}
		hang(top, thread)
	}
	return nil
}

// countOwn counts the supports of the comments that the viewer answered, and of their replies, as they are now: the
// stored counts lag, and whoever has just answered looks for their own.
func countOwn(ctx context.Context, db bun.IDB, consultationID uuid.UUID, comments []*PostedComment) error {
	answered := answeredIn(comments)
	if len(answered) == 0 {
		return nil
	}
	var counts []struct {
		CommentID               uuid.UUID
		Agree, Disagree, Unsure int
	}
	err := db.NewSelect().Model((*Support)(nil)).Column("comment_id").
		ColumnExpr("count(*) FILTER (WHERE value = 'agree') AS agree, count(*) FILTER (WHERE value = 'disagree') AS disagree").
		ColumnExpr("count(*) FILTER (WHERE value = 'unsure') AS unsure").
		Where("consultation_id = ? AND comment_id IN (?)", consultationID, bun.List(idsOf(answered, func(c *PostedComment) uuid.UUID { return c.ID }))).
		Group("comment_id").Scan(ctx, &counts)
	for _, n := range counts {
		for _, c := range answered {
			if c.ID == n.CommentID {
				c.Agree, c.Disagree, c.Unsure = n.Agree, n.Disagree, n.Unsure
			}
		}
	}
	return err
}

func answeredIn(comments []*PostedComment) []*PostedComment {
	var answered []*PostedComment
	for _, c := range comments {
		if c.Supported != "" {
			answered = append(answered, c)
		}
		answered = append(answered, answeredIn(c.Replies)...)
	}
	return answered
}

// rows writes ids as the rows of a VALUES list.
func rows(ids []uuid.UUID) bun.Safe {
	values := make([]string, len(ids))
	for i, id := range ids {
		values[i] = fmt.Sprintf("('%s'::uuid)", id)
	}
	return bun.Safe(strings.Join(values, ", "))
}

// hang puts the replies of a conversation, in order of time, under what they answer; what stands below the last level
// goes beside it, and what answers a comment that is not shown goes to the top.
func hang(top *PostedComment, thread []*PostedComment) {
	top.Level = 1
	under := map[uuid.UUID]*PostedComment{top.ID: top}
	for _, r := range thread {
		parent := under[r.ParentID]
		if parent == nil {
			parent = top
		}
		r.Level = parent.Level + 1
		parent.Replies = append(parent.Replies, r)
		under[r.ID] = r
		if r.Level == Levels {
			under[r.ID] = parent
		}
	}
}

// Conversation returns the conversation in which a comment stands, whole up to 200 replies, and the comment itself.
// ErrNotFound when the comment, or what opened it, has no place on a page.
func Conversation(ctx context.Context, db bun.IDB, consultationID, commentID, viewer uuid.UUID) (top, comment *PostedComment, err error) {
	var found []*PostedComment
	err = posted(db, &found, viewer).Where("comment.consultation_id = ?", consultationID).
		Where("comment.id IN (?, (SELECT root_id FROM comments WHERE consultation_id = ? AND id = ?))", commentID, consultationID, commentID).
		Where(standing).Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range found {
		if c.RootID == uuid.Nil {
			top = c
		}
		if c.ID == commentID {
			comment = c
		}
	}
	if top == nil || comment == nil {
		return nil, nil, ErrNotFound
	}
	if err := addReplies(ctx, db, consultationID, []*PostedComment{top}, viewer, conversationShown); err != nil {
		return nil, nil, err
	}
	if err := whereSaid(ctx, db, consultationID, []*PostedComment{top, comment}); err != nil {
		return nil, nil, err
	}
	return top, comment, countOwn(ctx, db, consultationID, []*PostedComment{top, comment})
}

// conversationShown bounds the replies on a conversation's own page.
const conversationShown = 200

// CommentCount returns how many comments, replies and official answers on a guideline can be read.
func CommentCount(ctx context.Context, db bun.IDB, consultationID, guidelineID uuid.UUID) (int, error) {
	n, err := db.NewSelect().Model((*Comment)(nil)).
		Where("consultation_id = ? AND guideline_id = ? AND state = ?", consultationID, guidelineID, Published).Count(ctx)
	return int(n), err
}

type cursor struct {
	agree int
	id    uuid.UUID
}

// cursorAt names the place after c, in any order.
func cursorAt(c *PostedComment) string {
	return base64.RawURLEncoding.EncodeToString(c.ID[:]) + "." + strconv.Itoa(c.Agree)
}

func parseCursor(s string) (cursor, bool) {
	id, agree, _ := strings.Cut(s, ".")
	raw, err := base64.RawURLEncoding.DecodeString(id)
	n, errNumber := strconv.Atoi(agree)
	if err != nil || errNumber != nil || len(raw) != len(uuid.UUID{}) || n < 0 || n > 1<<30 {
		return cursor{}, false
	}
	return cursor{n, uuid.UUID(raw)}, true
}
