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

// usualCapacity is how many seats a new meeting's form begins with.
const usualCapacity = 100

// AddMeeting adds a draft of a meeting, its date to be confirmed, in a municipality that who is signed in serves.
func (z *Organisers) AddMeeting(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := z.page(c, "organisers.meeting.add")
	if err != nil {
		return err
	}
	edit := staff.EditPage{Page: page, Action: page.Path, CanPreview: true, Lead: locale.T(ctx, "organisers.meeting.add.lead")}
	if len(townInput(c, page, "").Options) == 0 {
		edit.Problem = locale.T(ctx, "organisers.meeting.add.no_town")
	}
	return web.Edit(c, web.Editing[models.NewMeetingForm]{
		Page: edit,
		Read: func() (models.NewMeetingForm, error) { return models.NewMeetingForm{Capacity: usualCapacity}, nil },
		Inputs: func(f models.NewMeetingForm) []staff.Input {
			return append([]staff.Input{townInput(c, page, f.Municipality)}, append(meetingTexts(f.MeetingTexts), web.Typed("number", "capacity", strconv.Itoa(f.Capacity), true))...)
		},
		Save: func(f models.NewMeetingForm) (string, error) {
			m, err := models.AddMeeting(ctx, z.DB, z.Now(), web.Staff(c), page.Consultation.ID, f)
			if err != nil {
				return "", err
			}
			return addressOf(m) + "?fatto=incontro", nil
		},
	})
}

// townInput is the choice of one of the municipalities that who is signed in serves.
func townInput(c *fiber.Ctx, page layout.Page, slug string) staff.Input {
	towns := staff.Input{Name: "town", Value: slug, Kind: staff.Choice, Required: true}
	for _, m := range page.Municipalities() {
		if web.Staff(c).Serves(m.ID) {
			towns.Options = append(towns.Options, parts.Option{Value: m.Slug, Label: m.Name})
		}
	}
	return towns
}

func meetingTexts(f models.MeetingTexts) []staff.Input {
	return []staff.Input{
		web.Line("title_it", f.TitleIT, true), web.Markdown("body_it", f.BodyIT, true),
		web.Line("title_en", f.TitleEN, false), web.Markdown("body_en", f.BodyEN, false),
	}
}

// MeetingTexts edits what a meeting is called and what it is about.
func (z *Organisers) MeetingTexts(c *fiber.Ctx) error {
	e, _, err := z.meetingTextsForm(c)
	if err != nil {
		return err
	}
	return web.Edit(c, e)
}

func (z *Organisers) meetingTextsForm(c *fiber.Ctx) (web.Editing[models.MeetingTextsForm], *models.Meeting, error) {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, "organisers.meeting.texts")
	if err != nil {
		return web.Editing[models.MeetingTextsForm]{}, nil, err
	}
	page.Path = addressOf(m) + "/testi"
	return web.Editing[models.MeetingTextsForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, CanPreview: true, Remove: addressOf(m) + "/rimozione"},
		Read: func() (models.MeetingTextsForm, error) {
			now, err := models.MeetingForStaff(ctx, z.DB, web.Staff(c), page.Consultation.ID, m.Slug)
			if err != nil {
				return models.MeetingTextsForm{}, err
			}
			return now.TextsForm(), nil
		},
		Inputs: func(f models.MeetingTextsForm) []staff.Input {
			return append(meetingTexts(f.MeetingTexts), web.Seen(f.Seen))
		},
		Save: func(f models.MeetingTextsForm) (string, error) {
			return addressOf(m) + "?fatto=salvato", models.EditMeetingTexts(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
		},
	}, m, nil
}

// RemoveMeeting takes a meeting away that nobody has registered for or asked to be told of; else it says who has.
func (z *Organisers) RemoveMeeting(c *fiber.Ctx) error {
	e, m, err := z.meetingTextsForm(c)
	if err != nil {
		return err
	}
	err = models.RemoveMeeting(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID)
	var use models.InUse
	if errors.As(err, &use) {
		e.Page.Problem = organisers.StillUsed(c.UserContext(), "meeting", use)
		return web.Refuse(c, e, fiber.StatusConflict)
	}
	if err != nil {
		return err
	}
	return web.Done(c, desk, "tolto")
}
