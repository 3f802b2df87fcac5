// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// demoPeople is how many people the demonstration invents.
const demoPeople = 300

// Demo adds to the case (see Case) two weeks of an invented consultation up to
// now: people with registrations, opinions, comments and supports, answers
// from the offices, days for the two meetings, and staff accounts (DemoStaff)
// to sign in with. It sets the organisation's DemoSince, so that every page
// says that the data are invented. The same now gives the same data.
//
// A database gets it once: where the demonstration's staff is known already,
// also after Empty, it does nothing. Nor does it where people take part already,
// whom Empty would take away. On an empty database it returns
// models.ErrNotFound.
//
// Rows are written as they would stand after the verbs of package models,
// which themselves act at the present moment and write to people's mailboxes.
func Demo(ctx context.Context, db *bun.DB, now time.Time) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "LOCK TABLE organisations IN EXCLUSIVE MODE"); err != nil {
			return err
		}
		organisation, err := models.TheOrganisation(ctx, tx)
		if err != nil {
			return err
		}
		known, err := tx.NewSelect().Model((*models.Staff)(nil)).Where("email = ?", DemoOrganiser).Exists(ctx)
		if err != nil || known {
			return err
		}
		lived, err := tx.NewSelect().Model((*models.Person)(nil)).Exists(ctx)
		if err != nil || lived {
			return err
		}
		consultation, err := models.ConsultationBySlug(ctx, tx, Slug)
		if err != nil {
			return err
		}
		d := newDemonstration(organisation, consultation, now.UTC())
		if err := d.invent(); err != nil {
			return err
		}
		return d.save(ctx, tx)
	})
}

// demonstration gathers the invented rows before they are written at once.
type demonstration struct {
	organisation *models.Organisation
	consultation *models.Consultation
	now          time.Time
	chance       *rand.Rand // always from the same seed

	people        []*participant
	script        []line
	staff         []models.Staff
	notice        *models.Notice
	registrations []models.Registration
	needs         []models.AccessNeeds
	opinions      []models.Opinion
	history       []models.OpinionChange
	comments      []models.Comment
	supports      []models.Support
	follows       []models.Follow
	responses     []models.Response
}

func newDemonstration(o *models.Organisation, c *models.Consultation, now time.Time) *demonstration {
	return &demonstration{organisation: o, consultation: c, now: now, chance: rand.New(rand.NewPCG(2017, 11))}
}

// invent makes up everything, in the order in which one thing needs another.
func (d *demonstration) invent() error {
	var err error
	if d.script, err = readScript(); err != nil {
		return err
	}
	d.inventStaff()
	d.inventPeople()
	if err := d.inventComments(); err != nil {
		return err
	}
	d.inventOpinions()
	d.inventSupports()
	d.inventMeetings()
	d.inventDetails()
	d.inventRegistrations()
	d.inventFollows()
	return d.inventResponses()
}

func (d *demonstration) save(ctx context.Context, tx bun.Tx) error {
	people, addresses := d.peopleRows()
	if err := insert(ctx, tx, &d.staff, d.notice, &people, &addresses, &d.registrations, &d.needs, &d.opinions,
		&d.history, &d.comments, &d.supports, &d.follows, &d.responses); err != nil {
		return err
	}
	for i := range d.consultation.Meetings {
		if _, err := tx.NewUpdate().Model(&d.consultation.Meetings[i]).WherePK().
			Column("starts_at", "ends_at", "confirmed_at", "seats_taken", "last_queue_number", "updated_at").Exec(ctx); err != nil {
			return err
		}
	}
	if err := d.saveDetails(ctx, tx); err != nil {
		return err
	}
	return d.moveBack(ctx, tx)
}

// Contacts of a municipality, as SQL over its row, where none are known: a number that nobody has, an address under a
// domain reserved for examples.
const (
	demoPhone = "'0574 00000' || position"
	demoEmail = "slug || '@example.org'"
)

// moveBack has the consultation begun when its invented people did, its second
// phase run from the first meeting to the last, contacts to call, and the organisation marked.
func (d *demonstration) moveBack(ctx context.Context, tx bun.Tx) error {
	begin, meetings := d.begin(), d.consultation.Meetings
	for _, q := range []*bun.UpdateQuery{
		tx.NewUpdate().Model((*models.Phase)(nil)).Set("starts_on = ?", models.Day(begin)).
			Where("consultation_id = ? AND number = ?", d.consultation.ID, models.PhaseOpinions),
		tx.NewUpdate().Model((*models.Phase)(nil)).Set("starts_on = ?", models.Day(meetings[0].StartsAt)).
			Set("ends_on = ?", models.Day(meetings[len(meetings)-1].StartsAt)).
			Where("consultation_id = ? AND number = ?", d.consultation.ID, models.PhaseMeetings),
		tx.NewUpdate().Model((*models.GuidelineVersion)(nil)).Set("published_at = ?", begin).
			Where("guideline_id IN (SELECT id FROM guidelines WHERE consultation_id = ?)", d.consultation.ID),
		tx.NewUpdate().Model((*models.Municipality)(nil)).Set("phone = ?", bun.Safe(demoPhone)).Set("email = ?", bun.Safe(demoEmail)).
			Where("organisation_id = ? AND phone = '' AND email = ''", d.organisation.ID),
		tx.NewUpdate().Model((*models.Organisation)(nil)).Set("demo_since = ?", d.now).Where("id = ?", d.organisation.ID),
	} {
		if _, err := q.Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// guideline returns the id of the consultation's guideline with that slug.
func (d *demonstration) guideline(slug string) (uuid.UUID, error) {
	for _, g := range d.consultation.Guidelines {
		if g.Slug == slug {
			return g.ID, nil
		}
	}
	return uuid.Nil, fmt.Errorf("demonstration: no guideline %q", slug)
}

// town returns the id of the municipality with that slug; none for elsewhere.
func (d *demonstration) town(slug string) uuid.UUID {
	if m := d.organisation.MunicipalityBySlug(slug); m != nil {
		return m.ID
	}
	return uuid.Nil
}
