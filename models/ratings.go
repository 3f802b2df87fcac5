// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Rate keeps an answer to "how clear is this page?".
func Rate(ctx context.Context, db bun.IDB, now time.Time, r *Rating) error {
	r.ID, r.CreatedAt = newID(), now
	_, err := db.NewInsert().Model(r).Exec(ctx)
	return err
}
