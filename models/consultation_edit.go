// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ConsultationForm is the texts of a consultation as staff edit them.
type ConsultationForm struct {
	TitleIT   string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN   string `form:"title_en" validate:"max=200,oneline"`
	SummaryIT string `form:"summary_it" validate:"required,max=1000"`
	SummaryEN string `form:"summary_en" validate:"max=1000"`
	BodyIT    string `form:"body_it" validate:"required,max=20000"`
	BodyEN    string `form:"body_en" validate:"max=20000"`
	Basis
}

// Form returns the consultation's texts as the form has them.
func (c *Consultation) Form() ConsultationForm {
	f := ConsultationForm{TitleIT: c.Title.typed("it"), TitleEN: c.Title.typed("en"), SummaryIT: c.Summary.typed("it"),
		SummaryEN: c.Summary.typed("en"), BodyIT: c.Body.typed("it"), BodyEN: c.Body.typed("en")}
	f.Seen = seenOf(f)
	return f
}

func (f ConsultationForm) apply(c *Consultation) {
	c.Title, c.Summary, c.Body = c.Title.with(f.TitleIT, f.TitleEN), c.Summary.with(f.SummaryIT, f.SummaryEN), c.Body.with(f.BodyIT, f.BodyEN)
}

// EditConsultation changes the texts of a consultation. FieldErrors, ErrChanged, ErrNotFound.
func EditConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form ConsultationForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockConsultation(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "consultation", id, c.Form(), form, form.Seen, func() error {
			form.apply(c)
			_, err := tx.NewUpdate().Model(c).Column("title", "summary", "body").WherePK().Exec(ctx)
			return err
		})
	})
}

// lockConsultation returns a consultation of the staff's organisation; ErrNotFound for any other.
func lockConsultation(ctx context.Context, tx bun.IDB, staff *Staff, id uuid.UUID) (*Consultation, error) {
	c := new(Consultation)
	err := tx.NewSelect().Model(c).Where("id = ? AND organisation_id = ?", id, staff.OrganisationID).For("UPDATE").Scan(ctx)
	return c, found(err)
}

// CreateConsultation adds a draft with those texts and phases, and an address made of its title. FieldErrors.
func CreateConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, form ConsultationForm, phases []Phase) (*Consultation, error) {
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	c := &Consultation{ID: newID(), OrganisationID: staff.OrganisationID, Publication: PublicationAtOnce,
		HoldHours: defaultHoldHours, CreatedAt: now}
	form.apply(c)
	return c, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if err := addConsultation(ctx, tx, c); err != nil {
			return err
		}
		for i := range phases {
			phases[i].ConsultationID = c.ID
		}
		if err := insertAll(ctx, tx, phases); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "add", "consultation", c.ID, nil, fieldsOf(form))
	})
}

// defaultHoldHours is how long seats are held in a new consultation.
const defaultHoldHours = 24

// addConsultation inserts a consultation under an address that no other has. The organisation's row is locked, so that
// two with one title come one after the other.
func addConsultation(ctx context.Context, tx bun.IDB, c *Consultation) error {
	err := tx.NewSelect().Model((*Organisation)(nil)).ColumnExpr("1").Where("id = ?", c.OrganisationID).For("UPDATE").Scan(ctx, new(int))
	if err != nil {
		return found(err)
	}
	if c.Slug, err = freeSlug(ctx, tx, "consultations", c.Title["it"], Addition); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(c).Exec(ctx)
	return err
}

// insertAll inserts rows, if there are any.
func insertAll[T any](ctx context.Context, tx bun.IDB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}
