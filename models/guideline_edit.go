// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Plans are the states of a reorganisation plan, in their order.
var Plans = []string{"awaited", "in_preparation", "presented", "approved"}

// GuidelineForm is what staff edit of a guideline. Its texts, when they change, become a new version.
type GuidelineForm struct {
	// ProposalNameIT is what it is called in lists, in a few words.
	ProposalNameIT string `form:"proposal_name_it" validate:"required,max=100,oneline"`
	ProposalNameEN string `form:"proposal_name_en" validate:"max=100,oneline"`

	TitleIT     string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN     string `form:"title_en" validate:"max=200,oneline"`
	InBriefIT   string `form:"in_brief_it" validate:"required,max=3000"`
	InBriefEN   string `form:"in_brief_en" validate:"max=3000"`
	BodyIT      string `form:"body_it" validate:"required,max=50000"`
	BodyEN      string `form:"body_en" validate:"max=50000"`
	Responsible string `form:"responsible" validate:"max=200,oneline"`
	Plan        string `form:"plan" validate:"oneof=awaited in_preparation presented approved"`
	// ChangeNote says to the citizens what changed; required with a new version of what they can read.
	ChangeNote string `form:"change_note" validate:"max=500"`
	Basis
}

// Form returns the guideline, with its current version, as the form has it.
func (g *Guideline) Form() GuidelineForm {
	v := g.Current
	f := GuidelineForm{ProposalNameIT: g.Name.typed("it"), ProposalNameEN: g.Name.typed("en"), TitleIT: v.Title.typed("it"), TitleEN: v.Title.typed("en"), InBriefIT: v.InBrief.typed("it"), InBriefEN: v.InBrief.typed("en"),
		BodyIT: v.Body.typed("it"), BodyEN: v.Body.typed("en"), Responsible: g.Responsible, Plan: g.Plan}
	f.Seen = seenOf(f)
	return f
}

func (f GuidelineForm) sameTexts(g GuidelineForm) bool {
	return f.TitleIT == g.TitleIT && f.TitleEN == g.TitleEN && f.InBriefIT == g.InBriefIT && f.InBriefEN == g.InBriefEN &&
		f.BodyIT == g.BodyIT && f.BodyEN == g.BodyEN
}

// EditGuideline changes a guideline; its address stays. A changed text is published as a new version, and who follows the
// guideline is told; in a draft, which nobody has read, it takes the place of the old one. Errors: FieldErrors (a new
// version without a note), ErrChanged, ErrNotFound.
func EditGuideline(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form GuidelineForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		// Held first, so that a draft is not published while its texts are overwritten.
		c := new(Consultation)
		err := tx.NewSelect().Model(c).Where("id = (SELECT consultation_id FROM guidelines WHERE id = ?)", id).
			Where("organisation_id = ?", staff.OrganisationID).For("SHARE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		g := &Guideline{Current: new(GuidelineVersion)}
		if err := tx.NewSelect().Model(g).Where("id = ?", id).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		g.Consultation = c
		err = tx.NewSelect().Model(g.Current).Where("guideline_id = ?", id).Order("number DESC").Limit(1).Scan(ctx)
		if err != nil {
			return found(err)
		}
		current := g.Form()
		if form.sameTexts(current) {
			form.ChangeNote = "" // there is nothing it would speak of
		}
		return edit(ctx, tx, now, staff, "guideline", id, current, form, form.Seen, func() error {
			g.Name = g.Name.with(form.ProposalNameIT, form.ProposalNameEN)
			g.Responsible, g.Plan = form.Responsible, form.Plan
			if _, err := tx.NewUpdate().Model(g).Column("name", "responsible", "plan").WherePK().Exec(ctx); err != nil {
				return err
			}
			return newVersion(ctx, tx, now, staff, g, current, form)
		})
	})
}

// newVersion publishes the form's texts if they differ from the current ones.
func newVersion(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, g *Guideline, current, form GuidelineForm) error {
	if form.sameTexts(current) {
		return nil
	}
	version := form.version(g, now, staff)
	if g.Consultation.Draft() {
		version.Number = g.Current.Number
		_, err := tx.NewUpdate().Model(version).WherePK().Exec(ctx)
		return err
	}
	if form.ChangeNote == "" {
		return Wrong("change_note", "errors.required")
	}
	if _, err := tx.NewInsert().Model(version).Exec(ctx); err != nil {
		return err
	}
	return notify(ctx, tx, now, Notification{Template: MailGuidelineUpdated, GuidelineID: g.ID})
}

// version is the form's texts as the version that follows the guideline's current one.
func (f GuidelineForm) version(g *Guideline, now time.Time, staff *Staff) *GuidelineVersion {
	old := g.Current
	return &GuidelineVersion{GuidelineID: g.ID, Number: old.Number + 1, Title: old.Title.with(f.TitleIT, f.TitleEN),
		InBrief: old.InBrief.with(f.InBriefIT, f.InBriefEN), Body: old.Body.with(f.BodyIT, f.BodyEN),
		ChangeNote: f.ChangeNote, PublishedAt: now, StaffID: staff.ID}
}

// ofOrganisation keeps the rows of the consultations that the staff's organisation runs.
func ofOrganisation(staff *Staff) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("consultation_id IN (SELECT id FROM consultations WHERE organisation_id = ?)", staff.OrganisationID)
	}
}
