// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// meetingOf returns the meeting in the address, as who is signed in may see it, with the frame of a page about it.
func (z *Organisers) meetingOf(c *fiber.Ctx, key string) (*models.Meeting, layout.Page, error) {
	page, err := z.Page(c, "")
	if err != nil {
		return nil, page, err
	}
	m, err := models.MeetingForStaff(c.UserContext(), z.DB, web.Staff(c), page.Consultation.ID, c.Params("slug"))
	if err != nil {
		return nil, page, err
	}
	title := web.InLanguage(c, m.Title)
	if key == "" {
		page, err = z.titled(c, title)
	} else {
		page, err = z.page(c, key, parts.Crumb{Label: title, Href: locale.Path(c.UserContext(), addressOf(m))})
	}
	return m, page, err
}

func addressOf(m *models.Meeting) string { return desk + "/incontri/" + m.Slug }

// registrationsLength is how many registrations a page shows.
const registrationsLength = 50

// Meeting shows how a meeting stands and who is registered, in one state or in all.
func (z *Organisers) Meeting(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	filter := models.RegistrationFilter{State: c.Query("stato"), Live: c.Query("stato") == "", Needs: true, Limit: registrationsLength + 1}
	if !organisers.RegistrationState(filter.State) {
		return models.ErrNotFound
	}
	if err := z.goOn(c, m, &filter); err != nil {
		return err
	}
	return z.meeting(c, fiber.StatusOK, m, page, filter, nil)
}

// Search shows the registrations in whose name or address the posted words are, without any words those that still count: by
// POST, so that no name stands in an address or in a log.
func (z *Organisers) Search(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	page.Path = addressOf(m)
	form := new(searchForm)
	if wrong := web.Bind(c, form); wrong != nil {
		return z.meeting(c, fiber.StatusUnprocessableEntity, m, page,
			models.RegistrationFilter{Live: true, Needs: true, Limit: registrationsLength + 1}, wrong)
	}
	return z.meeting(c, fiber.StatusOK, m, page,
		models.RegistrationFilter{Search: form.Search, Live: form.Search == "", Needs: true, Limit: registrationsLength + 1}, nil)
}

type searchForm struct {
	Search string `form:"search" validate:"max=100,oneline"`
}

func (z *Organisers) meeting(c *fiber.Ctx, status int, m *models.Meeting, page layout.Page, filter models.RegistrationFilter, wrong models.FieldErrors) error {
	ctx := c.UserContext()
	p := organisers.MeetingPage{Page: page, Meeting: m, Filter: filter, Wrong: wrong, Done: c.Query("fatto"), Count: c.QueryInt("quanti"), Without: c.QueryInt("senza"), Now: z.Now()}
	if id, err := uuid.Parse(c.Query("iscrizione")); err == nil { // somebody who was just registered
		p.Receipt = addressOf(m) + "/lettere?iscrizione=" + id.String()
	}
	var err error
	if p.Tally, err = models.MeetingCounts(ctx, z.DB, m.ID); err != nil {
		return err
	}
	if p.WalkIns, err = models.WalkInsOf(ctx, z.DB, m.ID); err != nil {
		return err
	}
	if p.Registrations, err = models.RegistrationsOf(ctx, z.DB, m.ID, filter); err != nil {
		return err
	}
	if len(p.Registrations) > registrationsLength {
		p.Registrations = p.Registrations[:registrationsLength]
		p.More = true
		if filter.Search == "" {
			p.Next = addressOf(m) + "?stato=" + filter.State + "&dopo=" + p.Registrations[registrationsLength-1].ID.String()
		}
	}
	reading := models.Reading{List: "registrations", Subject: "meeting", ID: m.ID, State: filter.State, Rows: len(p.Registrations)}
	if filter.Search != "" {
		reading.List = "search"
	}
	if err := z.NoteReading(c, reading); err != nil {
		return err
	}
	return web.Render(c, status, organisers.Meeting(p))
}

// EditMeeting changes date, place and capacity, and confirms the date.
func (z *Organisers) EditMeeting(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "organisers.meeting.edit")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	followers, err := models.FollowersOf(ctx, z.DB, m.ID)
	if err != nil {
		return err
	}
	registered, err := models.AudienceOf(ctx, z.DB, m.ID, models.ToAll)
	if err != nil {
		return err
	}
	confirmed := locale.T(ctx, "editing.hint.confirmed", "Count", followers)
	lead := ""
	if m.Confirmed() {
		confirmed = locale.T(ctx, "editing.hint.unconfirm")
		lead = locale.T(ctx, "organisers.meeting.edit.lead", "Count", registered.Parties)
		if registered.WithoutMail > 0 {
			lead += " " + locale.T(ctx, "organisers.meeting.edit.without_mail", "Count", registered.WithoutMail)
		}
	}
	return web.Edit(c, web.Editing[models.MeetingForm]{
		Page: staff.EditPage{Page: page, Lead: lead, Action: page.Path},
		Read: func() (models.MeetingForm, error) {
			now, err := models.MeetingForStaff(ctx, z.DB, web.Staff(c), page.Consultation.ID, m.Slug)
			if err != nil {
				return models.MeetingForm{}, err
			}
			return now.Form(), nil
		},
		Inputs: func(f models.MeetingForm) []staff.Input {
			return []staff.Input{
				web.Typed("date", "date", f.Date, false), web.Typed("time", "starts", f.Starts, false), web.Typed("time", "ends", f.Ends, false),
				web.Line("venue", f.Venue, false), web.Line("address", f.Address, false),
				web.Line("latitude", f.Latitude, false), web.Line("longitude", f.Longitude, false),
				{Name: "confirmed", Value: "true", Kind: staff.Yes, Checked: f.Confirmed, Hint: confirmed, Required: true},
				web.Typed("number", "capacity", strconv.Itoa(f.Capacity), true),
				web.Typed("number", "walk_in_seats", strconv.Itoa(f.WalkInSeats), true),
				web.Typed("number", "wheelchair_seats", strconv.Itoa(f.WheelchairSeats), true),
				web.Typed("number", "assistant_seats", strconv.Itoa(f.AssistantSeats), true),
				web.Typed("number", "press_seats", strconv.Itoa(f.PressSeats), true),
				web.Typed("datetime-local", "registration_from", f.RegistrationFrom, false),
				web.Typed("datetime-local", "registration_until", f.RegistrationUntil, false), web.Seen(f.Seen),
			}
		},
		Save: func(f models.MeetingForm) (string, error) {
			if err := models.EditMeeting(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f); err != nil {
				return "", err
			}
			return z.meetingEdited(c, m)
		},
	})
}

// meetingEdited is where a meeting is shown after a change of what it was before, and whom the change told.
func (z *Organisers) meetingEdited(c *fiber.Ctx, before *models.Meeting) (string, error) {
	ctx := c.UserContext()
	m, err := models.MeetingForStaff(ctx, z.DB, web.Staff(c), before.ConsultationID, before.Slug)
	if err != nil {
		return "", err
	}
	told, err := models.AudienceOf(ctx, z.DB, m.ID, models.ToAll)
	if err != nil || told.Parties == 0 || !m.MoveTold(before) {
		return addressOf(m) + "?fatto=salvato", err
	}
	return addressOf(m) + "?fatto=spostato&quanti=" + strconv.Itoa(told.Parties-told.WithoutMail) + "&senza=" + strconv.Itoa(told.WithoutMail), nil
}

// Message writes to who is registered, after a preview that says how many they are.
func (z *Organisers) Message(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "organisers.message.title")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Edit(c, web.Editing[models.MessageForm]{
		Page: staff.EditPage{Page: page, Lead: locale.T(ctx, "organisers.message.lead"), Action: page.Path,
			CanPreview: true, Save: "organisers.message.send"},
		Read: func() (models.MessageForm, error) { return models.MessageForm{To: models.ToSeated}, nil },
		Inputs: func(f models.MessageForm) []staff.Input {
			return []staff.Input{
				web.Choice(c, "to", f.To, models.Recipients), web.Line("subject", f.Subject, true),
				{Name: "body", Value: f.Body, Kind: staff.Plain, Required: true},
			}
		},
		Note: func(f models.MessageForm) (string, error) {
			to, err := models.AudienceOf(ctx, z.DB, m.ID, f.To)
			return locale.T(ctx, "organisers.message.note", "Count", to.Parties-to.WithoutMail, "Without", to.WithoutMail), err
		},
		Save: func(f models.MessageForm) (string, error) {
			to, err := models.WriteToRegistered(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
			return addressOf(m) + "?fatto=scritto&quanti=" + strconv.Itoa(to.Parties-to.WithoutMail), err
		},
	})
}

// Sheet is the attendance sheet, to be printed: by surname, with access needs and boxes to tick.
func (z *Organisers) Sheet(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "organisers.sheet.title")
	if err != nil {
		return err
	}
	registrations, err := models.SheetOf(c.UserContext(), z.DB, m.ID)
	if err != nil {
		return err
	}
	if err := z.NoteReading(c, models.Reading{List: "sheet", Subject: "meeting", ID: m.ID, Rows: len(registrations)}); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, organisers.Sheet(organisers.SheetPage{Page: page, Meeting: m, Registrations: registrations, Now: z.Now()}))
}
