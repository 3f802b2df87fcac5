// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// What can be found wrong with the log.
const (
	// AuditMissing: the entries from Number to Last are gone from the middle; ID is the entry's, where it is known.
	AuditMissing = "missing"
	// AuditCutOff: the entries from Number to Last are gone from the end.
	AuditCutOff = "cut_off"
	// AuditAltered: the entry is not as it was written.
	AuditAltered = "altered"
	// AuditTextsAltered: the texts beside the entry are not those written with it.
	AuditTextsAltered = "texts_altered"
	// AuditDisplaced: the entry was written after another, which is now number Last.
	AuditDisplaced = "displaced"
	// AuditSevered: what was there when the entry was written is no longer before it.
	AuditSevered = "severed"
	// AuditRewritten: entries from Number to Last were other ones when a head was signed, at At.
	AuditRewritten = "rewritten"
	// AuditForged: the signature of head Number is not of the program's secret.
	AuditForged = "forged"
	// AuditUnchained: the entry, or texts of it, were put in beside the chain.
	AuditUnchained = "unchained"
	// AuditHeadAltered: the row that says where the log ends says something else than the log.
	AuditHeadAltered = "head_altered"
)

// AuditFinding is one thing that is wrong with the log.
type AuditFinding struct {
	Kind   string    `json:"kind"`
	Number int64     `json:"number,omitempty"`
	Last   int64     `json:"last,omitempty"`
	ID     uuid.UUID `json:"id,omitzero"`
	At     time.Time `json:"at,omitzero"`
}

// AuditReport is what a check of the whole log came to.
type AuditReport struct {
	// Entries is how many the log has, Head the last, and Signed the last head that is signed and in order; nil: none is.
	Entries int64
	Head    AuditHead
	Signed  *AuditHead
	Found   int64
}

// VerifyAudit reads the whole log, as it is at one moment and a bounded part of it in memory at a time, reckons the chain
// again, checks the signatures, and holds the log to the heads that somebody kept. It calls found with all that is wrong,
// in order, and ends at the first error of its own.
func VerifyAudit(ctx context.Context, db *bun.DB, key *AuditKey, kept []*AuditHead, found func(AuditFinding) error) (*AuditReport, error) {
	report := new(AuditReport)
	oneState := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	err := db.RunInTx(ctx, oneState, func(ctx context.Context, tx bun.Tx) error {
		w := &auditWalk{db: tx, key: key, kept: kept, found: func(f AuditFinding) error {
			report.Found++
			return found(f)
		}}
		if err := w.from(ctx, &AuditHead{Hash: noHash}); err != nil {
			return err
		}
		report.Entries, report.Head, report.Signed = w.entries, AuditHead{Number: w.number, Hash: w.hash}, w.signed
		if err := w.end(ctx); err != nil {
			return err
		}
		return w.beside(ctx)
	})
	return report, err
}

// auditWalk goes along the chain.
type auditWalk struct {
	db    bun.IDB
	key   *AuditKey
	kept  []*AuditHead
	found func(AuditFinding) error

	entries int64
	// number and hash are those of the last row seen.
	number int64
	hash   []byte
	// signed is the last head that is signed and agrees; agreed is its number, or that of a head kept.
	signed *AuditHead
	agreed int64
}

// from goes along the chain from a head on; the head itself is held to what was signed.
func (w *auditWalk) from(ctx context.Context, head *AuditHead) error {
	w.number, w.hash = head.Number, head.Hash
	if head.Number > 0 {
		w.number, w.hash = head.Number-1, nil
	}
	return EachAuditRow(ctx, w.db, w.number+1, func(r *AuditRow) error {
		for _, check := range []func(context.Context, *AuditRow) error{w.place, w.content, w.heads} {
			if err := check(ctx, r); err != nil {
				return err
			}
		}
		w.entries, w.number, w.hash = w.entries+1, r.Number, r.Hash
		return nil
	})
}

// place checks that the row follows the one before it.
func (w *auditWalk) place(ctx context.Context, r *AuditRow) error {
	if r.Number > w.number+1 {
		return w.found(AuditFinding{Kind: AuditMissing, Number: w.number + 1, Last: r.Number - 1})
	}
	if w.hash == nil || bytes.Equal(r.Previous, w.hash) {
		return nil
	}
	finding := AuditFinding{Kind: AuditDisplaced, Number: r.Number, ID: r.EntryID}
	err := w.db.NewRaw("SELECT number FROM audit_chain WHERE hash = ? LIMIT 1", r.Previous).Scan(ctx, &finding.Last)
	if errors.Is(err, sql.ErrNoRows) {
		finding.Kind, err = AuditSevered, nil
	}
	if err != nil {
		return err
	}
	return w.found(finding)
}

// content checks that the row, its entry and its texts are as they were written.
func (w *auditWalk) content(_ context.Context, r *AuditRow) error {
	finding := AuditFinding{Number: r.Number, ID: r.EntryID}
	switch {
	case r.Missing:
		finding.Kind, finding.Last = AuditMissing, r.Number
	case !bytes.Equal(r.link(), r.Hash):
		finding.Kind = AuditAltered
	case r.Salt != nil && !bytes.Equal(r.textsHash(), r.TextsHash):
		finding.Kind = AuditTextsAltered
	default:
		return nil
	}
	return w.found(finding)
}

// heads checks the row against the head that was signed at it, and those that were kept.
func (w *auditWalk) heads(_ context.Context, r *AuditRow) error {
	var heads []*AuditHead
	if r.Note != "" {
		head, err := w.key.Open(r.Note)
		if err != nil || head.Number != r.Number {
			if err := w.found(AuditFinding{Kind: AuditForged, Number: r.Number}); err != nil {
				return err
			}
		} else {
			heads = append(heads, head)
		}
	}
	for _, head := range w.kept {
		if head.Number == r.Number {
			heads = append(heads, head)
		}
	}
	for _, head := range heads {
		if !bytes.Equal(head.Hash, r.Hash) {
			finding := AuditFinding{Kind: AuditRewritten, Number: w.agreed + 1, Last: r.Number, At: head.SignedAt}
			if err := w.found(finding); err != nil {
				return err
			}
			continue
		}
		w.signed, w.agreed = head, r.Number
	}
	return nil
}

// end checks that the log ends where its head, the signatures and the heads kept say.
func (w *auditWalk) end(ctx context.Context) error {
	var head AuditHead
	err := w.db.NewRaw("SELECT number, hash FROM audit_head").Scan(ctx, &head.Number, &head.Hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var findings []AuditFinding
	switch {
	case head.Number > w.number:
		findings = append(findings, AuditFinding{Kind: AuditCutOff, Number: w.number + 1, Last: head.Number})
	case head.Number < w.number || !bytes.Equal(head.Hash, w.hash):
		findings = append(findings, AuditFinding{Kind: AuditHeadAltered, Number: head.Number, Last: w.number})
	}
	var beyond []AuditHead
	err = w.db.NewRaw("SELECT number, note FROM audit_signatures WHERE number > ? ORDER BY number DESC LIMIT 1", w.number).Scan(ctx, &beyond)
	if err != nil {
		return err
	}
	kept := slices.Clone(w.kept)
	for _, signed := range beyond {
		if opened, err := w.key.Open(signed.Note); err == nil && opened.Number == signed.Number {
			kept = append(kept, opened)
		} else {
			findings = append(findings, AuditFinding{Kind: AuditForged, Number: signed.Number})
		}
	}
	for _, head := range kept {
		if head.Number > w.number {
			findings = append(findings, AuditFinding{Kind: AuditCutOff, Number: w.number + 1, Last: head.Number, At: head.SignedAt})
		}
	}
	for _, f := range findings {
		if err := w.found(f); err != nil {
			return err
		}
	}
	return nil
}

// beside looks for entries and texts that no link of the chain is of.
func (w *auditWalk) beside(ctx context.Context) error {
	var ids []uuid.UUID
	err := w.db.NewRaw(`SELECT coalesce(e.id, t.audit_id) FROM audit_entries e FULL JOIN audit_texts t ON t.audit_id = e.id
		WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.entry_id = coalesce(e.id, t.audit_id)) ORDER BY 1 LIMIT ?`, auditChunk).Scan(ctx, &ids)
	for _, id := range ids {
		if err := w.found(AuditFinding{Kind: AuditUnchained, ID: id}); err != nil {
			return err
		}
	}
	return err
}
