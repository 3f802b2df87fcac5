// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Batches are the program's batchers, one for each hot verb.
type Batches struct {
	Contributions *Batcher[ContributionBy, Contributed]
	Supports      *Batcher[SupportBy, error]
	Registrations *Batcher[RegistrationAsked, RegistrationResult]
}

// Stats returns the figures of each batcher, by its verb.
func (b *Batches) Stats() map[string]BatchStats {
	return map[string]BatchStats{
		"contribute": b.Contributions.Stats(), "support": b.Supports.Stats(), "register": b.Registrations.Stats(),
	}
}

// mostWaiting bounds those who wait for their turn with one verb: some seconds' work.
const mostWaiting = 10_000

// NewBatches returns batchers whose verbs write to db at the time that now tells.
func NewBatches(db *bun.DB, now func() time.Time) *Batches {
	return &Batches{
		Contributions: NewBatcher(mostWaiting, func(ctx context.Context, given []ContributionBy) ([]Contributed, error) {
			return Contribute(ctx, db, now(), given)
		}),
		Supports: NewBatcher(mostWaiting, func(ctx context.Context, given []SupportBy) ([]error, error) {
			return GiveSupports(ctx, db, now(), given)
		}),
		Registrations: NewBatcher(mostWaiting, func(ctx context.Context, asked []RegistrationAsked) ([]RegistrationResult, error) {
			return Register(ctx, db, now(), asked)
		}),
	}
}
