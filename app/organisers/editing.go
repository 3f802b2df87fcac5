// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
)

// editing is a form in which staff change something; F is the form's struct.
type editing[F any] struct {
	page organisers.EditPage
	// read returns the form as things are now; for something new, as it begins.
	read func() (F, error)
	// inputs are the form's fields as the page shows them.
	inputs func(F) []organisers.Input
	// save carries the form out and returns where the browser goes then.
	save func(F) (string, error)
	// note says beside the preview what saving will do; nil: nothing.
	note func(F) (string, error)
}

// edit answers both to GET, with the form as things are now, and to POST: a preview, the form back with what is wrong in
// it and everything typed still there, or the change and a redirect. When somebody else changed the same thing
// meanwhile, it shows what, and saves only when asked again.
func edit[F any](c *fiber.Ctx, e editing[F]) error {
	page := e.page
	if c.Method() == fiber.MethodGet {
		form, err := e.read()
		if err != nil {
			return err
		}
		page.Inputs = e.inputs(form)
		return web.Render(c, fiber.StatusOK, organisers.Edit(page))
	}
	form := new(F)
	page.Wrong = web.Bind(c, form)
	page.Inputs = asTyped(c, e.inputs(*form))
	page.Previewed = page.CanPreview && c.FormValue("action") == "preview"
	if page.Wrong != nil {
		return web.Render(c, fiber.StatusUnprocessableEntity, organisers.Edit(page))
	}
	if page.Previewed {
		if e.note != nil {
			var err error
			if page.PreviewNote, err = e.note(*form); err != nil {
				return err
			}
		}
		return web.Render(c, fiber.StatusOK, organisers.Edit(page))
	}
	path, err := e.save(*form)
	switch {
	case err == nil:
		return web.SeeOther(c, path)
	case errors.Is(err, models.ErrChanged):
		now, err := e.read()
		if err != nil {
			return err
		}
		page.Inputs, page.Theirs = compare(page.Inputs, e.inputs(now))
		return web.Render(c, fiber.StatusConflict, organisers.Edit(page))
	case errors.As(err, &page.Wrong):
		return web.Render(c, fiber.StatusUnprocessableEntity, organisers.Edit(page))
	case errors.Is(err, models.ErrClosed):
		page.Problem = locale.T(c.UserContext(), "organisers.problem.closed")
		return web.Render(c, fiber.StatusConflict, organisers.Edit(page))
	}
	return err
}

// asTyped gives back what was typed, also where it was not what the form wants: letters for a number.
func asTyped(c *fiber.Ctx, inputs []organisers.Input) []organisers.Input {
	typed := web.Fields(c)
	for i := range inputs {
		if values := typed[inputs[i].Name]; len(values) > 0 && inputs[i].Kind == organisers.Line {
			inputs[i].Value = values[0]
		}
	}
	return inputs
}

// compare returns mine, ready to be saved over theirs, and those of theirs that differ from mine.
func compare(mine, now []organisers.Input) (ready, theirs []organisers.Input) {
	for i := range mine {
		switch {
		case mine[i].Kind == organisers.Unseen:
			mine[i].Value = now[i].Value
		case mine[i].Passing:
		case mine[i].Value != now[i].Value || mine[i].Checked != now[i].Checked:
			theirs = append(theirs, now[i])
		}
	}
	return mine, theirs
}

// The inputs that forms are made of.

func line(name, value string, required bool) organisers.Input {
	return organisers.Input{Name: name, Value: value, Required: required}
}

func typed(kind, name, value string, required bool) organisers.Input {
	return organisers.Input{Name: name, Value: value, Required: required, Type: kind}
}

func markdown(name, value string, required bool) organisers.Input {
	return organisers.Input{Name: name, Value: value, Required: required, Kind: organisers.Markdown}
}

func seen(s string) organisers.Input {
	return organisers.Input{Name: "seen", Value: s, Kind: organisers.Unseen}
}
