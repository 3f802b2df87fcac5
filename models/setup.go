// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"

	"github.com/uptrace/bun"
)

// SetupStep is one step of setting an installation up. Key names it: its words and its place are the pages'.
type SetupStep struct {
	Key string
	// Done is read off what there is, so nothing has to be ticked, and a step can be taken in any order, or again.
	Done bool
	// Optional steps keep nobody from going on.
	Optional bool
}

// SetupOf returns the ten steps from an empty installation to a consultation that citizens see, in the order in which
// who begins takes them. admin is who asks, with the passkeys read.
func SetupOf(ctx context.Context, db bun.IDB, o *Organisation, admin *Staff) ([]SetupStep, error) {
	codes, err := RecoveryCodesLeft(ctx, db, admin.ID)
	if err != nil {
		return nil, err
	}
	missing, err := PrivacyMissing(ctx, db, o)
	if err != nil {
		return nil, err
	}
	var there struct{ Mail, Consultation, Meeting, Colleague, Published bool }
	err = db.NewRaw(`SELECT
		EXISTS (SELECT FROM audit_entries WHERE organisation_id = ?0 AND action = 'try_mail') AS mail,
		EXISTS (SELECT FROM consultations c JOIN guidelines g ON g.consultation_id = c.id WHERE c.organisation_id = ?0) AS consultation,
		EXISTS (SELECT FROM consultations c JOIN meetings m ON m.consultation_id = c.id WHERE c.organisation_id = ?0) AS meeting,
		EXISTS (SELECT FROM staff WHERE organisation_id = ?0 AND id <> ?1 AND disabled_at IS NULL) AS colleague,
		EXISTS (SELECT FROM consultations WHERE organisation_id = ?0 AND published_at IS NOT NULL) AS published`,
		o.ID, admin.ID).Scan(ctx, &there)
	if err != nil {
		return nil, err
	}
	look := o.Accent != "" || o.CrestID != "" || slices.ContainsFunc(o.Municipalities, func(m Municipality) bool { return m.CrestID != "" })
	reached := o.Email != "" || o.Phone != "" || !o.LegalPerson && slices.ContainsFunc(o.Municipalities, func(m Municipality) bool { return m.Email != "" || m.Phone != "" })
	return []SetupStep{
		{Key: "access", Done: admin.HasFactor() && codes > 0},
		{Key: "organisation", Done: o.Name != "" && (!o.LegalPerson || o.PEC != "") && reached},
		{Key: "municipalities", Done: len(o.Municipalities) > 0},
		{Key: "look", Done: look, Optional: true},
		{Key: "privacy", Done: len(missing) == 0},
		{Key: "mail", Done: there.Mail},
		{Key: "colleagues", Done: there.Colleague, Optional: true},
		{Key: "consultation", Done: there.Consultation},
		{Key: "meeting", Done: there.Meeting, Optional: true},
		{Key: "publication", Done: there.Published},
	}, nil
}

// NextStep returns the number, from 1, of the first step that is neither done nor optional; 0 when there is none.
func NextStep(steps []SetupStep) int {
	return 1 + slices.IndexFunc(steps, func(s SetupStep) bool { return !s.Done && !s.Optional })
}
