// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/mail"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/administration"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Mailbox lists the e-mails kept in development, the newest first.
func (a *Administration) Mailbox(c *fiber.Ctx) error {
	kept, err := a.mailer.List()
	if err != nil {
		return err
	}
	page, err := a.mailboxPage(c, "")
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, administration.Mailbox(page, rows(kept)))
}

// Mail shows one e-mail as plain text, with a link to its HTML.
func (a *Administration) Mail(c *fiber.Ctx) error {
	kept, err := a.kept(c)
	if err != nil {
		return err
	}
	page, err := a.mailboxPage(c, kept.Subject)
	if err != nil {
		return err
	}
	names := make([]string, len(kept.Files))
	for i, f := range kept.Files {
		names[i] = f.Name
	}
	return web.Render(c, fiber.StatusOK, administration.Mail(page, row(kept), kept.Text, names))
}

// MailFile sends what goes with an e-mail, by its name.
func (a *Administration) MailFile(c *fiber.Ctx) error {
	kept, err := a.kept(c)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(kept.Files, func(f mail.File) bool { return f.Name == c.Params("name") })
	if at < 0 {
		return models.ErrNotFound
	}
	c.Attachment(kept.Files[at].Name)
	c.Set(fiber.HeaderContentType, kept.Files[at].ContentType)
	return c.Send(kept.Files[at].Content)
}

// MailHTML shows an e-mail's HTML as a mail program would: with its own rules of style and the images that go with it, and
// nothing else at all.
func (a *Administration) MailHTML(c *fiber.Ctx) error {
	kept, err := a.kept(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	html := kept.HTML
	for _, f := range kept.Files {
		if f.ContentID != "" {
			image := "data:image/png;base64," + base64.StdEncoding.EncodeToString(f.Content)
			html = strings.ReplaceAll(html, "cid:"+f.ContentID, image)
		}
	}
	return c.SendString(html)
}

// kept returns the e-mail that the address names.
func (a *Administration) kept(c *fiber.Ctx) (mail.Kept, error) {
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return mail.Kept{}, models.ErrNotFound
	}
	kept, err := a.mailer.Read(id)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, models.ErrNotFound
	}
	return kept, err
}

// mailboxPage is the frame of the mailbox, or of the e-mail with that subject.
func (a *Administration) mailboxPage(c *fiber.Ctx, subject string) (layout.Page, error) {
	ctx := c.UserContext()
	page, err := a.Page(c, locale.T(ctx, "posta.title"))
	if err != nil {
		return page, err
	}
	page.NoIndex = true
	page.Crumbs = []parts.Crumb{{Label: locale.T(ctx, "posta.home"), Href: locale.Path(ctx, "/")}, {Label: page.Title}}
	if subject != "" {
		page.Crumbs[1].Href = locale.Path(ctx, "/posta")
		page.Crumbs = append(page.Crumbs, parts.Crumb{Label: subject})
		page.Title = subject
	}
	return page, nil
}

func row(k mail.Kept) administration.Kept {
	return administration.Kept{ID: k.ID, To: k.To, Subject: k.Subject, Date: k.Date}
}

func rows(kept []mail.Kept) []administration.Kept {
	list := make([]administration.Kept, len(kept))
	for i, k := range kept {
		list[i] = row(k)
	}
	return list
}
