// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"cmp"
	"context"
	"maps"
	"slices"
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
	// Channel is OnPaper for who filled in a paper form, AtMeeting for who spoke at one, else "web".
	Channel   string `bun:",nullzero"`
	CreatedAt time.Time

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
	key := addressKey{kind, NormalAddress(kind, value)}
	addresses, err := addressesOf(ctx, tx, now, map[addressKey]string{key: language})
	return addresses[key], err
}

// addressKey is a kind of address and its normal value.
type addressKey struct{ kind, value string }

// addressesOf is addressOf for many: wanted gives the language of who asks with each address.
func addressesOf(ctx context.Context, tx bun.IDB, now time.Time, wanted map[addressKey]string) (map[addressKey]*Address, error) {
	known, err := knownAddresses(ctx, tx, wanted)
	if err != nil || len(known) == len(wanted) {
		return known, err
	}
	// In one order for everybody, so that two who make the same addresses wait and do not deadlock.
	keys := slices.SortedFunc(maps.Keys(wanted), func(a, b addressKey) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.value, b.value))
	})
	var people []Person
	var addresses []Address
	for _, k := range keys {
		if known[k] == nil {
			p := Person{ID: newID(), Language: wanted[k], CreatedAt: now}
			people = append(people, p)
			addresses = append(addresses, Address{ID: newID(), PersonID: p.ID, Kind: k.kind, Value: k.value})
		}
	}
	if _, err := tx.NewInsert().Model(&people).Exec(ctx); err != nil {
		return nil, err
	}
	if _, err := tx.NewInsert().Model(&addresses).On("CONFLICT (kind, value) DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
		return nil, err
	}
	if known, err = knownAddresses(ctx, tx, wanted); err != nil {
		return nil, err
	}
	// Where somebody else made the address in the meantime theirs counts, and the person made here has none.
	var alone []uuid.UUID
	for _, a := range addresses {
		if known[addressKey{a.Kind, a.Value}].PersonID != a.PersonID {
			alone = append(alone, a.PersonID)
		}
	}
	if len(alone) > 0 {
		_, err = tx.NewDelete().Model((*Person)(nil)).Where("id IN (?)", bun.List(alone)).Exec(ctx)
	}
	return known, err
}

func knownAddresses(ctx context.Context, tx bun.IDB, wanted map[addressKey]string) (map[addressKey]*Address, error) {
	known := make(map[addressKey]*Address, len(wanted))
	if len(wanted) == 0 {
		return known, nil
	}
	var values []string
	for k := range wanted {
		values = append(values, k.value)
	}
	var addresses []*Address
	err := tx.NewSelect().Model(&addresses).
		Where("kind IN (?, ?) AND value IN (?)", Email, Phone, bun.List(values)).Scan(ctx)
	for _, a := range addresses {
		if _, asked := wanted[addressKey{a.Kind, a.Value}]; asked {
			known[addressKey{a.Kind, a.Value}] = a
		}
	}
	return known, err
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
