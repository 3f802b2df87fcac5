// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"time"

	"github.com/uptrace/bun"
)

// Batches gather the hot verbs' work of people who act at the same moment.
type Batches struct{}

// NewBatches returns batches over db; now is the clock of what they write.
func NewBatches(db *bun.DB, now func() time.Time) *Batches {
	return &Batches{}
}
