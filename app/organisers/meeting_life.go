// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/staff"
)

// PublishMeeting has everybody see a draft.
func (z *Organisers) PublishMeeting(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	if err := models.PublishMeeting(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID); err != nil {
		return err
	}
	return web.Done(c, addressOf(m), "incontro-pubblicato")
}

// CancelMeeting calls a meeting off for a reason that everybody reads, or changes the reason.
func (z *Organisers) CancelMeeting(c *fiber.Ctx) error {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, "organisers.meeting.cancel")
	if err != nil {
		return err
	}
	edit := staff.EditPage{Page: page, Action: page.Path, CanPreview: true, Save: "organisers.meeting.cancel.button"}
	if m.Cancelled() {
		edit.Lead, edit.Save = locale.T(ctx, "organisers.meeting.reason.lead"), ""
	} else {
		told, err := models.AudienceOf(ctx, z.DB, m.ID, models.ToAll)
		if err != nil {
			return err
		}
		edit.Lead = locale.T(ctx, "organisers.meeting.cancel.lead", "Count", told.Parties)
		if told.WithoutMail > 0 {
			edit.Lead += " " + locale.T(ctx, "organisers.meeting.edit.without_mail", "Count", told.WithoutMail)
		}
	}
	return web.Edit(c, web.Editing[models.CancelMeetingForm]{
		Page: edit,
		Read: func() (models.CancelMeetingForm, error) { return m.CancelForm(), nil },
		Inputs: func(f models.CancelMeetingForm) []staff.Input {
			return []staff.Input{
				{Name: "cancel_reason_it", Value: f.ReasonIT, Kind: staff.Plain, Required: true},
				{Name: "cancel_reason_en", Value: f.ReasonEN, Kind: staff.Plain},
			}
		},
		Save: func(f models.CancelMeetingForm) (string, error) {
			return addressOf(m) + "?fatto=incontro-annullato", models.CancelMeeting(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
		},
	})
}

// ReopenMeeting has a cancelled meeting held after all.
func (z *Organisers) ReopenMeeting(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	if err := models.ReopenMeeting(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID); err != nil {
		return err
	}
	return web.Done(c, addressOf(m), "incontro-riaperto")
}

// CopyMeeting adds a draft that begins where another meeting stands.
func (z *Organisers) CopyMeeting(c *fiber.Ctx) error {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, "organisers.meeting.copy")
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.CopyMeetingForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, Lead: locale.T(ctx, "organisers.meeting.copy.lead"), Save: "organisers.meeting.copy.button"},
		Read: func() (models.CopyMeetingForm, error) {
			return models.CopyMeetingForm{TitleIT: m.Title["it"], TitleEN: m.Title["en"], Municipality: m.Municipality.Slug}, nil
		},
		Inputs: func(f models.CopyMeetingForm) []staff.Input {
			return []staff.Input{townInput(c, page, f.Municipality), web.Line("title_it", f.TitleIT, true), web.Line("title_en", f.TitleEN, false)}
		},
		Save: func(f models.CopyMeetingForm) (string, error) {
			made, err := models.CopyMeeting(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
			if err != nil {
				return "", err
			}
			return addressOf(made) + "?fatto=incontro", nil
		},
	})
}
