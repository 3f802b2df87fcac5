// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ConsultationSummary is what a consultation is made of and what came in, in numbers, for who publishes or ends it.
type ConsultationSummary struct {
	// Dated are the phases that have a date.
	Phases, Dated        int
	Guidelines, Meetings int
	Acts, Notices        int
	FAQs                 int `bun:"faqs"`
	Opinions, Comments   int
	// HeldComments wait for a check, and Registered are the people with a seat, or waiting for one, at a meeting to come.
	HeldComments, Registered int
}

// SummaryOf returns the numbers of a consultation at the moment of now.
func SummaryOf(ctx context.Context, db bun.IDB, now time.Time, consultationID uuid.UUID) (s ConsultationSummary, err error) {
	err = db.NewRaw(`SELECT
		(SELECT count(*) FROM phases WHERE consultation_id = ?0) AS phases,
		(SELECT count(starts_on) FROM phases WHERE consultation_id = ?0) AS dated,
		(SELECT count(*) FROM guidelines WHERE consultation_id = ?0) AS guidelines,
		(SELECT count(*) FROM meetings WHERE consultation_id = ?0 AND NOT draft) AS meetings,
		(SELECT count(*) FROM acts WHERE consultation_id = ?0) AS acts,
		(SELECT count(*) FROM faqs WHERE consultation_id = ?0) AS faqs,
		(SELECT count(*) FROM notices WHERE consultation_id = ?0) AS notices,
		(SELECT count(*) FROM opinions WHERE consultation_id = ?0) AS opinions,
		(SELECT count(*) FROM comments WHERE consultation_id = ?0 AND office_id IS NULL AND state <> 'withdrawn') AS comments,
		(SELECT count(*) FROM comments WHERE consultation_id = ?0 AND state = 'held') AS held_comments,
		(SELECT coalesce(sum(r.seats), 0) FROM registrations r JOIN meetings m ON m.id = r.meeting_id
			WHERE r.consultation_id = ?0 AND r.state <> 'cancelled' AND m.starts_at > ?1) AS registered`, consultationID, now).Scan(ctx, &s)
	return s, err
}
