// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"errors"
	"slices"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// Editing is a form in which staff change something; F is the form's struct.
type Editing[F any] struct {
	Page staff.EditPage
	// Read returns the form as things are now; for something new, as it begins.
	Read func() (F, error)
	// Inputs are the form's fields as the page shows them.
	Inputs func(F) []staff.Input
	// Save carries the form out and returns where the browser goes then.
	Save func(F) (string, error)
	// Note says beside the preview what saving will do; nil: nothing.
	Note func(F) (string, error)
	// Preview shows the form as what it will be; nil: its texts, one by one. FieldErrors: it cannot be that.
	Preview func(F) (templ.Component, error)
}

// Edit answers both to GET, with the form as things are now, and to POST: a preview, the form back with what is wrong in
// it and everything typed still there, or the change and a redirect. When somebody else changed the same thing
// meanwhile, it shows what, and saves only when asked again.
func Edit[F any](c *fiber.Ctx, e Editing[F]) error {
	page := e.Page
	if c.Method() == fiber.MethodGet {
		return show(c, e, fiber.StatusOK)
	}
	form := new(F)
	page.Wrong = Bind(c, form)
	page.Inputs = asTyped(c, e.Inputs(*form))
	page.Previewed = page.CanPreview && c.FormValue("action") == "preview"
	if page.Wrong != nil {
		return Render(c, fiber.StatusUnprocessableEntity, staff.Edit(page))
	}
	if page.Previewed {
		if e.Note != nil {
			var err error
			if page.PreviewNote, err = e.Note(*form); err != nil {
				return err
			}
		}
		if e.Preview != nil {
			var err error
			page.Preview, err = e.Preview(*form)
			if errors.As(err, &page.Wrong) {
				page.Previewed = false
				return Render(c, fiber.StatusUnprocessableEntity, staff.Edit(page))
			}
			if err != nil {
				return err
			}
		}
		return Render(c, fiber.StatusOK, staff.Edit(page))
	}
	path, err := e.Save(*form)
	switch {
	case err == nil:
		return SeeOther(c, path)
	case errors.Is(err, models.ErrChanged):
		now, err := e.Read()
		if err != nil {
			return err
		}
		page.Inputs, page.Theirs = compare(page.Inputs, e.Inputs(now))
		return Render(c, fiber.StatusConflict, staff.Edit(page))
	case errors.As(err, &page.Wrong):
		return Render(c, fiber.StatusUnprocessableEntity, staff.Edit(page))
	case errors.Is(err, models.ErrClosed):
		page.Problem = locale.T(c.UserContext(), "editing.problem.closed")
		return Render(c, fiber.StatusConflict, staff.Edit(page))
	}
	return err
}

// Refuse answers with the form as things are now, beside what is wrong with another form of its page, or why what was
// asked for there cannot be done.
func Refuse[F any](c *fiber.Ctx, e Editing[F], status int) error { return show(c, e, status) }

func show[F any](c *fiber.Ctx, e Editing[F], status int) error {
	form, err := e.Read()
	if err != nil {
		return err
	}
	e.Page.Inputs = e.Inputs(form)
	return Render(c, status, staff.Edit(e.Page))
}

// asTyped gives back what was typed, also where it was not what the form wants: letters for a number.
func asTyped(c *fiber.Ctx, inputs []staff.Input) []staff.Input {
	typed := Fields(c)
	for i := range inputs {
		if values := typed[inputs[i].Name]; len(values) > 0 && inputs[i].Kind == staff.Line {
			inputs[i].Value = values[0]
		}
	}
	return inputs
}

// compare returns mine, ready to be saved over theirs, and those of theirs that differ from mine.
func compare(mine, now []staff.Input) (ready, theirs []staff.Input) {
	for i := range mine {
		switch {
		case mine[i].Kind == staff.Unseen:
			mine[i].Value = now[i].Value
		case mine[i].Passing:
		case mine[i].Value != now[i].Value || mine[i].Checked != now[i].Checked || !slices.Equal(mine[i].Options, now[i].Options):
			theirs = append(theirs, now[i])
		}
	}
	return mine, theirs
}

// The inputs that forms are made of.

// Line is one line of text.
func Line(name, value string, required bool) staff.Input {
	return staff.Input{Name: name, Value: value, Required: required}
}

// Typed is one line of a kind that browsers know: "date", "number", "email"…
func Typed(kind, name, value string, required bool) staff.Input {
	return staff.Input{Name: name, Value: value, Required: required, Type: kind}
}

// Markdown is a text of several lines, in Markdown.
func Markdown(name, value string, required bool) staff.Input {
	return staff.Input{Name: name, Value: value, Required: required, Kind: staff.Markdown}
}

// YesNo is a single yes.
func YesNo(name string, checked bool) staff.Input {
	return staff.Input{Name: name, Value: "true", Checked: checked, Kind: staff.Yes}
}

// ConsultationTexts are the texts of a consultation.
func ConsultationTexts(f models.ConsultationForm) []staff.Input {
	return []staff.Input{
		Line("title_it", f.TitleIT, true), Markdown("summary_it", f.SummaryIT, true), Markdown("body_it", f.BodyIT, true),
		Line("title_en", f.TitleEN, false), Markdown("summary_en", f.SummaryEN, false), Markdown("body_en", f.BodyEN, false), Seen(f.Seen),
	}
}

// Hours are the hours of an office, a line for each day of the week, under a heading of their own.
func Hours(h models.OfficeHours) []staff.Input {
	return staff.Under("editing.hours", Line("monday", h.Monday, false), Line("tuesday", h.Tuesday, false), Line("wednesday", h.Wednesday, false),
		Line("thursday", h.Thursday, false), Line("friday", h.Friday, false), Line("saturday", h.Saturday, false), Line("sunday", h.Sunday, false))
}

// Choice is one answer out of those whose words are "editing.<name>.<value>".
func Choice(c *fiber.Ctx, name, value string, values []string) staff.Input {
	input := staff.Input{Name: name, Value: value, Kind: staff.Choice, Required: true}
	for _, v := range values {
		input.Options = append(input.Options, parts.Option{Value: v, Label: locale.T(c.UserContext(), "editing."+name+"."+v)})
	}
	return input
}

// Seen goes along with a form that edits a row: its Basis.
func Seen(s string) staff.Input {
	return staff.Input{Name: "seen", Value: s, Kind: staff.Unseen}
}
