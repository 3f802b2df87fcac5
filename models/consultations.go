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

// Publication says when a confirmed comment appears.
const (
	PublicationAtOnce     = "at_once"
	PublicationAfterCheck = "after_check"
	// PublicationOutOfHours is at once while an office is open, and after a check while none is.
	PublicationOutOfHours = "after_check_out_of_hours"
)

// Who may give opinions, comment, and answer comments.
const (
	Everybody = "everybody"
	// Residents are those who say that they live in one of the organisation's municipalities.
	Residents = "residents"
)

// Consultation is one question put to the citizens of an organisation.
type Consultation struct {
	bun.BaseModel `bun:"table:consultations"`

	ID             uuid.UUID `bun:",pk"`
	OrganisationID uuid.UUID
	Slug           string
	Title          Text `bun:"type:jsonb"`
	Summary        Text `bun:"type:jsonb"`
	Body           Text `bun:"type:jsonb"`
	Publication    string
	// HoldHours is how long an unconfirmed registration, or an offer of a freed seat, holds its seats.
	HoldHours int
	// Participants says who may take part: Everybody or Residents.
	Participants string `bun:",nullzero"`
	// RepliesClosed keeps citizens from answering each other's comments.
	RepliesClosed bool
	// LargestParty is how many seats one may register for at a meeting, 1 to 5.
	LargestParty int `bun:",nullzero"`
	CreatedAt    time.Time
	// PublishedAt is when everybody came to see it; zero: a draft, which staff alone see.
	PublishedAt time.Time `bun:",nullzero"`
	// ArchivedAt is when it was put among the past ones, which are read and take nothing in; zero: it is not.
	ArchivedAt time.Time `bun:",nullzero"`

	// Contains is filled by ConsultationsOf.
	Contains Contents `bun:"embed:contains_"`

	Phases     []Phase     `bun:"rel:has-many,join:id=consultation_id"`
	Guidelines []Guideline `bun:"rel:has-many,join:id=consultation_id"`
	// Meetings are those that everybody sees.
	Meetings []Meeting `bun:"rel:has-many,join:id=consultation_id"`
}

// Draft tells whether staff alone see the consultation.
func (c *Consultation) Draft() bool { return c.PublishedAt.IsZero() }

// Archived tells whether it is past.
func (c *Consultation) Archived() bool { return !c.ArchivedAt.IsZero() }

// Live tells whether it is published and not past, so that citizens can send something where a phase or a meeting is open.
func (c *Consultation) Live() bool { return c != nil && !c.Draft() && !c.Archived() }

// Numbers of the phases every consultation goes through.
const (
	PhaseOpinions = 1 + iota
	PhaseMeetings
	PhaseAnswers
	PhaseBallot
	PhaseOutcome
)

// ConsultationBySlug returns a consultation with its phases, guidelines with their current texts, and the meetings that
// everybody sees, in order.
func ConsultationBySlug(ctx context.Context, db bun.IDB, slug string) (*Consultation, error) {
	c := new(Consultation)
	err := db.NewSelect().Model(c).Where("slug = ?", slug).
		Relation("Phases", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("number") }).
		Relation("Phases.Extensions", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("made_at") }).
		Relation("Meetings", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("NOT draft").Order("starts_at", "slug") }).
		Scan(ctx)
	if err != nil {
		return nil, found(err)
	}
	for i := range c.Meetings {
		c.Meetings[i].Consultation = c
	}
	c.Guidelines, err = GuidelinesOf(ctx, db, c.ID)
	return c, err
}

// ConsultationsOf returns all the organisation's consultations, the newest first, with what each Contains, without their
// longer texts, phases, guidelines and meetings.
func ConsultationsOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) ([]Consultation, error) {
	var consultations []Consultation
	err := db.NewSelect().Model(&consultations).ExcludeColumn("body").Apply(withContents).Where("organisation_id = ?", organisationID).
		Order("created_at DESC", "id DESC").Scan(ctx)
	return consultations, err
}

// LiveOf returns those that are Live.
func LiveOf(all []Consultation) []Consultation {
	return slices.DeleteFunc(slices.Clone(all), func(c Consultation) bool { return !c.Live() })
}

// ArchivedOf returns the past ones.
func ArchivedOf(all []Consultation) []Consultation {
	return slices.DeleteFunc(slices.Clone(all), func(c Consultation) bool { return !c.Archived() })
}

// statedConsultation has the related consultation of a query say what it is called and whether it is Live.
func statedConsultation(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Column("id", "slug", "title", "published_at", "archived_at")
}

// Guideline returns the consultation's guideline with that slug, or nil.
func (c *Consultation) Guideline(slug string) *Guideline {
	for i := range c.Guidelines {
		if c.Guidelines[i].Slug == slug {
			return &c.Guidelines[i]
		}
	}
	return nil
}

// TheConsultation returns the newest consultation, whole as ConsultationBySlug returns it.
func TheConsultation(ctx context.Context, db bun.IDB) (*Consultation, error) {
	var slug string
	err := db.NewSelect().Model((*Consultation)(nil)).Column("slug").Order("created_at DESC").Limit(1).Scan(ctx, &slug)
	if err != nil {
		return nil, found(err)
	}
	return ConsultationBySlug(ctx, db, slug)
}

// Rome is where the consultation's days begin and end.
var Rome = mustLoad("Europe/Rome")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the program embeds the time zone database
	}
	return l
}

// Day returns the day of t in Rome, as the midnight in UTC that a date column holds.
func Day(t time.Time) time.Time {
	y, m, d := t.In(Rome).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// errNoDay says that a text is no day that the database knows: Go's calendar has a year 0, PostgreSQL's has not.
var errNoDay = errors.New("no such day")

// ParseDay reads a day as forms and addresses write it, "2026-11-24", as the midnight in UTC that a date column holds.
// With an error, which says that it is none, the time is zero.
func ParseDay(typed string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, typed)
	if err == nil && day.Year() < 1 {
		return time.Time{}, errNoDay
	}
	return day, err
}

// CurrentPhase returns the number of the last phase that runs today, or 0; of a past consultation none does.
func (c *Consultation) CurrentPhase(now time.Time) int {
	current := 0
	if c.Archived() {
		return current
	}
	for _, p := range c.Phases {
		if p.Running(now) {
			current = max(current, p.Number)
		}
	}
	return current
}

// InPhase tells whether the consultation is Live and in the phase with that number today; several may run together.
func (c *Consultation) InPhase(number int, now time.Time) bool {
	for _, p := range c.Phases {
		if p.Number == number {
			return c.Live() && p.Running(now)
		}
	}
	return false
}
