// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// exampleID is that of a registration which nobody has: its code is PR0V-A123.
var exampleID = uuid.UUID{11: 0xb6, 0x01, 0xb5, 0x04, 0x43}

// example is what an invented letter is about.
type example struct{ meeting, guideline, municipality, person string }

// Sample returns an editable letter of a template with invented data, which say that they are; its links lead to base.
// ok is false for a template that staff cannot change.
func Sample(ctx context.Context, now time.Time, base, template string) (letter Letter, ok bool) {
	say := func(what string) string { return locale.T(ctx, "mails.example."+what) }
	return sample(ctx, now, base, template, example{say("meeting"), say("guideline"), say("municipality"), say("person")})
}

// Own returns the program's own subject and opening of an editable letter, with the placeholders still in them.
func Own(ctx context.Context, template string) (subject, opening string) {
	letter, ok := sample(ctx, time.Now(), "", template, example{"{incontro}", "{proposta}", "{comune}", "{nome}"})
	if !ok {
		return "", ""
	}
	lead, _ := letter.Blocks[0].(Paragraph)
	return letter.Subject, string(lead)
}

func sample(ctx context.Context, now time.Time, base, template string, e example) (Letter, bool) {
	site := base + locale.Path(ctx, "/")
	text := func(s string) models.Text { return models.Text{locale.Lang(ctx): s, locale.Default: s} }
	evening := time.Date(now.Year(), now.Month(), now.Day()+15, 21, 0, 0, 0, models.Rome)
	meeting := &models.Meeting{Title: text(e.meeting), Venue: locale.T(ctx, "mails.example.venue"), StartsAt: evening, ConfirmedAt: now, Access: []string{"step_free", "parking"}}
	guideline := &models.Guideline{Name: text(e.guideline)}
	registration := &models.Registration{ID: exampleID, Name: e.person, Seats: 2, Meeting: meeting, HeldUntil: now.Add(24 * time.Hour)}
	asked := Asked{Link: site, Code: "000000", Until: now.Add(24 * time.Hour)}
	seats := Seats{Registration: registration, Manage: site, GiveUp: site, MeetingPage: site, Calendar: site, Place: 3}

	switch template {
	case models.MailConfirm + models.ConfirmRegistration:
		return ConfirmRegistration(ctx, asked, meeting, registration.Seats, true), true
	case models.MailConfirm + models.ConfirmContribution:
		return ConfirmContribution(ctx, asked, guideline, models.InFavour, true), true
	case models.MailConfirm + models.ConfirmReply:
		return ConfirmReply(ctx, asked, guideline), true
	case models.MailConfirm + models.ConfirmSupport:
		return ConfirmSupport(ctx, asked, guideline, models.Agree), true
	case models.MailConfirm + models.ConfirmFollow:
		return ConfirmFollow(ctx, asked, guideline, nil), true
	case models.MailConfirm + models.ConfirmSignIn:
		return ConfirmSignIn(ctx, asked), true
	case models.MailAlreadyRegistered:
		return AlreadyRegistered(ctx, asked, registration, site), true
	case models.MailSeated:
		return RegistrationSeated(ctx, seats), true
	case models.MailWaiting:
		return RegistrationWaiting(ctx, seats), true
	case models.MailOffered:
		return RegistrationOffered(ctx, seats), true
	case models.MailPassedOver:
		return RegistrationPassedOver(ctx, seats), true
	case models.MailOfferExpired, models.MailCancelled:
		return RegistrationEnded(ctx, template, seats), true
	case models.MailMeetingChanged:
		return MeetingChanged(ctx, seats), true
	case models.MailMeetingCancelled:
		meeting.CancelReason = text(locale.T(ctx, "mails.example.reason"))
		return MeetingCancelled(ctx, seats), true
	case models.MailReminderWeek, models.MailReminderDay:
		return MeetingReminder(ctx, template, seats), true
	case models.MailMeetingDate:
		return MeetingDate(ctx, meeting, site, site), true
	case models.MailMeetingMinutes:
		return MeetingMinutes(ctx, meeting, site, site, site), true
	case models.MailCommentAnswered:
		return CommentAnswered(ctx, guideline, e.municipality, locale.T(ctx, "mails.example.answer"), site), true
	case models.MailCommentHidden:
		return CommentHidden(ctx, guideline, locale.T(ctx, "mails.example.reason"), site), true
	case models.MailGuidelineUpdated:
		return GuidelineUpdated(ctx, guideline, site, site), true
	case models.MailGuidelineResponse:
		return GuidelineResponse(ctx, guideline, []OfficeResponse{{e.municipality, models.Partly}}, site, site), true
	}
	return Letter{}, false
}
