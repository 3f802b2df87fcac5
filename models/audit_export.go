// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// AuditColumns head the records of an export of the log. They hold all that a link's hash covers, so that the chain can
// be reckoned again elsewhere, and no texts: these are personal data, and the salted hash stands for them.
var AuditColumns = []string{"numero", "momento", "chi", "azione", "oggetto", "oggetto_id", "campi", "voce_id", "organizzazione_id",
	"account_id", "versione", "impronta_precedente", "impronta_testi", "impronta", "firma"}

// auditTime is how an export writes a moment: in UTC, to the microsecond, as the hash covers it.
const auditTime = "2006-01-02T15:04:05.000000Z"

// Record returns the row as AuditColumns head it.
func (r *AuditRow) Record() []string {
	staff := ""
	if r.StaffID != nil {
		staff = r.StaffID.String()
	}
	return []string{strconv.FormatInt(r.Number, 10), r.CreatedAt.UTC().Format(auditTime), r.StaffName, r.Action, r.Subject,
		r.SubjectID.String(), strings.Join(r.Fields, " "), r.EntryID.String(), r.OrganisationID.String(), staff,
		strconv.Itoa(r.Version), hex.EncodeToString(r.Previous), hex.EncodeToString(r.TextsHash), hex.EncodeToString(r.Hash), r.Note}
}
