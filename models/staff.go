// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"slices"
	"strings"
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
	// Further are the ids of the other municipalities they serve, filled by the queries that say who is signed in. Bun
	// reads no array of UUIDs.
	Further    []string `bun:",array,scanonly"`
	Role       string
	Name       string
	Email      string
	CreatedAt  time.Time
	DisabledAt time.Time `bun:",nullzero"`
}

// Serves tells whether a municipality's meetings and contacts are the business of this account.
func (s *Staff) Serves(municipalityID uuid.UUID) bool {
	return s.MunicipalityID == uuid.Nil || s.MunicipalityID == municipalityID || slices.Contains(s.Further, municipalityID.String())
}

// withFurther has a query of accounts fill Further.
func withFurther(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("?TableColumns").ColumnExpr(`ARRAY(SELECT further.municipality_id::text FROM staff_municipalities AS further
		WHERE further.staff_id = staff.id) AS further`)
}

// ErrStaffExists says that the e-mail address has an account already.
var ErrStaffExists = errors.New("address has a staff account")

// AddStaff opens an account; ErrStaffExists when the e-mail address has one.
func AddStaff(ctx context.Context, db bun.IDB, now time.Time, s *Staff) error {
	s.ID, s.CreatedAt, s.Email = newID(), now, strings.ToLower(strings.TrimSpace(s.Email))
	_, err := db.NewInsert().Model(s).Exec(ctx)
	if violates(err, "staff_email_key") {
		return ErrStaffExists
	}
	return err
}

// CloseStaff disables the account with that e-mail address and ends its sessions; what it did stays in the log. Closing
// it again changes nothing; ErrNotFound when there is none.
func CloseStaff(ctx context.Context, db bun.IDB, now time.Time, email string) (*Staff, error) {
	s := new(Staff)
	return s, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		err := tx.NewSelect().Model(s).Where("email = ?", strings.ToLower(strings.TrimSpace(email))).For("UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		if s.DisabledAt.IsZero() {
			s.DisabledAt = now
			if _, err := tx.NewUpdate().Model(s).Column("disabled_at").WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewDelete().Model((*Session)(nil)).Where("staff_id = ?", s.ID).Exec(ctx)
		return err
	})
}

// StaffByID returns an account that is not disabled.
func StaffByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Staff, error) {
	s := new(Staff)
	return s, found(db.NewSelect().Model(s).Apply(withFurther).Where("staff.id = ? AND disabled_at IS NULL", id).Scan(ctx))
}
