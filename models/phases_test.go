// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"testing"
	"time"

	"ultimaparola/models"
)

func TestAnEndThatCitizensReadIsMovedWithAReason(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	ada := s.administrator()
	phase := func() *models.Phase {
		t.Helper()
		return &s.whole(s.consultation.ID).Phases[0]
	}
	save := func(change func(*models.PhaseForm)) error {
		form := phase().Form()
		change(&form)
		s.now = s.now.Add(time.Minute)
		return models.EditPhase(s.ctx, s.db, s.now, ada, s.consultation.ID, models.PhaseOpinions, form)
	}
	ends := func(day, why string) func(*models.PhaseForm) {
		return func(f *models.PhaseForm) { f.EndsOn, f.WhyIT = day, why }
	}
	const why = "Molti cittadini ci hanno chiesto più tempo."
	before := phase().EndsOn.Format(time.DateOnly)
	for _, reason := range []string{"", "Più tempo."} {
		var wrong models.FieldErrors
		if err := save(ends("2018-01-31", reason)); !errors.As(err, &wrong) || wrong[0].Field != "why_it" {
			t.Errorf("for the reason %q: %v", reason, err)
		}
	}
	var wrong models.FieldErrors
	if err := save(func(f *models.PhaseForm) { f.StartsOn = "0000-01-01" }); !errors.As(err, &wrong) || wrong[0].Key != "errors.date" {
		t.Errorf("a day of a year that is none: %v", err)
	}
	if got := phase(); got.EndsOn.Format(time.DateOnly) != before || len(got.Extensions) != 0 {
		t.Errorf("without a reason it moved: %+v", got)
	}
	s.must(save(ends("2018-01-31", why))) // later
	s.must(save(ends("2018-01-15", why))) // sooner
	s.must(save(ends("", why)))           // to be confirmed
	s.must(save(ends("2018-02-15", "")))  // nobody had been told
	s.must(save(func(f *models.PhaseForm) { f.TitleIT, f.WhyIT = "Leggi", "Nulla si sposta, e questo non conta." }))
	var days []string
	for _, e := range phase().Extensions {
		days = append(days, e.FromDay.Format(time.DateOnly)+" "+e.ToDay.Format(time.DateOnly)+" "+e.Reason["it"])
		if e.StaffID != ada.ID {
			t.Errorf("moved by %v", e.StaffID)
		}
	}
	want := []string{before + " 2018-01-31 " + why, "2018-01-31 2018-01-15 " + why, "2018-01-15 0001-01-01 " + why}
	if len(days) != 3 || days[0] != want[0] || days[1] != want[1] || days[2] != want[2] {
		t.Errorf("moved %q, want %q", days, want)
	}

	_, err := s.db.NewUpdate().Model(&s.consultation).Set("published_at = NULL").WherePK().Exec(s.ctx)
	s.must(err)
	s.must(save(ends("2018-03-15", "")))
	if got := phase(); len(got.Extensions) != 3 || got.EndsOn.Format(time.DateOnly) != "2018-03-15" {
		t.Errorf("of a draft: %+v", got)
	}
}
