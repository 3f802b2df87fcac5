// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// AuditAsked says which entries of an organisation's log to list. What is empty leaves nothing out.
type AuditAsked struct {
	OrganisationID uuid.UUID
	// Staff acted; ByProgram: the program itself did.
	Staff     uuid.UUID
	ByProgram bool
	// Action and Subject are as in the entries.
	Action, Subject string
	// From and To are the first and the last day, of Rome.
	From, To time.Time
	// Before is the number of the last entry already seen; 0: from the newest.
	Before int64
	Limit  int
}

// AuditOf returns entries of the log, newest first, with who acted and the texts where they still exist.
func AuditOf(ctx context.Context, db bun.IDB, asked AuditAsked) ([]AuditEntry, error) {
	var entries []AuditEntry
	q := db.NewSelect().Model(&entries).ColumnExpr("?TableColumns, link.number").Relation("Staff").Relation("Texts").
		Join("JOIN audit_chain AS link ON link.entry_id = audit_entry.id").
		Where("audit_entry.organisation_id = ?", asked.OrganisationID).Order("link.number DESC").Limit(int64(asked.Limit))
	if asked.ByProgram {
		q.Where("audit_entry.staff_id IS NULL")
	} else if asked.Staff != uuid.Nil {
		q.Where("audit_entry.staff_id = ?", asked.Staff)
	}
	keep(q, "audit_entry.action = ?", asked.Action)
	keep(q, "audit_entry.subject = ?", asked.Subject)
	if !asked.From.IsZero() {
		q.Where("audit_entry.created_at >= ?", midnight(asked.From))
	}
	if !asked.To.IsZero() {
		q.Where("audit_entry.created_at < ?", midnight(asked.To.AddDate(0, 0, 1)))
	}
	if asked.Before > 0 {
		q.Where("link.number < ?", asked.Before)
	}
	return entries, q.Scan(ctx)
}

// AuditKinds are the actions and the kinds of subject that an organisation's log has, and the staff who may have acted.
type AuditKinds struct {
	Staff             []Staff
	Actions, Subjects []string
}

// AuditKindsOf returns by what an organisation's log can be narrowed.
func AuditKindsOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) (*AuditKinds, error) {
	kinds := new(AuditKinds)
	if err := db.NewSelect().Model(&kinds.Staff).Where("organisation_id = ?", organisationID).Order("name", "id").Scan(ctx); err != nil {
		return nil, err
	}
	for column, values := range map[string]*[]string{"action": &kinds.Actions, "subject": &kinds.Subjects} {
		err := db.NewSelect().Model((*AuditEntry)(nil)).ColumnExpr("DISTINCT ?", bun.Ident(column)).
			Where("organisation_id = ?", organisationID).OrderExpr("1").Scan(ctx, values)
		if err != nil {
			return nil, err
		}
	}
	return kinds, nil
}
