// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// OfficeResponse is what an office has answered on a guideline: accepted, partly, not_accepted.
type OfficeResponse struct{ Municipality, Outcome string }

// GuidelineResponse tells who follows a guideline what the offices have answered so far.
func GuidelineResponse(ctx context.Context, guideline *models.Guideline, responses []OfficeResponse, page, unsubscribe string) Letter {
	facts := make(Facts, len(responses))
	for i, r := range responses {
		facts[i] = Fact{parts.Town(ctx, r.Municipality), locale.T(ctx, "emails.outcome."+r.Outcome)}
	}
	return aboutGuideline(ctx, models.MailGuidelineResponse, guideline, facts, page, unsubscribe)
}

// GuidelineUpdated tells who follows a guideline that its text has changed, or comments on it were answered.
func GuidelineUpdated(ctx context.Context, guideline *models.Guideline, page, unsubscribe string) Letter {
	return aboutGuideline(ctx, models.MailGuidelineUpdated, guideline, nil, page, unsubscribe)
}

func aboutGuideline(ctx context.Context, template string, guideline *models.Guideline, facts Facts, page, unsubscribe string) Letter {
	name, _ := guideline.Name.In(locale.Lang(ctx))
	key := "emails." + template
	blocks := []Block{Paragraph(locale.T(ctx, key+".lead", "Guideline", name))}
	if facts != nil {
		blocks = append(blocks, facts)
	}
	return Letter{
		Subject:     locale.T(ctx, key+".subject", "Guideline", name),
		Blocks:      append(blocks, Button{locale.T(ctx, key+".button"), page}),
		Why:         locale.T(ctx, "emails.why.guideline", "Guideline", name),
		Unsubscribe: unsubscribe,
		Template:    template, Values: guidelineValues(ctx, guideline),
	}
}

func guidelineValues(ctx context.Context, guideline *models.Guideline) map[string]string {
	return map[string]string{"proposta": parts.Plain(ctx, guideline.Name)}
}

func guidelineFact(ctx context.Context, guideline *models.Guideline) Fact {
	name, _ := guideline.Name.In(locale.Lang(ctx))
	return Fact{locale.T(ctx, "emails.guideline"), name}
}
