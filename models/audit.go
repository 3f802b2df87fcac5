// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// AuditEntry says who did what to which row, and which fields changed; it holds no personal text. StaffID is zero where
// the program itself acted, see ByProgram.
type AuditEntry struct {
	bun.BaseModel `bun:"table:audit_entries"`

	ID             uuid.UUID `bun:",pk"`
	OrganisationID uuid.UUID
	StaffID        uuid.UUID `bun:",nullzero"`
	Action         string
	Subject        string
	SubjectID      uuid.UUID
	Fields         []string `bun:",array"`
	CreatedAt      time.Time
	// Number is the entry's in the chain, read by AuditOf alone.
	Number int64 `bun:",scanonly"`

	Staff *Staff      `bun:"rel:belongs-to,join:staff_id=id"`
	Texts *AuditTexts `bun:"rel:has-one,join:id=audit_id"`
}

// AuditTexts are the values before and after a change, erasable without touching the entry.
type AuditTexts struct {
	bun.BaseModel `bun:"table:audit_texts"`

	AuditID uuid.UUID       `bun:",pk"`
	Before  json.RawMessage `bun:"type:jsonb,nullzero"`
	After   json.RawMessage `bun:"type:jsonb,nullzero"`
}

// ByProgram stands, for audit and for the verbs that take who acts, where a member of staff does when the program itself
// acts in an organisation: by its command line, at its first start.
func ByProgram(organisationID uuid.UUID) *Staff { return &Staff{OrganisationID: organisationID} }

// audit writes that staff (or the program itself, see ByProgram) did action to the row subject/id. before and
// after are maps from field name to value (nil where there was or is nothing); their keys are the fields named in the
// entry.
func audit(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, action, subject string, id uuid.UUID, before, after map[string]any) error {
	entry := &AuditEntry{ID: newID(), OrganisationID: staff.OrganisationID, StaffID: staff.ID, Action: action,
		Subject: subject, SubjectID: id, Fields: fieldNames(before, after), CreatedAt: now}
	texts := &AuditTexts{AuditID: entry.ID}
	var err error
	if before != nil {
		if texts.Before, err = json.Marshal(before); err != nil {
			return err
		}
	}
	if after != nil {
		if texts.After, err = json.Marshal(after); err != nil {
			return err
		}
	}
	// Together, as the database chains the entry with its texts when it is committed.
	return transact(ctx, tx, func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(entry).Exec(ctx)
		if err == nil && (before != nil || after != nil) {
			_, err = tx.NewInsert().Model(texts).Exec(ctx)
		}
		return err
	})
}

func fieldNames(before, after map[string]any) []string {
	names := slices.AppendSeq([]string{}, maps.Keys(after))
	for name := range before {
		if _, both := after[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// NoteEmptied audits that a member of staff took the invented data away.
func NoteEmptied(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff) error {
	return audit(ctx, tx, now, staff, "empty", "organisation", staff.OrganisationID, nil, nil)
}
