// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// rulesOf are the rules of participation of a consultation, a sentence for each, as its settings have them.
func rulesOf(ctx context.Context, c *models.Consultation) []string {
	replies := "open"
	if c.RepliesClosed {
		replies = "closed"
	}
	return []string{
		locale.T(ctx, "consultations.rules.participants."+c.Participants),
		locale.T(ctx, "consultations.rules.publication."+c.Publication),
		locale.T(ctx, "consultations.rules.private"),
		locale.T(ctx, "consultations.rules.replies."+replies),
		locale.T(ctx, "consultations.rules.meetings", "Count", c.LargestParty),
		locale.T(ctx, "consultations.rules.hold", "Count", c.HoldHours),
	}
}
