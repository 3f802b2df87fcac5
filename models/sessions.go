// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// How long a browser stays signed in.
const (
	PersonSession = 60 * 24 * time.Hour
	StaffSession  = 12 * time.Hour
)

// Session is a browser that a person or a member of staff has proved theirs, keyed by the SHA-256 of an opaque id.
type Session struct {
	bun.BaseModel `bun:"table:sessions"`

	TokenHash []byte    `bun:",pk"`
	PersonID  uuid.UUID `bun:",nullzero"`
	StaffID   uuid.UUID `bun:",nullzero"`
	CreatedAt time.Time
	ExpiresAt time.Time

	Person *Person `bun:"rel:belongs-to,join:person_id=id"`
	Staff  *Staff  `bun:"rel:belongs-to,join:staff_id=id"`
}

// Hash returns the SHA-256 under which an opaque token is stored.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// NewToken returns 256 random bits in base64url.
func NewToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// SignInPerson opens a session of a person and returns its token, which only the browser keeps.
func SignInPerson(ctx context.Context, db bun.IDB, now time.Time, personID uuid.UUID) (string, error) {
	return signIn(ctx, db, &Session{PersonID: personID, CreatedAt: now, ExpiresAt: now.Add(PersonSession)})
}

// SignInStaff opens a session of a member of staff and returns its token.
func SignInStaff(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID) (string, error) {
	return signIn(ctx, db, &Session{StaffID: staffID, CreatedAt: now, ExpiresAt: now.Add(StaffSession)})
}

func signIn(ctx context.Context, db bun.IDB, s *Session) (string, error) {
	token := NewToken()
	s.TokenHash = Hash(token)
	_, err := db.NewInsert().Model(s).Exec(ctx)
	return token, err
}

// SessionOf returns the running session of a token with its person or member of staff; ErrNotFound when there is none.
func SessionOf(ctx context.Context, db bun.IDB, now time.Time, token string) (*Session, error) {
	s := new(Session)
	err := db.NewSelect().Model(s).Relation("Person").Relation("Staff").
		Where("session.token_hash = ? AND session.expires_at > ?", Hash(token), now).
		Where("staff.disabled_at IS NULL").Scan(ctx)
	return s, found(err)
}

// SignOut ends a session; ending one that is over changes nothing.
func SignOut(ctx context.Context, db bun.IDB, token string) error {
	_, err := db.NewDelete().Model((*Session)(nil)).Where("token_hash = ?", Hash(token)).Exec(ctx)
	return err
}
