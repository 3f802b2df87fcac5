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

// PageForm is a text of the organisation as staff edit it.
type PageForm struct {
	TitleIT string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN string `form:"title_en" validate:"max=200,oneline"`
	BodyIT  string `form:"body_it" validate:"required,max=50000"`
	BodyEN  string `form:"body_en" validate:"max=50000"`
	Basis
}

// Form returns the page as the form has it.
func (p *Page) Form() PageForm {
	f := PageForm{TitleIT: p.Title.typed("it"), TitleEN: p.Title.typed("en"), BodyIT: p.Body.typed("it"), BodyEN: p.Body.typed("en")}
	f.Seen = seenOf(f)
	return f
}

// PageSlugs are the texts that every organisation has, once they are written.
var PageSlugs = []string{"note-legali", "regole"}

// PagesOf returns the organisation's own texts. The information notice is none of them any more, see Privacy.
func PagesOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) ([]Page, error) {
	var pages []Page
	err := db.NewSelect().Model(&pages).Where("organisation_id = ? AND slug <> 'privacy'", organisationID).Order("slug").Scan(ctx)
	return pages, err
}

// EditPage changes a text of the staff's organisation, or writes one of PageSlugs that is not there yet. FieldErrors,
// ErrChanged, ErrNotFound.
func EditPage(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, slug string, form PageForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		p := &Page{OrganisationID: staff.OrganisationID, Slug: slug}
		subject := keyedSubject(staff.OrganisationID, "page", slug)
		err := found(tx.NewSelect().Model(p).WherePK().For("UPDATE").Scan(ctx))
		if errors.Is(err, ErrNotFound) && slices.Contains(PageSlugs, slug) {
			return writePage(ctx, tx, now, staff, subject, p, form)
		}
		if err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "page", subject, p.Form(), form, form.Seen, func() error {
			p.Title, p.Body, p.UpdatedAt = p.Title.with(form.TitleIT, form.TitleEN), p.Body.with(form.BodyIT, form.BodyEN), now
			_, err := tx.NewUpdate().Model(p).WherePK().Exec(ctx)
			return err
		})
	})
}

// writePage adds a text that is not there yet; ErrChanged when somebody else has added it meanwhile.
func writePage(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, subject uuid.UUID, p *Page, form PageForm) error {
	p.Title, p.Body, p.UpdatedAt = Text{}.with(form.TitleIT, form.TitleEN), Text{}.with(form.BodyIT, form.BodyEN), now
	res, err := tx.NewInsert().Model(p).On("CONFLICT DO NOTHING").Exec(ctx)
	if err = changedOne(res, err); errors.Is(err, ErrNotFound) {
		return ErrChanged
	}
	if err != nil {
		return err
	}
	return audit(ctx, tx, now, staff, "add", "page", subject, nil, fieldsOf(form))
}

// ContactsForm is how a municipality is reached, and when.
type ContactsForm struct {
	HallAddress string `form:"hall_address" validate:"max=200,oneline"`
	Phone       string `form:"phone" validate:"omitempty,max=40,oneline,phone"`
	Email       string `form:"email" validate:"omitempty,max=254,oneline,email"`
	PEC         string `form:"pec" validate:"omitempty,max=254,oneline,email"`
	OfficeHours
	Basis
}

// Contacts returns the municipality's contacts as the form has them.
func (m *Municipality) Contacts() ContactsForm {
	f := ContactsForm{HallAddress: m.HallAddress, Phone: m.Phone, Email: m.Email, PEC: m.PEC, OfficeHours: m.Hours}
	f.Seen = seenOf(f)
	return f
}

// EditContacts changes how a municipality of the staff's organisation is reached. FieldErrors, ErrChanged, ErrNotFound.
func EditContacts(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form ContactsForm) error {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Municipality)
		err := tx.NewSelect().Model(m).Where("id = ? AND organisation_id = ?", id, staff.OrganisationID).For("UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		return edit(ctx, tx, now, staff, "municipality", id, m.Contacts(), form, form.Seen, func() error {
			m.HallAddress, m.Phone, m.Email, m.PEC, m.Hours = form.HallAddress, form.Phone, form.Email, form.PEC, form.OfficeHours
			_, err := tx.NewUpdate().Model(m).Column("hall_address", "phone", "email", "pec", "hours").WherePK().Exec(ctx)
			return err
		})
	})
}
