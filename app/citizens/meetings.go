// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/calendar"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Meetings lists the meetings.
func (z *Citizens) Meetings(c *fiber.Ctx) error {
	page, err := z.page(c, layout.Meetings, "meetings.title")
	if err != nil {
		return err
	}
	meetings, err := models.MeetingsOf(c.UserContext(), z.DB, page.Consultation.ID)
	if err != nil {
		return err
	}
	if len(meetings) == 0 {
		return models.ErrNotFound
	}
	return web.RenderStored(c, citizens.Meetings(citizens.MeetingsPage{Page: page, Meetings: meetings, Now: z.Now()}))
}

// Meeting shows one meeting.
func (z *Citizens) Meeting(c *fiber.Ctx) error {
	page, err := z.meetingPage(c)
	if err != nil {
		return err
	}
	page.Followed = c.Query("fatto") == models.ConfirmFollow
	page.Form.Email = page.Email
	return web.RenderStored(c, citizens.Meeting(page))
}

// MeetingCalendar sends the meeting as a calendar entry; there is none without a day.
func (z *Citizens) MeetingCalendar(c *fiber.Ctx) error {
	page, err := z.meetingPage(c)
	if err != nil {
		return err
	}
	if page.Meeting.StartsAt.IsZero() {
		return models.ErrNotFound
	}
	address := z.Links.Base + page.In(c.UserContext(), "/incontri/"+page.Meeting.Slug)
	web.Storable(c)
	c.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+page.Meeting.Slug+`.ics"`)
	return c.SendString(calendar.File(c.UserContext(), page.Meeting, address, page.Demo))
}

// FollowMeeting takes "Avvisami quando c'è la data" and "Avvisami del verbale".
func (z *Citizens) FollowMeeting(c *fiber.Ctx) error {
	page, err := z.meetingPage(c)
	if err != nil {
		return err
	}
	if !page.Consultation.Live() || page.Meeting.Cancelled() || page.Meeting.Closed() {
		return models.ErrClosed
	}
	form := &models.FollowForm{SignedIn: page.Person != nil}
	if wrong := web.Bind(c, form); wrong != nil {
		page.Follow, page.FollowWrong = form.Email, wrong
		return web.Render(c, fiber.StatusUnprocessableEntity, citizens.Meeting(page))
	}
	asked := models.FollowAsked{ConsultationID: page.Consultation.ID, MeetingID: page.Meeting.ID}
	return z.follow(c, form, asked, page.In(c.UserContext(), "/incontri/"+page.Meeting.Slug))
}

// BackToMeeting leads who comes by GET to an address that takes posts, as after a change of language, to its form.
func (z *Citizens) BackToMeeting(c *fiber.Ctx) error {
	return web.SeeOther(c, "/consultazioni/"+c.Params("consultation")+"/incontri/"+c.Params("meeting"))
}

// meetingPage returns the page of the meeting in the address, with an empty form.
func (z *Citizens) meetingPage(c *fiber.Ctx) (citizens.MeetingPage, error) {
	frame, err := z.page(c, layout.Meetings, "meetings.title")
	if err != nil {
		return citizens.MeetingPage{}, err
	}
	ctx := c.UserContext()
	page := citizens.MeetingPage{Page: frame, Now: z.Now()}
	meetings, err := models.MeetingsOf(ctx, z.DB, frame.Consultation.ID)
	if err != nil {
		return page, err
	}
	if at := slices.IndexFunc(meetings, func(m models.Meeting) bool { return m.Slug == c.Params("meeting") }); at >= 0 {
		page.Meeting, page.Others = &meetings[at], slices.Concat(meetings[:at], meetings[at+1:])
	} else if page.Meeting, err = z.draftOfMeeting(c, frame.Consultation.ID); err != nil {
		return page, err
	}
	if page.Discussed, err = models.GuidelinesDiscussed(ctx, z.DB, page.Meeting.ID); err != nil {
		return page, err
	}
	if page.Documents, err = models.MeetingDocuments(ctx, z.DB, page.Meeting.ID, false); err != nil {
		return page, err
	}
	page.Meeting.Consultation = frame.Consultation
	page.Title = web.InLanguage(c, page.Meeting.Title)
	page.Path = "/consultazioni/" + frame.Consultation.Slug + "/incontri/" + page.Meeting.Slug
	page.Crumbs = z.crumbs(c, frame, parts.Crumb{Label: locale.T(ctx, "meetings.title"), Href: frame.In(ctx, "/incontri")},
		titled(c, page.Meeting.Title, ""))
	if err := z.showQuestions(c, &page); err != nil {
		return page, err
	}
	if page.Record, err = models.RecordOf(ctx, z.DB, page.Meeting); err != nil {
		return page, err
	}
	page.Email, err = z.mailboxOf(c)
	return page, err
}

// draftOfMeeting returns the draft in the address to the staff who prepare it; to everybody else it is not there.
func (z *Citizens) draftOfMeeting(c *fiber.Ctx, consultationID uuid.UUID) (*models.Meeting, error) {
	staff := web.Staff(c)
	if staff == nil {
		return nil, models.ErrNotFound
	}
	return models.MeetingForStaff(c.UserContext(), z.DB, staff, consultationID, c.Params("meeting"))
}

// mailboxOf returns the proved e-mail address of who is signed in, or "".
func (z *Citizens) mailboxOf(c *fiber.Ctx) (string, error) {
	signedIn := web.Person(c)
	if signedIn == nil {
		return "", nil
	}
	person, err := models.PersonByID(c.UserContext(), z.DB, signedIn.ID)
	if err != nil {
		return "", err
	}
	for _, a := range person.Addresses {
		if a.Kind == models.Email && !a.VerifiedAt.IsZero() {
			return a.Value, nil
		}
	}
	return "", nil
}
