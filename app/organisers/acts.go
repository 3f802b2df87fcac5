// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"io"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/staff"
)

// Act edits an entry of the chronology, or adds one; one that is there can be given a document.
func (z *Organisers) Act(c *fiber.Ctx) error { return z.act(c, nil) }

func (z *Organisers) act(c *fiber.Ctx, wrongDocument models.FieldErrors) error {
	ctx := c.UserContext()
	id, err := newOr(c)
	if err != nil {
		return err
	}
	page, err := z.textPage(c, locale.T(ctx, "organisers.act.title"))
	if err != nil {
		return err
	}
	page.Path = texts + "/atti/" + c.Params("id")
	page.Action = page.Path
	read := func() (*models.Act, error) {
		acts, err := models.ActsOf(ctx, z.DB, page.Consultation.ID)
		return pick(acts, err, func(a *models.Act) bool { return a.ID == id })
	}
	if id == uuid.Nil {
		page.Lead = locale.T(ctx, "organisers.act.lead")
	} else {
		a, err := read()
		if err != nil {
			return err
		}
		page.Remove = page.Path + "/rimozione"
		page.Document = &staff.DocumentForm{Action: page.Path + "/documento", Wrong: wrongDocument}
		if a.FileID != uuid.Nil {
			if page.Document.File, err = models.FileByID(ctx, z.DB, a.FileID); err != nil {
				return err
			}
		}
	}
	e := web.Editing[models.ActForm]{
		Page: page,
		Read: func() (models.ActForm, error) {
			if id == uuid.Nil {
				return models.ActForm{DatePrecision: "day"}, nil
			}
			a, err := read()
			if err != nil {
				return models.ActForm{}, err
			}
			return a.Form(), nil
		},
		Inputs: func(f models.ActForm) []staff.Input {
			return []staff.Input{
				web.Typed("date", "dated", f.Dated, true), web.Choice(c, "date_precision", f.DatePrecision, models.DatePrecisions),
				web.Line("issuer", f.Issuer, true), web.Line("kind_it", f.KindIT, true), web.Line("title_it", f.TitleIT, true),
				web.Markdown("body_it", f.BodyIT, true), web.Line("kind_en", f.KindEN, false), web.Line("title_en", f.TitleEN, false),
				web.Markdown("body_en", f.BodyEN, false), web.Line("number", f.Number, false), web.Typed("url", "url", f.URL, false), web.Seen(f.Seen),
			}
		},
		Save: func(f models.ActForm) (string, error) {
			saved, err := models.SaveAct(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, id, f)
			if id == uuid.Nil {
				return texts + "/atti/" + saved.String() + "#document", err
			}
			return savedText, err
		},
	}
	if wrongDocument != nil {
		return web.Refuse(c, e, fiber.StatusUnprocessableEntity)
	}
	return web.Edit(c, e)
}

// largestDocument is how much an act's document may weigh.
const largestDocument = 5 << 20

// documents are the kinds of document that people can open, by what their content is.
var documents = map[string]string{
	"application/pdf":                         ".pdf",
	"application/vnd.oasis.opendocument.text": ".odt",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
	"image/png":  ".png",
	"image/jpeg": ".jpg",
}

// Attach gives an act a document.
func (z *Organisers) Attach(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	file, wrong, err := uploaded(c)
	if err != nil {
		return err
	}
	if wrong != nil {
		return z.act(c, wrong)
	}
	if err := models.AttachDocument(c.UserContext(), z.DB, z.Now(), web.Staff(c), id, file); err != nil {
		return err
	}
	return web.Done(c, texts, "documento")
}

// Detach takes an act's document away.
func (z *Organisers) Detach(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := models.DetachDocument(c.UserContext(), z.DB, z.Now(), web.Staff(c), id); err != nil {
		return err
	}
	return web.Done(c, texts, "documento-tolto")
}

// uploaded returns the document of a form. Its kind is what its content is, whatever its name says; its name gets the
// ending that goes with it.
func uploaded(c *fiber.Ctx) (models.File, models.FieldErrors, error) {
	header, err := c.FormFile("document")
	if err != nil || header.Size == 0 {
		return models.File{}, models.Wrong("document", "errors.document_missing"), nil
	}
	if header.Size > largestDocument {
		return models.File{}, models.Wrong("document", "errors.document_large"), nil
	}
	body, err := header.Open()
	if err != nil {
		return models.File{}, nil, err
	}
	defer body.Close()
	content, err := io.ReadAll(body)
	if err != nil {
		return models.File{}, nil, err
	}
	kind := mimetype.Detect(content).String()
	ending, allowed := documents[kind]
	if !allowed {
		return models.File{}, models.Wrong("document", "errors.document_kind"), nil
	}
	return models.File{Name: documentName(header.Filename, ending), MediaType: kind, Content: content}, nil, nil
}

// documentName keeps of a file's name what is one line of text.
func documentName(name, ending string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' || r == '/' {
			return -1
		}
		return r
	}, strings.TrimSuffix(name, path.Ext(name)))
	if runes := []rune(name); len(runes) > 100 {
		name = string(runes[:100])
	}
	if name = strings.Trim(name, " ."); name == "" {
		name = "documento"
	}
	return name + ending
}
