// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Values of an opinion, as they stand in addresses, forms and exports.
const (
	InFavour = "favorevole"
	Against  = "contrario"
	Unsure   = "non-so"
)

// Opinions are the values of an opinion in the order people are shown them.
var Opinions = []string{InFavour, Against, Unsure}

// Opinion (parere) is a person's current answer on a guideline.
type Opinion struct {
	bun.BaseModel `bun:"table:opinions"`

	ConsultationID uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID `bun:",pk"`
	PersonID       uuid.UUID `bun:",pk"`
	Value          string
	GivenAt        time.Time

	Guideline *Guideline `bun:"rel:belongs-to,join:guideline_id=id"`
}

// OpinionChange is one line of an opinion's history; an empty value: withdrawn.
type OpinionChange struct {
	bun.BaseModel `bun:"table:opinion_history"`

	ConsultationID uuid.UUID `bun:",pk"`
	ID             uuid.UUID `bun:",pk"`
	GuidelineID    uuid.UUID
	PersonID       uuid.UUID
	Value          string `bun:",nullzero"`
	GivenAt        time.Time
}

// setOpinions makes each opinion current and adds a line of history where it changes something, in one statement.
func setOpinions(ctx context.Context, tx bun.IDB, now time.Time, opinions []Opinion) error {
	type key struct{ guideline, person uuid.UUID }
	last := map[key]int{}
	for i, o := range opinions {
		last[key{o.GuidelineID, o.PersonID}] = i
	}
	if len(last) == 0 {
		return nil
	}
	var consultations, guidelines, people, values, histories []string
	for _, i := range last {
		o := opinions[i]
		consultations = append(consultations, o.ConsultationID.String())
		guidelines = append(guidelines, o.GuidelineID.String())
		people = append(people, o.PersonID.String())
		values = append(values, o.Value)
		histories = append(histories, newID().String())
	}
	// Rows are locked in the order of the key, so that two batches never wait for each other.
	_, err := tx.NewRaw(`
		WITH given AS (
			SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::uuid[])
				AS g (consultation_id, guideline_id, person_id, value, history_id)),
		changed AS (
			INSERT INTO opinions AS o (consultation_id, guideline_id, person_id, value, given_at)
			SELECT consultation_id, guideline_id, person_id, value, ?::timestamptz FROM given ORDER BY 1, 2, 3
			ON CONFLICT (consultation_id, guideline_id, person_id)
				DO UPDATE SET value = excluded.value, given_at = excluded.given_at WHERE o.value <> excluded.value
			RETURNING consultation_id, guideline_id, person_id, value, given_at)
		INSERT INTO opinion_history (consultation_id, id, guideline_id, person_id, value, given_at)
		SELECT consultation_id, g.history_id, guideline_id, person_id, c.value, c.given_at
		FROM changed c JOIN given g USING (consultation_id, guideline_id, person_id)`,
		pgdialect.Array(consultations), pgdialect.Array(guidelines), pgdialect.Array(people), pgdialect.Array(values),
		pgdialect.Array(histories), now).Exec(ctx)
	return err
}

// WithdrawOpinion takes a person's opinion back; the history keeps that it was. ErrNotFound when there is none.
func WithdrawOpinion(ctx context.Context, db bun.IDB, now time.Time, personID, guidelineID uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		o := new(Opinion)
		err := tx.NewDelete().Model(o).Where("guideline_id = ? AND person_id = ?", guidelineID, personID).
			Returning("consultation_id").Scan(ctx)
		if err != nil {
			return found(err)
		}
		_, err = tx.NewInsert().Model(&OpinionChange{ConsultationID: o.ConsultationID, ID: newID(),
			GuidelineID: guidelineID, PersonID: personID, GivenAt: now}).Exec(ctx)
		return err
	})
}

// OpinionOf returns a person's current opinion on a guideline, or "".
func OpinionOf(ctx context.Context, db bun.IDB, guidelineID, personID uuid.UUID) (string, error) {
	var value string
	err := found(db.NewSelect().Model((*Opinion)(nil)).Column("value").
		Where("guideline_id = ? AND person_id = ?", guidelineID, personID).Scan(ctx, &value))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return value, err
}

// OpinionTotal counts the current opinions on a guideline from one municipality; a zero MunicipalityID: from elsewhere.
type OpinionTotal struct {
	GuidelineID    uuid.UUID
	MunicipalityID uuid.UUID `bun:",nullzero"`
	InFavour       int
	Against        int
	Unsure         int
}

// All is how many gave an opinion.
func (t OpinionTotal) All() int { return t.InFavour + t.Against + t.Unsure }

// OpinionTotals counts a consultation's current opinions by guideline and declared municipality: of each guideline with
// opinions one row for every municipality that has any, and one for elsewhere.
func OpinionTotals(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]OpinionTotal, error) {
	var totals []OpinionTotal
	err := opinionTotals(db, consultationID).Scan(ctx, &totals)
	return totals, err
}

// OpinionTotalsOf is OpinionTotals of one guideline.
func OpinionTotalsOf(ctx context.Context, db bun.IDB, consultationID, guidelineID uuid.UUID) ([]OpinionTotal, error) {
	var totals []OpinionTotal
	err := opinionTotals(db, consultationID).Where("o.guideline_id = ?", guidelineID).Scan(ctx, &totals)
	return totals, err
}

func opinionTotals(db bun.IDB, consultationID uuid.UUID) *bun.SelectQuery {
	return db.NewSelect().TableExpr("opinions AS o").Join("JOIN people AS p ON p.id = o.person_id").
		ColumnExpr("o.guideline_id, p.municipality_id").
		ColumnExpr("count(*) FILTER (WHERE o.value = ?) AS in_favour", InFavour).
		ColumnExpr("count(*) FILTER (WHERE o.value = ?) AS against", Against).
		ColumnExpr("count(*) FILTER (WHERE o.value = ?) AS unsure", Unsure).
		Where("o.consultation_id = ?", consultationID).
		GroupExpr("o.guideline_id, p.municipality_id").OrderExpr("o.guideline_id, p.municipality_id")
}

// lockPeople returns the people with those ids that exist, and keeps them from being erased meanwhile.
func lockPeople(ctx context.Context, tx bun.IDB, ids []uuid.UUID) (map[uuid.UUID]*Person, error) {
	var people []*Person
	err := tx.NewSelect().Model(&people).Where("id IN (?)", bun.List(ids)).Order("id").For("KEY SHARE").Scan(ctx)
	byID := make(map[uuid.UUID]*Person, len(people))
	for _, p := range people {
		byID[p.ID] = p
	}
	return byID, err
}

// idsOf returns the ids in items, each once.
func idsOf[T any](items []T, id func(T) uuid.UUID) []uuid.UUID {
	ids := make([]uuid.UUID, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
