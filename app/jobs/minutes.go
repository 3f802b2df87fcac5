// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"errors"

	"ultimaparola/models"
	"ultimaparola/views/emails"
)

// meetingMinutes is for who came to the meeting in SubjectID, or follows it; it no longer concerns who has stopped, and
// who came is asked how it was as long as they can say so.
func (d *draft) meetingMinutes(ctx context.Context) (emails.Letter, error) {
	m, err := models.MailedMeeting(ctx, d.DB, d.SubjectID)
	if err == nil && !m.Closed() {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	unsubscribe, err := d.unsubscribe(ctx)
	if err != nil {
		return emails.Letter{}, err
	}
	rate, came, err := d.rate(ctx)
	if err == nil && !came && unsubscribe == "" {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	page, err := d.meetingPage(ctx, m)
	return emails.MeetingMinutes(ctx, m, page, rate, unsubscribe), err
}

// unsubscribe is where the reader stops following the meeting in SubjectID; "" when they do not follow it.
func (d *draft) unsubscribe(ctx context.Context) (string, error) {
	follow, err := models.FollowOf(ctx, d.DB, d.PersonID, d.SubjectID)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	return d.Links.Unsubscribe(d.language, follow.ID), err
}

// rate is where the reader says how the meeting in SubjectID was, "" when they cannot; came tells whether they were there.
func (d *draft) rate(ctx context.Context) (rate string, came bool, err error) {
	r, err := models.RegistrationAt(ctx, d.DB, d.SubjectID, d.PersonID)
	if errors.Is(err, models.ErrNotFound) {
		return "", false, nil
	}
	if err == nil {
		came, err = models.Came(ctx, d.DB, r)
	}
	if err == nil && came && r.Meeting.Rateable(d.Now()) {
		rate = d.Links.Registration(d.language, r.ID) + "/valutazione"
	}
	return rate, came, err
}
