// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Publications are the answers to when a comment appears, in their order.
var Publications = []string{PublicationAtOnce, PublicationAfterCheck, PublicationOutOfHours}

// ChecksFirst tells whether a comment that is sent at the moment of now waits for a check by the organisation's staff.
func (c *Consultation) ChecksFirst(o *Organisation, now time.Time) bool {
	switch c.Publication {
	case PublicationAfterCheck:
		return true
	case PublicationOutOfHours:
		return !o.OfficeOpen(now)
	}
	return false
}

// SettingsForm is how a consultation behaves.
type SettingsForm struct {
	Publication string `form:"publication" validate:"oneof=at_once after_check after_check_out_of_hours"`
	HoldHours   int    `form:"hold_hours" validate:"gte=1,lte=240"`
	Basis
}

// Settings returns the consultation's settings as the form has them.
func (c *Consultation) Settings() SettingsForm {
	f := SettingsForm{Publication: c.Publication, HoldHours: c.HoldHours}
	f.Seen = seenOf(f)
	return f
}

// EditSettings changes how a consultation behaves from now on; what waits already stays as it is. FieldErrors,
// ErrChanged, ErrNotFound.
func EditSettings(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form SettingsForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockConsultation(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "consultation", id, c.Settings(), form, form.Seen, func() error {
			c.Publication, c.HoldHours = form.Publication, form.HoldHours
			_, err := tx.NewUpdate().Model(c).Column("publication", "hold_hours").WherePK().Exec(ctx)
			return err
		})
	})
}
