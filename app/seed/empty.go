// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// Empty ("Svuota i dati di prova") takes the invented people away with all
// they did, everything staff did for them (answers, responses, attendance,
// hidden comments, mails still to send), and the meetings' invented days and details; the
// consultation begins on the day the case was loaded. What is left is the case,
// with what staff have written in its texts.
//
// The demonstration's staff accounts and the audit log stay: whoever pressed
// the button is still signed in, and the log still says who did what, though
// no longer with whose words; staff is who pressed it, and is written there too. Where there is no demonstration it does nothing.
func Empty(ctx context.Context, db *bun.DB, now time.Time, staff *models.Staff) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "LOCK TABLE organisations IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		organisation, err := models.TheOrganisation(ctx, tx)
		if err != nil || organisation.DemoSince.IsZero() {
			return err
		}
		for _, statement := range emptying {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return models.NoteEmptied(ctx, tx, now, staff)
	})
}

// emptying deletes in the order that foreign keys ask for; what hangs on a
// person (addresses, opinions, …) goes with the person.
var emptying = []string{
	"DELETE FROM jobs WHERE kind = '" + models.JobNotify + "' OR kind = '" + models.JobMail + "' AND payload->>'person_id' IS NOT NULL",
	"DELETE FROM audit_texts",
	"DELETE FROM attendances",
	"DELETE FROM arrivals",
	"DELETE FROM door_passes",
	"DELETE FROM meeting_ratings",
	"DELETE FROM meeting_comments",
	"DELETE FROM questions",
	"DELETE FROM minutes",
	"DELETE FROM meeting_documents WHERE minutes",
	"DELETE FROM responses",
	"DELETE FROM comments",
	"DELETE FROM ratings",
	"DELETE FROM registrations",
	"DELETE FROM people",
	"DELETE FROM notices WHERE id = '" + demoNotice.String() + "'",
	`UPDATE meetings SET starts_at = NULL, ends_at = NULL, confirmed_at = NULL, seats_taken = 0,
		wheelchairs_taken = 0, assistants_taken = 0, press_taken = 0, last_queue_number = 0, sequence = 0,
		cancelled_at = NULL, cancel_reason = '{}', closed_at = NULL, recording_url = '', registration_from = NULL, registration_until = NULL,
		reminded_week_at = NULL, reminded_day_at = NULL, updated_at = c.created_at
		FROM consultations c WHERE c.id = meetings.consultation_id`,
	forgetDetails,
	`UPDATE phases SET starts_on = (c.created_at AT TIME ZONE 'Europe/Rome')::date
		FROM consultations c WHERE c.id = phases.consultation_id AND phases.number = 1`,
	"UPDATE phases SET starts_on = NULL, ends_on = NULL WHERE number = 2",
	`UPDATE guideline_versions SET published_at = c.created_at
		FROM guidelines g JOIN consultations c ON c.id = g.consultation_id
		WHERE g.id = guideline_versions.guideline_id AND guideline_versions.number = 1`,
	"UPDATE municipalities SET phone = '', email = '' WHERE phone = " + demoPhone + " AND email = " + demoEmail,
	"UPDATE organisations SET demo_since = NULL",
}
