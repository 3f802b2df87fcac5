// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Reading is a list of personal data that somebody of the staff reads or takes away: more than one person's names,
// contacts, or what they wrote for staff alone.
type Reading struct {
	// List names it: "registrations", "sheet", "comments".
	List string
	// Subject and ID are what it is a list of, as in the log.
	Subject string
	ID      uuid.UUID
	// State is that by which it was narrowed; empty: it was not.
	State string
	Rows  int
}

// readAgain is how long somebody may go on reading a list without another entry: turning pages is one reading.
const readAgain = 15 * time.Minute

// NoteReading audits that staff read a list, once in a while for the same list of the same subject. A list with nobody in
// it is nobody's data.
func NoteReading(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, r Reading) error {
	if r.Rows == 0 {
		return nil
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		noted, err := tx.NewSelect().Model((*AuditEntry)(nil)).
			Where("staff_id = ? AND created_at > ? AND action = 'read'", staff.ID, now.Add(-readAgain)).
			Where("subject = ? AND subject_id = ? AND fields = ?", r.Subject, r.ID, pgdialect.Array(fieldNames(nil, r.fields()))).
			Exists(ctx)
		if err != nil || noted {
			return err
		}
		return audit(ctx, tx, now, staff, "read", r.Subject, r.ID, nil, r.fields())
	})
}

// NoteExport audits that staff took a list away, each time.
func NoteExport(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, r Reading) error {
	return audit(ctx, db, now, staff, "export", r.Subject, r.ID, nil, r.fields())
}

// NoteAuditExport audits that the whole log of the organisation was taken away.
func NoteAuditExport(ctx context.Context, db bun.IDB, now time.Time, staff *Staff) error {
	entries, err := db.NewSelect().Table("audit_chain").Count(ctx)
	if err != nil {
		return err
	}
	return NoteExport(ctx, db, now, staff, Reading{List: "entries", Subject: "log", ID: staff.OrganisationID, Rows: int(entries)})
}

// fields are what the entry says: how many rows of the list, and by what it was narrowed.
func (r Reading) fields() map[string]any {
	fields := map[string]any{r.List: r.Rows}
	if r.State != "" {
		fields["state"] = r.State
	}
	return fields
}
