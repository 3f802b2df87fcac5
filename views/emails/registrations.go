// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"strings"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// Seats is what the letters about a registration need: the registration with its meeting, the page where it is seen and
// changed, the one where it is given up, and the meeting's own.
type Seats struct {
	Registration                *models.Registration
	Manage, GiveUp, MeetingPage string
	// Place in the waiting list, the first being 1.
	Place int
	// Calendar is the address of the meeting's calendar file, Entry the file; both empty while it has no day.
	Calendar, Entry string
}

// RegistrationSeated is the receipt, with what to show at the door.
func RegistrationSeated(ctx context.Context, s Seats) Letter {
	blocks := []Block{
		Paragraph(locale.T(ctx, "emails.registration_seated.lead")), s.facts(ctx), Ticket(s.Registration.Code()),
		Paragraph(locale.T(ctx, "emails.registration_seated.change")),
		Button{locale.T(ctx, "emails.registration.open"), s.Manage},
	}
	letter := s.letter(ctx, models.MailSeated, append(blocks, s.calendar(ctx)...))
	letter.Calendar = s.Entry
	return letter
}

// RegistrationWaiting tells the place on the waiting list.
func RegistrationWaiting(ctx context.Context, s Seats) Letter {
	lead := locale.T(ctx, "emails.registration_waiting.lead")
	if left := s.Registration.Meeting.SeatsLeft(); left > 0 && left < s.Registration.Seats {
		lead = locale.T(ctx, "emails.registration_waiting.too_few", "Seats", s.Registration.Seats, "Left", left)
	}
	return s.letter(ctx, models.MailWaiting, []Block{
		Paragraph(lead), append(s.facts(ctx), s.place(ctx)),
		Paragraph(locale.T(ctx, "emails.registration_waiting.next")),
		Button{locale.T(ctx, "emails.registration.open"), s.Manage},
	})
}

// RegistrationPassedOver tells a party that seats became free, too few for it, and that it keeps its place.
func RegistrationPassedOver(ctx context.Context, s Seats) Letter {
	return s.letter(ctx, models.MailPassedOver, []Block{
		Paragraph(locale.T(ctx, "emails.registration_passed_over.lead")), append(s.facts(ctx), s.place(ctx)),
		Paragraph(locale.T(ctx, "emails.registration_passed_over.fewer")),
		Button{locale.T(ctx, "emails.registration.open"), s.Manage},
	})
}

// RegistrationOffered offers a seat that has become free.
func RegistrationOffered(ctx context.Context, s Seats) Letter {
	return s.letter(ctx, models.MailOffered, []Block{
		Paragraph(locale.T(ctx, "emails.registration_offered.lead")), s.facts(ctx),
		Paragraph(locale.T(ctx, "emails.registration_offered.until", "Until", locale.DateTime(ctx, s.Registration.HeldUntil))),
		Button{locale.T(ctx, "emails.registration_offered.button"), s.Manage},
		s.giveUp(ctx),
	})
}

// RegistrationEnded tells that an offer has run out, or that the registration is cancelled: template is MailOfferExpired
// or MailCancelled.
func RegistrationEnded(ctx context.Context, template string, s Seats) Letter {
	return s.letter(ctx, template, []Block{
		Paragraph(locale.T(ctx, "emails."+template+".lead")), s.facts(ctx),
		Paragraph(locale.T(ctx, "emails.registration.again")),
		Link{locale.T(ctx, "emails.meeting.open"), s.MeetingPage},
	})
}

// place says where the party stands in the queue.
func (s Seats) place(ctx context.Context) Fact {
	return Fact{locale.T(ctx, "emails.place"), locale.Number(ctx, s.Place)}
}

func (s Seats) giveUp(ctx context.Context) Link {
	return Link{locale.T(ctx, "emails.give_up"), s.GiveUp}
}

// calendar leads to the calendar file, for who reads where no file comes along.
func (s Seats) calendar(ctx context.Context) []Block {
	if s.Calendar == "" {
		return nil
	}
	return []Block{Link{locale.T(ctx, "emails.calendar"), s.Calendar}}
}

func (s Seats) letter(ctx context.Context, template string, blocks []Block) Letter {
	return Letter{
		Subject: locale.T(ctx, "emails."+template+".subject", "Meeting", title(ctx, s.Registration.Meeting)),
		Blocks:  blocks, Why: locale.T(ctx, "emails.why.registered"),
		Template: template, Values: s.values(ctx),
	}
}

func (s Seats) values(ctx context.Context) map[string]string {
	values := seatsValues(ctx, s.Registration.Meeting, s.Registration.Seats)
	values["nome"] = s.Registration.Name
	if !s.Registration.HeldUntil.IsZero() {
		values["scadenza"] = locale.DateTime(ctx, s.Registration.HeldUntil)
	}
	return values
}

func (s Seats) facts(ctx context.Context) Facts {
	return append(meetingFacts(ctx, s.Registration.Meeting), seatsFact(ctx, s.Registration.Seats))
}

func seatsFact(ctx context.Context, seats int) Fact {
	return Fact{locale.T(ctx, "emails.seats"), locale.Number(ctx, seats)}
}

func title(ctx context.Context, meeting *models.Meeting) string {
	text, _ := meeting.Title.In(locale.Lang(ctx))
	return text
}

// meetingFacts say what, when and where; date and place are to be confirmed until staff confirm them.
func meetingFacts(ctx context.Context, meeting *models.Meeting) Facts {
	when, where := whenAndWhere(ctx, meeting)
	return Facts{
		{locale.T(ctx, "emails.meeting"), title(ctx, meeting)},
		{locale.T(ctx, "emails.when"), when},
		{locale.T(ctx, "emails.where"), where},
	}
}

func meetingValues(ctx context.Context, meeting *models.Meeting) map[string]string {
	when, where := whenAndWhere(ctx, meeting)
	return map[string]string{"incontro": title(ctx, meeting), "data": when, "luogo": where}
}

func seatsValues(ctx context.Context, meeting *models.Meeting, seats int) map[string]string {
	values := meetingValues(ctx, meeting)
	values["posti"] = locale.Number(ctx, seats)
	return values
}

func whenAndWhere(ctx context.Context, meeting *models.Meeting) (when, where string) {
	when, where = locale.T(ctx, "emails.date_to_confirm"), locale.T(ctx, "emails.place_to_confirm")
	if !meeting.ConfirmedAt.IsZero() {
		when = locale.LongDate(ctx, meeting.StartsAt) + ", " + locale.Hour(ctx, meeting.StartsAt)
		if place := strings.Trim(meeting.Venue+", "+meeting.Address, ", "); place != "" {
			where = place
		}
	}
	return when, where
}
