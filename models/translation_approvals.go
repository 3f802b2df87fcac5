// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Approvals are the translations of an organisation's texts that its staff have approved, by their words.
type Approvals map[textHash]Approval

// Approval says who approved a translation, and when.
type Approval struct {
	By string
	At time.Time
}

// textHash stands for a translation together with the Italian words that it translates.
type textHash [sha256.Size]byte

// hashIn returns the hash of the text's translation into lang. No text holds the NUL that parts the words.
func (t Text) hashIn(lang string) textHash {
	return sha256.Sum256([]byte(lang + "\x00" + cleanText(t["it"]) + "\x00" + cleanText(t[lang])))
}

// Official tells whether what a reader of lang is shown of a text counts: the Italian words, or a translation that is
// approved.
func (a Approvals) Official(t Text, lang string) bool {
	if _, in := t.In(lang); in == "it" {
		return true
	}
	_, approved := a[t.hashIn(lang)]
	return approved
}

// translationApproval is the row of an Approval.
type translationApproval struct {
	bun.BaseModel `bun:"table:translation_approvals"`

	OrganisationID uuid.UUID `bun:",pk"`
	TextHash       []byte    `bun:",pk"`
	Language       string
	ApprovedAt     time.Time
	StaffID        uuid.UUID

	Staff *Staff `bun:"rel:belongs-to,join:staff_id=id"`
}

// ApprovalsOf returns what the staff of an organisation have approved.
func ApprovalsOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) (Approvals, error) {
	var rows []translationApproval
	err := db.NewSelect().Model(&rows).Relation("Staff", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Column("name") }).
		Where("translation_approval.organisation_id = ?", organisationID).Scan(ctx)
	approvals := make(Approvals, len(rows))
	for _, r := range rows {
		approvals[textHash(r.TextHash)] = Approval{By: r.Staff.Name, At: r.ApprovedAt}
	}
	return approvals, err
}

// ApproveTranslations says of translations into lang that they are official. seals are those of the translatables whose
// words were read, see Seal. ErrChanged, and nothing is approved, when one of them has other words by now.
func ApproveTranslations(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, lang string, seals []string) error {
	return eachSealed(ctx, db, staff, consultationID, lang, seals, func(ctx context.Context, tx bun.IDB, t Translatable) error {
		approved, err := t.eachTranslation(lang, func(text TranslatableText) (sql.Result, error) {
			hash := text.hashIn(lang)
			return tx.NewInsert().Model(&translationApproval{OrganisationID: staff.OrganisationID, TextHash: hash[:], Language: lang,
				ApprovedAt: now, StaffID: staff.ID}).On("CONFLICT DO NOTHING").Exec(ctx)
		})
		if err != nil || len(approved) == 0 {
			return err
		}
		return audit(ctx, tx, now, staff, "approve", t.Kind, t.ID, nil, approved)
	})
}

// TakeApprovalsBack is ApproveTranslations undone.
func TakeApprovalsBack(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID uuid.UUID, lang string, seals []string) error {
	return eachSealed(ctx, db, staff, consultationID, lang, seals, func(ctx context.Context, tx bun.IDB, t Translatable) error {
		taken, err := t.eachTranslation(lang, func(text TranslatableText) (sql.Result, error) {
			hash := text.hashIn(lang)
			return tx.NewDelete().Model(&translationApproval{OrganisationID: staff.OrganisationID, TextHash: hash[:]}).WherePK().Exec(ctx)
		})
		if err != nil || len(taken) == 0 {
			return err
		}
		return audit(ctx, tx, now, staff, "take_back", t.Kind, t.ID, taken, nil)
	})
}

// eachTranslation does do for each text that is translated into lang, and returns the words of those where it changed a
// row, as the log names them.
func (t Translatable) eachTranslation(lang string, do func(TranslatableText) (sql.Result, error)) (map[string]any, error) {
	changed := map[string]any{}
	for _, text := range t.translatedInto(lang) {
		res, err := do(text)
		if err != nil {
			return nil, err
		}
		rows, err := res.RowsAffected()
		if err != nil {
			return nil, err
		}
		if rows > 0 {
			changed[text.Field+"_"+lang] = text.typed(lang)
		}
	}
	return changed, nil
}

// eachSealed does do for each translatable with one of the seals, all or none. ErrChanged: one is there no more.
func eachSealed(ctx context.Context, db bun.IDB, staff *Staff, consultationID uuid.UUID, lang string, seals []string, do func(context.Context, bun.IDB, Translatable) error) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		all, err := TranslatablesOf(ctx, tx, staff, consultationID)
		if err != nil {
			return err
		}
		bySeal := map[string]Translatable{}
		for _, t := range all {
			bySeal[t.Seal(lang)] = t
		}
		for _, seal := range seals {
			t, there := bySeal[seal]
			if !there {
				return ErrChanged
			}
			if err := do(ctx, tx, t); err != nil {
				return err
			}
		}
		return nil
	})
}
