// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// Minutes writes a meeting's minutes; those of a meeting without any begin with an outline.
func (z *Organisers) Minutes(c *fiber.Ctx) error {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, "minutes.title")
	if err != nil {
		return err
	}
	versions, err := models.MinutesVersions(ctx, z.DB, m.ID)
	if err != nil {
		return err
	}
	lead := "minutes.lead"
	if m.Closed() {
		lead = "minutes.lead.public"
	}
	return web.Edit(c, web.Editing[models.MinutesForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, lead), CanPreview: true, Done: c.Query("fatto"),
			More: organisers.MinutesVersions(m, versions)},
		Read: func() (models.MinutesForm, error) {
			current, err := models.MinutesOf(ctx, z.DB, m.ID)
			if errors.Is(err, models.ErrNotFound) {
				form := m.MinutesForm(nil)
				form.MinutesIT = locale.In(locale.Default, "minutes.outline")
				return form, nil
			}
			return m.MinutesForm(current), err
		},
		Inputs: func(f models.MinutesForm) []staff.Input {
			inputs := []staff.Input{web.Markdown("minutes_it", f.MinutesIT, true), web.Markdown("minutes_en", f.MinutesEN, false),
				web.Typed("url", "recording_url", f.RecordingURL, false), web.Seen(f.Seen)}
			if len(versions) > 0 {
				inputs = append(inputs, staff.Input{Name: "minutes_note", Value: f.ChangeNote, Passing: true, Later: m.Closed()})
			}
			return inputs
		},
		Save: func(f models.MinutesForm) (string, error) {
			return page.Path + "?fatto=verbale", models.WriteMinutes(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
		},
	})
}

// MinutesVersion shows one version of a meeting's minutes.
func (z *Organisers) MinutesVersion(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "minutes.title")
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(c.Params("number"))
	if err != nil {
		return models.ErrNotFound
	}
	version, err := models.MinutesVersion(c.UserContext(), z.DB, m.ID, number)
	if err != nil {
		return err
	}
	page.Title = locale.T(c.UserContext(), "minutes.version", "Number", version.Number)
	page.Crumbs = append(page.Crumbs[:len(page.Crumbs)-1], z.crumb(c, "minutes.title", addressOf(m)+"/verbale"), parts.Crumb{Label: page.Title})
	return web.Render(c, fiber.StatusOK, organisers.MinutesVersion(page, version))
}

// MinutesDocuments shows what goes with the minutes, and takes one more document.
func (z *Organisers) MinutesDocuments(c *fiber.Ctx) error {
	return z.meetingDocuments(c, "minutes.documents", true)
}

// RemoveMinutesDocument takes one away.
func (z *Organisers) RemoveMinutesDocument(c *fiber.Ctx) error {
	return z.removeMeetingDocument(c, "/verbale/allegati")
}

// Closing says what there is of a meeting and what is missing, and closes it: its minutes are then public.
func (z *Organisers) Closing(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "minutes.closing")
	if err != nil {
		return err
	}
	if c.Method() == fiber.MethodGet {
		return z.closing(c, fiber.StatusOK, organisers.ClosingPage{Page: page, Meeting: m, Done: c.Query("fatto")})
	}
	form := models.ClosingForm{}
	wrong := web.Bind(c, &form)
	if wrong == nil {
		err = models.CloseMeeting(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, form)
		if !errors.As(err, &wrong) {
			if err != nil {
				return err
			}
			return web.Done(c, page.Path, "incontro-chiuso")
		}
	}
	return z.closing(c, fiber.StatusUnprocessableEntity, organisers.ClosingPage{Page: page, Meeting: m, Form: form, Wrong: wrong})
}

func (z *Organisers) closing(c *fiber.Ctx, status int, p organisers.ClosingPage) (err error) {
	if p.Closing, err = models.ClosingOf(c.UserContext(), z.DB, z.Now(), p.Meeting); err != nil {
		return err
	}
	return web.Render(c, status, organisers.Closing(p))
}

// saidShown is how many of a meeting's contributions, the last ones, the page lists.
const saidShown = 200

// Said writes down what somebody said at a meeting. The next one begins with the same proposal.
func (z *Organisers) Said(c *fiber.Ctx) error {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, "minutes.said")
	if err != nil {
		return err
	}
	said, err := models.SaidAt(ctx, z.DB, m, saidShown)
	if err != nil {
		return err
	}
	if err := z.NoteReading(c, models.Reading{List: "said", Subject: "meeting", ID: m.ID, Rows: len(said)}); err != nil {
		return err
	}
	questions, err := models.QuestionsToEnter(ctx, z.DB, m)
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.SaidForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, "minutes.said.lead"), Save: "minutes.said.save", Done: c.Query("fatto"),
			More: organisers.Said(m, said, questions)},
		Read:   func() (models.SaidForm, error) { return saidBegins(c, questions), nil },
		Inputs: func(f models.SaidForm) []staff.Input { return saidInputs(c, page, f) },
		Save: func(f models.SaidForm) (string, error) {
			err := models.EnterSaid(ctx, z.DB, z.Now(), web.Staff(c), page.Organisation, m.ID, f)
			return page.Path + "?fatto=intervento&proposta=" + f.Guideline, err
		},
	})
}

// saidBegins is the form as it begins: with the question that the address names, if it can be entered.
func saidBegins(c *fiber.Ctx, questions []models.Question) models.SaidForm {
	form := models.SaidForm{Guideline: c.Query("proposta"), Opinion: models.NoPaperOpinion, Published: true}
	for _, q := range questions {
		if q.ID.String() == c.Query("domanda") {
			form.Question, form.Body, form.Speaker = q.ID.String(), q.Body, q.Author
			if q.Guideline != nil {
				form.Guideline = q.Guideline.Slug
			}
		}
	}
	return form
}

func saidInputs(c *fiber.Ctx, page layout.Page, f models.SaidForm) []staff.Input {
	return []staff.Input{
		guidelineInput(c, page, f.Guideline), {Name: "said_body", Value: f.Body, Kind: staff.Plain, Required: true},
		opinionInput(c, "said_opinion", f.Opinion), homeInput(c, page, f.Municipality), web.Line("speaker", f.Speaker, false),
		web.YesNo("said_published", f.Published), {Name: "question", Value: f.Question, Kind: staff.Unseen},
	}
}

// RemoveSaid takes back what was written down by mistake.
func (z *Organisers) RemoveSaid(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := models.RemoveSaid(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, id); err != nil {
		return err
	}
	return web.Done(c, addressOf(m)+"/interventi", "intervento-tolto")
}
