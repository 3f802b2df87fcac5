// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Participants are the answers to who may take part, in their order.
var Participants = []string{Everybody, Residents}

// RulesForm is the rules of participation that a consultation may choose. That a comment can be sent without being
// published, and that anybody may come to a meeting, are no choice.
type RulesForm struct {
	Participants string `form:"participants" validate:"oneof=everybody residents"`
	Replies      bool   `form:"replies"`
	LargestParty int    `form:"largest_party" validate:"gte=1,lte=5"`
	Basis
}

// Rules returns the consultation's rules as the form has them.
func (c *Consultation) Rules() RulesForm {
	f := RulesForm{Participants: c.Participants, Replies: !c.RepliesClosed, LargestParty: c.LargestParty}
	f.Seen = seenOf(f)
	return f
}

// EditRules changes who may take part and how, from now on; what was sent already stays. FieldErrors, ErrChanged,
// ErrNotFound.
func EditRules(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form RulesForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := lockConsultation(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "consultation", id, c.Rules(), form, form.Seen, func() error {
			c.Participants, c.RepliesClosed, c.LargestParty = form.Participants, !form.Replies, form.LargestParty
			_, err := tx.NewUpdate().Model(c).Column("participants", "replies_closed", "largest_party").WherePK().Exec(ctx)
			return err
		})
	})
}
