// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Of every figure an empty argument, or a zero day, means "all".

func is(asked, value string) bool { return asked == "" || asked == value }

// HasPlace tells whether anybody from a place took part.
func (r *Report) HasPlace(place string) bool { return r.Participants(place, time.Time{}) > 0 }

// Participants is how many people from a place took part for the first time on a day.
func (r *Report) Participants(place string, day time.Time) int {
	n := 0
	for _, c := range r.People {
		if is(place, c.Place) && (day.IsZero() || day.Equal(c.Day)) {
			n += c.Count
		}
	}
	return n
}

// Days are the days of Rome from the first on which somebody took part to the last, those without anybody too.
func (r *Report) Days() []time.Time {
	if len(r.People) == 0 {
		return nil
	}
	var days []time.Time
	for day, last := r.People[0].Day, r.People[len(r.People)-1].Day; !day.After(last); day = day.AddDate(0, 0, 1) {
		days = append(days, day)
	}
	return days
}

// OpinionsOn is how many people from a place hold an opinion on a guideline.
func (r *Report) OpinionsOn(guideline, place, value string) int {
	n := 0
	for _, c := range r.Opinions {
		if is(guideline, c.Guideline) && is(place, c.Place) && is(value, c.Value) {
			n += c.Count
		}
	}
	return n
}

// CommentsOn is how many comments on a guideline, from a place, by people of an opinion, are in a state.
func (r *Report) CommentsOn(guideline, place, opinion, state string) int {
	n := 0
	for _, c := range r.Comments {
		if is(guideline, c.Guideline) && is(place, c.Place) && is(opinion, c.Opinion) && is(state, c.State) {
			n += c.Count
		}
	}
	return n
}

// Awaiting is how many contributions from a place await an official answer.
func (r *Report) Awaiting(place string) int {
	n := 0
	for _, c := range r.Comments {
		if is(place, c.Place) {
			n += c.Awaiting
		}
	}
	return n
}

// ResponsesTo are the responses of an office to a guideline, the one in force first.
func (r *Report) ResponsesTo(guidelineID, municipalityID uuid.UUID) []Response {
	return slices.DeleteFunc(slices.Clone(r.Responses), func(s Response) bool {
		return s.GuidelineID != guidelineID || s.MunicipalityID != municipalityID
	})
}
