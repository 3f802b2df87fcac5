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

// QuestionsPage is what is asked at a meeting, for its moderators.
type QuestionsPage struct {
	layout.Page
	Done      string
	Meeting   *models.Meeting
	Questions []models.Question // by state, with their guidelines and supports
	// Room is the whole address of the room's page.
	Room string
	// Form holds a question that was said aloud, and Wrong what is wrong with it.
	Form  models.QuestionForm
	Wrong models.FieldErrors
	Now   time.Time
}

func (p QuestionsPage) address() string { return "/segreteria/incontri/" + p.Meeting.Slug + "/domande" }

// in returns the questions in a state.
func (p QuestionsPage) in(state string) (questions []models.Question) {
	for _, q := range p.Questions {
		if q.State == state {
			questions = append(questions, q)
		}
	}
	return questions
}

func (p QuestionsPage) guidelines(ctx context.Context) []parts.Option {
	options := []parts.Option{{Label: locale.T(ctx, "questions.about.none")}}
	for _, g := range p.Consultation.Guidelines {
		options = append(options, parts.Option{Value: g.Slug, Label: parts.Plain(ctx, g.Name)})
	}
	return options
}

// QuestionAnchor is the id of a question in the moderators' page.
func QuestionAnchor(id uuid.UUID) string { return "domanda-" + id.String() }

// act is a button on a question: what its address ends with, and which is the one most likely to be pressed.
type act struct {
	place string
	main  bool
}

// actsOn are the buttons of a question, by its state. Their words are "questions.act.<place>".
func actsOn(q *models.Question) []act {
	switch q.State {
	case models.QuestionNew:
		return []act{{"pubblicazione", true}, {"turno", false}, {"accantonamento", false}}
	case models.QuestionShown:
		return []act{{"turno", true}, {"conclusione", false}, {"accantonamento", false}}
	case models.QuestionAsked:
		return []act{{"conclusione", true}, {"ripristino", false}, {"accantonamento", false}}
	case models.QuestionAnswered:
		return []act{{"ripristino", false}, {"accantonamento", false}}
	}
	return []act{{"ripristino", false}}
}

// label is what a button says; the one that puts a question back, where it goes.
func (a act) label(ctx context.Context, q *models.Question) string {
	key := "questions.act." + a.place
	if a.place == "ripristino" && q.State == models.QuestionSetAside {
		key = "questions.act.rilettura"
	}
	return locale.T(ctx, key)
}

// bare is an address without what nobody types.
func bare(address string) string {
	return strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://")
}

// moderated are the meetings at which questions are asked, or were.
func moderated(meetings []models.Meeting) []models.Meeting {
	return slices.DeleteFunc(slices.Clone(meetings), func(m models.Meeting) bool { return m.Draft || !m.Confirmed() })
}
