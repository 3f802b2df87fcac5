// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// Asked is how a mailbox confirms: by the link, or by the code typed where it was asked; both until Until.
type Asked struct {
	Link, Code string
	Until      time.Time
}

// ConfirmRegistration asks whether the seats are wanted. holds tells that they are held meanwhile; else confirming
// leads to the waiting list.
func ConfirmRegistration(ctx context.Context, asked Asked, meeting *models.Meeting, seats int, holds bool) Letter {
	hold := "emails.confirm_registration.held"
	if !holds {
		hold = "emails.confirm_registration.full"
	}
	return confirm(ctx, models.ConfirmRegistration, asked,
		append(meetingFacts(ctx, meeting), seatsFact(ctx, seats)), seatsValues(ctx, meeting, seats),
		Paragraph(locale.T(ctx, hold, "Until", locale.DateTime(ctx, asked.Until))))
}

// ConfirmContribution asks whether the parere on a guideline, with a comment or without, is its reader's.
func ConfirmContribution(ctx context.Context, asked Asked, guideline *models.Guideline, opinion string, commented bool) Letter {
	facts := Facts{guidelineFact(ctx, guideline)}
	if opinion != "" {
		facts = append(facts, Fact{locale.T(ctx, "emails.opinion"), locale.T(ctx, "emails.opinion."+opinion)})
	}
	comment := "emails.comment.no"
	if commented {
		comment = "emails.comment.yes"
	}
	facts = append(facts, Fact{locale.T(ctx, "emails.comment"), locale.T(ctx, comment)})
	return confirm(ctx, models.ConfirmContribution, asked, facts, guidelineValues(ctx, guideline), until(ctx, asked))
}

// ConfirmReply asks whether a reply to a comment on a guideline is its reader's.
func ConfirmReply(ctx context.Context, asked Asked, guideline *models.Guideline) Letter {
	return confirm(ctx, models.ConfirmReply, asked, Facts{guidelineFact(ctx, guideline)}, guidelineValues(ctx, guideline), until(ctx, asked))
}

// ConfirmSupport asks whether the answer to somebody's comment (agree, disagree, unsure) is its reader's.
func ConfirmSupport(ctx context.Context, asked Asked, guideline *models.Guideline, value string) Letter {
	facts := Facts{guidelineFact(ctx, guideline), {locale.T(ctx, "emails.support"), locale.T(ctx, "emails.support."+value)}}
	return confirm(ctx, models.ConfirmSupport, asked, facts, guidelineValues(ctx, guideline), until(ctx, asked))
}

// ConfirmFollow asks whether its reader wants to be told about a guideline, or about a meeting's date; the other is nil.
func ConfirmFollow(ctx context.Context, asked Asked, guideline *models.Guideline, meeting *models.Meeting) Letter {
	if guideline != nil {
		return confirm(ctx, models.ConfirmFollow, asked, Facts{guidelineFact(ctx, guideline)}, nil, until(ctx, asked))
	}
	return confirm(ctx, models.ConfirmFollow, asked, meetingFacts(ctx, meeting), nil, until(ctx, asked))
}

// ConfirmSignIn lets its reader in.
func ConfirmSignIn(ctx context.Context, asked Asked) Letter {
	return confirm(ctx, models.ConfirmSignIn, asked, nil, nil, until(ctx, asked))
}

// AlreadyRegistered tells who registers again for a meeting that nothing has changed, with the link to what there is.
func AlreadyRegistered(ctx context.Context, asked Asked, registration *models.Registration, link string) Letter {
	return Letter{
		Subject: locale.T(ctx, "emails.already_registered.subject", "Meeting", title(ctx, registration.Meeting)),
		Blocks: []Block{
			Paragraph(locale.T(ctx, "emails.already_registered.lead")),
			append(meetingFacts(ctx, registration.Meeting), seatsFact(ctx, registration.Seats)),
			Paragraph(locale.T(ctx, "emails.already_registered.change")),
			Button{locale.T(ctx, "emails.registration.open"), link},
			Paragraph(locale.T(ctx, "emails.already_registered.sign_in", "Until", locale.DateTime(ctx, asked.Until))),
			Link{locale.T(ctx, "emails.confirm_sign_in.button"), asked.Link},
			Code(asked.Code),
			Paragraph(locale.T(ctx, "emails.confirm.ignore")),
		},
		Why:      locale.T(ctx, "emails.why.asked"),
		Template: models.MailAlreadyRegistered, Values: seatsValues(ctx, registration.Meeting, registration.Seats),
	}
}

// StaffSignIn lets a member of staff in.
func StaffSignIn(ctx context.Context, asked Asked) Letter {
	return Letter{
		Subject: locale.T(ctx, "emails.staff_sign_in.subject"),
		Blocks: []Block{
			Paragraph(locale.T(ctx, "emails.staff_sign_in.lead")),
			Button{locale.T(ctx, "emails.confirm_sign_in.button"), asked.Link},
			until(ctx, asked),
			Paragraph(locale.T(ctx, "emails.staff_sign_in.once")),
		},
		Why: locale.T(ctx, "emails.why.staff"),
	}
}

// StaffInvited tells somebody that they have an account, and lets them in for the first time.
func StaffInvited(ctx context.Context, asked Asked, role string) Letter {
	return Letter{
		Subject: locale.T(ctx, "emails.staff_invited.subject"),
		Blocks: []Block{
			Paragraph(locale.T(ctx, "emails.staff_invited.lead", "Role", locale.T(ctx, "editing.role."+role))),
			Paragraph(locale.T(ctx, "emails.staff_invited.factor")),
			Button{locale.T(ctx, "emails.confirm_sign_in.button"), asked.Link},
			until(ctx, asked),
			Paragraph(locale.T(ctx, "emails.staff_sign_in.once")),
		},
		Why: locale.T(ctx, "emails.why.staff"),
	}
}

func until(ctx context.Context, asked Asked) Block {
	return Paragraph(locale.T(ctx, "emails.confirm.until", "Until", locale.DateTime(ctx, asked.Until)))
}

// confirm is the letter that asks to confirm something of that kind.
func confirm(ctx context.Context, kind string, asked Asked, facts Facts, values map[string]string, deadline Block) Letter {
	key := "emails." + models.MailConfirm + kind
	blocks := []Block{Paragraph(locale.T(ctx, key+".lead"))}
	if facts != nil {
		blocks = append(blocks, facts)
	}
	return Letter{
		Subject: locale.T(ctx, key+".subject"),
		Blocks: append(blocks,
			Button{locale.T(ctx, key+".button"), asked.Link},
			Code(asked.Code),
			deadline,
			Paragraph(locale.T(ctx, "emails.confirm.ignore"))),
		Why:      locale.T(ctx, "emails.why.asked"),
		Template: models.MailConfirm + kind, Values: values,
	}
}
