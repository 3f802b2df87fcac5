// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// MeetingChanged tells who is registered the new date or place.
func MeetingChanged(ctx context.Context, s Seats) Letter {
	blocks := []Block{
		Paragraph(locale.T(ctx, "emails.meeting_changed.lead")), s.facts(ctx),
		Paragraph(locale.T(ctx, "emails.meeting_changed.change")),
		Button{locale.T(ctx, "emails.registration.open"), s.Manage},
	}
	if s.Calendar != "" {
		blocks = append(blocks, Link{locale.T(ctx, "emails.calendar"), s.Calendar})
	}
	return s.letter(ctx, models.MailMeetingChanged, blocks)
}

// MeetingMessage is what staff write to who is registered.
func MeetingMessage(ctx context.Context, s Seats, subject, body string) Letter {
	return Letter{
		Subject: subject,
		Blocks: []Block{
			Paragraph(body), s.facts(ctx),
			Link{locale.T(ctx, "emails.registration.open"), s.Manage},
		},
		Why: locale.T(ctx, "emails.why.registered"),
	}
}

// MeetingDate tells who asked for it that a meeting has its date, with the page to register on.
func MeetingDate(ctx context.Context, meeting *models.Meeting, meetingPage, unsubscribe string) Letter {
	return Letter{
		Subject: locale.T(ctx, "emails.meeting_date.subject", "Meeting", title(ctx, meeting)),
		Blocks: []Block{
			Paragraph(locale.T(ctx, "emails.meeting_date.lead")), meetingFacts(ctx, meeting),
			Paragraph(locale.T(ctx, "emails.meeting_date.register")),
			Button{locale.T(ctx, "emails.meeting.open"), meetingPage},
		},
		Why: locale.T(ctx, "emails.why.meeting_date"), Unsubscribe: unsubscribe,
		Template: models.MailMeetingDate, Values: meetingValues(ctx, meeting),
	}
}
