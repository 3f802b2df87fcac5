// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Asked is what a confirmation will do, in full, for the page that shows it before it is done. What does not belong to
// its kind is nil or empty.
type Asked struct {
	Guideline    *Guideline
	Meeting      *Meeting
	Registration *Registration
	// Comment is the published comment replied to or supported.
	Comment   *Comment
	Author    Author
	Opinion   string
	Support   string
	Body      string
	Published bool
}

// WhatIsAsked returns what a confirmation will do; ErrNotFound when what it is about is no longer there.
func WhatIsAsked(ctx context.Context, db bun.IDB, c *Confirmation) (*Asked, error) {
	asked := new(Asked)
	about, err := asked.read(c)
	if err != nil {
		return nil, err
	}
	if about.CommentID != uuid.Nil {
		comment, err := MailedComment(ctx, db, about.CommentID)
		if err != nil {
			return nil, err
		}
		if about.GuidelineID = comment.GuidelineID; comment.State == Published {
			asked.Comment = comment
		}
	}
	if about.GuidelineID != uuid.Nil {
		if asked.Guideline, err = MailedGuideline(ctx, db, about.GuidelineID); err != nil {
			return nil, err
		}
	}
	if about.RegistrationID != uuid.Nil {
		if asked.Registration, err = RegistrationByID(ctx, db, about.RegistrationID); err != nil {
			return nil, err
		}
		about.MeetingID = asked.Registration.MeetingID
	}
	if about.MeetingID != uuid.Nil {
		asked.Meeting, err = MailedMeeting(ctx, db, about.MeetingID)
	}
	return asked, err
}

// Subjects are the ids that the payload of a confirmation may hold.
type Subjects struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	RegistrationID uuid.UUID `json:"registration_id"`
	GuidelineID    uuid.UUID `json:"guideline_id"`
	MeetingID      uuid.UUID `json:"meeting_id"`
	CommentID      uuid.UUID `json:"comment_id"`
}

// read takes what was typed out of the payload, and returns what it is about.
func (a *Asked) read(c *Confirmation) (about Subjects, err error) {
	switch c.Kind {
	case ConfirmContribution:
		var act Contribution
		err = json.Unmarshal(c.Payload, &act)
		a.Author, a.Opinion, a.Body, a.Published = act.Author, act.Opinion, act.Body, act.Published
	case ConfirmReply:
		var act Reply
		err = json.Unmarshal(c.Payload, &act)
		a.Author, a.Body, a.Published = act.Author, act.Body, true
	case ConfirmSupport:
		var act SupportGiven
		err = json.Unmarshal(c.Payload, &act)
		a.Support = act.Value
	}
	if err == nil {
		err = json.Unmarshal(c.Payload, &about)
	}
	return about, err
}
