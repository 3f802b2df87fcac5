// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Job is work to do after a commit. One that is done is deleted.
type Job struct {
	bun.BaseModel `bun:"table:jobs"`

	ID        uuid.UUID `bun:",pk"`
	Kind      string
	Payload   json.RawMessage `bun:"type:jsonb"`
	RunAt     time.Time
	Attempts  int
	LastError string
	CreatedAt time.Time
	FailedAt  time.Time `bun:",nullzero"`
}

// JobMail is the kind of a job that sends one e-mail: its payload is a Mail.
const JobMail = "mail"

// Mail is an e-mail to send. It names rows by id, so that what is sent is true when it is sent and nothing personal
// waits in the queue; Subject and Body are set only for what staff wrote.
type Mail struct {
	// Template names the text: "confirm_registration", "registration_seated", …
	Template string    `json:"template"`
	PersonID uuid.UUID `json:"person_id,omitzero"`
	StaffID  uuid.UUID `json:"staff_id,omitzero"`
	// SubjectID is the row the mail is about: mails.go says which for each template.
	SubjectID uuid.UUID `json:"subject_id,omitzero"`
	Subject   string    `json:"subject,omitempty"`
	Body      string    `json:"body,omitempty"`
	// Since and Until bound the time in which came in what MailDailyDigest tells.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Trial is the language of an e-mail with invented data, which a member of staff has sent to themselves.
	Trial string `json:"trial,omitempty"`
}

// Enqueue has the worker do kind with payload at runAt, once the transaction tx commits.
func Enqueue(ctx context.Context, tx bun.IDB, now, runAt time.Time, kind string, payloads ...any) error {
	if len(payloads) == 0 {
		return nil
	}
	jobs := make([]Job, len(payloads))
	for i, p := range payloads {
		raw, err := json.Marshal(p)
		if err != nil {
			return err
		}
		jobs[i] = Job{ID: newID(), Kind: kind, Payload: raw, RunAt: runAt, CreatedAt: now}
	}
	if _, err := tx.NewInsert().Model(&jobs).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "NOTIFY jobs")
	return err
}

// enqueueMail sends mails as soon as the transaction commits.
func enqueueMail(ctx context.Context, tx bun.IDB, now time.Time, mails ...Mail) error {
	payloads := make([]any, len(mails))
	for i := range mails {
		payloads[i] = mails[i]
	}
	return Enqueue(ctx, tx, now, now, JobMail, payloads...)
}
