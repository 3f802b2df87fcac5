// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MailAlreadyRegistered is what MailConfirm+ConfirmSignIn says to who registers a second time: words of its own.
const MailAlreadyRegistered = "already_registered"

// EditableMail is an e-mail whose subject, opening and closing staff can change, with what may stand between braces in
// them. Facts, buttons, codes and the way to unsubscribe stay the program's.
type EditableMail struct {
	// Slug is what its address ends with.
	Slug, Template string
	Placeholders   []string
}

// EditableMails are all of them, in the order in which a citizen meets them. A placeholder is what the program knows or
// staff wrote; of the reader only the name on a registration that they have confirmed, or that staff took down: anybody
// could type somebody else's address, and have any words delivered to it.
var EditableMails = func() []EditableMail {
	meeting := []string{"incontro", "data", "luogo"}
	asked := append(slices.Clone(meeting), "posti")
	held := append([]string{"nome"}, asked...)
	return []EditableMail{
		{"conferma-iscrizione", MailConfirm + ConfirmRegistration, asked},
		{"gia-iscritto", MailAlreadyRegistered, asked},
		{"iscrizione-confermata", MailSeated, held},
		{"lista-attesa", MailWaiting, held},
		{"posto-offerto", MailOffered, append(slices.Clone(held), "scadenza")},
		{"posti-non-bastano", MailPassedOver, held},
		{"offerta-scaduta", MailOfferExpired, held},
		{"iscrizione-annullata", MailCancelled, held},
		{"incontro-cambiato", MailMeetingChanged, held},
		{"incontro-annullato", MailMeetingCancelled, held},
		{"promemoria-settimana", MailReminderWeek, held},
		{"promemoria-giorno", MailReminderDay, held},
		{"data-incontro", MailMeetingDate, meeting},
		{"verbale", MailMeetingMinutes, meeting},
		{"conferma-parere", MailConfirm + ConfirmContribution, []string{"proposta"}},
		{"conferma-risposta", MailConfirm + ConfirmReply, []string{"proposta"}},
		{"conferma-sostegno", MailConfirm + ConfirmSupport, []string{"proposta"}},
		{"risposta-ufficiale", MailCommentAnswered, []string{"proposta", "comune"}},
		{"commento-nascosto", MailCommentHidden, []string{"proposta"}},
		{"novita-proposta", MailGuidelineUpdated, []string{"proposta"}},
		{"risposta-proposta", MailGuidelineResponse, []string{"proposta"}},
		{"conferma-avvisi", MailConfirm + ConfirmFollow, nil},
		{"ingresso", MailConfirm + ConfirmSignIn, nil},
	}
}()

// EditableMailAt returns the one with that slug; ErrNotFound.
func EditableMailAt(slug string) (EditableMail, error) {
	return theEditableMail(func(m EditableMail) bool { return m.Slug == slug })
}

func editableMailOf(template string) (EditableMail, error) {
	return theEditableMail(func(m EditableMail) bool { return m.Template == template })
}

func theEditableMail(is func(EditableMail) bool) (EditableMail, error) {
	at := slices.IndexFunc(EditableMails, is)
	if at < 0 {
		return EditableMail{}, ErrNotFound
	}
	return EditableMails[at], nil
}

// MailText is what staff say in an e-mail, in one language; what is empty is the program's own.
type MailText struct {
	bun.BaseModel `bun:"table:mail_texts"`

	OrganisationID            uuid.UUID `bun:",pk"`
	Template                  string    `bun:",pk"`
	Language                  string    `bun:",pk"`
	Subject, Opening, Closing string
	UpdatedAt                 time.Time
	StaffID                   uuid.UUID `bun:",nullzero"`
}

// MailTextsOf returns all that staff say in their own words.
func MailTextsOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) ([]MailText, error) {
	var texts []MailText
	err := db.NewSelect().Model(&texts).Where("organisation_id = ?", organisationID).Order("template", "language").Scan(ctx)
	return texts, err
}

// MailTextOf returns what staff say in an e-mail in one language; ErrNotFound: nothing of their own.
func MailTextOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID, template, language string) (*MailText, error) {
	t := &MailText{OrganisationID: organisationID, Template: template, Language: language}
	return t, found(db.NewSelect().Model(t).WherePK().Scan(ctx))
}

// MailTextForm is the text of an e-mail as staff edit it; what is empty is the program's own.
type MailTextForm struct {
	SubjectIT string `form:"subject_it" validate:"max=150,oneline"`
	OpeningIT string `form:"opening_it" validate:"max=2000"`
	ClosingIT string `form:"closing_it" validate:"max=500"`
	SubjectEN string `form:"subject_en" validate:"max=150,oneline"`
	OpeningEN string `form:"opening_en" validate:"max=2000"`
	ClosingEN string `form:"closing_en" validate:"max=500"`
	Basis
}

// Clean makes the typed texts what is kept.
func (f *MailTextForm) Clean() {
	for _, text := range []*string{&f.OpeningIT, &f.ClosingIT, &f.OpeningEN, &f.ClosingEN} {
		*text = cleanText(*text)
	}
}

// Empty tells whether the e-mail says nothing but the program's own words.
func (f MailTextForm) Empty() bool { return f == MailTextForm{Basis: f.Basis} }

// In returns the texts of one language that the form has.
func (f MailTextForm) In(language string) MailText {
	if language == "en" {
		return MailText{Language: language, Subject: f.SubjectEN, Opening: f.OpeningEN, Closing: f.ClosingEN}
	}
	return MailText{Language: language, Subject: f.SubjectIT, Opening: f.OpeningIT, Closing: f.ClosingIT}
}

// mailLanguages are those in which staff write.
var mailLanguages = []string{"it", "en"}

// MailTextFormOf returns what staff say in an e-mail as the form has it.
func MailTextFormOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID, template string) (MailTextForm, error) {
	var f MailTextForm
	texts, err := MailTextsOf(ctx, db, organisationID)
	for _, t := range texts {
		switch {
		case t.Template != template:
		case t.Language == "it":
			f.SubjectIT, f.OpeningIT, f.ClosingIT = t.Subject, t.Opening, t.Closing
		case t.Language == "en":
			f.SubjectEN, f.OpeningEN, f.ClosingEN = t.Subject, t.Opening, t.Closing
		}
	}
	f.Seen = seenOf(f)
	return f, err
}

var placeholder = regexp.MustCompile(`\{[^{}\n]*\}`)

// CheckMailText returns as FieldErrors every placeholder that the e-mail does not have.
func CheckMailText(mail EditableMail, form MailTextForm) FieldErrors {
	var wrong FieldErrors
	for _, language := range mailLanguages {
		t := form.In(language)
		for _, field := range []struct{ name, text string }{{"subject", t.Subject}, {"opening", t.Opening}, {"closing", t.Closing}} {
			for _, written := range placeholder.FindAllString(field.text, -1) {
				if !slices.Contains(mail.Placeholders, written[1:len(written)-1]) {
					wrong = append(wrong, FieldError{Field: field.name + "_" + language, Key: "errors.placeholder", Param: written})
				}
			}
		}
	}
	return wrong
}

// EditMailText changes what staff of an organisation say in an e-mail. FieldErrors, ErrChanged, ErrNotFound.
func EditMailText(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, template string, form MailTextForm) error {
	mail, err := editableMailOf(template)
	if err != nil {
		return err
	}
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	if wrong := CheckMailText(mail, form); wrong != nil {
		return wrong
	}
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, _ *Organisation) error {
		current, err := MailTextFormOf(ctx, tx, staff.OrganisationID, template)
		if err != nil {
			return err
		}
		subject := keyedSubject(staff.OrganisationID, "mail_text", template)
		return edit(ctx, tx, now, staff, "mail_text", subject, current, form, form.Seen, func() error {
			return saveMailTexts(ctx, tx, now, staff, template, form)
		})
	})
}

func saveMailTexts(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, template string, form MailTextForm) error {
	_, err := tx.NewDelete().Model((*MailText)(nil)).Where("organisation_id = ? AND template = ?", staff.OrganisationID, template).Exec(ctx)
	if err != nil {
		return err
	}
	for _, language := range mailLanguages {
		t := form.In(language)
		if t.Subject+t.Opening+t.Closing == "" {
			continue
		}
		t.OrganisationID, t.Template, t.UpdatedAt, t.StaffID = staff.OrganisationID, template, now, staff.ID
		if _, err := tx.NewInsert().Model(&t).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ForgetMailText goes back to the program's own words in an e-mail; where there are no others it does nothing. ErrNotFound.
func ForgetMailText(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, template string) error {
	form, err := MailTextFormOf(ctx, db, staff.OrganisationID, template)
	if err != nil {
		return err
	}
	return EditMailText(ctx, db, now, staff, template, MailTextForm{Basis: Basis{Seen: form.Seen}})
}

// trialsAnHour bounds the trial e-mails that a member of staff has sent to themselves in an hour.
const trialsAnHour = 10

// SendTrial mails an e-mail with invented data to a member of staff. ErrTooManyMails after ten in an hour, ErrNotFound.
func SendTrial(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, template, language string) error {
	if _, err := editableMailOf(template); err != nil || !slices.Contains(mailLanguages, language) {
		return ErrNotFound
	}
	// One after the other, so that each counts those before.
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, _ *Organisation) error {
		lately, err := tx.NewSelect().Model((*AuditEntry)(nil)).
			Where("staff_id = ? AND action = 'try_mail' AND subject = 'mail_text' AND created_at > ?", staff.ID, now.Add(-time.Hour)).Count(ctx)
		switch {
		case err != nil:
			return err
		case lately >= trialsAnHour:
			return ErrTooManyMails
		}
		if err := enqueueMail(ctx, tx, now, Mail{Template: template, StaffID: staff.ID, Trial: language}); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "try_mail", "mail_text", keyedSubject(staff.OrganisationID, "mail_text", template), nil, nil)
	})
}
