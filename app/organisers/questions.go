// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// Questions lists what is asked at a meeting, for its moderators, with what can be done with each.
func (z *Organisers) Questions(c *fiber.Ctx) error {
	return z.questions(c, fiber.StatusOK, models.QuestionForm{}, nil)
}

// AddQuestion keeps a question that somebody said aloud or wrote on paper.
func (z *Organisers) AddQuestion(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	form := models.QuestionForm{}
	wrong := web.Bind(c, &form)
	if wrong == nil {
		err = models.AskByStaff(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, form)
	}
	switch {
	case wrong != nil || errors.As(err, &wrong):
		return z.questions(c, fiber.StatusUnprocessableEntity, form, wrong)
	case err != nil:
		return err
	}
	return web.Done(c, questionsOf(m), "domanda")
}

func questionsOf(m *models.Meeting) string { return addressOf(m) + "/domande" }

func (z *Organisers) questions(c *fiber.Ctx, status int, form models.QuestionForm, wrong models.FieldErrors) error {
	m, page, err := z.questionsPage(c, "questions.title")
	if err != nil {
		return err
	}
	page.Path, page.Script = questionsOf(m), "live.js"
	p := organisers.QuestionsPage{Page: page, Meeting: m, Done: c.Query("fatto"), Form: form, Wrong: wrong, Now: z.Now(),
		Room: z.Links.Room(web.Lang(c), m.ID)}
	if p.Questions, err = models.ModeratorQuestions(c.UserContext(), z.DB, m.ID); err != nil {
		return err
	}
	reading := models.Reading{List: "questions", Subject: "meeting", ID: m.ID, Rows: len(p.Questions)}
	if err := z.NoteReading(c, reading); err != nil {
		return err
	}
	return web.Render(c, status, organisers.Questions(p))
}

// questionsPage returns the meeting in the address and the frame of a page about its questions, below over. The meeting's
// own page is above it for those who may use that.
func (z *Organisers) questionsPage(c *fiber.Ctx, key string, over ...parts.Crumb) (*models.Meeting, layout.Page, error) {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return nil, layout.Page{}, err
	}
	switch web.Staff(c).Role {
	case models.RoleAdministrator, models.RoleOrganiser:
		over = append([]parts.Crumb{{Label: web.InLanguage(c, m.Title), Href: locale.Path(c.UserContext(), addressOf(m))}}, over...)
	default:
		over = append([]parts.Crumb{z.crumb(c, "organisers.comments.title", desk+"/commenti")}, over...)
	}
	page, err := z.page(c, key, over...)
	return m, page, err
}

// questionVerb is what staff do with one question.
type questionVerb func(ctx context.Context, db bun.IDB, now time.Time, staff *models.Staff, id uuid.UUID) error

// ShowQuestion puts a question into the list that everybody in the room reads.
func (z *Organisers) ShowQuestion(c *fiber.Ctx) error {
	return z.onQuestion(c, "domanda-mostrata", models.ShowQuestion)
}

// AskNow takes a question up: it is the one being answered.
func (z *Organisers) AskNow(c *fiber.Ctx) error {
	return z.onQuestion(c, "domanda-adesso", models.AskNow)
}

// SettleQuestion says that a question was answered.
func (z *Organisers) SettleQuestion(c *fiber.Ctx) error {
	return z.onQuestion(c, "domanda-risposta", models.AnswerQuestion)
}

// SetQuestionAside takes a question out of what is shown.
func (z *Organisers) SetQuestionAside(c *fiber.Ctx) error {
	return z.onQuestion(c, "domanda-da-parte", models.SetQuestionAside)
}

// RestoreQuestion puts a question back where it was before.
func (z *Organisers) RestoreQuestion(c *fiber.Ctx) error {
	return z.onQuestion(c, "domanda-rimessa", models.RestoreQuestion)
}

func (z *Organisers) onQuestion(c *fiber.Ctx, done string, verb questionVerb) error {
	m, q, err := z.questionOf(c)
	if err != nil {
		return err
	}
	if err := verb(c.UserContext(), z.DB, z.Now(), web.Staff(c), q.ID); err != nil {
		return err
	}
	return web.SeeOther(c, questionsOf(m)+"?fatto="+done+"#"+organisers.QuestionAnchor(q.ID))
}

// questionOf returns the question in the address, of the meeting in it.
func (z *Organisers) questionOf(c *fiber.Ctx) (*models.Meeting, *models.Question, error) {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return nil, nil, err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return nil, nil, err
	}
	q, err := models.QuestionForStaff(c.UserContext(), z.DB, m, id)
	return m, q, err
}

// WriteAnswer writes down the answer to a question.
func (z *Organisers) WriteAnswer(c *fiber.Ctx) error {
	m, q, err := z.questionOf(c)
	if err != nil {
		return err
	}
	_, page, err := z.questionsPage(c, "questions.answer.title", z.crumb(c, "questions.title", questionsOf(m)))
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Edit(c, web.Editing[models.QuestionAnswerForm]{
		Page: staff.EditPage{Page: page, Lead: q.Body, Action: page.Path},
		Read: func() (models.QuestionAnswerForm, error) {
			now, err := models.QuestionForStaff(ctx, z.DB, m, q.ID)
			if err != nil {
				return models.QuestionAnswerForm{}, err
			}
			return now.AnswerForm(), nil
		},
		Inputs: func(f models.QuestionAnswerForm) []staff.Input {
			return []staff.Input{{Name: "answer", Value: f.Answer, Kind: staff.Plain}, web.Seen(f.Seen)}
		},
		Save: func(f models.QuestionAnswerForm) (string, error) {
			return questionsOf(m) + "?fatto=salvato#" + organisers.QuestionAnchor(q.ID), models.WriteAnswer(ctx, z.DB, z.Now(), web.Staff(c), q.ID, f)
		},
	})
}

// RoomSign is a sheet for the tables of the room, to be printed: the code of the page at which questions are asked.
func (z *Organisers) RoomSign(c *fiber.Ctx) error {
	m, page, err := z.questionsPage(c, "questions.sign.title")
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.RoomSign(organisers.PrintPage{Page: page, Meetings: []models.Meeting{*m},
		Address: z.Links.Room(web.Lang(c), m.ID), Now: z.Now()}))
}
