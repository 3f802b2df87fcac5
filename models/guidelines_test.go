// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func proposal(name string) models.GuidelineForm {
	return models.GuidelineForm{ProposalNameIT: name, TitleIT: name + ": che cosa si propone", InBriefIT: "- Una riga.", BodyIT: "Testo.", Plan: "awaited"}
}

func (s *square) guidelines() (slugs []string) {
	s.t.Helper()
	list, err := models.GuidelinesOf(s.ctx, s.db, s.consultation.ID)
	s.must(err)
	for _, g := range list {
		slugs = append(slugs, g.Slug)
	}
	return slugs
}

func TestGuidelinesAreAddedAndMoved(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	for _, name := range []string{"Biblioteca", "Anagrafe", "Nuovo"} {
		g, err := models.AddGuideline(s.ctx, s.db, s.now, ada, s.consultation.ID, proposal(name))
		s.must(err)
		if g.Current.Number != 1 || g.Current.StaffID != ada.ID || g.Current.Title["it"] != name+": che cosa si propone" {
			t.Errorf("%s: version %+v", name, g.Current)
		}
	}
	// "nuovo" is where one is added, and the first one of all is called "anagrafe".
	if got := s.guidelines(); !slices.Equal(got, []string{"anagrafe", "biblioteca", "anagrafe-2", "nuovo-2"}) {
		t.Fatalf("guidelines %v", got)
	}
	move := func(slug string, up bool) {
		t.Helper()
		g := s.whole(s.consultation.ID).Guideline(slug)
		s.must(models.MoveGuideline(s.ctx, s.db, s.now, ada, s.consultation.ID, g.ID, up))
	}
	move("nuovo-2", true)
	move("nuovo-2", true)
	move("anagrafe", true)    // the first already
	move("anagrafe-2", false) // the last already
	move("anagrafe", false)
	if got := s.guidelines(); !slices.Equal(got, []string{"nuovo-2", "anagrafe", "biblioteca", "anagrafe-2"}) {
		t.Errorf("after moving: %v", got)
	}
	if got := s.audits(s.guideline.ID); !slices.Equal(got, []string{"edit"}) {
		t.Errorf("the log: %v", got)
	}
	var wrong models.FieldErrors
	if _, err := models.AddGuideline(s.ctx, s.db, s.now, ada, s.consultation.ID, models.GuidelineForm{Plan: "awaited"}); !errors.As(err, &wrong) || len(wrong) != 4 {
		t.Errorf("without texts: %v", err)
	}
	stranger := &models.Staff{ID: ada.ID, OrganisationID: uuid.New()}
	if _, err := models.AddGuideline(s.ctx, s.db, s.now, stranger, s.consultation.ID, proposal("Altro")); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("staff of another organisation: %v", err)
	}
	if err := models.MoveGuideline(s.ctx, s.db, s.now, stranger, s.consultation.ID, s.guideline.ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("staff of another organisation: %v", err)
	}
}

func TestAGuidelineIsRenamedUnderItsAddress(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	g, err := models.AddGuideline(s.ctx, s.db, s.now, ada, s.consultation.ID, proposal("Biblioteca"))
	s.must(err)
	form := g.Form()
	form.ProposalNameIT, form.ProposalNameEN, form.Responsible = "Biblioteche", "Libraries", "Rosa Prova"
	s.must(models.EditGuideline(s.ctx, s.db, s.now, ada, g.ID, form))
	got, err := models.GuidelineBySlug(s.ctx, s.db, s.consultation.ID, "biblioteca")
	s.must(err)
	if got.Name["it"] != "Biblioteche" || got.Name["en"] != "Libraries" || got.Responsible != "Rosa Prova" || got.Current.Number != 1 {
		t.Errorf("%+v, version %d", got, got.Current.Number)
	}
}

func TestADraftsTextsHaveNoVersionsUntilItIsPublished(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	c, err := models.CreateConsultation(s.ctx, s.db, s.now, ada, models.ConsultationForm{TitleIT: "Altra", SummaryIT: "-", BodyIT: "-"}, nil)
	s.must(err)
	g, err := models.AddGuideline(s.ctx, s.db, s.now, ada, c.ID, proposal("Biblioteca"))
	s.must(err)
	form := g.Form()
	form.BodyIT = "Un testo migliore."
	s.must(models.EditGuideline(s.ctx, s.db, s.now, ada, g.ID, form))
	s.now = s.now.Add(48 * time.Hour)
	s.must(models.PublishConsultation(s.ctx, s.db, s.now, ada, c.ID))
	got, err := models.GuidelineBySlug(s.ctx, s.db, c.ID, "biblioteca")
	s.must(err)
	if v := got.Current; v.Number != 1 || v.Body["it"] != "Un testo migliore." || !v.PublishedAt.Equal(s.now) {
		t.Errorf("version %+v", v)
	}
	form = got.Form()
	form.BodyIT = "Ancora meglio."
	var wrong models.FieldErrors
	if err := models.EditGuideline(s.ctx, s.db, s.now, ada, g.ID, form); !errors.As(err, &wrong) || wrong[0].Field != "change_note" {
		t.Errorf("once published, without a note: %v", err)
	}
}

func TestADraftIsNotOverwrittenWhileItIsPublished(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	c, err := models.CreateConsultation(s.ctx, s.db, s.now, ada, models.ConsultationForm{TitleIT: "Altra", SummaryIT: "-", BodyIT: "-"}, nil)
	s.must(err)
	g, err := models.AddGuideline(s.ctx, s.db, s.now, ada, c.ID, proposal("Biblioteca"))
	s.must(err)
	publishing, err := s.db.BeginTx(s.ctx, nil)
	s.must(err)
	s.must(models.PublishConsultation(s.ctx, publishing, s.now, ada, c.ID))
	form, edited := g.Form(), make(chan error, 1)
	form.BodyIT = "Un altro testo."
	go func() { edited <- models.EditGuideline(s.ctx, s.db, s.now, ada, g.ID, form) }()
	for waits := false; !waits; {
		s.must(s.db.NewRaw("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')").Scan(s.ctx, &waits))
	}
	s.must(publishing.Commit())
	var wrong models.FieldErrors
	if err := <-edited; !errors.As(err, &wrong) || wrong[0].Field != "change_note" {
		t.Errorf("a text published meanwhile was overwritten: %v", err)
	}
}

func TestAGuidelineGoesOnlyWhileNobodyHadASay(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	for by, say := range map[string]func(*models.Guideline){
		"opinion_history": func(g *models.Guideline) {
			one := s.says(s.person(), "Voce "+g.Slug, models.InFavour, "")
			one.GuidelineID = g.ID
			s.contribute(one)
			s.must(models.WithdrawOpinion(s.ctx, s.db, s.now, one.PersonID, g.ID))
		},
		"follows": func(g *models.Guideline) {
			s.must(models.FollowAs(s.ctx, s.db, s.now, s.person(), models.FollowAsked{ConsultationID: g.ConsultationID, GuidelineID: g.ID}))
		},
		"responses": func(g *models.Guideline) {
			_, err := models.Respond(s.ctx, s.db, s.now, s.mayor, g.ID, "accepted", "Sì.")
			s.must(err)
		},
		"": func(*models.Guideline) {},
	} {
		g, err := models.AddGuideline(s.ctx, s.db, s.now, ada, s.consultation.ID, proposal("Biblioteca"))
		s.must(err)
		say(g)
		err = models.RemoveGuideline(s.ctx, s.db, s.now, ada, g.ID)
		if by == "" {
			s.must(err)
			s.must(models.RemoveGuideline(s.ctx, s.db, s.now, ada, g.ID)) // again changes nothing
			if got := s.audits(g.ID); !slices.Equal(got, []string{"add", "remove"}) {
				t.Errorf("the log: %v", got)
			}
			continue
		}
		var use models.InUse
		if !errors.As(err, &use) || use.By != by {
			t.Errorf("with %s: %v", by, err)
		}
		if got, err := models.GuidelineBySlug(s.ctx, s.db, s.consultation.ID, g.Slug); err != nil || got.Current.Number != 1 {
			t.Errorf("with %s it has lost its text: %v", by, err)
		}
	}
}
