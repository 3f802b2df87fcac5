// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// OnPaper is the channel of who took part on a paper form.
const OnPaper = "paper"

// PaperForm is what a paper form says on one guideline, as staff type it in. Sheet is the number written on it. Without
// a name the author is called after the number.
type PaperForm struct {
	Sheet        string `form:"sheet" validate:"required,max=12,alphanum"`
	Guideline    string `form:"guideline" validate:"required,max=100"`
	Opinion      string `form:"paper_opinion" validate:"required,oneof=favorevole contrario non-so none"`
	Body         string `form:"paper_body" validate:"max=5000"`
	Published    bool   `form:"paper_published"`
	Pseudonym    string `form:"pseudonym" validate:"max=40,oneline"`
	Municipality string `form:"municipality" validate:"required,max=100"`
}

// NoPaperOpinion is the answer of a form on which none is marked.
const NoPaperOpinion = "none"

// Clean makes the typed text what is kept.
func (f *PaperForm) Clean() { f.Body, f.Pseudonym = cleanText(f.Body), cleanName(f.Pseudonym) }

type paperForm struct {
	bun.BaseModel `bun:"table:paper_forms"`

	ConsultationID uuid.UUID `bun:",pk"`
	Number         string    `bun:",pk"`
	PersonID       uuid.UUID
	StaffID        uuid.UUID `bun:",nullzero"`
	EnteredAt      time.Time
}

// EnterPaper gives the opinion and the comment of a paper form on one guideline, in the name of the person the form is
// of. Forms are typed in while the consultation is Live, also after the days in which one could write on the site.
// FieldErrors: no opinion and no comment, a form whose answer on that guideline is there already, or one of somebody who
// lives elsewhere, as when two counters have written the same number. ErrReserved, ErrClosed, ErrNotFound.
func EnterPaper(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, o *Organisation, consultationID uuid.UUID, form PaperForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	if form.Opinion == NoPaperOpinion {
		form.Opinion = ""
	}
	if form.Opinion == "" && form.Body == "" {
		return Wrong("paper_opinion", "errors.paper_empty")
	}
	as := AuthorForm{Pseudonym: form.Pseudonym, Municipality: form.Municipality}
	author, err := as.Author(o, "it")
	if err != nil {
		return err
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		guideline, err := paperGuideline(ctx, tx, now, staff, consultationID, form.Guideline)
		if err != nil {
			return err
		}
		person, err := paperPerson(ctx, tx, now, staff, consultationID, form.Sheet)
		if err != nil {
			return err
		}
		if person.Pseudonym != "" && (person.MunicipalityID != author.MunicipalityID || person.Elsewhere != author.Elsewhere) {
			return Wrong("sheet", "errors.paper_of_another")
		}
		if author.Pseudonym == "" && person.Pseudonym == "" {
			author.Pseudonym = "Modulo " + form.Sheet
		}
		if err := admits(guideline.Participants, person, author); err != nil {
			return err
		}
		if err := setAuthor(ctx, tx, person, author); err != nil {
			return err
		}
		return enterPaper(ctx, tx, now, staff, guideline, person, form)
	})
}

// paperGuideline returns the guideline of the staff's consultation with that slug; ErrClosed when that is not Live.
func paperGuideline(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, slug string) (openGuideline, error) {
	g := new(Guideline)
	err := tx.NewSelect().Model(g).Relation("Consultation", statedConsultation).Where("guideline.slug = ?", slug).
		Where("consultation.id = ? AND consultation.organisation_id = ?", consultationID, staff.OrganisationID).Scan(ctx)
	if errors.Is(found(err), ErrNotFound) {
		return openGuideline{}, Wrong("guideline", "errors.oneof")
	}
	if err != nil {
		return openGuideline{}, err
	}
	if !g.Consultation.Live() {
		return openGuideline{}, ErrClosed
	}
	guidelines, err := openGuidelines(ctx, tx, now, []uuid.UUID{g.ID})
	return guidelines[g.ID], err
}

// paperPerson returns whose form it is: somebody new at the first of its guidelines.
func paperPerson(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, number string) (*Person, error) {
	// Two who type the same form in at once take turns.
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", consultationID.String()+number).Exec(ctx); err != nil {
		return nil, err
	}
	sheet, person := &paperForm{ConsultationID: consultationID, Number: number}, new(Person)
	err := found(tx.NewSelect().Model(sheet).WherePK().Scan(ctx))
	if err == nil {
		return person, found(tx.NewSelect().Model(person).Where("id = ?", sheet.PersonID).For("UPDATE").Scan(ctx))
	}
	if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	*person = Person{ID: newID(), Language: "it", Channel: OnPaper, CreatedAt: now}
	if _, err := tx.NewInsert().Model(person).Exec(ctx); err != nil {
		return nil, err
	}
	sheet.PersonID, sheet.StaffID, sheet.EnteredAt = person.ID, staff.ID, now
	_, err = tx.NewInsert().Model(sheet).Exec(ctx)
	return person, err
}

func enterPaper(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, guideline openGuideline, person *Person, form PaperForm) error {
	for _, table := range []string{"opinions", "comments"} {
		there, err := tx.NewSelect().Table(table).Where("guideline_id = ? AND person_id = ?", guideline.ID, person.ID).Exists(ctx)
		if err != nil {
			return err
		}
		if there {
			return Wrong("sheet", "errors.paper_entered")
		}
	}
	_, err := takeDown(ctx, tx, now, guideline, person, takenDown{form.Opinion, form.Body, form.Published})
	if err != nil {
		return err
	}
	return audit(ctx, tx, now, staff, "enter_paper", "guideline", guideline.ID, nil, map[string]any{"sheet": form.Sheet})
}

// takenDown is what somebody says on a guideline whose words staff write down; either may be empty.
type takenDown struct {
	Opinion, Body string
	Published     bool
}

// takeDown gives somebody's opinion and comment, and returns the comment's id; zero without one.
func takeDown(ctx context.Context, tx bun.IDB, now time.Time, guideline openGuideline, person *Person, said takenDown) (uuid.UUID, error) {
	if said.Opinion != "" {
		given := Opinion{ConsultationID: guideline.ConsultationID, GuidelineID: guideline.ID, PersonID: person.ID, Value: said.Opinion, GivenAt: now}
		if err := setOpinions(ctx, tx, now, []Opinion{given}); err != nil {
			return uuid.Nil, err
		}
	}
	if said.Body == "" {
		return uuid.Nil, nil
	}
	state := Published // staff have read it already
	if !said.Published {
		state = Private
	}
	c := &Comment{ID: newID(), ConsultationID: guideline.ConsultationID, GuidelineID: guideline.ID, PersonID: person.ID,
		Body: said.Body, Language: "it", State: state, CreatedAt: now}
	err := postComments(ctx, tx, []*Comment{c})
	return c.ID, err
}

// RemovePaper takes back what was typed in from a paper form: its opinions are withdrawn and its comments too, and its
// number may be used again. ErrNotFound.
func RemovePaper(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, number string) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		sheet := new(paperForm)
		err := tx.NewSelect().Model(sheet).Where("consultation_id = ? AND number = ?", consultationID, number).Apply(ofOrganisation(staff)).For("UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		var given []uuid.UUID
		if err := tx.NewSelect().Model((*Opinion)(nil)).Column("guideline_id").Where("person_id = ?", sheet.PersonID).Scan(ctx, &given); err != nil {
			return err
		}
		for _, guideline := range given {
			if err := WithdrawOpinion(ctx, tx, now, sheet.PersonID, guideline); err != nil {
				return err
			}
		}
		_, err = tx.NewUpdate().Model((*Comment)(nil)).Set("state = ?", Withdrawn).Where("person_id = ?", sheet.PersonID).Exec(ctx)
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(sheet).WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "remove_paper", "consultation", consultationID, map[string]any{"sheet": number}, nil)
	})
}

// PaperSheet is a paper form that was typed in.
type PaperSheet struct {
	Number    string
	EnteredAt time.Time
}

// PaperSheets returns the paper forms of a consultation typed in last, at most limit, the last first.
func PaperSheets(ctx context.Context, db bun.IDB, consultationID uuid.UUID, limit int) ([]PaperSheet, error) {
	var sheets []PaperSheet
	err := db.NewSelect().Model((*paperForm)(nil)).Column("number", "entered_at").Where("consultation_id = ?", consultationID).
		Order("entered_at DESC", "number DESC").Limit(int64(limit)).Scan(ctx, &sheets)
	return sheets, err
}

// PaperForms returns how many paper forms of a consultation were typed in.
func PaperForms(ctx context.Context, db bun.IDB, consultationID uuid.UUID) (int, error) {
	n, err := db.NewSelect().Model((*paperForm)(nil)).Where("consultation_id = ?", consultationID).Count(ctx)
	return int(n), err
}
