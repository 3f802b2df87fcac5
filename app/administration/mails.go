// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/emails"
	"ultimaparola/views/locale"
	"ultimaparola/views/staff"
)

const mails = "/amministrazione/email"

// Mails lists the e-mails whose words staff can change.
func (a *Administration) Mails(c *fiber.Ctx) error {
	page, err := a.page(c, "mails.title")
	if err != nil {
		return err
	}
	if page.Organisation == nil {
		return models.ErrNotFound
	}
	texts, err := models.MailTextsOf(c.UserContext(), a.DB, page.Organisation.ID)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, administration.Mails(administration.MailsPage{Page: page, Texts: texts}))
}

// MailText edits what staff say in an e-mail, beside what the program says.
func (a *Administration) MailText(c *fiber.Ctx) error {
	mail, err := models.EditableMailAt(c.Params("slug"))
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	page, err := a.page(c, "mails."+mail.Template+".title", a.crumb(c, "mails.title", mails))
	if err != nil {
		return err
	}
	if page.Organisation == nil {
		return models.ErrNotFound
	}
	read := func() (models.MailTextForm, error) {
		return models.MailTextFormOf(ctx, a.DB, page.Organisation.ID, mail.Template)
	}
	saved, err := read()
	if err != nil {
		return err
	}
	path := mails + "/" + mail.Slug
	return web.Edit(c, web.Editing[models.MailTextForm]{
		Page: staff.EditPage{Page: page, Action: path, Done: c.Query("fatto"), Lead: administration.MailLead(ctx, mail), CanPreview: true,
			More: administration.MailTrial(path, page.Staff, !saved.Empty())},
		Read:   read,
		Inputs: func(f models.MailTextForm) []staff.Input { return mailInputs(ctx, mail, f) },
		Save: func(f models.MailTextForm) (string, error) {
			return path + "?fatto=salvato", models.EditMailText(ctx, a.DB, a.Now(), web.Staff(c), mail.Template, f)
		},
		Preview: func(f models.MailTextForm) (templ.Component, error) {
			if wrong := models.CheckMailText(mail, f); wrong != nil {
				return nil, wrong
			}
			return a.previews(ctx, page.Organisation, mail, f)
		},
	})
}

// mailInputs are the fields of each language, with the program's own words.
func mailInputs(ctx context.Context, mail models.EditableMail, f models.MailTextForm) []staff.Input {
	var inputs []staff.Input
	for _, lang := range locale.Languages {
		own := f.In(lang)
		subject, opening := emails.Own(locale.With(ctx, lang), mail.Template)
		hint := func(words string) string { return locale.T(ctx, "mails.own", "Words", words) }
		inputs = append(inputs, staff.Under("mails.in."+lang,
			staff.Input{Name: "subject_" + lang, Value: own.Subject, Hint: hint(subject)},
			staff.Input{Name: "opening_" + lang, Value: own.Opening, Kind: staff.Plain, Hint: hint(opening)},
			staff.Input{Name: "closing_" + lang, Value: own.Closing, Kind: staff.Plain, Hint: locale.T(ctx, "mails.closing")})...)
	}
	return append(inputs, web.Seen(f.Seen))
}

// previews are the e-mail as it would be sent in each language, with invented data.
func (a *Administration) previews(ctx context.Context, o *models.Organisation, mail models.EditableMail, f models.MailTextForm) (templ.Component, error) {
	sender := emails.Sender{Organisation: o, Base: a.Links.Base}
	var previews []administration.MailPreview
	for _, lang := range locale.Languages {
		ctx := locale.With(ctx, lang)
		letter, ok := emails.Sample(ctx, a.Now(), a.Links.Base, mail.Template)
		if !ok {
			return nil, models.ErrNotFound
		}
		own := f.In(lang)
		letter = letter.With(&own)
		subject, text, _, err := emails.Render(ctx, sender, letter)
		if err != nil {
			return nil, err
		}
		previews = append(previews, administration.MailPreview{Lang: lang, Letter: emails.Preview(subject, sender, letter), Text: text})
	}
	return administration.MailPreviews(previews), nil
}

// ForgetMailText goes back to the program's own words.
func (a *Administration) ForgetMailText(c *fiber.Ctx) error {
	mail, err := models.EditableMailAt(c.Params("slug"))
	if err != nil {
		return err
	}
	if err := models.ForgetMailText(c.UserContext(), a.DB, a.Now(), web.Staff(c), mail.Template); err != nil {
		return err
	}
	return web.Done(c, mails+"/"+mail.Slug, "originale")
}

// TryMail sends an e-mail, as it is saved, to who is signed in.
func (a *Administration) TryMail(c *fiber.Ctx) error {
	mail, err := models.EditableMailAt(c.Params("slug"))
	if err != nil {
		return err
	}
	if err := models.SendTrial(c.UserContext(), a.DB, a.Now(), web.Staff(c), mail.Template, c.FormValue("language")); err != nil {
		return err
	}
	return web.Done(c, mails+"/"+mail.Slug, "prova")
}
