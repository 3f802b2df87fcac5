// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestAnOpinionIsOneCurrentRowWithItsHistory(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	anna := s.person()
	for _, value := range []string{models.InFavour, models.InFavour, models.Against} {
		s.contribute(s.says(anna, "Anna", value, ""))
		s.now = s.now.Add(time.Minute)
	}
	if value, err := models.OpinionOf(s.ctx, s.db, s.guideline.ID, anna); err != nil || value != models.Against {
		t.Fatalf("current opinion %q, %v", value, err)
	}
	if diff := cmp.Diff([]string{models.InFavour, models.Against}, s.history(anna)); diff != "" {
		t.Fatalf("history (-want +got):\n%s", diff)
	}
	s.must(models.WithdrawOpinion(s.ctx, s.db, s.now, anna, s.guideline.ID))
	if value, err := models.OpinionOf(s.ctx, s.db, s.guideline.ID, anna); err != nil || value != "" {
		t.Fatalf("withdrawn opinion is %q, %v", value, err)
	}
	if got := s.history(anna); len(got) != 3 || got[2] != "" {
		t.Fatalf("history after withdrawing: %q", got)
	}
	if err := models.WithdrawOpinion(s.ctx, s.db, s.now, anna, s.guideline.ID); !errors.Is(err, models.ErrNotFound) {
		t.Fatalf("withdrawing twice: %v", err)
	}
}

func TestOneWhoSendsManyOpinionsAtOnceHasOne(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	anna := s.person()
	batches := models.NewBatches(s.db, func() time.Time { return s.now })
	var wait sync.WaitGroup
	for i := range 64 {
		wait.Go(func() {
			got, err := batches.Contributions.Do(s.ctx, s.says(anna, "Anna", models.Opinions[i%3], "Lo stesso testo"))
			if err = errors.Join(err, got.Err); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	current, err := models.OpinionOf(s.ctx, s.db, s.guideline.ID, anna)
	s.must(err)
	history := s.history(anna)
	if len(history) == 0 || history[len(history)-1] != current {
		t.Errorf("current %q, history %q", current, history)
	}
	for i := 1; i < len(history); i++ {
		if history[i] == history[i-1] {
			t.Errorf("history says the same twice: %q", history)
		}
	}
	if got := s.page(models.Recent, "").Comments; len(got) != 1 {
		t.Errorf("the same text was posted %d times", len(got))
	}
}

func TestABadContributionLeavesItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	anna, bruno, carla := s.person(), s.person(), s.person()
	stranger := s.says(carla, "Carla", models.InFavour, "")
	stranger.GuidelineID = uuid.New()
	results, err := models.Contribute(s.ctx, s.db, s.now, []models.ContributionBy{
		s.says(anna, "Anna", models.InFavour, "Bene"), s.says(bruno, "Bruno", "forse", ""), stranger,
		s.says(uuid.New(), "Nessuno", models.InFavour, ""), s.says(carla, "Il Sindaco", models.Against, ""),
		s.says(carla, "Carla", models.Against, ""), s.says(anna, "Anna", models.Unsure, ""),
	})
	s.must(err)
	var fields models.FieldErrors
	if !errors.As(results[1].Err, &fields) || fields[0].Field != "opinion" {
		t.Errorf("unknown value: %v", results[1].Err)
	}
	for i, want := range map[int]error{0: nil, 2: models.ErrNotFound, 3: models.ErrNotFound, 4: models.ErrReserved, 5: nil, 6: nil} {
		if !errors.Is(results[i].Err, want) {
			t.Errorf("result %d: %v, want %v", i, results[i].Err, want)
		}
	}
	totals, err := models.OpinionTotals(s.ctx, s.db, s.consultation.ID)
	s.must(err)
	want := []models.OpinionTotal{{GuidelineID: s.guideline.ID, MunicipalityID: s.towns[0].ID, Against: 1, Unsure: 1}}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Errorf("of two by one person the last counts (-want +got):\n%s", diff)
	}
}

func TestNamesOfOfficesAndOfficialsAreReserved(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	_, err := s.db.ExecContext(s.ctx, "INSERT INTO reserved_names VALUES (?, 'Edda Nomefinto')", s.organisation.ID)
	s.must(err)
	for _, name := range []string{"Sindaco", "la SINDACA", "Ufficio anagrafe", "Il  Comune di Valle", "Ségreteria", "5indaco",
		"Sindасо" /* Cyrillic а, с, о */, "sin\u200bdaco" /* zero width */, "S l n d a c o", "Ｓｉｎｄａｃｏ", "assessore Bo", "Staff",
		"Zoe Inventata", "inventata zoe", "zoeinventata", "Edda Nomefinto", "valle", "Monte Alto", "Amministrazione"} {
		var fields models.FieldErrors
		if err := models.CheckPseudonym(s.ctx, s.db, uuid.Nil, name); !errors.As(err, &fields) || fields[0].Key != "errors.reserved" {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"Anna", "Zoe", "Anna di Valle", "Nonna Stella", "李明", "Staffetta", "Élise 2"} {
		if err := models.CheckPseudonym(s.ctx, s.db, uuid.Nil, name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestATakenPseudonymBecomesTheNextFreeOne(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	first, second, third := s.person(), s.person(), s.person()
	s.contribute(s.says(first, "Anna", models.InFavour, ""), s.says(second, "an na", models.InFavour, ""))
	s.contribute(s.says(third, "ANNA", models.InFavour, ""), s.says(second, "an na", models.Against, ""))
	for id, want := range map[uuid.UUID]string{first: "Anna", second: "an na 2", third: "ANNA 3"} {
		if p, err := models.PersonByID(s.ctx, s.db, id); err != nil || p.Pseudonym != want {
			t.Errorf("%q, %v; want %q", p.Pseudonym, err, want)
		}
	}
	var fields models.FieldErrors
	if err := models.CheckPseudonym(s.ctx, s.db, third, "anna"); !errors.As(err, &fields) || fields[0].Key != "errors.taken" {
		t.Errorf("taken: %v", err)
	}
	if err := models.CheckPseudonym(s.ctx, s.db, first, "anna"); err != nil {
		t.Errorf("one's own: %v", err)
	}
	if err := models.CheckPseudonym(s.ctx, s.db, uuid.Nil, "anna"); err != nil {
		t.Errorf("who is not signed in learns who else is there: %v", err)
	}
}

func TestNothingIsAcceptedOutsideThePhaseOfOpinions(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	comment, _ := s.comment("Prima")
	s.now = s.now.AddDate(0, 0, 30)
	anna := s.person()
	results, err := models.Contribute(s.ctx, s.db, s.now, []models.ContributionBy{s.says(anna, "Anna", models.InFavour, "Dopo")})
	s.must(err)
	_, replied := models.ReplyAs(s.ctx, s.db, s.now, anna, models.Reply{ConsultationID: s.consultation.ID, CommentID: comment,
		Author: models.Author{Pseudonym: "Anna", Elsewhere: true}, Body: "Dopo"})
	supported, err := models.GiveSupports(s.ctx, s.db, s.now, []models.SupportBy{{PersonID: anna,
		SupportGiven: models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: comment, Value: models.Agree}}})
	s.must(err)
	for _, err := range []error{results[0].Err, replied, supported[0]} {
		if !errors.Is(err, models.ErrClosed) {
			t.Errorf("%v, want ErrClosed", err)
		}
	}
}

func TestAContributionWaitsForItsMailbox(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	act := s.says(uuid.Nil, "Anna", models.InFavour, "Mi piace").Contribution
	c, err := models.Ask(s.ctx, s.db, s.now, models.Asker{Email: "anna@example.org", Language: "it"}, models.ConfirmContribution, act)
	s.must(err)
	if got := s.page(models.Recent, "").Comments; len(got) != 0 {
		t.Fatal("it is public before the mailbox has confirmed")
	}
	_, err = models.Confirm(s.ctx, s.db, s.now, c.ID)
	s.must(err)
	got := s.page(models.Recent, "").Comments
	if len(got) != 1 || got[0].Body != "Mi piace" || got[0].Pseudonym != "Anna" || got[0].Opinion != models.InFavour ||
		got[0].MunicipalityID != s.towns[0].ID {
		t.Fatalf("after confirming: %+v", got)
	}
}

func TestWhereACommentBegins(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	anna := s.person()
	open, private := s.says(anna, "Anna", models.InFavour, "Per tutti"), s.says(anna, "Anna", models.InFavour, "Per voi")
	private.Published = false
	results := s.contribute(open, private)
	_, err := s.db.NewUpdate().Model(&s.consultation).Set("publication = ?", models.PublicationAfterCheck).WherePK().Exec(s.ctx)
	s.must(err)
	open.Body = "Dopo il controllo"
	results = append(results, s.contribute(open)...)
	states := []string{results[0].State, results[1].State, results[2].State}
	if !slices.Equal(states, []string{models.Published, models.Private, models.Held}) {
		t.Fatalf("states %q", states)
	}
	if got := s.page(models.Recent, "").Comments; len(got) != 1 || got[0].Body != "Per tutti" {
		t.Fatalf("public: %d comments", len(got))
	}
}
