// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"ultimaparola/app/mail"
	"ultimaparola/models"
	"ultimaparola/views/emails"
	"ultimaparola/views/locale"
)

// send writes one e-mail from what is true now and hands it over. Its Message-ID follows the job's id, so that one
// which a mail server took without our learning of it can be recognised when it comes again.
func (w *Worker) send(ctx context.Context, job models.Job) error {
	d := draft{Worker: w, sender: emails.Sender{Base: w.Links.Base}}
	if err := json.Unmarshal(job.Payload, &d.Mail); err != nil {
		return err
	}
	write := letters[d.Template]
	if d.Trial != "" {
		write = (*draft).trial
	}
	if write == nil {
		return fmt.Errorf("this version of the program has no e-mail %q", d.Template)
	}
	if err := d.address(ctx); err != nil {
		return err
	}
	ctx = locale.With(ctx, d.language)
	var err error
	if d.sender.Organisation, err = models.TheOrganisation(ctx, w.DB); err != nil {
		return err
	}
	letter, err := write(&d, ctx)
	if err != nil {
		return err
	}
	own, err := models.MailTextOf(ctx, w.DB, d.sender.Organisation.ID, letter.Template, d.language)
	switch {
	case err == nil:
		letter = letter.With(own)
	case !errors.Is(err, models.ErrNotFound):
		return err
	}
	subject, text, html, err := emails.Render(ctx, d.sender, letter)
	if err != nil {
		return err
	}
	if d.Trial != "" {
		subject, letter.Unsubscribe = locale.T(ctx, "mails.trial_subject", "Subject", subject), ""
	}
	files, err := filesOf(letter)
	if err != nil {
		return err
	}
	return w.Mailer.Send(ctx, mail.Message{ID: job.ID, To: d.to, FromName: d.sender.Name(ctx), Subject: subject, Text: text,
		HTML: html, Language: d.language, Unsubscribe: letter.Unsubscribe, Files: files, Date: w.Now()})
}

func filesOf(letter emails.Letter) ([]mail.File, error) {
	files, err := letter.Files()
	sent := make([]mail.File, len(files))
	for i, f := range files {
		sent[i] = mail.File(f)
	}
	return sent, err
}

// draft is an e-mail being written.
type draft struct {
	*Worker
	models.Mail
	sender       emails.Sender
	to, language string
}

// address finds out to whom the mail goes, and in which language. Who left no e-mail address gets none: superseded.
func (d *draft) address(ctx context.Context) error {
	if d.StaffID != uuid.Nil {
		staff, err := models.StaffByID(ctx, d.DB, d.StaffID)
		if err != nil {
			return err
		}
		d.to, d.language = staff.Email, locale.Default
		if d.Trial != "" {
			d.language = d.Trial
		}
		return nil
	}
	person, err := models.PersonByID(ctx, d.DB, d.PersonID)
	if err != nil {
		return err
	}
	mailbox, err := models.MailboxOf(ctx, d.DB, d.PersonID)
	if err != nil {
		return err
	}
	d.to, d.language = mailbox.Value, person.Language
	return nil
}

// trial is an e-mail with invented data, by which staff see what they have written.
func (d *draft) trial(ctx context.Context) (emails.Letter, error) {
	letter, ok := emails.Sample(ctx, d.Now(), d.Links.Base, d.Template)
	if !ok {
		return letter, errSuperseded
	}
	return letter, nil
}

// letters are all e-mails, by template. Each is written from what its SubjectID names, and gives errSuperseded when
// that has gone on since, so that the mail would no longer be true.
var letters = map[string]func(*draft, context.Context) (emails.Letter, error){
	models.MailConfirm + models.ConfirmRegistration: (*draft).confirmRegistration,
	models.MailConfirm + models.ConfirmContribution: (*draft).confirmContribution,
	models.MailConfirm + models.ConfirmReply:        (*draft).confirmReply,
	models.MailConfirm + models.ConfirmSupport:      (*draft).confirmSupport,
	models.MailConfirm + models.ConfirmFollow:       (*draft).confirmFollow,
	models.MailConfirm + models.ConfirmSignIn:       (*draft).confirmSignIn,
	models.MailStaffSignIn:                          (*draft).staffSignIn,
	models.MailStaffInvited:                         (*draft).staffInvited,
	models.MailDailyDigest:                          (*draft).dailyDigest,
	models.MailSeated:                               (*draft).seated,
	models.MailWaiting:                              (*draft).waiting,
	models.MailOffered:                              (*draft).offered,
	models.MailPassedOver:                           (*draft).passedOver,
	models.MailOfferExpired:                         (*draft).ended,
	models.MailCancelled:                            (*draft).ended,
	models.MailMeetingChanged:                       (*draft).meetingChanged,
	models.MailMeetingCancelled:                     (*draft).meetingCancelled,
	models.MailReminderWeek:                         (*draft).reminder,
	models.MailReminderDay:                          (*draft).reminder,
	models.MailMeetingMessage:                       (*draft).meetingMessage,
	models.MailMeetingDate:                          (*draft).meetingDate,
	models.MailMeetingMinutes:                       (*draft).meetingMinutes,
	models.MailCommentAnswered:                      (*draft).commentAnswered,
	models.MailCommentHidden:                        (*draft).commentHidden,
	models.MailGuidelineResponse:                    (*draft).guidelineResponse,
	models.MailGuidelineUpdated:                     (*draft).guidelineUpdated,
}

// page is the address of a page of a consultation, such as "/incontri/valle", in the reader's language.
func (d *draft) page(ctx context.Context, consultationID uuid.UUID, path string) (string, error) {
	slug, err := models.ConsultationSlug(ctx, d.DB, consultationID)
	return d.Links.Base + locale.PathIn(d.language, "/consultazioni/"+slug+path), err
}
