// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// DeskPage is the segreteria's first page.
type DeskPage struct {
	layout.Page
	Done     string
	Meetings []models.Meeting // with their municipalities
	Work     map[uuid.UUID]models.MeetingWork
	Waits    models.Waits
	Now      time.Time
}

// CommentsPage lists what citizens wrote; State is the one chosen, or "".
type CommentsPage struct {
	layout.Page
	Done, State string
	Comments    []models.Comment // with their guidelines and authors
	Next        string
	Meetings    []models.Meeting // whose questions are moderated, too
}

// CommentPage is one comment, and what can be done with it.
type CommentPage struct {
	layout.Page
	Comment *models.Comment // with its guideline and author
	Reason  string
	Wrong   models.FieldErrors
}

// waiting is a sort of what waits at a meeting: how much there is of it, and where it is dealt with.
type waiting struct {
	what, path string
	of         func(models.MeetingWork) int
}

// waits are what may wait at a meeting, in the order in which it presses.
var waits = []waiting{
	{"to_call", "?stato=" + models.ToCall, func(w models.MeetingWork) int { return w.ToCall }},
	{"offers", "?stato=" + models.Offered, func(w models.MeetingWork) int { return w.Offers }},
	{"to_reconfirm", "?stato=" + models.ToReconfirm, func(w models.MeetingWork) int { return w.ToReconfirm }},
	{"questions", "/domande", func(w models.MeetingWork) int { return w.Questions }},
	{"minutes", "/verbale", func(w models.MeetingWork) int { return w.Minutes }},
}

// toCall is how many registrations at the meetings shown only a telephone call reaches.
func (p DeskPage) toCall() int {
	n := 0
	for _, w := range p.Work {
		n += w.ToCall
	}
	return n
}

// daysLeft says how far away a meeting is: today, tomorrow, in so many days; "" when its date is not confirmed, and for
// one that is past.
func daysLeft(ctx context.Context, m models.Meeting, now time.Time) string {
	if !m.Ahead(now) {
		return ""
	}
	days := int(models.Day(m.StartsAt).Sub(models.Day(now)).Hours() / 24)
	switch days {
	case 0:
		return locale.T(ctx, "desk.today")
	case 1:
		return locale.T(ctx, "desk.tomorrow")
	}
	return locale.T(ctx, "desk.days_left", "Count", days)
}

// commentStates are those that the list can be narrowed to, in the order of its links.
var commentStates = []string{models.Held, models.Private, models.Published, models.Hidden}

// CommentState tells whether the list of comments can be narrowed to state.
func CommentState(state string) bool { return slices.Contains(commentStates, state) }

// meetingCategory is where a meeting takes place, and whether it is a draft, cancelled, closed or without its minutes.
func meetingCategory(ctx context.Context, m models.Meeting, now time.Time) string {
	stands := ""
	switch {
	case m.Draft:
		stands = "organisers.meeting.draft"
	case m.Cancelled():
		stands = "organisers.meeting.cancelled"
	case m.Closed():
		stands = "organisers.meeting.closed"
	case m.LacksMinutes(now):
		stands = "organisers.meeting.lacks_minutes"
	default:
		return m.Municipality.Name
	}
	return m.Municipality.Name + " – " + locale.T(ctx, stands)
}

func meetingWhen(ctx context.Context, m models.Meeting) string {
	switch {
	case m.StartsAt.IsZero():
		return locale.T(ctx, "organisers.date_to_confirm")
	case !m.Confirmed():
		return locale.LongDate(ctx, m.StartsAt) + ", " + locale.Hour(ctx, m.StartsAt) + " – " + locale.T(ctx, "organisers.date_to_confirm")
	}
	return locale.LongDate(ctx, m.StartsAt) + ", " + locale.Hour(ctx, m.StartsAt)
}

// author is the name others see of who wrote a comment.
func author(ctx context.Context, c *models.Comment) string {
	if c.Person == nil || c.Person.Pseudonym == "" {
		return locale.T(ctx, "organisers.comment.no_name")
	}
	return c.Person.Pseudonym
}

// commentPlace is where a comment's guideline is read.
func commentPlace(p layout.Page, ctx context.Context, c *models.Comment) string {
	return p.In(ctx, "/linee-guida/"+c.Guideline.Slug)
}

// MeetingPage is a meeting at the segreteria.
type MeetingPage struct {
	layout.Page
	Done          string
	Count         int    // to how many it was done, where that is told
	Without       int    // how many of those it concerns have no e-mail
	Receipt       string // the letter to who was just registered, or ""
	Meeting       *models.Meeting
	Tally         *models.MeetingTally
	WalkIns       []models.Attendance
	Registrations []models.Registration // with addresses, attendance and access needs
	Filter        models.RegistrationFilter
	More          bool   // there are others than those shown
	Next          string // where they are; "" after a search
	Wrong         models.FieldErrors
	Now           time.Time
}

// registrationStates are those that the list can be narrowed to, in the order of its links.
var registrationStates = []string{models.Seated, models.Waiting, models.Offered, models.Pending, models.ToCall, models.ToReconfirm,
	models.WithNeeds, models.WithoutMail, models.Cancelled}

// RegistrationState tells whether the list of registrations can be narrowed to state; "" is all that still count.
func RegistrationState(state string) bool {
	return state == "" || slices.Contains(registrationStates, state)
}

func (p MeetingPage) address() string { return "/segreteria/incontri/" + p.Meeting.Slug }

// walkInPlaces are where a party that came without registering may live.
func walkInPlaces(ctx context.Context, o *models.Organisation) []parts.Option {
	options := []parts.Option{{Label: locale.T(ctx, "organisers.walk_ins.unsaid")}}
	for _, m := range o.Municipalities {
		options = append(options, parts.Option{Value: m.Slug, Label: m.Name})
	}
	return append(options, parts.Option{Value: models.Elsewhere, Label: locale.T(ctx, "conversation.elsewhere_choice")})
}

func (p MeetingPage) parties(state string) int {
	if n, ok := p.Tally.Sorts[state]; ok {
		return n
	}
	return p.Tally.States[state].Parties
}

// found says how many a search has found; "" where there was none.
func (p MeetingPage) found(ctx context.Context) string {
	switch {
	case p.Filter.Search == "":
		return ""
	case p.More:
		return locale.T(ctx, "desk.found.more", "Count", len(p.Registrations))
	}
	return locale.T(ctx, "desk.found", "Count", len(p.Registrations))
}

// cancelling says what giving up a registration does, and whether its owner is to be telephoned.
func cancelling(ctx context.Context, r models.Registration) (words string, call bool) {
	email, phone := r.Contacts()
	key := "organisers.registration.cancel."
	switch {
	case email != "" && r.State == models.Pending:
		key += "unmailed"
	case email != "":
		key += "text"
	case phone != "":
		key += "call"
	default:
		key += "unreachable"
	}
	return locale.T(ctx, key), email == "" && phone != ""
}

func needs(ctx context.Context, r models.Registration) string {
	if r.Needs == nil {
		return ""
	}
	words := make([]string, len(r.Needs.Needs))
	for i, n := range r.Needs.Needs {
		words[i] = locale.T(ctx, "access_needs."+n)
	}
	return strings.Join(words, ", ")
}

// SheetPage is the attendance sheet of a meeting.
type SheetPage struct {
	layout.Page
	Meeting       *models.Meeting
	Registrations []models.Registration // by surname, with access needs
	Now           time.Time
}

// surnameLast splits a name before its last word, by which the sheet is sorted.
func surnameLast(name string) (first, last string) {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "", ""
	}
	return strings.Join(words[:len(words)-1], " "), words[len(words)-1]
}
