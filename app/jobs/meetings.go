// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/emails"
)

// registration returns what the mails about the registration in SubjectID need.
func (d *draft) registration(ctx context.Context) (emails.Seats, error) {
	r, err := models.RegistrationByID(ctx, d.DB, d.SubjectID)
	if err != nil {
		return emails.Seats{}, err
	}
	place, err := models.QueuePosition(ctx, d.DB, r)
	if err != nil {
		return emails.Seats{}, err
	}
	return d.seats(ctx, r, place)
}

func (d *draft) seats(ctx context.Context, r *models.Registration, place int) (emails.Seats, error) {
	s := emails.Seats{Registration: r, Manage: d.Links.Registration(d.language, r.ID), Place: place}
	if r.Meeting.ConfirmedAt.IsZero() {
		return s, nil
	}
	page, err := d.meetingPage(ctx, r.Meeting)
	s.Calendar = page + ".ics"
	return s, err
}

func (d *draft) meetingPage(ctx context.Context, m *models.Meeting) (string, error) {
	return d.page(ctx, m.ConsultationID, "/incontri/"+m.Slug)
}

func (d *draft) seated(ctx context.Context) (emails.Letter, error) {
	s, err := d.registration(ctx)
	if err == nil && s.Registration.State != models.Seated {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.RegistrationSeated(ctx, s), nil
}

func (d *draft) waiting(ctx context.Context) (emails.Letter, error) {
	s, err := d.registration(ctx)
	if err == nil && s.Registration.State != models.Waiting {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.RegistrationWaiting(ctx, s), nil
}

func (d *draft) offered(ctx context.Context) (emails.Letter, error) {
	s, err := d.registration(ctx)
	if err == nil && (s.Registration.State != models.Offered || d.Now().After(s.Registration.HeldUntil)) {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.RegistrationOffered(ctx, s), nil
}

// ended is about a registration that no longer holds seats, for the reason that the template gives.
func (d *draft) ended(ctx context.Context) (emails.Letter, error) {
	s, err := d.registration(ctx)
	if err == nil && s.Registration.SeatsHeld > 0 {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	page, err := d.meetingPage(ctx, s.Registration.Meeting)
	return emails.RegistrationEnded(ctx, d.Template, s, page), err
}

// registered returns the registration of the reader for the meeting in SubjectID.
func (d *draft) registered(ctx context.Context) (emails.Seats, error) {
	r, err := models.RegistrationAt(ctx, d.DB, d.SubjectID, d.PersonID)
	if err != nil {
		return emails.Seats{}, err
	}
	return d.seats(ctx, r, 0)
}

func (d *draft) meetingChanged(ctx context.Context) (emails.Letter, error) {
	s, err := d.registered(ctx)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.MeetingChanged(ctx, s), nil
}

func (d *draft) meetingMessage(ctx context.Context) (emails.Letter, error) {
	s, err := d.registered(ctx)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.MeetingMessage(ctx, s, d.Subject, d.Body), nil
}

// meetingDate is for who follows the meeting; it no longer concerns who has stopped, nor a date taken back.
func (d *draft) meetingDate(ctx context.Context) (emails.Letter, error) {
	follow, err := models.FollowOf(ctx, d.DB, d.PersonID, d.SubjectID)
	if err != nil {
		return emails.Letter{}, err
	}
	m, err := models.MailedMeeting(ctx, d.DB, d.SubjectID)
	if err == nil && m.ConfirmedAt.IsZero() {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	page, err := d.meetingPage(ctx, m)
	return emails.MeetingDate(ctx, m, page, d.Links.Unsubscribe(d.language, follow.ID)), err
}
