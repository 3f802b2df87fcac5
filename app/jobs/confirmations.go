// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/emails"
)

// asked returns how the confirmation that the mail is about is given, and reads what was asked into act. The mail goes
// to the mailbox that is to confirm.
func (d *draft) asked(ctx context.Context, act any) (emails.Asked, error) {
	c, err := models.ConfirmationByID(ctx, d.DB, d.SubjectID)
	if err != nil {
		return emails.Asked{}, err
	}
	if c.Usable(d.Now()) != nil {
		return emails.Asked{}, errSuperseded
	}
	if c.Address != nil {
		if c.Address.Kind != models.Email {
			return emails.Asked{}, errSuperseded
		}
		d.to = c.Address.Value
	}
	asked := emails.Asked{Link: d.Links.Confirm(d.language, c), Code: d.Links.Code(c.ID), Until: c.ExpiresAt}
	return asked, json.Unmarshal(c.Payload, act)
}

func (d *draft) confirmRegistration(ctx context.Context) (emails.Letter, error) {
	var act models.HeldRegistration
	asked, err := d.asked(ctx, &act)
	if err != nil {
		return emails.Letter{}, err
	}
	r, err := models.RegistrationByID(ctx, d.DB, act.RegistrationID)
	if err != nil {
		return emails.Letter{}, err
	}
	if r.State != models.Pending {
		return emails.Letter{}, errSuperseded
	}
	return emails.ConfirmRegistration(ctx, asked, r.Meeting, r.Seats, r.SeatsHeld > 0), nil
}

func (d *draft) confirmContribution(ctx context.Context) (emails.Letter, error) {
	var act models.Contribution
	asked, err := d.asked(ctx, &act)
	if err != nil {
		return emails.Letter{}, err
	}
	g, err := models.MailedGuideline(ctx, d.DB, act.GuidelineID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.ConfirmContribution(ctx, asked, g, act.Opinion, act.Body != ""), nil
}

func (d *draft) confirmReply(ctx context.Context) (emails.Letter, error) {
	var act models.Reply
	asked, err := d.asked(ctx, &act)
	if err != nil {
		return emails.Letter{}, err
	}
	g, err := d.guidelineOf(ctx, act.CommentID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.ConfirmReply(ctx, asked, g), nil
}

func (d *draft) confirmSupport(ctx context.Context) (emails.Letter, error) {
	var act models.SupportGiven
	asked, err := d.asked(ctx, &act)
	if err != nil {
		return emails.Letter{}, err
	}
	g, err := d.guidelineOf(ctx, act.CommentID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.ConfirmSupport(ctx, asked, g, act.Value), nil
}

func (d *draft) confirmFollow(ctx context.Context) (emails.Letter, error) {
	var act models.FollowAsked
	asked, err := d.asked(ctx, &act)
	if err != nil {
		return emails.Letter{}, err
	}
	if act.GuidelineID != uuid.Nil {
		g, err := models.MailedGuideline(ctx, d.DB, act.GuidelineID)
		if err != nil {
			return emails.Letter{}, err
		}
		return emails.ConfirmFollow(ctx, asked, g, nil), nil
	}
	m, err := models.MailedMeeting(ctx, d.DB, act.MeetingID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.ConfirmFollow(ctx, asked, nil, m), nil
}

// confirmSignIn lets its reader in; when they were registering for a meeting a second time, it says so first.
func (d *draft) confirmSignIn(ctx context.Context) (emails.Letter, error) {
	var already models.HeldRegistration
	asked, err := d.asked(ctx, &already)
	if err != nil {
		return emails.Letter{}, err
	}
	if already.RegistrationID == uuid.Nil {
		return emails.ConfirmSignIn(ctx, asked), nil
	}
	r, err := models.RegistrationByID(ctx, d.DB, already.RegistrationID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.AlreadyRegistered(ctx, asked, r, d.Links.Registration(d.language, r.ID)), nil
}

func (d *draft) staffSignIn(ctx context.Context) (emails.Letter, error) {
	asked, err := d.asked(ctx, &struct{}{})
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.StaffSignIn(ctx, asked), nil
}

func (d *draft) staffInvited(ctx context.Context) (emails.Letter, error) {
	asked, err := d.asked(ctx, &struct{}{})
	if err != nil {
		return emails.Letter{}, err
	}
	account, err := models.StaffByID(ctx, d.DB, d.StaffID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.StaffInvited(ctx, asked, account.Role), nil
}
