// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"
)

// auditOrigin names what is signed, in the first line of a note and in the name of the key.
const auditOrigin = "ultimaparola/audit"

// AuditHead is the end of the log at a moment: the number and the hash of its last entry.
type AuditHead struct {
	Number   int64
	Hash     []byte
	SignedAt time.Time
	// Note is the signed note that says so; whoever keeps a copy elsewhere can hold the log to it.
	Note string
}

// AuditKey signs heads of the log, and tells its own signatures from others'.
type AuditKey struct {
	note.Verifier
	// Public is the key with which anybody checks the signatures, as Go's checksum database writes it.
	Public  string
	private ed25519.PrivateKey
	known   note.Verifiers
}

// NewAuditKey returns the key made from the program's secret (HKDF-SHA256, RFC 5869). former are those of the secrets that
// were there before: what they signed stays good, and they sign no more.
func NewAuditKey(secret []byte, former ...note.Verifier) *AuditKey {
	seed, err := hkdf.Key(sha256.New, secret, nil, "audit head", ed25519.SeedSize)
	if err != nil {
		panic(err) // SHA-256 gives as many bytes as are asked for
	}
	k := &AuditKey{private: ed25519.NewKeyFromSeed(seed)}
	if k.Public, err = note.NewEd25519VerifierKey(auditOrigin, k.private.Public().(ed25519.PublicKey)); err == nil {
		k.Verifier, err = note.NewVerifier(k.Public)
	}
	if err != nil {
		panic(err) // the origin is a good name and the key has its length
	}
	k.known = note.VerifierList(append(former, k.Verifier)...)
	return k
}

// Sign implements note.Signer.
func (k *AuditKey) Sign(message []byte) ([]byte, error) { return ed25519.Sign(k.private, message), nil }

// sign returns the head with its note: a checkpoint as transparency logs have it (c2sp.org/tlog-checkpoint), of origin,
// size and hash, and below these when it was signed.
func (k *AuditKey) sign(number int64, hash []byte, now time.Time) (*AuditHead, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n%s\n", auditOrigin, number, base64.StdEncoding.EncodeToString(hash), now.UTC().Format(time.RFC3339))
	signed, err := note.Sign(&note.Note{Text: text}, k)
	return &AuditHead{number, hash, now, string(signed)}, err
}

// ErrForeignNote says that a text is not a head signed with this program's secret, or with a former one that it knows.
var ErrForeignNote = errors.New("not a head of the log signed with this program's secret")

// Open returns the head that a signed note speaks of; ErrForeignNote when the key did not sign it.
func (k *AuditKey) Open(signed string) (*AuditHead, error) {
	opened, err := note.Open([]byte(signed), k.known)
	if err != nil {
		return nil, ErrForeignNote
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 5 || lines[0] != auditOrigin {
		return nil, ErrForeignNote
	}
	number, wrongNumber := strconv.ParseInt(lines[1], 10, 64)
	hash, wrongHash := base64.StdEncoding.DecodeString(lines[2])
	at, wrongTime := time.Parse(time.RFC3339, lines[3])
	if errors.Join(wrongNumber, wrongHash, wrongTime) != nil {
		return nil, ErrForeignNote
	}
	return &AuditHead{number, hash, at, signed}, nil
}

// SignedHead returns the last head that the key signed; ErrNotFound before the first.
func SignedHead(ctx context.Context, db bun.IDB, key *AuditKey) (*AuditHead, error) {
	var notes []string
	err := db.NewRaw("SELECT note FROM audit_signatures ORDER BY number DESC LIMIT 20").Scan(ctx, &notes)
	for _, signed := range notes {
		if head, err := key.Open(signed); err == nil {
			return head, nil
		}
	}
	if err == nil {
		err = ErrNotFound
	}
	return nil, err
}

// SignHead signs the head of the log, if it has moved since it was last signed and what came in between is in order;
// nil: there was nothing to sign. Several programs may do it at once.
func SignHead(ctx context.Context, db bun.IDB, now time.Time, key *AuditKey) (*AuditHead, error) {
	last, err := SignedHead(ctx, db, key)
	if errors.Is(err, ErrNotFound) {
		last, err = &AuditHead{Hash: noHash}, nil
	}
	if err != nil {
		return nil, err
	}
	w := auditWalk{db: db, key: key, number: last.Number, hash: last.Hash, found: func(f AuditFinding) error {
		return fmt.Errorf("entry %d of the log: %s; the head is not signed", f.Number, f.Kind)
	}}
	if err := w.from(ctx, last); err != nil || w.number == last.Number {
		return nil, err
	}
	if w.number < last.Number {
		return nil, fmt.Errorf("entry %d of the log, which was signed, is gone; the head is not signed", last.Number)
	}
	head, err := key.sign(w.number, w.hash, now)
	if err != nil {
		return nil, err
	}
	_, err = db.NewRaw("INSERT INTO audit_signatures (number, note) VALUES (?, ?) ON CONFLICT DO NOTHING", head.Number, head.Note).Exec(ctx)
	return head, err
}
