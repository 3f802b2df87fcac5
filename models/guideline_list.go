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

// AddGuideline adds a guideline at the end of a consultation's list, under an address made of its name, which it keeps
// for ever. FieldErrors, ErrNotFound.
func AddGuideline(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, form GuidelineForm) (*Guideline, error) {
	form.ChangeNote = "" // the first version changes nothing
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	g := &Guideline{ID: newID(), ConsultationID: consultationID, Name: Text{}.with(form.ProposalNameIT, form.ProposalNameEN),
		Responsible: form.Responsible, Plan: form.Plan, Current: new(GuidelineVersion)}
	return g, transact(ctx, db, func(ctx context.Context, tx bun.IDB) (err error) {
		if _, err := lockConsultation(ctx, tx, staff, consultationID); err != nil {
			return err
		}
		rows := func() *bun.SelectQuery {
			return tx.NewSelect().Model((*Guideline)(nil)).Where("consultation_id = ?", consultationID)
		}
		if g.Slug, err = freeSlugAmong(ctx, rows(), g.Name["it"], Addition); err != nil {
			return err
		}
		if err := rows().ColumnExpr("coalesce(max(position), 0) + 1").Scan(ctx, &g.Position); err != nil {
			return err
		}
		g.Current = form.version(g, now, staff)
		for _, row := range []any{g, g.Current} {
			if _, err := tx.NewInsert().Model(row).Exec(ctx); err != nil {
				return err
			}
		}
		return audit(ctx, tx, now, staff, "add", "guideline", g.ID, nil, fieldsOf(form))
	})
}

// MoveGuideline moves a guideline one place up in its consultation's list, or down; at the end of the list it stays where
// it is. ErrNotFound.
func MoveGuideline(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID, id uuid.UUID, up bool) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockConsultation(ctx, tx, staff, consultationID); err != nil {
			return err
		}
		var list []Guideline
		err := tx.NewSelect().Model(&list).Column("id", "position").Where("consultation_id = ?", consultationID).Order("position", "id").Scan(ctx)
		if err != nil {
			return err
		}
		from := slices.IndexFunc(list, func(g Guideline) bool { return g.ID == id })
		if from < 0 {
			return ErrNotFound
		}
		to := neighbour(from, len(list), up)
		if to == from {
			return nil
		}
		list[from], list[to] = list[to], list[from]
		for i := range list {
			list[i].Position = i + 1
			if _, err := tx.NewUpdate().Model(&list[i]).Column("position").WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		return audit(ctx, tx, now, staff, "edit", "guideline", id, map[string]any{"position": from + 1}, map[string]any{"position": to + 1})
	})
}

// neighbour is the place before, or after, one in a list; that place itself at the list's end.
func neighbour(place, length int, before bool) int {
	if before {
		return max(0, place-1)
	}
	return min(length-1, place+1)
}

// RemoveGuideline takes a guideline away, with its texts; taking it away again changes nothing. InUse as long as somebody
// has given an opinion or commented on it, follows it, or has answered it.
func RemoveGuideline(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		g := &Guideline{Current: new(GuidelineVersion)}
		err := found(tx.NewSelect().Model(g).Where("id = ?", id).Apply(ofOrganisation(staff)).For("UPDATE").Scan(ctx))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.NewSelect().Model(g.Current).Where("guideline_id = ?", id).Order("number DESC").Limit(1).Scan(ctx); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*GuidelineVersion)(nil)).Where("guideline_id = ?", id).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(g).WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "remove", "guideline", id, fieldsOf(g.Form()), nil)
	})
	return inUse(err)
}
