// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ContributionForm is "Di' la tua". Published is "true" when the text may appear; anything else keeps it for staff.
type ContributionForm struct {
	Opinion   string `form:"opinion" validate:"required,oneof=favorevole contrario non-so"`
	Body      string `form:"body" validate:"max=2000"`
	Published string `form:"published"`
	AuthorForm
}

// Clean makes the typed text what is kept.
func (f *ContributionForm) Clean() { f.clean(); f.Body = cleanText(f.Body) }

// Contribution ("Di' la tua") is a parere on a guideline, with a comment or without.
type Contribution struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	GuidelineID    uuid.UUID `json:"guideline_id"`
	Author         Author    `json:"author"`
	Opinion        string    `json:"opinion"`
	Body           string    `json:"body"`
	// Published is false for a text meant for staff alone.
	Published bool `json:"published"`
}

// ContributionBy is a contribution with whose it is.
type ContributionBy struct {
	PersonID uuid.UUID
	Contribution
}

// Contributed is what became of one contribution: the comment and its state, when it had a text, or why nothing was done.
type Contributed struct {
	CommentID uuid.UUID
	State     string
	Err       error
}

// Contribute carries out contributions of several people in one transaction and gives one result for each. Each sets
// its author's current opinion (the same value again writes nothing; of two by one person the last counts) and posts
// the comment (the same text again is the same comment). Phase 1 must be running, else ErrClosed. FieldErrors for who the
// rules keep out.
func Contribute(ctx context.Context, db bun.IDB, now time.Time, given []ContributionBy) ([]Contributed, error) {
	var results []Contributed
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		results = make([]Contributed, len(given))
		people, err := lockPeople(ctx, tx, idsOf(given, func(g ContributionBy) uuid.UUID { return g.PersonID }))
		if err != nil {
			return err
		}
		guidelines, err := openGuidelines(ctx, tx, now, idsOf(given, func(g ContributionBy) uuid.UUID { return g.GuidelineID }))
		if err != nil {
			return err
		}
		var opinions []Opinion
		var comments []*Comment
		authorOf := map[*Comment]int{}
		for i, g := range given {
			person, guideline := people[g.PersonID], guidelines[g.GuidelineID]
			if err := g.accept(ctx, tx, person, guideline); err != nil {
				if !refuses(err) {
					return err
				}
				results[i].Err = err
				continue
			}
			opinions = append(opinions, Opinion{ConsultationID: g.ConsultationID, GuidelineID: g.GuidelineID,
				PersonID: g.PersonID, Value: g.Opinion, GivenAt: now})
			if g.Body != "" {
				c := &Comment{ID: newID(), ConsultationID: g.ConsultationID, GuidelineID: g.GuidelineID, PersonID: g.PersonID,
					Body: g.Body, Language: person.Language, State: guideline.stateOf(g.Published), CreatedAt: now}
				comments, authorOf[c] = append(comments, c), i
			}
		}
		if err := setOpinions(ctx, tx, now, opinions); err != nil {
			return err
		}
		if err := postComments(ctx, tx, comments); err != nil {
			return err
		}
		for c, i := range authorOf {
			results[i].CommentID, results[i].State = c.ID, c.State
		}
		return nil
	})
	return results, err
}

// accept checks one contribution and makes its author what it says.
func (g ContributionBy) accept(ctx context.Context, tx bun.IDB, person *Person, guideline openGuideline) error {
	switch {
	case person == nil, guideline.ConsultationID != g.ConsultationID:
		return ErrNotFound
	case !guideline.Open:
		return ErrClosed
	case !slices.Contains(Opinions, g.Opinion):
		return Wrong("opinion", "errors.oneof")
	}
	if err := admits(guideline.Participants, person, g.Author); err != nil {
		return err
	}
	return setAuthor(ctx, tx, person, g.Author)
}

func contribute(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act Contribution) error {
	results, err := Contribute(ctx, tx, now, []ContributionBy{{personID, act}})
	if err != nil {
		return err
	}
	return results[0].Err
}

// Contributions are what a person gave and asked, newest first.
type Contributions struct {
	Opinions []Opinion // with their Guideline and its Consultation
	Comments []Comment // with their Guideline and its Consultation; replies too, withdrawn ones not
	Follows  []Follow  // with their Guideline or Meeting
}

// MyContributions returns what a person gave and asked, for their own page.
func MyContributions(ctx context.Context, db bun.IDB, personID uuid.UUID) (*Contributions, error) {
	mine := new(Contributions)
	err := db.NewSelect().Model(&mine.Opinions).Relation("Guideline.Consultation", statedConsultation).
		Where("opinion.person_id = ?", personID).Order("opinion.given_at DESC").Scan(ctx)
	if err != nil {
		return nil, err
	}
	err = db.NewSelect().Model(&mine.Comments).Relation("Guideline.Consultation", statedConsultation).
		Where("comment.person_id = ? AND comment.state <> ?", personID, Withdrawn).Order("comment.id DESC").Scan(ctx)
	if err != nil {
		return nil, err
	}
	err = db.NewSelect().Model(&mine.Follows).Relation("Guideline").Relation("Meeting").
		Where("follow.person_id = ?", personID).Order("follow.id DESC").Scan(ctx)
	return mine, err
}
