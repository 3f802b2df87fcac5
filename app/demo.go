// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/seed"
	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// printDemoLinks writes a fresh one-time sign-in link for each account of the demonstration's staff, and nothing where
// there is no demonstration. Only a program on this machine alone may have one (config.go).
func printDemoLinks(ctx context.Context, w io.Writer, db *bun.DB, c config) error {
	organisation, err := models.TheOrganisation(ctx, db)
	if err != nil {
		return err
	}
	var staff []models.Staff
	err = db.NewSelect().Model(&staff).Where("email IN (?) AND disabled_at IS NULL", bun.List(seed.DemoStaff(organisation))).
		Order("role DESC", "name").Scan(ctx)
	if err != nil {
		return err
	}
	for _, account := range staff {
		invitation, err := models.InviteStaff(ctx, db, time.Now(), account.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s: %s\n", account.Name, c.links().Confirm(locale.Default, invitation))
	}
	return nil
}
