// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// MeetingDetails edits what a meeting offers: programme, speakers, access, languages, child care, streaming.
func (z *Organisers) MeetingDetails(c *fiber.Ctx) error {
	ctx := c.UserContext()
	m, page, err := z.meetingOf(c, "organisers.meeting.details")
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.MeetingDetailsForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, CanPreview: true, Lead: locale.T(ctx, "organisers.meeting.details.lead")},
		Read: func() (models.MeetingDetailsForm, error) {
			now, err := models.MeetingForStaff(ctx, z.DB, web.Staff(c), page.Consultation.ID, m.Slug)
			if err != nil {
				return models.MeetingDetailsForm{}, err
			}
			discussed, err := models.GuidelinesDiscussed(ctx, z.DB, m.ID)
			return now.DetailsForm(discussed), err
		},
		Inputs: func(f models.MeetingDetailsForm) []staff.Input { return detailInputs(c, page, f) },
		Save: func(f models.MeetingDetailsForm) (string, error) {
			return addressOf(m) + "?fatto=salvato", models.EditMeetingDetails(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
		},
	})
}

func detailInputs(c *fiber.Ctx, page layout.Page, f models.MeetingDetailsForm) []staff.Input {
	ctx := c.UserContext()
	guidelines := staff.Input{Name: "guidelines", Kind: staff.Several}
	for _, g := range page.Consultation.Guidelines {
		guidelines.Options = append(guidelines.Options, parts.Option{Value: g.Slug, Label: parts.Plain(ctx, g.Name), Checked: slices.Contains(f.Guidelines, g.Slug)})
	}
	about := []staff.Input{web.Markdown("programme_it", f.ProgrammeIT, false), web.Markdown("programme_en", f.ProgrammeEN, false)}
	if len(guidelines.Options) > 0 {
		about = append(about, guidelines)
	}
	about = append(about, web.Markdown("speakers_it", f.SpeakersIT, false), web.Markdown("speakers_en", f.SpeakersEN, false))
	return slices.Concat(
		staff.Under("organisers.meeting.details.about", about...),
		staff.Under("organisers.meeting.details.access", several(c, "access", "meeting_access.", models.AccessKeys, f.Access),
			plain("access_note_it", f.AccessNoteIT), plain("access_note_en", f.AccessNoteEN),
			several(c, "interpreters", "meeting_language.", models.InterpreterLanguages, f.Interpreters),
			plain("child_care_it", f.ChildCareIT), plain("child_care_en", f.ChildCareEN)),
		staff.Under("organisers.meeting.details.more", web.Line("contact", f.Contact, false), web.Typed("url", "stream_url", f.StreamURL, false),
			web.Choice(c, "recorded", f.Recorded, models.RecordedKinds), web.Seen(f.Seen)),
	)
}

// plain is a text of a few lines that may be empty.
func plain(name, value string) staff.Input {
	return staff.Input{Name: name, Value: value, Kind: staff.Plain}
}

// several is any number of answers, whose words are prefix and value.
func several(c *fiber.Ctx, name, prefix string, values, chosen []string) staff.Input {
	input := staff.Input{Name: name, Kind: staff.Several}
	for _, value := range values {
		input.Options = append(input.Options, parts.Option{Value: value, Label: locale.T(c.UserContext(), prefix+value), Checked: slices.Contains(chosen, value)})
	}
	return input
}
