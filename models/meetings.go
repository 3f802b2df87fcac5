// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Meeting (incontro pubblico) is an evening at which the guidelines are presented and discussed.
type Meeting struct {
	bun.BaseModel `bun:"table:meetings"`

	ID             uuid.UUID `bun:",pk"`
	ConsultationID uuid.UUID
	MunicipalityID uuid.UUID
	Slug           string
	Title          Text `bun:"type:jsonb"`
	Body           Text `bun:"type:jsonb"`
	Venue          string
	Address        string
	Latitude       *float64
	Longitude      *float64
	StartsAt       time.Time `bun:",nullzero"`
	EndsAt         time.Time `bun:",nullzero"`
	// ConfirmedAt is when staff confirmed date and place; zero: to be confirmed.
	ConfirmedAt time.Time `bun:",nullzero"`
	Capacity    int
	// WalkInSeats are kept for those who come without registering.
	WalkInSeats int
	// SeatsTaken is the sum of the seats held by registrations, kept under this row's lock.
	SeatsTaken      int
	LastQueueNumber int
	// Sequence grows at each change of date or place (RFC 5545).
	Sequence  int
	UpdatedAt time.Time
}

// SeatsLeft is how many seats can still be registered for.
func (m Meeting) SeatsLeft() int { return max(0, m.Capacity-m.WalkInSeats-m.SeatsTaken) }

// MeetingBySlug returns one meeting of a consultation.
func MeetingBySlug(ctx context.Context, db bun.IDB, consultationID uuid.UUID, slug string) (*Meeting, error) {
	m := new(Meeting)
	err := db.NewSelect().Model(m).Where("consultation_id = ? AND slug = ?", consultationID, slug).Scan(ctx)
	return m, found(err)
}
