// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"context"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// CommentPage is where a comment is answered.
type CommentPage struct {
	layout.Page
	// Parent is what the comment replies to, or nil.
	Comment, Parent *models.PostedComment
	Answers         []models.Comment
	Form            models.AnswerForm
	Wrong           models.FieldErrors
	Preview         bool
	// Done is the state of the answer just given; "" when none was.
	Done string
}

// GuidelinePage is where a proposal is responded to. Its report is of the whole consultation.
type GuidelinePage struct {
	ReportPage
	Guideline *models.Guideline
	Form      models.ResponseForm
	Wrong     models.FieldErrors
	Preview   bool
	Done      bool
}

// topLevel is the RootID of what replies to nothing.
var topLevel uuid.UUID

// answerable tells whether an office can answer a comment: nobody can see what is held or hidden, so nobody could see
// the answer.
func answerable(c *models.PostedComment) bool {
	return c.State == models.Published || c.State == models.Private
}

// actOn is what who is signed in can do with a comment: answer it, or read it.
func actOn(ctx context.Context, p layout.Page) string {
	if office(p) != nil {
		return locale.T(ctx, "mayors.answer")
	}
	return locale.T(ctx, "mayors.comment.open")
}

func outcomes(ctx context.Context) []parts.Option {
	options := make([]parts.Option, len(models.Outcomes))
	for i, o := range models.Outcomes {
		options[i] = parts.Option{Value: o, Label: locale.T(ctx, "mayors.outcome."+o)}
	}
	return options
}
