// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Roles of staff.
const (
	RoleAdministrator = "administrator"
	RoleOrganiser     = "organiser"
	RoleMayor         = "mayor"
)

// Staff is an account of somebody who works on the consultation. MunicipalityID is zero for who serves them all.
type Staff struct {
	bun.BaseModel `bun:"table:staff"`

	ID             uuid.UUID `bun:",pk"`
	OrganisationID uuid.UUID
	MunicipalityID uuid.UUID `bun:",nullzero"`
	Role           string
	Name           string
	Email          string
	CreatedAt      time.Time
	DisabledAt     time.Time `bun:",nullzero"`
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
	return s, found(db.NewSelect().Model(s).Where("id = ? AND disabled_at IS NULL", id).Scan(ctx))
}
