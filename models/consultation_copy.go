// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// CopyForm is what a copy of a consultation is called.
type CopyForm struct {
	TitleIT string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN string `form:"title_en" validate:"max=200,oneline"`
}

// CopyConsultation adds a draft that begins where another one stands: its texts and settings, its phases without their
// dates, its guidelines each with the current text as the first version, its frequent questions. What citizens sent,
// meetings, acts, notices and the persons in charge belong to the other alone. FieldErrors, ErrNotFound.
func CopyConsultation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form CopyForm) (*Consultation, error) {
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	var c *Consultation
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) (err error) {
		if c, err = lockConsultation(ctx, tx, staff, id); err != nil {
			return err
		}
		c.ID, c.Title = newID(), Text{}.with(form.TitleIT, form.TitleEN)
		c.CreatedAt, c.PublishedAt, c.ArchivedAt = now, time.Time{}, time.Time{}
		if err := addConsultation(ctx, tx, c); err != nil {
			return err
		}
		for _, copied := range []func(context.Context, bun.IDB, time.Time, *Staff, uuid.UUID, uuid.UUID) error{copyPhases, copyGuidelines, copyFAQs} {
			if err := copied(ctx, tx, now, staff, id, c.ID); err != nil {
				return err
			}
		}
		return audit(ctx, tx, now, staff, "copy", "consultation", c.ID, nil, fieldsOf(form))
	})
	return c, err
}

func copyPhases(ctx context.Context, tx bun.IDB, _ time.Time, _ *Staff, from, to uuid.UUID) error {
	var phases []Phase
	if err := tx.NewSelect().Model(&phases).Where("consultation_id = ?", from).Scan(ctx); err != nil {
		return err
	}
	for i := range phases {
		phases[i].ConsultationID, phases[i].StartsOn, phases[i].EndsOn = to, time.Time{}, time.Time{}
	}
	return insertAll(ctx, tx, phases)
}

func copyGuidelines(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, from, to uuid.UUID) error {
	guidelines, err := GuidelinesOf(ctx, tx, from)
	if err != nil {
		return err
	}
	versions := make([]GuidelineVersion, len(guidelines))
	for i := range guidelines {
		g := &guidelines[i]
		g.ID, g.ConsultationID, g.Responsible, g.Plan = newID(), to, "", Plans[0]
		versions[i] = *g.Current
		versions[i].GuidelineID, versions[i].Number, versions[i].ChangeNote = g.ID, 1, ""
		versions[i].PublishedAt, versions[i].StaffID = now, staff.ID
	}
	if err := insertAll(ctx, tx, guidelines); err != nil {
		return err
	}
	return insertAll(ctx, tx, versions)
}

func copyFAQs(ctx context.Context, tx bun.IDB, _ time.Time, _ *Staff, from, to uuid.UUID) error {
	faqs, err := FAQsOf(ctx, tx, from)
	if err != nil {
		return err
	}
	for i := range faqs {
		faqs[i].ID, faqs[i].ConsultationID = newID(), to
	}
	return insertAll(ctx, tx, faqs)
}
