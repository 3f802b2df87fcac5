// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Roles of staff.
const (
	RoleAdministrator = "administrator"
	RoleOrganiser     = "organiser"
	RoleModerator     = "moderator"
	RoleMayor         = "mayor"
	RoleObserver      = "observer"
)

// Roles are all of them: who may do what stands in the table of addresses.
var Roles = []string{RoleAdministrator, RoleOrganiser, RoleModerator, RoleMayor, RoleObserver}

// Staff is an account of somebody who works on the consultation. MunicipalityID is whose office a mayor's staff speak
// for; of the others, the first municipality they serve, zero for who serves them all.
type Staff struct {
	bun.BaseModel `bun:"table:staff"`

	ID             uuid.UUID `bun:",pk"`
	OrganisationID uuid.UUID
	MunicipalityID uuid.UUID `bun:",nullzero"`
	// Further are the ids of the other municipalities they serve, filled by the queries that say who is signed in and by
	// StaffOf. Bun reads no array of UUIDs.
	Further    []string `bun:",array,scanonly"`
	Role       string
	Name       string
	Email      string
	CreatedAt  time.Time
	DisabledAt time.Time `bun:",nullzero"`

	// TOTPSecret is sealed; TOTPSince is zero for who has no app that makes codes.
	TOTPSecret []byte    `bun:"totp_secret"`
	TOTPSince  time.Time `bun:"totp_since,nullzero"`
	TOTPStep   int64     `bun:"totp_step"`
	// DailyDigest: they want to be told each morning what came in; DigestUntil is up to when they have been.
	DailyDigest bool
	DigestUntil time.Time `bun:",nullzero"`

	// FactorAttempts counts the wrong codes since the last right one.
	FactorAttempts    int
	FactorLockedUntil time.Time `bun:",nullzero"`

	Passkeys []Passkey `bun:"rel:has-many,join:id=staff_id"`
	// Session is the one in which they are signed in, filled by SignedInStaff.
	Session *Session `bun:"-"`
}

// Serves tells whether a municipality's meetings and contacts are the business of this account.
func (s *Staff) Serves(municipalityID uuid.UUID) bool {
	return s.MunicipalityID == uuid.Nil || s.MunicipalityID == municipalityID || slices.Contains(s.Further, municipalityID.String())
}

// mayRun holds the boundary of the town: ErrNotFound unless the meeting, which its Consultation is read with, is there and
// is the business of this account.
func (s *Staff) mayRun(m *Meeting) error {
	if m == nil || m.Consultation.OrganisationID != s.OrganisationID || !s.Serves(m.MunicipalityID) {
		return ErrNotFound
	}
	return nil
}

// Reads tells whether the account reads and changes nothing, so that its pages offer nothing to change.
func (s *Staff) Reads() bool { return s.Role == RoleObserver }

// furtherOf is the column that fills Further, for the account with the id ?0.
const furtherOf = `ARRAY(SELECT further.municipality_id::text FROM staff_municipalities AS further
	WHERE further.staff_id = ?0 ORDER BY 1) AS further`

func withFurther(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("?TableColumns").ColumnExpr(furtherOf, bun.Ident("staff.id"))
}

// ErrStaffExists says that the e-mail address has an account already.
var ErrStaffExists = errors.New("address has a staff account")

// ErrLastAdministrator says that an organisation would be left without anybody who can administer it.
var ErrLastAdministrator = errors.New("the last administrator stays")

// Administrators returns how many accounts of administrators are open.
func Administrators(ctx context.Context, db bun.IDB) (int64, error) {
	return db.NewSelect().Model((*Staff)(nil)).Where("role = ? AND disabled_at IS NULL", RoleAdministrator).Count(ctx)
}

// AddStaff opens an account; ErrStaffExists when the e-mail address has one.
func AddStaff(ctx context.Context, db bun.IDB, now time.Time, s *Staff) error {
	s.ID, s.CreatedAt, s.Email, s.DailyDigest = newID(), now, NormalAddress(Email, s.Email), true
	_, err := db.NewInsert().Model(s).Exec(ctx)
	if violates(err, "staff_email_key") {
		return ErrStaffExists
	}
	return err
}

// StaffByID returns an account that is not closed, with its passkeys.
func StaffByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Staff, error) {
	s := new(Staff)
	err := db.NewSelect().Model(s).Apply(withFurther).Relation("Passkeys").Where("staff.id = ? AND staff.disabled_at IS NULL", id).Scan(ctx)
	return s, found(err)
}

// StaffByEmail returns an account, open or closed.
func StaffByEmail(ctx context.Context, db bun.IDB, email string) (*Staff, error) {
	s := new(Staff)
	err := db.NewSelect().Model(s).Apply(withFurther).Where("staff.email = ?", NormalAddress(Email, email)).Scan(ctx)
	return s, found(err)
}

// StaffOf returns the organisation's accounts with their passkeys: open ones first, then by name.
func StaffOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) ([]Staff, error) {
	var accounts []Staff
	err := db.NewSelect().Model(&accounts).Apply(withFurther).Relation("Passkeys").Where("staff.organisation_id = ?", organisationID).
		OrderExpr("staff.disabled_at IS NOT NULL, lower(staff.name), staff.id").Scan(ctx)
	return accounts, err
}

// HasAdministrator tells whether anybody can administer this installation.
func HasAdministrator(ctx context.Context, db bun.IDB) (bool, error) {
	n, err := Administrators(ctx, db)
	return n > 0, err
}
