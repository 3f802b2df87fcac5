// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// exportChunk is how many registrations are in memory at a time while all of them are read.
const exportChunk = 500

// EachRegistration calls do with the registrations of a meeting by name, cancelled ones left out, a bounded number in
// memory at a time, and ends at the first error. What was asked comes along; access needs, which are data about health, do
// not.
func EachRegistration(ctx context.Context, db bun.IDB, meetingID uuid.UUID, do func(*Registration) error) error {
	filter := RegistrationFilter{Live: true, Questions: true, Limit: exportChunk}
	for {
		registrations, err := RegistrationsOf(ctx, db, meetingID, filter)
		if err != nil {
			return err
		}
		for i := range registrations {
			if err := do(&registrations[i]); err != nil {
				return err
			}
		}
		if len(registrations) < exportChunk {
			return nil
		}
		filter.After = &registrations[len(registrations)-1]
	}
}
