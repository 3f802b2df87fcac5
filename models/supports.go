// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Values of a support.
const (
	Agree     = "agree"
	Disagree  = "disagree"
	Undecided = "unsure"
)

// SupportValues are the values of a support in the order people are shown them.
var SupportValues = []string{Agree, Disagree, Undecided}

// Support is a person's answer to somebody else's comment.
type Support struct {
	bun.BaseModel `bun:"table:supports"`

	ConsultationID uuid.UUID `bun:",pk"`
	CommentID      uuid.UUID `bun:",pk"`
	PersonID       uuid.UUID `bun:",pk"`
	Value          string
	GivenAt        time.Time
}

// SupportForm answers a comment: "D'accordo", "Non d'accordo", "Non so".
type SupportForm struct {
	Value string `form:"value" validate:"required,oneof=agree disagree unsure"`
	Email string `form:"email" validate:"required_if=SignedIn false,omitempty,email,max=254"`

	SignedIn bool `form:"-"`
}

// SupportGiven is an answer to somebody's comment: agree, disagree, unsure.
type SupportGiven struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	CommentID      uuid.UUID `json:"comment_id"`
	Value          string    `json:"value"`
}

// SupportBy is a support with whose it is.
type SupportBy struct {
	PersonID uuid.UUID
	SupportGiven
}

// GiveSupports gives several people's supports in one transaction, and one result for each: nil, ErrNotFound for a
// comment that is not public, ErrOwnComment, ErrClosed outside phase 1, ErrResidentsOnly for who the rules keep out. One a
// person and comment: the last counts.
func GiveSupports(ctx context.Context, db bun.IDB, now time.Time, given []SupportBy) ([]error, error) {
	var results []error
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		results = make([]error, len(given))
		people, err := lockPeople(ctx, tx, idsOf(given, func(g SupportBy) uuid.UUID { return g.PersonID }))
		if err != nil {
			return err
		}
		comments, err := publicComments(ctx, tx, now, idsOf(given, func(g SupportBy) uuid.UUID { return g.CommentID }))
		if err != nil {
			return err
		}
		var accepted []SupportBy
		for i, g := range given {
			if people[g.PersonID] == nil {
				results[i] = ErrNotFound
			} else if results[i] = g.accept(people[g.PersonID], comments[g.CommentID]); results[i] == nil {
				accepted = append(accepted, g)
			}
		}
		return setSupports(ctx, tx, now, accepted)
	})
	return results, err
}

func (g SupportBy) accept(p *Person, c *publicComment) error {
	switch {
	case c == nil, c.ConsultationID != g.ConsultationID:
		return ErrNotFound
	case !c.Open:
		return ErrClosed
	case c.PersonID == g.PersonID:
		return ErrOwnComment
	case !slices.Contains(SupportValues, g.Value):
		return Wrong("value", "errors.oneof")
	case admits(c.Participants, p, Author{}) != nil:
		return ErrResidentsOnly
	}
	return nil
}

func support(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act SupportGiven) error {
	results, err := GiveSupports(ctx, tx, now, []SupportBy{{personID, act}})
	if err != nil {
		return err
	}
	return results[0]
}

func setSupports(ctx context.Context, tx bun.IDB, now time.Time, given []SupportBy) error {
	type key struct{ comment, person uuid.UUID }
	last := map[key]SupportBy{}
	for _, g := range given {
		last[key{g.CommentID, g.PersonID}] = g
	}
	if len(last) == 0 {
		return nil
	}
	var consultations, comments, people, values []string
	for _, g := range last {
		consultations = append(consultations, g.ConsultationID.String())
		comments = append(comments, g.CommentID.String())
		people = append(people, g.PersonID.String())
		values = append(values, g.Value)
	}
	_, err := tx.NewRaw(`
		INSERT INTO supports AS s (consultation_id, comment_id, person_id, value, given_at)
		SELECT *, ?::timestamptz FROM unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[]) ORDER BY 1, 2, 3
		ON CONFLICT (consultation_id, comment_id, person_id)
			DO UPDATE SET value = excluded.value, given_at = excluded.given_at WHERE s.value <> excluded.value`,
		now, pgdialect.Array(consultations), pgdialect.Array(comments), pgdialect.Array(people), pgdialect.Array(values)).Exec(ctx)
	return err
}

// CountSupports counts anew the supports of every comment that got one since then, and returns how many counts changed.
// Its job asks for a window longer than a transaction lasts, so that none is missed.
func CountSupports(ctx context.Context, db bun.IDB, since time.Time) (int, error) {
	return countSupports(ctx, db, `
		JOIN (SELECT DISTINCT consultation_id, comment_id FROM supports WHERE given_at >= ?) changed
			ON changed.consultation_id = c.consultation_id AND changed.comment_id = c.id`, since)
}

// RecountSupports counts anew the supports of every comment and returns how many counts were wrong.
func RecountSupports(ctx context.Context, db bun.IDB) (int, error) { return countSupports(ctx, db, "") }

func countSupports(ctx context.Context, db bun.IDB, which string, args ...any) (int, error) {
	res, err := db.NewRaw(`
		UPDATE comments SET agree = n.agree, disagree = n.disagree, unsure = n.unsure
		FROM (SELECT c.consultation_id, c.id, count(*) FILTER (WHERE s.value = 'agree') AS agree,
				count(*) FILTER (WHERE s.value = 'disagree') AS disagree, count(*) FILTER (WHERE s.value = 'unsure') AS unsure
			FROM comments c `+which+`
			LEFT JOIN supports s ON s.consultation_id = c.consultation_id AND s.comment_id = c.id
			GROUP BY c.consultation_id, c.id) n
		WHERE comments.consultation_id = n.consultation_id AND comments.id = n.id
			AND (comments.agree, comments.disagree, comments.unsure) IS DISTINCT FROM (n.agree, n.disagree, n.unsure)`,
		args...).Exec(ctx)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
