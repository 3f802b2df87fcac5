// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/calendar"
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
	page, err := d.meetingPage(ctx, r.Meeting)
	own := d.Links.Registration(d.language, r.ID)
	s := emails.Seats{Registration: r, Manage: own, GiveUp: own + "/rinuncia", MeetingPage: page, Place: place}
	if !r.Meeting.StartsAt.IsZero() {
		s.Calendar = page + ".ics"
		s.Entry = calendar.File(ctx, r.Meeting, page, d.sender.Demo())
	}
	return s, err
}

func (d *draft) meetingPage(ctx context.Context, m *models.Meeting) (string, error) {
	return d.page(ctx, m.ConsultationID, "/incontri/"+m.Slug)
}

// inState returns what the mails about the registration in SubjectID need, if it is in that state and the meeting is held.
func (d *draft) inState(ctx context.Context, state string) (emails.Seats, error) {
	s, err := d.registration(ctx)
	if err == nil && (s.Registration.State != state || s.Registration.Meeting.Cancelled()) {
		err = errSuperseded
	}
	return s, err
}

func (d *draft) seated(ctx context.Context) (emails.Letter, error) {
	s, err := d.inState(ctx, models.Seated)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.RegistrationSeated(ctx, s), nil
}

func (d *draft) waiting(ctx context.Context) (emails.Letter, error) {
	s, err := d.inState(ctx, models.Waiting)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.RegistrationWaiting(ctx, s), nil
}

func (d *draft) passedOver(ctx context.Context) (emails.Letter, error) {
	s, err := d.inState(ctx, models.Waiting)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.RegistrationPassedOver(ctx, s), nil
}

func (d *draft) offered(ctx context.Context) (emails.Letter, error) {
	s, err := d.inState(ctx, models.Offered)
	if err == nil && d.Now().After(s.Registration.HeldUntil) {
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
	return emails.RegistrationEnded(ctx, d.Template, s), nil
}

// registered returns the registration of the reader for the meeting in SubjectID.
func (d *draft) registered(ctx context.Context) (emails.Seats, error) {
	r, err := models.RegistrationAt(ctx, d.DB, d.SubjectID, d.PersonID)
	if err != nil {
		return emails.Seats{}, err
	}
	return d.seats(ctx, r, 0)
}

// meetingChanged is superseded when the meeting is cancelled since: another mail says so.
func (d *draft) meetingChanged(ctx context.Context) (emails.Letter, error) {
	s, err := d.registered(ctx)
	if err == nil && s.Registration.Meeting.Cancelled() {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.MeetingChanged(ctx, s), nil
}

func (d *draft) meetingCancelled(ctx context.Context) (emails.Letter, error) {
	s, err := d.registered(ctx)
	if err == nil && !s.Registration.Meeting.Cancelled() {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.MeetingCancelled(ctx, s), nil
}

// reminder is superseded when its reader has no seat any more, or the meeting is not held, or on another day: its
// reminders are then still to be sent.
func (d *draft) reminder(ctx context.Context) (emails.Letter, error) {
	s, err := d.registered(ctx)
	if err != nil {
		return emails.Letter{}, err
	}
	m := s.Registration.Meeting
	sent := m.RemindedWeekAt
	if d.Template == models.MailReminderDay {
		sent = m.RemindedDayAt
	}
	if s.Registration.State != models.Seated || !m.Ahead(d.Now()) || sent.IsZero() {
		return emails.Letter{}, errSuperseded
	}
	return emails.MeetingReminder(ctx, d.Template, s), nil
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
