// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestPagesOfCommentsAreCompleteInEveryOrder(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	const all = 45
	for i := range all {
		id, _ := s.comment(fmt.Sprintf("Commento %d", i))
		_, err := s.db.NewUpdate().Model((*models.Comment)(nil)).Set("agree = ?", i%4).Where("id = ?", id).Exec(s.ctx)
		s.must(err)
	}
	for order, sorted := range map[string]func(a, b *models.PostedComment) bool{
		models.Recent: func(a, b *models.PostedComment) bool { return a.ID.String() > b.ID.String() },
		models.Oldest: func(a, b *models.PostedComment) bool { return a.ID.String() < b.ID.String() },
		models.Supported: func(a, b *models.PostedComment) bool {
			return a.Agree > b.Agree || a.Agree == b.Agree && a.ID.String() > b.ID.String()
		},
	} {
		seen, after := map[uuid.UUID]bool{}, ""
		var last *models.PostedComment
		for pages := 1; ; pages++ {
			page := s.page(order, after)
			for _, c := range page.Comments {
				if last != nil && !sorted(last, c) {
					t.Errorf("%s: %v stands before %v", order, last.ID, c.ID)
				}
				last, seen[c.ID] = c, true
			}
			if after = page.Next; after == "" {
				if len(seen) != all || pages != 3 {
					t.Errorf("%s: %d comments on %d pages", order, len(seen), pages)
				}
				break
			}
			if len(page.Comments) != models.CommentsPerPage {
				t.Fatalf("%s: a page of %d", order, len(page.Comments))
			}
		}
	}
	if got := s.page(models.Recent, "tampered"); len(got.Comments) != models.CommentsPerPage {
		t.Errorf("a cursor that is none begins at the beginning, got %d", len(got.Comments))
	}
	if n, err := models.CommentCount(s.ctx, s.db, s.consultation.ID, s.guideline.ID); err != nil || n != all {
		t.Errorf("count %d, %v", n, err)
	}
}

func TestRepliesStandThreeLevelsDeepThenFlat(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	top, _ := s.comment("Uno")
	two := s.reply(top, "Due")
	three := s.reply(two.ID, "Tre")
	four := s.reply(three.ID, "Quattro")
	s.reply(four.ID, "Cinque")
	root := s.page(models.Recent, "").Comments[0]
	if len(root.Replies) != 1 || len(root.Replies[0].Replies) != 3 {
		t.Fatalf("%d replies, %d below the first", len(root.Replies), len(root.Replies[0].Replies))
	}
	for i, body := range []string{"Tre", "Quattro", "Cinque"} {
		if r := root.Replies[0].Replies[i]; r.Body != body || r.Level != models.Levels || len(r.Replies) != 0 {
			t.Errorf("%q at level %d", r.Body, r.Level)
		}
	}
	whole, one, err := models.Conversation(s.ctx, s.db, s.consultation.ID, four.ID, uuid.Nil)
	s.must(err)
	if whole.ID != top || one.ID != four.ID || len(whole.Replies) != 1 {
		t.Errorf("conversation of %q begins with %q", one.Body, whole.Body)
	}
}

func TestAHiddenCommentLeavesItsReasonAndItsReplies(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	id, _ := s.comment("Fuori dalle regole")
	s.reply(id, "Risposta")
	s.must(models.HideComment(s.ctx, s.db, s.now, s.mayor, id, "Contiene un'offesa"))
	c := s.page(models.Recent, "").Comments[0]
	if c.State != models.Hidden || c.HiddenReason != "Contiene un'offesa" || len(c.Replies) != 1 {
		t.Fatalf("hidden: %+v", c)
	}
	if s.mails(models.MailCommentHidden) != 1 {
		t.Error("the author was not told")
	}
	entries, err := s.db.NewSelect().Model((*models.AuditEntry)(nil)).Where("action = 'comment.hide' AND subject_id = ?", id).Count(s.ctx)
	if err != nil || entries != 1 {
		t.Errorf("%d audit entries, %v", entries, err)
	}
	_, err = models.ReplyAs(s.ctx, s.db, s.now, s.person(), models.Reply{ConsultationID: s.consultation.ID, CommentID: id, Body: "No"})
	if !errors.Is(err, models.ErrNotFound) {
		t.Errorf("replying to a hidden comment: %v", err)
	}
	s.must(models.RestoreComment(s.ctx, s.db, s.now, s.mayor, id))
	if err := models.RestoreComment(s.ctx, s.db, s.now, s.mayor, id); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("restoring twice: %v", err)
	}
	stranger := *s.mayor
	stranger.OrganisationID = uuid.New()
	if err := models.HideComment(s.ctx, s.db, s.now, &stranger, id, "No"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another organisation's staff: %v", err)
	}
}

func TestAWithdrawnCommentIsForgotten(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	alone, author := s.comment("Ci ripenso")
	answered, other := s.comment("Anch'io")
	s.reply(answered, "Peccato")
	if err := models.WithdrawComment(s.ctx, s.db, other, alone); !errors.Is(err, models.ErrNotFound) {
		t.Fatalf("withdrawing somebody else's: %v", err)
	}
	s.must(models.WithdrawComment(s.ctx, s.db, author, alone))
	s.must(models.WithdrawComment(s.ctx, s.db, other, answered))
	got := s.page(models.Recent, "").Comments
	if len(got) != 1 || got[0].ID != answered || got[0].State != models.Withdrawn || len(got[0].Replies) != 1 || got[0].Body == "Anch'io" {
		t.Fatalf("%d comments, first %+v", len(got), got[0].Comment)
	}
}

func TestAnOfficeAnswersInPublicWhatIsPublic(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	public, _ := s.comment("Quando?")
	kept := s.says(s.person(), "Bruno", models.Against, "Solo per voi")
	kept.Published = false
	private := s.contribute(kept)[0].CommentID
	for _, body := range []string{"Presto", "Il 12 dicembre", "Il 12 dicembre"} { // the form of the second sent twice
		_, err := models.AnswerComment(s.ctx, s.db, s.now, s.mayor, public, body)
		s.must(err)
	}
	answer, err := models.AnswerComment(s.ctx, s.db, s.now, s.mayor, private, "Grazie")
	s.must(err)
	if answer.State != models.Private {
		t.Errorf("the answer to a private text is %s", answer.State)
	}
	got := s.page(models.Recent, "").Comments
	if len(got) != 1 || len(got[0].Replies) != 2 || got[0].Replies[0].OfficeID != s.towns[0].ID || got[0].Replies[0].Pseudonym != "" {
		t.Fatalf("public page: %+v", got)
	}
	if n := s.mails(models.MailCommentAnswered); n != 3 {
		t.Errorf("%d mails to the authors", n)
	}
	notices, err := s.db.NewSelect().Model((*models.Job)(nil)).Where("kind = ?", models.JobNotify).Count(s.ctx)
	if err != nil || notices != 1 {
		t.Errorf("%d notices to who follows, %v: two answers in an hour are one", notices, err)
	}
	organiser := *s.mayor
	organiser.MunicipalityID = uuid.Nil
	if _, err := models.AnswerComment(s.ctx, s.db, s.now, &organiser, public, "No"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("who stands for no office: %v", err)
	}
}

func TestTheNewestResponseOfAnOfficeCounts(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	for i, outcome := range []string{models.NotAccepted, models.Partly, models.Partly} { // the form of the second sent twice
		_, err := models.Respond(s.ctx, s.db, s.now.Add(time.Duration(i)*time.Hour), s.mayor, s.guideline.ID, outcome, "Perché sì")
		s.must(err)
	}
	got, err := models.ResponsesOf(s.ctx, s.db, s.consultation.ID, s.guideline.ID)
	if err != nil || len(got) != 1 || got[0].Outcome != models.Partly {
		t.Fatalf("%+v, %v", got, err)
	}
	notices, err := s.db.NewSelect().Model((*models.Job)(nil)).Where("kind = ?", models.JobNotify).Count(s.ctx)
	if err != nil || notices != 2 {
		t.Errorf("%d notices to who follows, %v", notices, err)
	}
	if _, err := models.Respond(s.ctx, s.db, s.now, s.mayor, s.guideline.ID, "forse", "Mah"); err == nil {
		t.Error("an outcome that is none was accepted")
	}
}

func TestSupports(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	id, author := s.comment("Utile")
	anna, bruno := s.person(), s.person()
	by := func(person uuid.UUID, value string) models.SupportBy {
		return models.SupportBy{PersonID: person, SupportGiven: models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: id, Value: value}}
	}
	missing := by(anna, models.Agree)
	missing.CommentID = uuid.New()
	results, err := models.GiveSupports(s.ctx, s.db, s.now, []models.SupportBy{
		by(anna, models.Disagree), by(author, models.Agree), missing, by(bruno, models.Agree), by(anna, models.Agree), by(anna, "certo")})
	s.must(err)
	for i, want := range map[int]error{0: nil, 1: models.ErrOwnComment, 2: models.ErrNotFound, 3: nil, 4: nil} {
		if !errors.Is(results[i], want) {
			t.Errorf("result %d: %v, want %v", i, results[i], want)
		}
	}
	if results[5] == nil {
		t.Error("an unknown value was accepted")
	}
	own, err := models.CommentsOf(s.ctx, s.db, models.CommentsAsked{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID, Viewer: anna})
	s.must(err)
	if c := own.Comments[0]; c.Agree != 2 || c.Disagree != 0 {
		t.Errorf("before the count, who answered sees %d agree, %d disagree", c.Agree, c.Disagree)
	}
	if c := s.page(models.Recent, "").Comments[0]; c.Agree != 0 {
		t.Errorf("before the count, others see %d agree", c.Agree)
	}
	if n, err := models.CountSupports(s.ctx, s.db, s.now.Add(time.Minute)); err != nil || n != 0 {
		t.Errorf("counted %d outside the window, %v", n, err)
	}
	if n, err := models.CountSupports(s.ctx, s.db, s.now); err != nil || n != 1 {
		t.Errorf("counted %d, %v", n, err)
	}
	if c := s.page(models.Recent, "").Comments[0]; c.Agree != 2 || c.Disagree != 0 {
		t.Errorf("%d agree, %d disagree", c.Agree, c.Disagree)
	}
	seen, err := models.CommentsOf(s.ctx, s.db, models.CommentsAsked{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID, Viewer: anna})
	if err != nil || seen.Comments[0].Supported != models.Agree {
		t.Errorf("the viewer's own is %q, %v", seen.Comments[0].Supported, err)
	}
	if n, err := models.RecountSupports(s.ctx, s.db); err != nil || n != 0 {
		t.Errorf("the check found %d wrong, %v", n, err)
	}
}

func TestFollowingIsOnce(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	anna := s.person()
	for range 2 {
		s.must(models.FollowAs(s.ctx, s.db, s.now, anna, models.FollowAsked{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID}))
	}
	mine, err := models.MyContributions(s.ctx, s.db, anna)
	s.must(err)
	if len(mine.Follows) != 1 || mine.Follows[0].Guideline.Slug != "anagrafe" {
		t.Fatalf("%+v", mine.Follows)
	}
	for range 2 {
		s.must(models.Unfollow(s.ctx, s.db, mine.Follows[0].ID))
	}
	if _, err := models.FollowOf(s.ctx, s.db, anna, s.guideline.ID); !errors.Is(err, models.ErrNotFound) {
		t.Fatalf("after ending it: %v", err)
	}
}
