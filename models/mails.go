// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Templates of e-mails, by what Mail.SubjectID names.
const (
	// A confirmation. MailConfirm is followed by its kind ("confirm_registration"); for the other two StaffID is set.
	MailConfirm      = "confirm_"
	MailStaffSignIn  = "staff_sign_in"
	MailStaffInvited = "staff_invited"
	// Nothing; StaffID is set, and from when until when things came in.
	MailDailyDigest = "daily_digest"

	// A registration.
	MailSeated       = "registration_seated"
	MailWaiting      = "registration_waiting"
	MailOffered      = "registration_offered"
	MailOfferExpired = "registration_offer_expired"
	MailCancelled    = "registration_cancelled"
	// Seats became free, too few for the party, which keeps its place in the queue.
	MailPassedOver = "registration_passed_over"

	// A meeting, to who is registered; MailMeetingMessage has Subject and Body, written by staff.
	MailMeetingChanged   = "meeting_changed"
	MailMeetingCancelled = "meeting_cancelled"
	MailMeetingMessage   = "meeting_message"
	MailReminderWeek     = "meeting_reminder_week"
	MailReminderDay      = "meeting_reminder_day"
	// To who came, and who follows the meeting.
	MailMeetingMinutes = "meeting_minutes"
	// To who asked to be told the date.
	MailMeetingDate = "meeting_date"

	// A comment: the official answer (to the author of its parent), or the comment that was hidden (to its author).
	MailCommentAnswered = "comment_answered"
	MailCommentHidden   = "comment_hidden"

	// A guideline, to who follows it.
	MailGuidelineResponse = "guideline_response"
	MailGuidelineUpdated  = "guideline_updated"
)

// JobNotify is the kind of a job that mails everybody concerned by something: its payload is a Notification.
const JobNotify = "notify"

// Notification asks for one e-mail to each person concerned by a guideline or a meeting: MailMeetingChanged,
// MailMeetingCancelled, MailMeetingMessage and the reminders reach who is registered (and has confirmed),
// MailMeetingMinutes who came or follows, every other template who follows.
type Notification struct {
	Template    string    `json:"template"`
	GuidelineID uuid.UUID `json:"guideline_id,omitzero"`
	MeetingID   uuid.UUID `json:"meeting_id,omitzero"`
	Subject     string    `json:"subject,omitempty"`
	Body        string    `json:"body,omitempty"`
	// States are those of the registrations that are told; none: every one that is confirmed.
	States []string `json:"states,omitempty"`
	// Unconfirmed keeps those that were asked to confirm again, because the date moved, and have not.
	Unconfirmed bool `json:"unconfirmed,omitempty"`
	// ToldBefore keeps those that registered, confirmed, or were asked to confirm again before then; zero: all.
	ToldBefore time.Time `json:"told_before,omitzero"`
	// After is the last recipient whose mail is in the queue, so that an interrupted job goes on where it was.
	After uuid.UUID `json:"after,omitzero"`
}

// notify has everybody concerned mailed once the transaction commits.
func notify(ctx context.Context, tx bun.IDB, now time.Time, n Notification) error {
	return Enqueue(ctx, tx, now, now, JobNotify, n)
}

// notifyChunk bounds the mails that one transaction enqueues.
const notifyChunk = 500

// Notify enqueues the next chunk of a notification's mails and remembers in the job, in the same transaction, how far
// it came: however often it is interrupted, each person is mailed once. It tells whether the last one was reached.
func Notify(ctx context.Context, db bun.IDB, now time.Time, jobID uuid.UUID) (done bool, err error) {
	err = transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		job, n := new(Job), Notification{}
		if err := tx.NewSelect().Model(job).Where("id = ?", jobID).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		if err := json.Unmarshal(job.Payload, &n); err != nil {
			return err
		}
		people, err := concerned(ctx, tx, n)
		if err != nil || len(people) == 0 {
			done = err == nil
			return err
		}
		mails := make([]Mail, len(people))
		for i, id := range people {
			mails[i] = Mail{Template: n.Template, PersonID: id, SubjectID: n.subject(), Subject: n.Subject, Body: n.Body}
		}
		if err := enqueueMail(ctx, tx, now, mails...); err != nil {
			return err
		}
		n.After, done = people[len(people)-1], len(people) < notifyChunk
		payload, err := json.Marshal(n)
		if err != nil {
			return err
		}
		_, err = tx.NewUpdate().Model(job).Set("payload = ?", string(payload)).WherePK().Exec(ctx)
		return err
	})
	return done, err
}

func (n Notification) subject() uuid.UUID {
	if n.GuidelineID != uuid.Nil {
		return n.GuidelineID
	}
	return n.MeetingID
}

// toRegistered are the templates that reach who is registered for a meeting.
var toRegistered = []string{MailMeetingChanged, MailMeetingCancelled, MailMeetingMessage, MailReminderWeek, MailReminderDay}

// registered keeps the registrations that the notification concerns.
func (n Notification) registered(q *bun.SelectQuery) *bun.SelectQuery {
	states := n.States
	if len(states) == 0 {
		states = []string{Seated, Waiting, Offered}
	}
	q.Where("meeting_id = ? AND state IN (?)", n.MeetingID, bun.List(states))
	if n.Unconfirmed {
		q.Where("reconfirm_since IS NOT NULL")
	}
	if !n.ToldBefore.IsZero() {
		q.Where("greatest(registration.created_at, confirmed_at, reconfirm_since) < ?", n.ToldBefore)
	}
	return q
}

// concerned returns the next people to mail, in the order of their ids.
func concerned(ctx context.Context, tx bun.IDB, n Notification) ([]uuid.UUID, error) {
	q := tx.NewSelect().ColumnExpr("person_id").Where("person_id > ?", n.After).Order("person_id").Limit(notifyChunk)
	switch {
	case slices.Contains(toRegistered, n.Template):
		q.Model((*Registration)(nil)).Apply(n.registered)
	case n.Template == MailMeetingMinutes:
		q.TableExpr("(?) AS concerned", whoCameOrFollows(tx, n.MeetingID))
	case n.GuidelineID != uuid.Nil:
		q.Model((*Follow)(nil)).Where("guideline_id = ?", n.GuidelineID)
	default:
		q.Model((*Follow)(nil)).Where("meeting_id = ?", n.MeetingID)
	}
	var people []uuid.UUID
	err := q.Scan(ctx, &people)
	return people, err
}
