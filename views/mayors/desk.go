// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"context"
	"time"

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

// awaits tells whether a comment without an answer awaits one: what citizens reply to each other does not.
func awaits(c *models.PostedComment) bool { return answerable(c) && c.RootID == topLevel }

// waitedFor says for how many days a comment has had no answer.
func waitedFor(ctx context.Context, c *models.PostedComment, now time.Time) string {
	if n := days(c.CreatedAt, now); n > 0 {
		return locale.T(ctx, "mayors.unanswered_for", "Count", n)
	}
	return locale.T(ctx, "mayors.unanswered_today")
}

// actOn is what who is signed in does with a comment: answers it, or opens it.
func actOn(ctx context.Context, p layout.Page, c *models.PostedComment, answers []models.Comment) string {
	if office(p) != nil && answerable(c) && len(answers) == 0 {
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
