// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"ultimaparola/models"
)

// audits returns what the log says of a subject, oldest first.
func (s *square) audits(subject uuid.UUID) []string {
	s.t.Helper()
	var actions []string
	s.must(s.db.NewSelect().Model((*models.AuditEntry)(nil)).Column("action").Where("subject_id = ?", subject).Order("id").Scan(s.ctx, &actions))
	return actions
}

func (s *square) whole(id uuid.UUID) *models.Consultation {
	s.t.Helper()
	slug, err := models.ConsultationSlug(s.ctx, s.db, id)
	s.must(err)
	c, err := models.ConsultationBySlug(s.ctx, s.db, slug)
	s.must(err)
	return c
}

// administrator is who sets consultations up.
func (s *square) administrator() *models.Staff {
	s.t.Helper()
	staff := &models.Staff{OrganisationID: s.organisation.ID, Role: models.RoleAdministrator, Name: "Ada Prova", Email: "ada@valle.example"}
	s.must(models.AddStaff(s.ctx, s.db, s.now, staff))
	return staff
}

func TestAConsultationBeginsAsADraftWithItsPhases(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	form := models.ConsultationForm{TitleIT: "Prova", SummaryIT: "In breve", BodyIT: "Che cosa si decide."}
	phases := []models.Phase{{Number: 1, Title: models.Text{"it": "Leggi"}, Body: models.Text{"it": "-"}}}
	var wrong models.FieldErrors
	if _, err := models.CreateConsultation(s.ctx, s.db, s.now, ada, models.ConsultationForm{TitleIT: "Prova"}, phases); !errors.As(err, &wrong) || len(wrong) != 2 {
		t.Errorf("without texts: %v", err)
	}
	c, err := models.CreateConsultation(s.ctx, s.db, s.now, ada, form, phases)
	s.must(err)
	got := s.whole(c.ID)
	if got.Slug != "prova-2" || !got.Draft() || got.Live() || got.LargestParty != 5 || got.Participants != models.Everybody || got.RepliesClosed || len(got.Phases) != 1 {
		t.Errorf("%+v", got)
	}
	form = got.Form()
	form.TitleEN = "Trial"
	s.must(models.EditConsultation(s.ctx, s.db, s.now, ada, c.ID, form))
	if err := models.EditConsultation(s.ctx, s.db, s.now, ada, c.ID, form); !errors.Is(err, models.ErrChanged) {
		t.Errorf("a form that somebody else overtook: %v", err)
	}
	for range 2 { // again changes nothing
		s.must(models.PublishConsultation(s.ctx, s.db, s.now, ada, c.ID))
		s.now = s.now.Add(time.Hour)
	}
	if got = s.whole(c.ID); !got.Live() || !got.PublishedAt.Equal(s.now.Add(-2*time.Hour)) || got.Title["en"] != "Trial" {
		t.Errorf("published: %+v", got)
	}
	for _, turn := range []func() error{
		func() error { return models.ArchiveConsultation(s.ctx, s.db, s.now, ada, c.ID) },
		func() error { return models.UnarchiveConsultation(s.ctx, s.db, s.now, ada, c.ID) },
	} {
		s.must(turn())
		s.must(turn())
	}
	if diff := cmp.Diff([]string{"add", "edit", "publish", "archive", "unarchive"}, s.audits(c.ID)); diff != "" {
		t.Errorf("the log (-want +got):\n%s", diff)
	}

	draft, err := models.CreateConsultation(s.ctx, s.db, s.now, ada, models.ConsultationForm{TitleIT: "Altra", SummaryIT: "-", BodyIT: "-"}, nil)
	s.must(err)
	if err := models.ArchiveConsultation(s.ctx, s.db, s.now, ada, draft.ID); !errors.Is(err, models.ErrClosed) {
		t.Errorf("a draft becomes past: %v", err)
	}
	stranger := &models.Staff{ID: ada.ID, OrganisationID: uuid.New()}
	if err := models.PublishConsultation(s.ctx, s.db, s.now, stranger, draft.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("staff of another organisation publish: %v", err)
	}
}

func TestACopyBeginsWhereTheOtherStands(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	for number, title := range []string{"Vecchio", "Nuovo"} {
		s.insert(&models.GuidelineVersion{GuidelineID: s.guideline.ID, Number: number + 1, Title: models.Text{"it": title}, InBrief: models.Text{"it": "-"},
			Body: models.Text{"it": "-"}, ChangeNote: "Più chiaro", PublishedAt: s.now})
	}
	s.insert(&models.FAQ{ID: uuid.New(), ConsultationID: s.consultation.ID, Position: 1, Question: models.Text{"it": "Quando?"}, Answer: models.Text{"it": "Presto."}})
	s.insert(&models.Notice{ID: uuid.New(), ConsultationID: s.consultation.ID, Title: models.Text{"it": "Avviso"}, Body: models.Text{"it": "-"}, PublishedAt: s.now})
	s.insert(&models.Act{ID: uuid.New(), ConsultationID: s.consultation.ID, Dated: models.Day(s.now), DatePrecision: "day", Kind: models.Text{"it": "Delibera"}, Title: models.Text{"it": "Atto"}, Body: models.Text{"it": "-"}})
	s.insert(&models.Meeting{ID: uuid.New(), ConsultationID: s.consultation.ID, MunicipalityID: s.towns[0].ID, Slug: "valle", Title: models.Text{"it": "Incontro"},
		Body: models.Text{"it": "-"}, Capacity: 10, UpdatedAt: s.now})
	_, err := s.db.NewUpdate().Model((*models.Guideline)(nil)).Set("responsible = 'Rosa Prova', plan = 'approved'").Where("id = ?", s.guideline.ID).Exec(s.ctx)
	s.must(err)
	_, err = s.db.NewUpdate().Model(&s.consultation).Set("largest_party = 2, replies_closed = true, publication = 'after_check'").WherePK().Exec(s.ctx)
	s.must(err)
	s.comment("Un commento.")

	c, err := models.CopyConsultation(s.ctx, s.db, s.now.Add(time.Hour), ada, s.consultation.ID, models.CopyForm{TitleIT: "Prova, un anno dopo"})
	s.must(err)
	got := s.whole(c.ID)
	if got.Slug != "prova-un-anno-dopo" || !got.Draft() || got.LargestParty != 2 || !got.RepliesClosed || got.Publication != models.PublicationAfterCheck || got.Summary["it"] != "-" {
		t.Errorf("%+v", got)
	}
	want := []models.Phase{{ConsultationID: c.ID, Number: 1, Title: models.Text{"it": "Di' la tua"}, Body: models.Text{"it": "-"}}}
	if diff := cmp.Diff(want, got.Phases, cmpopts.IgnoreUnexported(models.Phase{})); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
	if len(got.Guidelines) != 1 || len(got.Meetings) != 0 {
		t.Fatalf("%d guidelines, %d meetings", len(got.Guidelines), len(got.Meetings))
	}
	g := got.Guidelines[0]
	if g.ID == s.guideline.ID || g.Slug != "anagrafe" || g.Responsible != "" || g.Plan != "awaited" || g.Current.Number != 1 || g.Current.Title["it"] != "Nuovo" ||
		g.Current.ChangeNote != "" || !g.Current.PublishedAt.Equal(s.now.Add(time.Hour)) || g.Current.StaffID != ada.ID {
		t.Errorf("guideline %+v, version %+v", g, g.Current)
	}
	for _, table := range []string{"comments", "opinions"} {
		if n, err := s.db.NewSelect().Table(table).Where("consultation_id = ?", c.ID).Count(s.ctx); err != nil || n != 0 {
			t.Errorf("%d %s are copied (%v)", n, table, err)
		}
	}
	if old := s.whole(s.consultation.ID); len(old.Guidelines) != 1 || old.Guidelines[0].ID != s.guideline.ID || old.Guidelines[0].Responsible == "" {
		t.Error("the other one has changed")
	}
	all, err := models.ConsultationsOf(s.ctx, s.db, s.organisation.ID)
	if err != nil || len(all) != 2 || all[0].ID != c.ID || all[0].Contains != (models.Contents{FAQs: true}) ||
		all[1].Contains != (models.Contents{Acts: true, FAQs: true, Notices: true}) || len(models.LiveOf(all)) != 1 || len(models.ArchivedOf(all)) != 0 {
		t.Errorf("%d consultations (%v)", len(all), err)
	}
}

func TestNoVerbSendsToADraftOrAPastConsultation(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"archived_at = published_at", "published_at = NULL"} {
		s := newSquare(t)
		comment, _ := s.comment("Un commento.")
		reader := s.person()
		_, err := s.db.NewUpdate().Model(&s.consultation).Set(state).WherePK().Exec(s.ctx)
		s.must(err)
		given, err := models.Contribute(s.ctx, s.db, s.now, []models.ContributionBy{s.says(reader, "Bruno", models.Against, "No.")})
		s.must(err)
		supported, err := models.GiveSupports(s.ctx, s.db, s.now, []models.SupportBy{{PersonID: reader,
			SupportGiven: models.SupportGiven{ConsultationID: s.consultation.ID, CommentID: comment, Value: models.Agree}}})
		s.must(err)
		_, replied := models.ReplyAs(s.ctx, s.db, s.now, reader, models.Reply{ConsultationID: s.consultation.ID, CommentID: comment,
			Author: models.Author{Pseudonym: "Bruno", Elsewhere: true}, Body: "No."})
		followed := models.FollowAs(s.ctx, s.db, s.now, reader, models.FollowAsked{ConsultationID: s.consultation.ID, GuidelineID: s.guideline.ID})
		errs := []error{given[0].Err, supported[0], replied, followed}
		if slices.ContainsFunc(errs, func(err error) bool { return !errors.Is(err, models.ErrClosed) }) {
			t.Errorf("%s: %v", state, errs)
		}
	}
}

func TestNoSeatIsGivenInAPastConsultation(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 2, 0)
	e.confirmed("anna@example.org", 2)
	e.confirmed("rosa@example.org", 1)
	held := e.registerOne(e.asked("lia@example.org", 1))
	e.must(models.ArchiveConsultation(e.ctx, e.db, e.now, e.staff, e.meeting.ConsultationID))
	if got := e.registerOne(e.asked("bruno@example.org", 1)); !errors.Is(got.Err, models.ErrClosed) {
		t.Errorf("registering: %v", got.Err)
	}
	if _, err := models.Confirm(e.ctx, e.db, e.now, held.Confirmation.ID); !errors.Is(err, models.ErrExpired) {
		t.Errorf("confirming what was asked before: %v", err)
	}
	// Who has a seat may still give it up, and it is offered to nobody.
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, e.of("anna@example.org").ID))
	e.wantState("rosa@example.org", models.Waiting)
	e.must(models.UnarchiveConsultation(e.ctx, e.db, e.now, e.staff, e.meeting.ConsultationID))
	_, err := models.ExpireHolds(e.ctx, e.db, e.now.Add(25*time.Hour))
	e.must(err)
	e.wantState("rosa@example.org", models.Offered)
}
