// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strconv"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// AuditSubject is the row that an audit entry is about, as far as it still exists: the words that others know it by,
// never those of a person, and where it is.
type AuditSubject struct {
	ID uuid.UUID
	// Name is a title; of a comment its guideline's, of a registration or attendance its meeting's.
	Name Text `bun:"type:jsonb"`
	// Place is what the address of its page ends with; "" when it has none.
	Place string
	// Consultation is the slug of the one it belongs to; "" when it belongs to none.
	Consultation string
	// MunicipalityID is whose meeting it is, or is about; zero for everything else.
	MunicipalityID uuid.UUID `bun:",nullzero"`
}

// auditSubjects reads, for each kind of subject, the rows with the ids ?1 of the organisation ?0.
var auditSubjects = map[string]string{
	"meeting":   `SELECT s.id, s.title AS name, s.slug AS place, s.municipality_id, ` + itsConsultation + ` FROM meetings s WHERE s.id IN (?1)`,
	"guideline": `SELECT s.id, s.name, s.slug AS place, ` + itsConsultation + ` FROM guidelines s WHERE s.id IN (?1)`,
	"act":       `SELECT s.id, s.title AS name, s.id::text AS place, ` + itsConsultation + ` FROM acts s WHERE s.id IN (?1)`,
	"faq":       `SELECT s.id, s.question AS name, s.id::text AS place, ` + itsConsultation + ` FROM faqs s WHERE s.id IN (?1)`,
	"notice":    `SELECT s.id, s.title AS name, s.id::text AS place, ` + itsConsultation + ` FROM notices s WHERE s.id IN (?1)`,
	"consultation": `SELECT s.id, s.title AS name, '' AS place, s.slug AS consultation FROM consultations s
		WHERE s.id IN (?1) AND s.organisation_id = ?0`,
	"municipality": `SELECT s.id, jsonb_build_object('it', s.name) AS name, s.slug AS place FROM municipalities s
		WHERE s.id IN (?1)`,
	"comment": `SELECT s.id, g.name, CASE WHEN s.state IN ('withdrawn', 'expired') THEN '' ELSE s.id::text END AS place, ` + itsConsultation + `
		FROM comments s JOIN guidelines g ON g.id = s.guideline_id WHERE s.id IN (?1) AND ` + ofItsConsultations,
	"registration": `SELECT s.id, m.title AS name, m.slug AS place, m.municipality_id, ` + itsConsultation + `
		FROM registrations s JOIN meetings m ON m.id = s.meeting_id WHERE s.id IN (?1) AND ` + ofItsConsultations,
	"attendance": `SELECT s.id, m.title AS name, m.slug AS place, m.municipality_id, ` + itsConsultation + `
		FROM attendances s JOIN meetings m ON m.id = s.meeting_id WHERE s.id IN (?1) AND ` + ofItsConsultations,
	"question": `SELECT s.id, m.title AS name, m.slug || '/domande' AS place, m.municipality_id, ` + itsConsultation + `
		FROM questions s JOIN meetings m ON m.id = s.meeting_id WHERE s.id IN (?1) AND ` + ofItsConsultations,
	// These two have no id of their own, see keyedSubject.
	"page":  `SELECT s.title AS name, s.slug AS place FROM pages s WHERE s.organisation_id = ?0`,
	"phase": `SELECT s.consultation_id AS id, s.title AS name, s.number::text AS place, ` + itsConsultation + ` FROM phases s WHERE ` + ofItsConsultations,
}

// The tables that grow are keyed by consultation first.
const ofItsConsultations = `s.consultation_id IN (SELECT id FROM consultations WHERE organisation_id = ?0)`

const itsConsultation = `(SELECT slug FROM consultations WHERE id = s.consultation_id) AS consultation`

// keyedSubject returns the id under which the log knows a row that is keyed by its owner and by a slug or a number.
func keyedSubject(owner uuid.UUID, subject, key string) uuid.UUID {
	return uuid.NewSHA1(owner, []byte(subject+"/"+key))
}

func phaseSubject(consultationID uuid.UUID, number int) uuid.UUID {
	return keyedSubject(consultationID, "phase", strconv.Itoa(number))
}

// SubjectsOf returns what entries of an organisation's log are about, by id, with one query for each kind of subject.
// What was taken away since is not among them.
func SubjectsOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID, entries []AuditEntry) (map[uuid.UUID]AuditSubject, error) {
	ids := map[string][]uuid.UUID{}
	for _, e := range entries {
		ids[e.Subject] = append(ids[e.Subject], e.SubjectID)
	}
	subjects := map[uuid.UUID]AuditSubject{}
	for kind, query := range auditSubjects {
		if len(ids[kind]) == 0 {
			continue
		}
		var rows []AuditSubject
		if err := db.NewRaw(query, organisationID, bun.List(ids[kind])).Scan(ctx, &rows); err != nil {
			return nil, err
		}
		for _, s := range rows {
			switch kind {
			case "page":
				s.ID = keyedSubject(organisationID, kind, s.Place)
			case "phase":
				s.ID = keyedSubject(s.ID, kind, s.Place)
			}
			subjects[s.ID] = s
		}
	}
	return subjects, nil
}
