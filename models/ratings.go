// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Rating is an answer to "how clear is this page?"; it belongs to nobody.
type Rating struct {
	bun.BaseModel `bun:"table:ratings"`

	ID        uuid.UUID `bun:",pk"`
	Path      string
	Stars     int
	Reason    string
	Body      string
	CreatedAt time.Time
}

// Rate keeps an answer to "how clear is this page?".
func Rate(ctx context.Context, db bun.IDB, now time.Time, r *Rating) error {
	r.ID, r.CreatedAt = newID(), now
	_, err := db.NewInsert().Model(r).Exec(ctx)
	return err
}
