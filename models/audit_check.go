// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// AuditCheck is the last check of the whole log.
type AuditCheck struct {
	bun.BaseModel `bun:"table:audit_check"`

	CheckedAt time.Time
	// Entries is how many the log had, and Found how much was wrong with it; Findings are the first of that.
	Entries, Found int64
	Findings       []AuditFinding `bun:"type:jsonb"`
}

// findingsKept is how many findings of a check are kept in full.
const findingsKept = 20

// LastAuditCheck returns the last check of the log; ErrNotFound before the first.
func LastAuditCheck(ctx context.Context, db bun.IDB) (*AuditCheck, error) {
	check := new(AuditCheck)
	return check, found(db.NewSelect().Model(check).Scan(ctx))
}

// CheckAudit checks the whole log and keeps what came of it.
func CheckAudit(ctx context.Context, db *bun.DB, now time.Time, key *AuditKey) (*AuditCheck, error) {
	check := &AuditCheck{CheckedAt: now, Findings: []AuditFinding{}}
	report, err := VerifyAudit(ctx, db, key, nil, func(f AuditFinding) error {
		if len(check.Findings) < findingsKept {
			check.Findings = append(check.Findings, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	check.Entries, check.Found = report.Entries, report.Found
	_, err = db.NewInsert().Model(check).On("CONFLICT (one) DO UPDATE").Set("checked_at = EXCLUDED.checked_at").
		Set("entries = EXCLUDED.entries").Set("found = EXCLUDED.found").Set("findings = EXCLUDED.findings").Exec(ctx)
	return check, err
}
