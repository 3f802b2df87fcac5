// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Digest is what the office is told in the morning: numbers, and nobody's name.
type Digest struct {
	Meetings []MeetingNews
	Comments []CommentsNews
}

// MeetingNews is a meeting, with its consultation, at which something came in or somebody is to be telephoned.
type MeetingNews struct {
	Meeting Meeting
	MeetingWork
}

// CommentsNews is how many comments came in on a consultation and wait for a check.
type CommentsNews struct {
	Slug  string
	Title Text
	Held  int
}

// Empty tells whether there is nothing to tell.
func (d *Digest) Empty() bool { return len(d.Meetings) == 0 && len(d.Comments) == 0 }

// digestRoles are those of the office that organises.
var digestRoles = []string{RoleOrganiser, RoleAdministrator}

// Digested tells whether somebody is told each morning what came in, if they want it.
func (s *Staff) Digested() bool { return slices.Contains(digestRoles, s.Role) }

// DigestFor returns what came in from since until until, for what a member of staff serves.
func DigestFor(ctx context.Context, db bun.IDB, staff *Staff, now, since, until time.Time) (*Digest, error) {
	var all []Meeting
	err := db.NewSelect().Model(&all).Relation("Consultation", statedConsultation).
		Where("consultation.organisation_id = ? AND consultation.published_at IS NOT NULL AND consultation.archived_at IS NULL", staff.OrganisationID).
		Where("meeting.closed_at IS NULL AND NOT meeting.draft").OrderExpr("meeting.starts_at NULLS LAST, meeting.id").Scan(ctx)
	if err != nil {
		return nil, err
	}
	work, err := WorkOf(ctx, db, all, now, since, until)
	if err != nil {
		return nil, err
	}
	d := new(Digest)
	for _, m := range all {
		w := work[m.ID]
		if !m.Ahead(now) {
			w.Queue = Tally{}
		}
		if w.Called() && staff.Serves(m.MunicipalityID) {
			d.Meetings = append(d.Meetings, MeetingNews{m, w})
		}
	}
	err = db.NewRaw(`SELECT c.slug, c.title, count(*) AS held FROM consultations c JOIN comments ON comments.consultation_id = c.id
		WHERE c.organisation_id = ? AND comments.state = 'held' AND comments.created_at >= ? AND comments.created_at < ?
		GROUP BY c.id ORDER BY c.id`, staff.OrganisationID, since, until).Scan(ctx, &d.Comments)
	return d, err
}

// digestLag is longer than any transaction lasts: what one wrote before the digest's end is seen by then.
const digestLag = time.Minute

// digestAt is the hour of today's digest, half past seven in Rome; false on Saturdays, Sundays and public holidays.
func digestAt(now time.Time) (time.Time, bool) {
	local := now.In(Rome)
	at := time.Date(local.Year(), local.Month(), local.Day(), 7, 30, 0, 0, Rome)
	return at, at.Weekday() != time.Saturday && at.Weekday() != time.Sunday && !Holiday(at)
}

// SendDigests mails to each of the office, on working mornings, what came in since they were last told: never nothing, and
// never the same twice, whoever else sends at the same moment.
func SendDigests(ctx context.Context, db bun.IDB, now time.Time) error {
	at, working := digestAt(now)
	if !working || now.Before(at.Add(digestLag)) {
		return nil
	}
	var untold []uuid.UUID
	err := db.NewSelect().Model((*Staff)(nil)).Column("id").Apply(untoldBefore(at)).Order("id").Scan(ctx, &untold)
	if err != nil {
		return err
	}
	var failures []error
	for _, id := range untold { // what fails for one keeps nobody else from being told
		failures = append(failures, sendDigest(ctx, db, now, at, id))
	}
	return errors.Join(failures...)
}

// untoldBefore keeps the accounts that want a digest and were last told before at.
func untoldBefore(at time.Time) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("staff.role IN (?) AND staff.disabled_at IS NULL AND staff.daily_digest", bun.List(digestRoles)).
			Where("staff.created_at < ? AND (staff.digest_until IS NULL OR staff.digest_until < ?)", at, at)
	}
}

// sendDigest tells one account, which it locks, what came in until at.
func sendDigest(ctx context.Context, db bun.IDB, now, at time.Time, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		var accounts []Staff
		err := tx.NewSelect().Model(&accounts).Apply(withFurther).Apply(untoldBefore(at)).Where("staff.id = ?", id).For("UPDATE OF staff").Scan(ctx)
		if err != nil || len(accounts) == 0 { // another program was there before
			return err
		}
		s := &accounts[0]
		since := s.DigestUntil
		if since.IsZero() {
			since = at.AddDate(0, 0, -1)
		}
		news, err := DigestFor(ctx, tx, s, now, since, at)
		if err != nil {
			return err
		}
		if !news.Empty() {
			if err := enqueueMail(ctx, tx, now, Mail{Template: MailDailyDigest, StaffID: id, Since: since, Until: at}); err != nil {
				return err
			}
		}
		_, err = tx.NewUpdate().Model(s).Set("digest_until = ?", at).WherePK().Exec(ctx)
		return err
	})
}

// WantDigest begins or ends the daily digest of a member of staff; asking for it again changes nothing. What came in before
// it began is not told.
func WantDigest(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, want bool) error {
	_, err := db.NewUpdate().Model((*Staff)(nil)).Set("daily_digest = ?", want).Set("digest_until = ?", now).
		Where("id = ? AND daily_digest <> ?", staff.ID, want).Exec(ctx)
	return err
}
