// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Arrival is a party as one of the devices at a meeting's doors, or the desk, wrote down that it came. RegistrationID is
// zero for one that walked in.
type Arrival struct {
	bun.BaseModel `bun:"table:arrivals"`

	ConsultationID uuid.UUID `bun:",pk,type:uuid"`
	ID             uuid.UUID `bun:",pk,type:uuid"`
	MeetingID      uuid.UUID `bun:",type:uuid"`
	RegistrationID uuid.UUID `bun:",nullzero,type:uuid"`
	People         int
	// MunicipalityID and Elsewhere are where a party that walked in lives; neither: not said.
	MunicipalityID uuid.UUID `bun:",nullzero,type:uuid"`
	Elsewhere      bool
	PassID         uuid.UUID `bun:",nullzero,type:uuid"`
	StaffID        uuid.UUID `bun:",nullzero,type:uuid"`
	ArrivedAt      time.Time
	RecordedAt     time.Time
	UndoneAt       time.Time `bun:",nullzero"`

	Pass         *DoorPass     `bun:"rel:belongs-to,join:pass_id=id"`
	Registration *Registration `bun:"rel:belongs-to,join:consultation_id=consultation_id,join:registration_id=id"`
}

// ArrivalEvent is an arrival as a device tells of it. Undone takes it back for good: the event is the whole arrival, so
// that it does not matter whether the arrival itself was told before, after or never.
type ArrivalEvent struct {
	// ID is the device's own for this arrival.
	ID             uuid.UUID
	RegistrationID uuid.UUID
	People         int
	MunicipalityID uuid.UUID
	Elsewhere      bool
	// ArrivedAt is by the clock of the device.
	ArrivedAt time.Time
	Undone    bool
}

const (
	// MostInParty bounds how many come with a registration, MostWalkIns how many are written down at once of those
	// without: a headcount on paper.
	MostInParty = 20
	MostWalkIns = 1000
	// MostEvents bounds a batch of a device's events.
	MostEvents = 500
)

// RecordArrivals writes down what a device did at its meeting's door, and has the attendances follow. sent is what the
// device's clock said when it told: times are corrected by what it was wrong, and none lies in the future. It may be told
// the same again, in any order, by any number of devices: the end is the same. It returns a result for each event, which
// leaves the others alone: FieldErrors, or ErrNotFound when the registration, or the id, is another meeting's, or the
// registration was cancelled before it came.
func RecordArrivals(ctx context.Context, db bun.IDB, now time.Time, pass *DoorPass, sent time.Time, events []ArrivalEvent) ([]error, error) {
	arrivals := make([]*Arrival, len(events))
	for i, e := range events {
		a := &Arrival{ID: e.ID, RegistrationID: e.RegistrationID, People: e.People, MunicipalityID: e.MunicipalityID, Elsewhere: e.Elsewhere,
			PassID: pass.ID, ArrivedAt: e.ArrivedAt.Add(now.Sub(sent))}
		if a.ArrivedAt.After(now) {
			a.ArrivedAt = now
		}
		if a.ArrivedAt.Before(pass.TakenAt) {
			a.ArrivedAt = pass.TakenAt
		}
		if e.Undone {
			a.UndoneAt = now
		}
		arrivals[i] = a
	}
	var results []error
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Meeting)
		err := tx.NewSelect().Model(m).Where("id = ?", pass.MeetingID).For("UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		results, err = record(ctx, tx, now, m, arrivals)
		return err
	})
	return results, err
}

// record writes down arrivals at a meeting whose row is locked, with a result for each, and has the attendances follow.
func record(ctx context.Context, tx bun.IDB, now time.Time, m *Meeting, arrivals []*Arrival) ([]error, error) {
	known, err := knownTo(ctx, tx, m, arrivals)
	if err != nil {
		return nil, err
	}
	results, parties, once := make([]error, len(arrivals)), map[uuid.UUID]bool{}, map[uuid.UUID]*Arrival{}
	for i, a := range arrivals {
		if results[i] = known.refuse(a); results[i] != nil {
			continue
		}
		a.ConsultationID, a.MeetingID, a.RecordedAt = m.ConsultationID, m.ID, now
		if first := once[a.ID]; first == nil {
			once[a.ID] = a
		} else if first.UndoneAt.IsZero() {
			first.UndoneAt = a.UndoneAt
		}
		parties[a.party()] = true
		if old := known.arrivals[a.ID]; old != nil {
			parties[old.party()] = true
		}
	}
	if len(once) == 0 {
		return results, nil
	}
	rows := slices.Collect(maps.Values(once))
	_, err = tx.NewInsert().Model(&rows).On("CONFLICT (consultation_id, id) DO UPDATE").Set("undone_at = EXCLUDED.undone_at").
		Where("arrival.undone_at IS NULL AND EXCLUDED.undone_at IS NOT NULL").Exec(ctx)
	if err != nil {
		return nil, err
	}
	return results, reckon(ctx, tx, m, slices.Collect(maps.Keys(parties)))
}

// party is under which id all the arrivals of one party are found.
func (a *Arrival) party() uuid.UUID {
	if a.RegistrationID != uuid.Nil {
		return a.RegistrationID
	}
	return a.ID
}

// knowns are what arrivals may refer to.
type knowns struct {
	meeting       *Meeting
	registrations map[uuid.UUID]Registration // of the meeting
	arrivals      map[uuid.UUID]*Arrival
	towns         map[uuid.UUID]bool
}

// knownTo reads what these arrivals at a meeting may refer to.
func knownTo(ctx context.Context, tx bun.IDB, m *Meeting, arrivals []*Arrival) (*knowns, error) {
	k := &knowns{m, map[uuid.UUID]Registration{}, map[uuid.UUID]*Arrival{}, map[uuid.UUID]bool{}}
	ids, registrations := []uuid.UUID{uuid.Nil}, []uuid.UUID{uuid.Nil}
	for _, a := range arrivals {
		ids, registrations = append(ids, a.ID), append(registrations, a.RegistrationID)
	}
	var rows []Registration
	err := tx.NewSelect().Model(&rows).Column("id", "state", "cancelled_at").
		Where("consultation_id = ? AND meeting_id = ? AND id IN (?)", m.ConsultationID, m.ID, bun.List(registrations)).Scan(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		k.registrations[r.ID] = r
	}
	var old []*Arrival
	if err := tx.NewSelect().Model(&old).Where("consultation_id = ? AND id IN (?)", m.ConsultationID, bun.List(ids)).Scan(ctx); err != nil {
		return nil, err
	}
	for _, a := range old {
		k.arrivals[a.ID] = a
	}
	var towns []Municipality
	err = tx.NewSelect().Model(&towns).Column("id").
		Where("organisation_id = (SELECT organisation_id FROM consultations WHERE id = ?)", m.ConsultationID).Scan(ctx)
	for _, t := range towns {
		k.towns[t.ID] = true
	}
	return k, err
}

// refuse says what is wrong with an arrival; nil when nothing is.
func (k *knowns) refuse(a *Arrival) error {
	r, registered := k.registrations[a.RegistrationID]
	old, most := k.arrivals[a.ID], MostWalkIns
	if a.RegistrationID != uuid.Nil {
		most = MostInParty
	}
	switch {
	case a.ID == uuid.Nil:
		return Wrong("id", "errors.required")
	case a.People < 1 || a.People > most:
		return FieldErrors{{Field: "people", Key: "errors.lte", Param: strconv.Itoa(most)}}
	case a.MunicipalityID != uuid.Nil && (a.Elsewhere || a.RegistrationID != uuid.Nil || !k.towns[a.MunicipalityID]):
		return Wrong("municipality", "errors.oneof")
	case old != nil && old.MeetingID != k.meeting.ID:
		return ErrNotFound
	case a.RegistrationID != uuid.Nil && !registered:
		return ErrNotFound
	case registered && !r.Live() && !a.ArrivedAt.Before(r.CancelledAt) && old == nil && a.UndoneAt.IsZero():
		return ErrNotFound
	}
	return nil
}

// reckon has the attendances of parties say what their arrivals do: a party is there as long as one of its arrivals is
// not undone, and as many came as the last of those says.
func reckon(ctx context.Context, tx bun.IDB, m *Meeting, parties []uuid.UUID) error {
	_, err := tx.NewDelete().Table("attendances").Where("consultation_id = ? AND meeting_id = ?", m.ConsultationID, m.ID).
		Where("(registration_id IN (?0) OR id IN (?0))", bun.List(parties)).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO attendances (consultation_id, id, meeting_id, registration_id, people, recorded_at, staff_id)
		SELECT DISTINCT ON (coalesce(registration_id, id)) consultation_id, id, meeting_id, registration_id, people, arrived_at, staff_id
		FROM arrivals WHERE consultation_id = ?0 AND meeting_id = ?2 AND undone_at IS NULL
			AND (registration_id IN (?1) OR registration_id IS NULL AND id IN (?1))
		ORDER BY coalesce(registration_id, id), arrived_at DESC, id DESC`, m.ConsultationID, bun.List(parties), m.ID).Exec(ctx)
	return err
}
