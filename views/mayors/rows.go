// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"context"
	"slices"
	"strings"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
)

// RowsPage is a list of the rows behind a figure: List says of what, Asked which of them.
type RowsPage struct {
	layout.Page
	List  string
	Asked models.RowsAsked
	Now   time.Time
}

// address is that of the list from after on.
func (p RowsPage) address(ctx context.Context, after string) string {
	a := p.Asked
	day, awaiting, absent := "", "", ""
	if !a.Day.IsZero() {
		day = a.Day.Format(time.DateOnly)
	}
	if a.Awaiting {
		awaiting = "1"
	}
	if a.Absent {
		absent = "1"
	}
	return rowsPath(ctx, p.List, FromHome, a.Home, Absent, absent, OfGuideline, a.Guideline, OfMeeting, a.Meeting, FromPlace, a.Place, OfOpinion, a.Opinion,
		InState, a.State, OnDay, day, Awaiting, awaiting, Order, a.Order, After, after)
}

// next is the address of the page after this one; "" on the last.
func (p RowsPage) next(ctx context.Context, after string) string {
	if after == "" {
		return ""
	}
	return p.address(ctx, after)
}

// filters says which rows these are: "Comune: Valle", "Parere: Contrario".
func (p RowsPage) filters(ctx context.Context) []string {
	a := p.Asked
	var said []string
	say := func(key, value string) { said = append(said, locale.T(ctx, "mayors."+key)+": "+value) }
	if a.Guideline != "" {
		say("guideline", guidelineName(ctx, p.Page, a.Guideline))
	}
	if a.Meeting != "" {
		say("meeting", meetingName(ctx, p.Page, a.Meeting))
	}
	if a.Place != "" {
		say("place", placeName(ctx, p.Organisation, a.Place))
	} else if !slices.Contains([]string{Registrations, Attendances, Questions, Ratings}, p.List) {
		said = append(said, everybody(ctx, p.Organisation, p.List == Participants))
	}
	if a.Opinion != "" {
		say("opinion", opinionName(ctx, a.Opinion))
	}
	if a.State != "" {
		say("state", p.stateName(ctx, a.State))
	}
	if !a.Day.IsZero() {
		say("day", locale.Day(ctx, a.Day))
	}
	if a.Home != "" {
		say("home", placeName(ctx, p.Organisation, a.Home))
	}
	if a.Absent {
		said = append(said, locale.T(ctx, "mayors.rows.absent"))
	}
	if a.Awaiting {
		said = append(said, locale.T(ctx, "mayors.rows.awaiting"))
	}
	return said
}

func (p RowsPage) stateName(ctx context.Context, state string) string {
	switch p.List {
	case Questions:
		return locale.T(ctx, "mayors.question."+state)
	case Registrations:
		return locale.T(ctx, "mayors.registration."+state)
	}
	return locale.T(ctx, "mayors.comment."+state)
}

// acts says what a person did: "2 pareri, 1 commento".
func acts(ctx context.Context, r models.ParticipantRow) string {
	var said []string
	for _, a := range []struct {
		key   string
		count int
	}{{"opinions", r.Opinions}, {"comments", r.Comments}, {"supports", r.Supports}, {"registrations", r.Registrations}} {
		if a.count > 0 {
			said = append(said, locale.T(ctx, "mayors.did."+a.key, "Count", a.count))
		}
	}
	return strings.Join(said, ", ")
}
