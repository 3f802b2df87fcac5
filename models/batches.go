// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Batches are the batchers of the hot verbs, one each for the whole program.
type Batches struct {
	Registrations *Batcher[RegistrationAsked, RegistrationResult]
}

// batchQueue bounds how many wait for one hot verb.
const batchQueue = 4096

// NewBatches returns batchers that carry out on db, at the time now gives.
func NewBatches(db *bun.DB, now func() time.Time) *Batches {
	return &Batches{
		Registrations: NewBatcher(batchQueue, func(ctx context.Context, asked []RegistrationAsked) ([]RegistrationResult, error) {
			return Register(ctx, db, now(), asked)
		}),
	}
}
