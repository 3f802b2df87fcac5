// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// How long a browser stays signed in; a member of staff's also ends when nothing has been asked for in StaffIdle.
const (
	PersonSession = 60 * 24 * time.Hour
	StaffSession  = 12 * time.Hour
	StaffIdle     = 30 * time.Minute
)

// seenEvery is how exactly it is known when a session was last used: not every page writes it down.
const seenEvery = time.Minute

// Session is a browser that a person or a member of staff has proved theirs, keyed by the SHA-256 of an opaque id.
type Session struct {
	bun.BaseModel `bun:"table:sessions"`

	TokenHash []byte    `bun:",pk"`
	PersonID  uuid.UUID `bun:",nullzero"`
	StaffID   uuid.UUID `bun:",nullzero"`
	CreatedAt time.Time
	ExpiresAt time.Time
	// SeenAt is when a member of staff last asked for a page, to about a minute.
	SeenAt time.Time `bun:",nullzero"`
	// ProvedAt is when a member of staff last showed the second factor; zero: not yet, and they may do nothing but that.
	ProvedAt time.Time `bun:",nullzero"`
	// Browser is what a member of staff tells the session by: "Firefox, Linux".
	Browser string
	// ConsultationID is the consultation a member of staff works on; zero: the newest.
	ConsultationID uuid.UUID `bun:",nullzero"`

	Staff   *Staff   `bun:"rel:belongs-to,join:staff_id=id"`
	Further []string `bun:",array,scanonly"` // see Staff
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

// Name tells a session of one account from the others in an address; it opens nothing.
func (s *Session) Name() string { return hex.EncodeToString(s.TokenHash[:8]) }

// SignInPerson opens a session of a person and returns its token, which only the browser keeps.
func SignInPerson(ctx context.Context, db bun.IDB, now time.Time, personID uuid.UUID) (string, error) {
	return signIn(ctx, db, &Session{PersonID: personID, CreatedAt: now, ExpiresAt: now.Add(PersonSession)})
}

// SignInStaff opens a session of a member of staff in a browser of that description and returns its token. proved says
// that the second factor was shown, or that there is none to show.
func SignInStaff(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID, browser string, proved bool) (string, error) {
	s := &Session{StaffID: staffID, CreatedAt: now, ExpiresAt: now.Add(StaffSession), SeenAt: now, Browser: browser}
	if proved {
		s.ProvedAt = now
	}
	return signIn(ctx, db, s)
}

// Prove has a running session of staff go on as one in which the second factor was shown now, under a new token, which it
// returns: whoever saw the one before gets nowhere with it. It ends when it would have. ErrNotFound: it is over.
func (s *Session) Prove(ctx context.Context, db bun.IDB, now time.Time) (string, error) {
	token := NewToken()
	res, err := db.NewUpdate().Model((*Session)(nil)).Set("token_hash = ?", Hash(token)).Set("proved_at = ?", now).
		Where("token_hash = ?", s.TokenHash).Exec(ctx)
	return token, changedOne(res, err)
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

// running keeps the sessions of staff that have not ended, by their time or by idleness, and whose account is open.
func running(now time.Time) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Relation("Staff").Where("session.expires_at > ?", now).
			Where("coalesce(session.seen_at, session.created_at) > ?", now.Add(-StaffIdle)).Where("staff.disabled_at IS NULL")
	}
}

// SignedInStaff returns the member of staff whose running session a token is, with that Session; ErrNotFound when there
// is none, or the account is closed.
func SignedInStaff(ctx context.Context, db bun.IDB, now time.Time, token string) (*Staff, error) {
	s := new(Session)
	err := db.NewSelect().Model(s).ColumnExpr("?TableColumns").ColumnExpr(furtherOf, bun.Ident("session.staff_id")).
		Apply(running(now)).Where("session.token_hash = ?", Hash(token)).Scan(ctx)
	if err != nil {
		return nil, found(err)
	}
	if now.Sub(s.SeenAt) >= seenEvery {
		s.SeenAt = now
		if _, err := db.NewUpdate().Model(s).Column("seen_at").WherePK().Exec(ctx); err != nil {
			return nil, err
		}
	}
	s.Staff.Further, s.Staff.Session = s.Further, s
	return s.Staff, nil
}

// SessionsOfStaff returns the running sessions of an account, the last used first.
func SessionsOfStaff(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID) ([]Session, error) {
	var sessions []Session
	err := db.NewSelect().Model(&sessions).Apply(running(now)).Where("session.staff_id = ?", staffID).
		Order("session.seen_at DESC").Scan(ctx)
	return sessions, err
}

// EndSession ends the running session of an account that has this Name; ErrNotFound when there is none.
func EndSession(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID, name string) error {
	sessions, err := SessionsOfStaff(ctx, db, now, staffID)
	if err != nil {
		return err
	}
	for i := range sessions {
		if sessions[i].Name() == name {
			_, err := db.NewDelete().Model(&sessions[i]).WherePK().Exec(ctx)
			return err
		}
	}
	return ErrNotFound
}

// SignOut ends a session; ending one that is over changes nothing.
func SignOut(ctx context.Context, db bun.IDB, token string) error {
	_, err := db.NewDelete().Model((*Session)(nil)).Where("token_hash = ?", Hash(token)).Exec(ctx)
	return err
}
