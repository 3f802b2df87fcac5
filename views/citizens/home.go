// SPDX-License-Identifier: AGPL-3.0-or-later

// Package citizens holds the citizens' pages.
package citizens

import (
	"context"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// HomePage is the page of a consultation.
type HomePage struct {
	layout.Page
	Notices []models.Notice // the newest
	Phase   int             // number of today's phase; 0: none
	Open    bool            // opinions are taken today
	Now     time.Time
	First   bool // it is the page of `/`, not of the consultation's own address
}

// registering says that one can register for m.
func (p HomePage) registering(m models.Meeting) bool { return m.Open(p.Now) }

// steps are the phases as the timeline shows them.
func (p HomePage) steps(ctx context.Context) []parts.Step {
	steps := make([]parts.Step, len(p.Consultation.Phases))
	for i, phase := range p.Consultation.Phases {
		steps[i] = parts.Step{Title: phase.Title, Text: phase.Body, When: when(ctx, phase), State: p.state(phase), Moves: phase.Extensions}
	}
	return steps
}

func (p HomePage) phaseTexts() []models.Text {
	var texts []models.Text
	for _, phase := range p.Consultation.Phases {
		texts = append(texts, phase.Title, phase.Body)
		for _, e := range phase.Extensions {
			texts = append(texts, e.Reason)
		}
	}
	return texts
}

func (p HomePage) state(phase models.Phase) parts.StepState {
	switch {
	case phase.Number == p.Phase:
		return parts.Current
	case !phase.EndsOn.IsZero() && phase.EndsOn.Before(models.Day(p.Now)):
		return parts.Over
	}
	return parts.Later
}

// when writes the dates of a phase, or that they are to be confirmed.
func when(ctx context.Context, phase models.Phase) string {
	switch {
	case phase.StartsOn.IsZero():
		return locale.T(ctx, "citizens.date_to_confirm")
	case phase.EndsOn.IsZero():
		return locale.T(ctx, "citizens.from_day", "Day", locale.Day(ctx, phase.StartsOn))
	}
	return locale.T(ctx, "citizens.from_to", "From", locale.Day(ctx, phase.StartsOn), "To", locale.Day(ctx, phase.EndsOn))
}

// meetingWhen writes when a meeting takes place, or that it is to be confirmed; of a cancelled one this first.
func meetingWhen(ctx context.Context, m models.Meeting) string {
	when := locale.T(ctx, "citizens.date_to_confirm")
	if m.Confirmed() && !m.StartsAt.IsZero() {
		when = locale.LongDate(ctx, m.StartsAt) + ", " + locale.Hour(ctx, m.StartsAt)
	}
	if m.Cancelled() {
		return locale.T(ctx, "meetings.cancelled") + " – " + when
	}
	return when
}

// actDate writes the date of an act as far as it is known.
func actDate(ctx context.Context, a models.Act) string {
	switch a.DatePrecision {
	case "day":
		return locale.Day(ctx, a.Dated)
	case "month":
		return locale.MonthYear(ctx, a.Dated)
	}
	return a.Dated.Format("2006")
}

// langOf returns the language that text gives t in.
func langOf(ctx context.Context, t models.Text) string {
	_, lang := t.In(locale.Lang(ctx))
	return lang
}

func text(ctx context.Context, t models.Text) string {
	s, _ := t.In(locale.Lang(ctx))
	return s
}

// consultationWhen says since when a consultation is open, or when it ended.
func consultationWhen(ctx context.Context, c *models.Consultation) string {
	if c.Archived() {
		return locale.T(ctx, "consultations.ended", "Day", locale.Date(ctx, c.ArchivedAt))
	}
	return locale.T(ctx, "consultations.since", "Day", locale.Date(ctx, c.PublishedAt))
}
