// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Person is somebody who takes part. Others see the pseudonym alone.
type Person struct {
	bun.BaseModel `bun:"table:people"`

	ID        uuid.UUID `bun:",pk"`
	Pseudonym string
	// MunicipalityID is the municipality the person declared; zero: Elsewhere, or not asked yet.
	MunicipalityID uuid.UUID `bun:",nullzero"`
	Elsewhere      bool
	Language       string
	CreatedAt      time.Time

	Addresses []Address `bun:"rel:has-many,join:id=person_id"`
}

// Kinds of address.
const (
	Email = "email"
	Phone = "phone"
)

// Address is where a person can be reached.
type Address struct {
	bun.BaseModel `bun:"table:addresses"`

	ID       uuid.UUID `bun:",pk"`
	PersonID uuid.UUID
	Kind     string
	Value    string
	// VerifiedAt is when the person proved it theirs; zero: never.
	VerifiedAt time.Time `bun:",nullzero"`
}

// PersonByID returns a person with their addresses.
func PersonByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Person, error) {
	p := new(Person)
	return p, found(db.NewSelect().Model(p).Relation("Addresses").Where("person.id = ?", id).Scan(ctx))
}

// addressOf returns the address with that value, made with a new person behind it when nobody has it yet. Addresses
// are compared in lower case; a telephone number without spaces.
func addressOf(ctx context.Context, tx bun.IDB, now time.Time, kind, value, language string) (*Address, error) {
	value = NormalAddress(kind, value)
	a := new(Address)
	err := found(tx.NewSelect().Model(a).Where("kind = ? AND value = ?", kind, value).Scan(ctx))
	if err == nil || err != ErrNotFound {
		return a, err
	}
	person := &Person{ID: newID(), Language: language, CreatedAt: now}
	if _, err := tx.NewInsert().Model(person).Exec(ctx); err != nil {
		return nil, err
	}
	*a = Address{ID: newID(), PersonID: person.ID, Kind: kind, Value: value}
	res, err := tx.NewInsert().Model(a).On("CONFLICT (kind, value) DO NOTHING").Exec(ctx)
	if err != nil {
		return nil, err
	}
	if n, _ := res.RowsAffected(); n == 1 {
		return a, nil
	}
	// Somebody else made it in the meantime: theirs counts.
	if _, err := tx.NewDelete().Model(person).WherePK().Exec(ctx); err != nil {
		return nil, err
	}
	*a = Address{}
	return a, found(tx.NewSelect().Model(a).Where("kind = ? AND value = ?", kind, value).Scan(ctx))
}

// NormalAddress returns value as addresses are stored: lower case, a telephone number as digits with an optional plus.
func NormalAddress(kind, value string) string {
	value = strings.ToLower(strings.TrimSpace(value))
	if kind != Phone {
		return value
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, value)
}
