// SPDX-License-Identifier: AGPL-3.0-or-later

package seed_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/seed"
	"ultimaparola/models"
)

// An evening in Rome that is the day before in UTC.
var now = time.Date(2026, time.November, 23, 23, 30, 0, 0, time.UTC)

func TestCaseLoadsTheConsultation(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), databasetest.New(t)
	must(t, seed.Case(ctx, db, now))

	organisation, err := models.TheOrganisation(ctx, db)
	must(t, err)
	if got := len(organisation.Municipalities); got != 2 || !organisation.DemoSince.IsZero() {
		t.Fatalf("municipalities: %d, demo since %v", got, organisation.DemoSince)
	}
	town := organisation.MunicipalityBySlug("poggio-a-caiano")
	if town == nil || town.IstatCode != "100004" || len(town.Hamlets) != 1 {
		t.Errorf("Poggio a Caiano: %+v", town)
	}
	populations, err := models.LatestPopulations(ctx, db, organisation.ID)
	must(t, err)
	if p := populations[town.ID]; len(populations) != 2 || p.People != 10_071 || p.Year != 2018 || len(p.Ages) != 0 {
		t.Errorf("population: %+v", populations)
	}
	consultation, err := models.ConsultationBySlug(ctx, db, seed.Slug)
	must(t, err)
	if len(consultation.Phases) != 5 || len(consultation.Guidelines) != 3 || len(consultation.Meetings) != 2 {
		t.Fatalf("phases %d, guidelines %d, meetings %d", len(consultation.Phases), len(consultation.Guidelines), len(consultation.Meetings))
	}
	if got := consultation.CurrentPhase(now); got != models.PhaseOpinions {
		t.Errorf("phase on the day of loading: %d, want 1", got)
	}
	for _, phase := range consultation.Phases {
		want := time.Time{}
		if phase.Number == models.PhaseOpinions {
			want = time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC)
		}
		if !phase.StartsOn.Equal(want) || !phase.EndsOn.IsZero() {
			t.Errorf("phase %d: from %v to %v, want from %v and no end", phase.Number, phase.StartsOn, phase.EndsOn, want)
		}
	}
	for _, meeting := range consultation.Meetings {
		if !meeting.StartsAt.IsZero() || !meeting.ConfirmedAt.IsZero() {
			t.Errorf("meeting %s has a date, and none is known", meeting.Slug)
		}
	}
	if err := models.CheckPseudonym(ctx, db, uuid.Nil, "MARCO  Martini"); err == nil {
		t.Error("a mayor's name is free to take")
	}
	for _, slug := range []string{"note-legali", "regole"} {
		_, err := models.PageOf(ctx, db, organisation.ID, slug)
		must(t, err)
	}
}

func TestGuidelinesAreInTwoLanguages(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), databasetest.New(t)
	must(t, seed.Case(ctx, db, now))
	consultation, err := models.TheConsultation(ctx, db)
	must(t, err)
	guidelines, err := models.GuidelinesOf(ctx, db, consultation.ID)
	must(t, err)
	if len(guidelines) != 3 {
		t.Fatalf("%d guidelines, want 3", len(guidelines))
	}
	for _, g := range guidelines {
		for _, lang := range []string{"it", "en"} {
			for what, text := range map[string]models.Text{"name": g.Name, "title": g.Current.Title, "brief": g.Current.InBrief, "body": g.Current.Body} {
				if got, in := text.In(lang); got == "" || in != lang {
					t.Errorf("%s: no %s in %s", g.Slug, what, lang)
				}
			}
			brief, _ := g.Current.InBrief.In(lang)
			if got := len(strings.Split(brief, "\n")); got != 5 {
				t.Errorf("%s.%s: %d lines in brief, want 5", g.Slug, lang, got)
			}
		}
		if g.Responsible != "" || g.Plan != "awaited" || g.Current.Number != 1 {
			t.Errorf("%s: responsible %q, plan %q, version %d", g.Slug, g.Responsible, g.Plan, g.Current.Number)
		}
	}
}

// The chronology says of each fact how precisely its date is known.
func TestActsAreDatedAsKnown(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), databasetest.New(t)
	must(t, seed.Case(ctx, db, now))
	consultation, err := models.TheConsultation(ctx, db)
	must(t, err)
	acts, err := models.ActsOf(ctx, db, consultation.ID)
	must(t, err)
	var got []string
	for _, a := range acts {
		got = append(got, fmt.Sprintf("%s %s %s%s", a.Dated.Format(time.DateOnly), a.DatePrecision, a.Kind["it"], a.Number))
	}
	want := []string{"2015-10-01 month Convenzione", "2017-11-20 day Accordo", "2017-11-21 day Notizia"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("acts (-want +got):\n%s", diff)
	}
}

func TestCaseTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), databasetest.New(t)
	errs := make(chan error, 2)
	for range 2 {
		go func() { errs <- seed.Case(ctx, db, now) }()
	}
	must(t, <-errs)
	must(t, <-errs)
	before := snapshot(t, db)
	must(t, seed.Case(ctx, db, now.Add(48*time.Hour)))
	if diff := cmp.Diff(before, snapshot(t, db)); diff != "" {
		t.Errorf("loading again changed rows (-before +after):\n%s", diff)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// snapshot returns every row of every table, as JSON in a fixed order.
func snapshot(t *testing.T, db *bun.DB) map[string][]string {
	t.Helper()
	ctx := context.Background()
	var tables []string
	must(t, db.NewRaw("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'bun_%'").Scan(ctx, &tables))
	rows := map[string][]string{}
	for _, table := range tables {
		var all []string
		must(t, db.NewRaw("SELECT to_jsonb(r)::text FROM ? r ORDER BY 1", bun.Ident(table)).Scan(ctx, &all))
		rows[table] = all
	}
	return rows
}
