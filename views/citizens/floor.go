// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// RoomPage is a meeting's page for who is in the room: its questions, and the form to ask one. The projector shows the
// same.
type RoomPage struct {
	layout.Page
	Meeting *models.Meeting // with its municipality and consultation
	// Room is the page's whole address.
	Room string
	// Questions are those that everybody reads; Own what this browser asked and nobody else reads, or not yet.
	Questions, Own []models.Question
	// KeptDays is for how many days after the meeting names and browsers are kept.
	KeptDays int
	Now      time.Time

	// Form holds what was typed, and Wrong what is wrong with it. Asked: a question has just been kept. TooMany: it was not,
	// as enough waits already.
	Form           models.QuestionForm
	Wrong          models.FieldErrors
	Asked, TooMany bool
	// Rating asks how the meeting was, once it is over; nil before.
	Rating *MeetingRating
}

// Open tells whether questions can be asked now.
func (p RoomPage) Open() bool { return p.Meeting.FloorOpen(p.Now) }

// closedBecause says when questions can be asked, or why they cannot.
func (p RoomPage) closedBecause(ctx context.Context) string {
	from, _ := p.Meeting.FloorHours()
	switch {
	case p.Meeting.Cancelled():
		return locale.T(ctx, "floor.closed.cancelled")
	case p.Now.Before(from):
		return locale.T(ctx, "floor.closed.before", "Day", locale.LongDate(ctx, from), "Time", locale.Time(from))
	}
	return locale.T(ctx, "floor.closed.over")
}

// in returns the questions in a state.
func (p RoomPage) in(state string) (questions []models.Question) {
	for _, q := range p.Questions {
		if q.State == state {
			questions = append(questions, q)
		}
	}
	return questions
}

// summary is what screen readers are told when the list changes: how long it is, and what is being answered.
func (p RoomPage) summary(ctx context.Context) string {
	words := locale.T(ctx, "floor.count", "Count", len(p.in(models.QuestionShown)))
	for _, q := range p.in(models.QuestionAsked) {
		words += " " + locale.T(ctx, "floor.asked") + ": " + q.Body
	}
	return words
}

func (p RoomPage) guidelines(ctx context.Context) []parts.Option {
	options := []parts.Option{{Label: locale.T(ctx, "floor.field.about.none")}}
	for _, g := range p.Consultation.Guidelines {
		options = append(options, parts.Option{Value: g.Slug, Label: parts.Plain(ctx, g.Name)})
	}
	return options
}

// QuestionAnchor is the id of a question in a page.
func QuestionAnchor(id uuid.UUID) string { return "domanda-" + id.String() }

// next are the questions that the projector shows beside the one being answered: as many as there is room for.
func (p RoomPage) next() []models.Question {
	shown, room := p.in(models.QuestionShown), 5
	if len(p.in(models.QuestionAsked)) > 0 {
		room = 2
	}
	return shown[:min(room, len(shown))]
}

// letters are the classes of a question on the wall, each with how many letters it is for: the more there are, the smaller
// they are, so that they fill a screen with those that follow and go no further (public/scss/_floor.scss).
var letters = []struct {
	most  int
	class string
}{{60, "projector-60"}, {90, "projector-90"}, {180, "projector-180"}, {250, "projector-250"}, {320, "projector-320"}, {500, "projector-500"}}

// projected is the class of a question's letters.
func projected(body string) string {
	length := utf8.RuneCountInString(body)
	for _, l := range letters {
		if length <= l.most {
			return l.class
		}
	}
	return "projector-500"
}

// typed is an address without what nobody types, in two parts between which a line may break: the site's, and the room's.
func typed(address string) (site, room string) {
	_, address, _ = strings.Cut(address, "://")
	site, room, _ = strings.Cut(address, "/sala/")
	return site, "/sala/" + room
}
