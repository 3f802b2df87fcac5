// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Phase is one step of a consultation. Its dates are days in the consultation's place; zero: to be confirmed.
type Phase struct {
	bun.BaseModel `bun:"table:phases"`

	ConsultationID uuid.UUID `bun:",pk"`
	Number         int       `bun:",pk"`
	Title          Text      `bun:"type:jsonb"`
	Body           Text      `bun:"type:jsonb"`
	StartsOn       time.Time `bun:"type:date,nullzero"`
	EndsOn         time.Time `bun:"type:date,nullzero"`

	Extensions []PhaseExtension `bun:"rel:has-many,join:consultation_id=consultation_id,join:number=number"`
}

// PhaseExtension is that the end of a phase, which citizens had been told, was moved, and why: later or sooner, or, where
// ToDay is zero, to a day to be confirmed.
type PhaseExtension struct {
	bun.BaseModel `bun:"table:phase_extensions"`

	ConsultationID uuid.UUID `bun:",pk"`
	Number         int       `bun:",pk"`
	MadeAt         time.Time `bun:",pk"`
	FromDay        time.Time `bun:"type:date"`
	ToDay          time.Time `bun:"type:date,nullzero"`
	Reason         Text      `bun:"type:jsonb"`
	StaffID        uuid.UUID `bun:",nullzero"`
}

// Running tells whether the phase has begun and not ended on the day of now.
func (p Phase) Running(now time.Time) bool {
	today := Day(now)
	return !p.StartsOn.IsZero() && !today.Before(p.StartsOn) && (p.EndsOn.IsZero() || !today.After(p.EndsOn))
}

// PhaseForm is a phase as staff edit it; without dates they are to be confirmed.
type PhaseForm struct {
	TitleIT  string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN  string `form:"title_en" validate:"max=200,oneline"`
	BodyIT   string `form:"body_it" validate:"max=2000"`
	BodyEN   string `form:"body_en" validate:"max=2000"`
	StartsOn string `form:"starts_on" validate:"required_with=EndsOn,omitempty,datetime=2006-01-02"`
	EndsOn   string `form:"ends_on" validate:"omitempty,datetime=2006-01-02"`
	// WhyIT says to the citizens why an end that they had been told is moved; required then, and of no use otherwise.
	WhyIT string `form:"why_it" validate:"max=1000"`
	WhyEN string `form:"why_en" validate:"max=1000"`
	Basis
}

// shortestReason is how many characters a sentence has at the least.
const shortestReason = 20

// Form returns the phase as the form has it.
func (p *Phase) Form() PhaseForm {
	f := PhaseForm{TitleIT: p.Title.typed("it"), TitleEN: p.Title.typed("en"), BodyIT: p.Body.typed("it"), BodyEN: p.Body.typed("en"),
		StartsOn: dateField(p.StartsOn), EndsOn: dateField(p.EndsOn)}
	f.Seen = seenOf(f)
	return f
}

func dateField(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}

func fieldDate(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return ParseDay(s)
}

// EditPhase changes a phase of a consultation. Moving an end that citizens could read is kept with its reason, and asks
// for one. FieldErrors, ErrChanged, ErrNotFound.
func EditPhase(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, number int, form PhaseForm) error {
	wrong := Validate(&form)
	starts, errStarts := fieldDate(form.StartsOn)
	ends, errEnds := fieldDate(form.EndsOn)
	if wrong == nil && (errStarts != nil || errEnds != nil) {
		wrong = Wrong("starts_on", "errors.date")
	}
	if wrong == nil && !ends.IsZero() && ends.Before(starts) {
		wrong = Wrong("ends_on", "errors.ends_before")
	}
	if wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockConsultation(ctx, tx, staff, consultationID)
		if err != nil {
			return err
		}
		p := &Phase{ConsultationID: consultationID, Number: number}
		if err := tx.NewSelect().Model(p).WherePK().For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		moved := !c.Draft() && !p.EndsOn.IsZero() && !p.EndsOn.Equal(ends)
		if !moved {
			form.WhyIT, form.WhyEN = "", "" // there is nothing they would speak of
		}
		return edit(ctx, tx, now, staff, "phase", phaseSubject(consultationID, number), p.Form(), form, form.Seen, func() error {
			if moved {
				if err := extend(ctx, tx, now, staff, p, ends, form); err != nil {
					return err
				}
			}
			p.Title, p.Body = p.Title.with(form.TitleIT, form.TitleEN), p.Body.with(form.BodyIT, form.BodyEN)
			p.StartsOn, p.EndsOn = starts, ends
			_, err := tx.NewUpdate().Model(p).WherePK().Exec(ctx)
			return err
		})
	})
}

// extend keeps that the end of a phase moves, and why.
func extend(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, p *Phase, ends time.Time, form PhaseForm) error {
	if utf8.RuneCountInString(form.WhyIT) < shortestReason {
		return Wrong("why_it", "errors.reason")
	}
	_, err := tx.NewInsert().Model(&PhaseExtension{ConsultationID: p.ConsultationID, Number: p.Number, MadeAt: now,
		FromDay: p.EndsOn, ToDay: ends, Reason: Text{}.with(form.WhyIT, form.WhyEN), StaffID: staff.ID}).Exec(ctx)
	return err
}
