// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"strings"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// MeetingChanged tells who is registered what holds now of date and place, or that a cancelled meeting is held after all;
// who has a seat or waits, and it is another day, is asked to confirm again, and who is offered a seat to take it.
func MeetingChanged(ctx context.Context, s Seats) Letter {
	r, text, button := s.Registration, "emails.meeting_changed.change", "emails.registration.open"
	asked := !r.ReconfirmSince.IsZero()
	switch {
	case r.State == models.Offered && r.Meeting.Confirmed():
		text, button = "emails.meeting_changed.offered", "emails.registration_offered.button"
	case r.State != models.Seated && asked:
		text, button = "emails.reconfirm.waiting", "emails.reconfirm.button"
	case r.State != models.Seated:
		text = "emails.meeting_changed.waiting"
	case asked:
		text, button = "emails.reconfirm.text", "emails.reconfirm.button"
	}
	blocks := []Block{Paragraph(locale.T(ctx, "emails.meeting_changed.lead")), s.facts(ctx),
		Paragraph(locale.T(ctx, text, "Until", locale.DateTime(ctx, r.HeldUntil))), Button{locale.T(ctx, button), s.Manage}}
	if asked {
		blocks = append(blocks, s.giveUp(ctx))
	}
	letter := s.letter(ctx, models.MailMeetingChanged, append(blocks, s.calendar(ctx)...))
	letter.Calendar = s.Entry
	return letter
}

// MeetingCancelled tells who is registered that the meeting is not held, and why.
func MeetingCancelled(ctx context.Context, s Seats) Letter {
	m := s.Registration.Meeting
	blocks := []Block{Paragraph(locale.T(ctx, "emails.meeting_cancelled.lead")), meetingFacts(ctx, m)}
	if reason, _ := m.CancelReason.In(locale.Lang(ctx)); reason != "" {
		blocks = append(blocks, Paragraph(locale.T(ctx, "emails.meeting_cancelled.reason")), Quote(reason))
	}
	blocks = append(blocks, Paragraph(locale.T(ctx, "emails.meeting_cancelled.next")),
		Link{locale.T(ctx, "emails.meeting.open"), s.MeetingPage})
	letter := s.letter(ctx, models.MailMeetingCancelled, blocks)
	letter.Calendar = s.Entry
	return letter
}

// MeetingReminder recalls the meeting to who has a seat: template is MailReminderWeek or MailReminderDay.
func MeetingReminder(ctx context.Context, template string, s Seats) Letter {
	blocks := []Block{Paragraph(locale.T(ctx, "emails."+template+".lead")), append(s.facts(ctx), accessFacts(ctx, s.Registration.Meeting)...)}
	if !s.Registration.ReconfirmSince.IsZero() {
		blocks = append(blocks, Paragraph(locale.T(ctx, "emails.reconfirm.text")), Button{locale.T(ctx, "emails.reconfirm.button"), s.Manage})
	}
	return s.letter(ctx, template, append(blocks, Ticket(s.Registration.Code()), Paragraph(locale.T(ctx, "emails.reminder.change")), s.giveUp(ctx),
		Link{locale.T(ctx, "emails.registration.open"), s.Manage}, Link{locale.T(ctx, "emails.meeting.programme"), s.MeetingPage}))
}

// accessFacts say what the place offers to who needs it.
func accessFacts(ctx context.Context, m *models.Meeting) Facts {
	var facts Facts
	offers := make([]string, len(m.Access))
	for i, key := range m.Access {
		offers[i] = locale.T(ctx, "meeting_access."+key)
	}
	if len(offers) > 0 {
		facts = append(facts, Fact{locale.T(ctx, "emails.access"), strings.Join(offers, ", ")})
	}
	if note, _ := m.AccessNote.In(locale.Lang(ctx)); note != "" {
		facts = append(facts, Fact{locale.T(ctx, "emails.access_note"), strings.Join(strings.Fields(note), " ")})
	}
	return facts
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
