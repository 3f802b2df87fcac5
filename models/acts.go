// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// HeldRegistration is what a mailbox confirms of a registration: that it wants the seats.
type HeldRegistration struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	RegistrationID uuid.UUID `json:"registration_id"`
}

func confirmRegistration(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act HeldRegistration) error {
	return ErrNotFound
}
