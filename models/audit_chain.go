// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// The log is a chain: the database numbers and hashes each entry as it is committed (the migration audit_chain says how),
// and this file reckons the same again from what is stored. What a hash covers, so that anybody can reckon it:
//
//	hash = SHA-256(previous hash, then these parts): "ultimaparola audit 1", id, organisation, staff, action, subject,
//	       id of the subject, the parts of the fields' names, microseconds since 1970, hash of the texts in hexadecimal
//
// A part is the value's length in bytes, a colon, the value and a comma; of what there is not, the comma alone. Before the
// first entry are 32 zero bytes. The hash of the texts covers the parts salt, before and after (as PostgreSQL writes
// jsonb): texts can be erased and the chain still holds, and they cannot be guessed from their hash.

// AuditRow is a link of the chain with the entry and the texts it is of.
type AuditRow struct {
	Number                    int64
	EntryID                   uuid.UUID
	Version                   int
	Previous, TextsHash, Hash []byte
	// Note is the signed note of this head; empty where none was signed.
	Note string

	// Missing says that the entry is gone; then what follows is empty.
	Missing                   bool
	OrganisationID, SubjectID uuid.UUID
	StaffID                   *uuid.UUID
	StaffName                 string
	Action, Subject           string
	Fields                    []string `bun:",array"`
	CreatedAt                 time.Time

	// Salt is nil where there are no texts, or no longer.
	Salt, Before, After *string
}

// noHash is the hash before the first entry's.
var noHash = make([]byte, sha256.Size)

// part writes a value behind its length; nil: the mark of what there is not.
func part(to *strings.Builder, value *string) {
	if value != nil {
		to.WriteString(strconv.Itoa(len(*value)))
		to.WriteByte(':')
		to.WriteString(*value)
	}
	to.WriteByte(',')
}

// link returns the hash that the row ought to have; nil when this program does not know its version.
func (r *AuditRow) link() []byte {
	if r.Version != 1 {
		return nil
	}
	var b, fields strings.Builder
	write := func(value string) { part(&b, &value) }
	b.Write(r.Previous)
	write("ultimaparola audit 1")
	write(r.EntryID.String())
	write(r.OrganisationID.String())
	if r.StaffID == nil {
		part(&b, nil)
	} else {
		write(r.StaffID.String())
	}
	write(r.Action)
	write(r.Subject)
	write(r.SubjectID.String())
	for _, name := range r.Fields {
		part(&fields, &name)
	}
	write(fields.String())
	write(strconv.FormatInt(r.CreatedAt.UnixMicro(), 10))
	if r.TextsHash == nil {
		part(&b, nil)
	} else {
		write(hex.EncodeToString(r.TextsHash))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return sum[:]
}

// textsHash returns the hash that the row's texts, which are there, ought to have.
func (r *AuditRow) textsHash() []byte {
	var b strings.Builder
	part(&b, r.Salt)
	part(&b, r.Before)
	part(&b, r.After)
	sum := sha256.Sum256([]byte(b.String()))
	return sum[:]
}

// auditChunk is how many rows of the chain are in memory at a time while all of them are read.
const auditChunk = 500

// EachAuditRow calls do with the rows of the chain in order, from that number on, a bounded number in memory at a time,
// and ends at the first error.
func EachAuditRow(ctx context.Context, db bun.IDB, from int64, do func(*AuditRow) error) error {
	for {
		var rows []AuditRow
		err := db.NewRaw(`
			SELECT c.number, c.entry_id, c.version, c.previous, c.texts_hash, c.hash, coalesce(s.note, '') AS note,
				e.id IS NULL AS missing, e.organisation_id, e.staff_id, coalesce(w.name, '') AS staff_name, e.action,
				e.subject, e.subject_id, e.fields, e.created_at, t.salt, t.before::text, t.after::text
			FROM audit_chain c
			LEFT JOIN audit_entries e ON e.id = c.entry_id
			LEFT JOIN audit_texts t ON t.audit_id = c.entry_id
			LEFT JOIN audit_signatures s ON s.number = c.number
			LEFT JOIN staff w ON w.id = e.staff_id
			WHERE c.number >= ? ORDER BY c.number LIMIT ?`, from, auditChunk).Scan(ctx, &rows)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := do(&rows[i]); err != nil {
				return err
			}
		}
		if len(rows) < auditChunk {
			return nil
		}
		from = rows[len(rows)-1].Number + 1
	}
}
