// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// CommentAnswered brings an office's official answer to the author of a comment.
func CommentAnswered(ctx context.Context, guideline *models.Guideline, municipality, answer, page string) Letter {
	values := guidelineValues(ctx, guideline)
	values["comune"] = municipality
	return Letter{
		Subject: locale.T(ctx, "emails.comment_answered.subject", "Municipality", municipality),
		Blocks: []Block{
			Paragraph(locale.T(ctx, "emails.comment_answered.lead", "Municipality", municipality)),
			Facts{guidelineFact(ctx, guideline)},
			Quote(answer),
			Button{locale.T(ctx, "emails.comment_answered.button"), page},
		},
		Why:      locale.T(ctx, "emails.why.comment"),
		Template: models.MailCommentAnswered, Values: values,
	}
}

// CommentHidden tells the author why staff have hidden a comment; rules is the page of the rules of participation.
func CommentHidden(ctx context.Context, guideline *models.Guideline, reason, rules string) Letter {
	return Letter{
		Subject: locale.T(ctx, "emails.comment_hidden.subject"),
		Blocks: []Block{
			Paragraph(locale.T(ctx, "emails.comment_hidden.lead")),
			Facts{guidelineFact(ctx, guideline), {locale.T(ctx, "emails.comment_hidden.reason"), reason}},
			Paragraph(locale.T(ctx, "emails.comment_hidden.next")),
			Link{locale.T(ctx, "emails.rules"), rules},
		},
		Why:      locale.T(ctx, "emails.why.comment"),
		Template: models.MailCommentHidden, Values: guidelineValues(ctx, guideline),
	}
}
