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

// SignedInPerson returns whose running session a token is; ErrNotFound when there is none. Every page asks: one
// select that joins two keys.
func SignedInPerson(ctx context.Context, db bun.IDB, now time.Time, token string) (*Person, error) {
	p := new(Person)
	return p, found(db.NewSelect().Model(p).Join("JOIN sessions AS s ON s.person_id = person.id").
		Where("s.token_hash = ? AND s.expires_at > ?", Hash(token), now).Scan(ctx))
}

// SignedInStaff returns the member of staff whose running session a token is; ErrNotFound when there is none, or the
// account is disabled.
func SignedInStaff(ctx context.Context, db bun.IDB, now time.Time, token string) (*Staff, error) {
	s := new(Staff)
	return s, found(db.NewSelect().Model(s).Apply(withFurther).Join("JOIN sessions AS s ON s.staff_id = staff.id").
		Where("s.token_hash = ? AND s.expires_at > ? AND staff.disabled_at IS NULL", Hash(token), now).Scan(ctx))
}

// SignOut ends a session; ending one that is over changes nothing.
func SignOut(ctx context.Context, db bun.IDB, token string) error {
	_, err := db.NewDelete().Model((*Session)(nil)).Where("token_hash = ?", Hash(token)).Exec(ctx)
	return err
}
