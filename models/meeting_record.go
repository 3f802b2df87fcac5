// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingRecord is what citizens read of a meeting that is closed, beside its questions.
type MeetingRecord struct {
	Minutes *Minutes
	// Corrections are when and why the minutes were changed since they are public, the newest first.
	Corrections []Minutes
	// Documents go with the minutes.
	Documents []MeetingDocument
	// ByTown is where those who came live.
	ByTown []TownAttendance
	// Said counts what was said there and can be read, by guideline.
	Said map[uuid.UUID]int
}

// RecordOf returns what citizens read of a meeting; nil until it is closed.
func RecordOf(ctx context.Context, db bun.IDB, m *Meeting) (*MeetingRecord, error) {
	if !m.Closed() {
		return nil, nil
	}
	r := new(MeetingRecord)
	var err error
	if r.Minutes, err = MinutesOf(ctx, db, m.ID); err != nil {
		return nil, err
	}
	if r.Corrections, err = Corrections(ctx, db, m); err != nil {
		return nil, err
	}
	if r.Documents, err = MeetingDocuments(ctx, db, m.ID, true); err != nil {
		return nil, err
	}
	if r.ByTown, err = AttendanceByTown(ctx, db, m.ID); err != nil {
		return nil, err
	}
	r.Said, err = SaidOn(ctx, db, m)
	return r, err
}

// Present is how many people came.
func (r *MeetingRecord) Present() int {
	people := 0
	for _, t := range r.ByTown {
		people += t.People
	}
	return people
}
