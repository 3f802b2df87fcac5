// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// FoundingForm is what the first administrator says at the program's first start. OrganisationName is asked where the
// database holds no organisation yet.
type FoundingForm struct {
	OrganisationName string `form:"organisation_name" validate:"max=200,oneline"`
	Name             string `form:"staff_name" validate:"required,max=100,oneline"`
	Email            string `form:"email" validate:"required,max=254,oneline,email"`
}

// FoundAdministrator opens the first administrator's account, and the organisation if there is none. ErrUsed once
// anybody can administer: of two who hold the same link, one comes first. FieldErrors, ErrStaffExists.
func FoundAdministrator(ctx context.Context, db bun.IDB, now time.Time, form FoundingForm) (*Staff, error) {
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	s := &Staff{Role: RoleAdministrator, Name: form.Name, Email: form.Email}
	return s, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.ExecContext(ctx, "LOCK TABLE staff IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		switch founded, err := HasAdministrator(ctx, tx); {
		case err != nil:
			return err
		case founded:
			return ErrUsed
		}
		o, err := TheOrganisation(ctx, tx)
		if errors.Is(err, ErrNotFound) {
			if form.OrganisationName == "" {
				return Wrong("organisation_name", "errors.required")
			}
			o = &Organisation{ID: newID(), Name: form.OrganisationName}
			_, err = tx.NewInsert().Model(o).Exec(ctx)
		}
		if err != nil {
			return err
		}
		s.OrganisationID = o.ID
		if err := AddStaff(ctx, tx, now, s); err != nil {
			return err
		}
		return audit(ctx, tx, now, ByProgram(o.ID), "add", "staff", s.ID, nil,
			map[string]any{"staff_name": s.Name, "email": s.Email, "role": s.Role})
	})
}
