// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// MeetingMinutes tells who came to a meeting, and who follows it, that its minutes are public: rate is where who came says
// how it was, unsubscribe ends following it; either may be empty.
func MeetingMinutes(ctx context.Context, meeting *models.Meeting, meetingPage, rate, unsubscribe string) Letter {
	blocks := []Block{
		Paragraph(locale.T(ctx, "emails.meeting_minutes.lead")), meetingFacts(ctx, meeting),
		Button{locale.T(ctx, "emails.meeting_minutes.open"), meetingPage + "#verbale"},
	}
	if rate != "" {
		blocks = append(blocks, Paragraph(locale.T(ctx, "emails.meeting_minutes.rate")), Link{locale.T(ctx, "emails.meeting_minutes.rate.open"), rate})
	}
	return Letter{
		Subject: locale.T(ctx, "emails.meeting_minutes.subject", "Meeting", title(ctx, meeting)),
		Blocks:  blocks,
		Why:     locale.T(ctx, "emails.why.minutes"), Unsubscribe: unsubscribe,
		Template: models.MailMeetingMinutes, Values: meetingValues(ctx, meeting),
	}
}
