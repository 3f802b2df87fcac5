// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strconv"
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

	Consultation *Consultation `bun:"rel:belongs-to,join:consultation_id=id"`
	Municipality *Municipality `bun:"rel:belongs-to,join:municipality_id=id"`
}

// SeatsLeft is how many seats can still be registered for.
func (m *Meeting) SeatsLeft() int { return max(0, m.Capacity-m.WalkInSeats-m.SeatsTaken) }

// Confirmed tells whether date and place are.
func (m *Meeting) Confirmed() bool { return !m.ConfirmedAt.IsZero() }

// Begun tells whether the meeting's beginning is past.
func (m *Meeting) Begun(now time.Time) bool { return m.Confirmed() && !now.Before(m.StartsAt) }

// Open tells whether one can register: the date is confirmed, the meeting has not begun, and its Consultation, which
// must be there, is Live.
func (m *Meeting) Open(now time.Time) bool {
	return m.Confirmed() && !m.Begun(now) && m.Consultation.Live()
}

// fits says, as FieldErrors of the field "seats", that a party is larger than the consultation's rules allow.
func (m *Meeting) fits(seats int) error {
	if most := m.Consultation.LargestParty; seats > most {
		return FieldErrors{{Field: "seats", Key: "errors.largest_party", Param: strconv.Itoa(most)}}
	}
	return nil
}

// heldUntil is the end of a hold that begins now: as long as the consultation's setting says, and never beyond the
// beginning of the meeting.
func (m *Meeting) heldUntil(now time.Time) time.Time {
	until := now.Add(time.Duration(m.Consultation.HoldHours) * time.Hour)
	if m.StartsAt.After(now) && m.StartsAt.Before(until) {
		return m.StartsAt
	}
	return until
}

// MeetingsOf returns a consultation's meetings with their municipalities: those with a date first, in its order.
func MeetingsOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]Meeting, error) {
	var meetings []Meeting
	err := db.NewSelect().Model(&meetings).Relation("Municipality").Relation("Consultation", statedConsultation).Where("meeting.consultation_id = ?", consultationID).
		Order("meeting.starts_at", "municipality.position", "meeting.slug").Scan(ctx)
	return meetings, err
}

// MeetingBySlug returns one meeting of a consultation with its municipality.
func MeetingBySlug(ctx context.Context, db bun.IDB, consultationID uuid.UUID, slug string) (*Meeting, error) {
	m := new(Meeting)
	err := db.NewSelect().Model(m).Relation("Municipality").Relation("Consultation", statedConsultation).
		Where("meeting.consultation_id = ? AND meeting.slug = ?", consultationID, slug).Scan(ctx)
	return m, found(err)
}
