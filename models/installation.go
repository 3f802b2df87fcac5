// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// installation tells which secret the database is used with, without telling the secret.
type installation struct {
	bun.BaseModel `bun:"table:installation"`

	Singleton               bool `bun:",pk,nullzero,default:true"`
	SecretSalt, SecretCheck []byte
	Since                   time.Time
}

// ErrOtherSecret says that a database has been used with another secret until now. What that one keyed would be lost:
// links already mailed, and all that is sealed with a key derived from it.
var ErrOtherSecret = errors.New("the database has been used with another secret until now")

// KnowSecret notes which secret the database is used with, the first time. From then on it returns ErrOtherSecret for
// every other one.
func KnowSecret(ctx context.Context, db bun.IDB, now time.Time, secret []byte) error {
	err := CheckSecret(ctx, db, secret)
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	// Of two programs that start together one is first, and the other one's secret is then checked.
	if _, err := db.NewInsert().Model(newInstallation(now, secret)).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return err
	}
	return CheckSecret(ctx, db, secret)
}

// CheckSecret returns nil when the database is used with secret, ErrOtherSecret when it is used with another one, and
// ErrNotFound when it has not been used yet.
func CheckSecret(ctx context.Context, db bun.IDB, secret []byte) error {
	known := new(installation)
	if err := found(db.NewSelect().Model(known).Scan(ctx)); err != nil {
		return err
	}
	if !hmac.Equal(known.SecretCheck, secretCheck(known.SecretSalt, secret)) {
		return ErrOtherSecret
	}
	return nil
}

// AcceptSecret has the database used with secret from now on, when the one before it is lost.
func AcceptSecret(ctx context.Context, db bun.IDB, now time.Time, secret []byte) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewInsert().Model(newInstallation(now, secret)).On("CONFLICT (singleton) DO UPDATE").
			Set("secret_salt = EXCLUDED.secret_salt").Set("secret_check = EXCLUDED.secret_check").Set("since = EXCLUDED.since").Exec(ctx); err != nil {
			return err
		}
		organisation, err := TheOrganisation(ctx, tx)
		if errors.Is(err, ErrNotFound) {
			return nil // nothing of anybody's is there yet
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, now, ByProgram(organisation.ID), "rekey", "organisation", organisation.ID, nil, nil)
	})
}

func newInstallation(now time.Time, secret []byte) *installation {
	salt := make([]byte, sha256.Size)
	rand.Read(salt)
	return &installation{SecretSalt: salt, SecretCheck: secretCheck(salt, secret), Since: now}
}

func secretCheck(salt, secret []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("installation\x00"))
	h.Write(salt)
	return h.Sum(nil)
}
