// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Whom staff write to.
const (
	ToSeated      = "seated"      // who has a seat
	ToAll         = "all"         // also who waits for one, or was offered one
	ToUnconfirmed = "unconfirmed" // who was asked to confirm again, because the date moved, and has not
	ToWaiting     = "waiting"     // who waits for a seat
)

// Recipients are those that a message can be written to, in the order of the form.
var Recipients = []string{ToSeated, ToAll, ToUnconfirmed, ToWaiting}

// MessageForm is what staff write to who is registered for a meeting.
type MessageForm struct {
	To      string `form:"to" validate:"oneof=seated all unconfirmed waiting"`
	Subject string `form:"subject" validate:"required,max=150,oneline"`
	Body    string `form:"body" validate:"required,max=5000"`
}

// Clean makes the typed text what is sent; call it before Validate.
func (f *MessageForm) Clean() { f.Subject, f.Body = cleanText(f.Subject), cleanText(f.Body) }

// notification is the message to whom it is for.
func (f MessageForm) notification(meetingID uuid.UUID) Notification {
	n := Notification{Template: MailMeetingMessage, MeetingID: meetingID, Subject: f.Subject, Body: f.Body}
	switch f.To {
	case ToSeated:
		n.States = []string{Seated}
	case ToWaiting:
		n.States = []string{Waiting}
	case ToUnconfirmed:
		n.Unconfirmed = true
	}
	return n
}

// Audience is how many parties a message concerns, and how many of them no e-mail reaches.
type Audience struct{ Parties, WithoutMail int }

// AudienceOf returns whom a message to a meeting would concern now.
func AudienceOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID, to string) (a Audience, err error) {
	f := MessageForm{To: to}
	err = db.NewSelect().Model((*Registration)(nil)).ColumnExpr("count(*)").
		ColumnExpr("count(*) FILTER (WHERE "+withoutMail+")").
		Apply(f.notification(meetingID).registered).Scan(ctx, &a.Parties, &a.WithoutMail)
	return a, err
}

// sameMessageWithin is how long the same words are the same message, sent by a second press of the button.
const sameMessageWithin = time.Hour

// WriteToRegistered mails a message to who is registered for a meeting, and returns whom it concerns. The same message
// again within the hour is sent to nobody twice. FieldErrors, ErrNotFound.
func WriteToRegistered(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, form MessageForm) (a Audience, err error) {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return a, wrong
	}
	err = transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := lockMeeting(ctx, tx, staff, meetingID); err != nil {
			return err
		}
		var err error
		if a, err = AudienceOf(ctx, tx, meetingID, form.To); err != nil {
			return err
		}
		if sent, err := form.sentSince(ctx, tx, meetingID, now.Add(-sameMessageWithin)); err != nil || sent {
			return err
		}
		if err := notify(ctx, tx, now, form.notification(meetingID)); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "write", "meeting", meetingID, nil, fieldsOf(form))
	})
	return a, err
}

// sentSince tells whether staff sent the same message about the meeting since then. The meeting's row is locked.
func (f *MessageForm) sentSince(ctx context.Context, tx bun.IDB, meetingID uuid.UUID, since time.Time) (bool, error) {
	written, err := json.Marshal(fieldsOf(*f))
	if err != nil {
		return false, err
	}
	return tx.NewSelect().TableExpr("audit_entries AS e").Join("JOIN audit_texts AS t ON t.audit_id = e.id").
		Where("e.action = 'write' AND e.subject_id = ? AND e.created_at > ? AND t.after = ?::jsonb", meetingID, since, string(written)).
		Exists(ctx)
}
