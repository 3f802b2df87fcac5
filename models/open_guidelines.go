// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// openGuideline is what the verbs ask of a guideline, and of its consultation's rules, before people write on it.
type openGuideline struct {
	ID             uuid.UUID
	ConsultationID uuid.UUID
	Publication    string
	Participants   string
	RepliesClosed  bool
	// Open tells whether the phase of opinions is running, in a consultation that is Live.
	Open bool
	// checked tells whether a comment waits for a check.
	checked bool
}

// stateOf is the state a new comment begins in.
func (g openGuideline) stateOf(published bool) string {
	switch {
	case !published:
		return Private
	case g.checked:
		return Held
	}
	return Published
}

// openGuidelines returns the guidelines with those ids that exist.
func openGuidelines(ctx context.Context, tx bun.IDB, now time.Time, ids []uuid.UUID) (map[uuid.UUID]openGuideline, error) {
	var rows []openGuideline
	err := tx.NewRaw(`
		SELECT g.id, g.consultation_id, c.publication, c.participants, c.replies_closed,
			coalesce(p.starts_on <= ?::date AND (p.ends_on IS NULL OR p.ends_on >= ?::date), false)
				AND c.published_at IS NOT NULL AND c.archived_at IS NULL AS open
		FROM guidelines g JOIN consultations c ON c.id = g.consultation_id
		LEFT JOIN phases p ON p.consultation_id = c.id AND p.number = ?
		WHERE g.id IN (?)`, Day(now), Day(now), PhaseOpinions, bun.List(ids)).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	var organisation *Organisation // read where its hours decide
	byID := make(map[uuid.UUID]openGuideline, len(rows))
	for _, g := range rows {
		if g.Publication == PublicationOutOfHours && organisation == nil {
			if organisation, err = TheOrganisation(ctx, tx); err != nil {
				return nil, err
			}
		}
		g.checked = (&Consultation{Publication: g.Publication}).ChecksFirst(organisation, now)
		byID[g.ID] = g
	}
	return byID, nil
}

// Admits says, as FieldErrors of the field "municipality", that the consultation's rules keep out who lives where author
// says they do, or, where author says nothing, p has said before. p is nil for somebody not known yet.
func (c *Consultation) Admits(p *Person, author Author) error {
	return admits(c.Participants, p, author)
}

func admits(participants string, p *Person, author Author) error {
	lives := author.MunicipalityID != uuid.Nil || !author.Elsewhere && p != nil && p.MunicipalityID != uuid.Nil
	if participants == Residents && !lives {
		return Wrong("municipality", "errors.residents_only")
	}
	return nil
}
