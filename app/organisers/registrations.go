// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// Register registers a person by telephone or at the counter: seated at once, or in the queue.
func (z *Organisers) Register(c *fiber.Ctx) error {
	m, page, err := z.meetingOf(c, "organisers.register.title")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Edit(c, web.Editing[models.StaffRegistrationForm]{
		Page: staff.EditPage{Page: page, Lead: locale.T(ctx, "organisers.register.lead", "Seats", m.SeatsLeft()),
			Action: page.Path, Save: "organisers.register.submit"},
		Read: func() (models.StaffRegistrationForm, error) {
			return models.StaffRegistrationForm{Seats: 1, Channel: models.ByPhone}, nil
		},
		Inputs: func(f models.StaffRegistrationForm) []staff.Input {
			return append(registrationInputs(c, f, page.Consultation.LargestParty), interestInputs(c, page, f.InterestForm)...)
		},
		Save: func(f models.StaffRegistrationForm) (string, error) {
			if err := f.Find(page.Organisation, page.Consultation); err != nil {
				return "", err
			}
			r, err := models.RegisterByStaff(ctx, z.DB, z.Now(), web.Staff(c), m.ID, f)
			if err != nil {
				return "", err
			}
			return addressOf(m) + "?fatto=iscritto-" + r.State + "&iscrizione=" + r.ID.String(), nil
		},
	})
}

func registrationInputs(c *fiber.Ctx, f models.StaffRegistrationForm, most int) []staff.Input {
	return append([]staff.Input{web.Choice(c, "channel", f.Channel, []string{models.ByPhone, models.AtCounter})},
		partyInputs(c, models.RegistrationEdit{Name: f.Name, Email: f.Email, Phone: f.Phone, Seats: f.Seats, AccessNeeds: f.AccessNeeds, Press: f.Press}, most)...)
}

func partyInputs(c *fiber.Ctx, f models.RegistrationEdit, most int) []staff.Input {
	ctx := c.UserContext()
	needs := staff.Input{Name: "access_needs", Kind: staff.Several, Value: strings.Join(f.AccessNeeds, " ")}
	for _, key := range models.AccessNeedKeys {
		needs.Options = append(needs.Options, parts.Option{Value: key, Label: locale.T(ctx, "access_needs."+key), Checked: slices.Contains(f.AccessNeeds, key)})
	}
	seats := staff.Input{Name: "seats", Kind: staff.Choice, Required: true, Value: strconv.Itoa(f.Seats)}
	for n := 1; n <= most; n++ {
		seats.Options = append(seats.Options, parts.Option{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	return []staff.Input{
		web.Line("name", f.Name, true), web.Typed("tel", "phone", f.Phone, false), web.Typed("email", "email", f.Email, false), seats, needs,
		web.YesNo("press", f.Press),
	}
}

// interestInputs are what somebody may tell besides, all of it optional.
func interestInputs(c *fiber.Ctx, page layout.Page, f models.InterestForm) []staff.Input {
	optional := func(input staff.Input) staff.Input {
		unsaid := parts.Option{Label: locale.T(c.UserContext(), "editing.unsaid")}
		input.Required, input.Options = false, append([]parts.Option{unsaid}, input.Options...)
		return input
	}
	return []staff.Input{optional(homeInput(c, page, f.Municipality)), optional(guidelineInput(c, page, f.Guideline)),
		{Name: "question", Value: f.Question, Kind: staff.Plain}}
}

// staffVerb is what staff do with one registration.
type staffVerb func(ctx context.Context, db bun.IDB, now time.Time, staff *models.Staff, id uuid.UUID) error

// Confirm confirms a registration for its owner, as after a telephone call.
func (z *Organisers) Confirm(c *fiber.Ctx) error {
	return z.onRegistration(c, "confermata", models.ConfirmByStaff)
}

// Accept takes the seats offered to a registration for its owner.
func (z *Organisers) Accept(c *fiber.Ctx) error {
	return z.onRegistration(c, "accettata", models.AcceptByStaff)
}

// Reconfirm says for its owner that a registration's party comes on the new date.
func (z *Organisers) Reconfirm(c *fiber.Ctx) error {
	return z.onRegistration(c, "riconfermata", models.ReconfirmByStaff)
}

// Cancel gives up a registration for its owner.
func (z *Organisers) Cancel(c *fiber.Ctx) error {
	return z.onRegistration(c, "annullata", models.CancelByStaff)
}

// Unmark takes back that a registration's party came.
func (z *Organisers) Unmark(c *fiber.Ctx) error {
	return z.onRegistration(c, "presenza-tolta", models.UnmarkAttendance)
}

type partyForm struct {
	People int `form:"people" validate:"gte=1,lte=20"`
}

// Mark records that a registration's party came.
func (z *Organisers) Mark(c *fiber.Ctx) error {
	form := new(partyForm)
	if wrong := web.Bind(c, form); wrong != nil {
		return z.meetingWith(c, wrong)
	}
	return z.onRegistration(c, "presenza", func(ctx context.Context, db bun.IDB, now time.Time, staff *models.Staff, id uuid.UUID) error {
		return models.MarkAttendance(ctx, db, now, staff, id, form.People)
	})
}

// onRegistration does something with a registration of the meeting in the address.
func (z *Organisers) onRegistration(c *fiber.Ctx, what string, verb staffVerb) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := z.registrationAt(c, m, id); err != nil {
		return err
	}
	err = verb(c.UserContext(), z.DB, z.Now(), web.Staff(c), id)
	if errors.Is(err, models.ErrExpired) {
		return web.Done(c, addressOf(m), "scaduta")
	}
	if err != nil {
		return err
	}
	return web.Done(c, addressOf(m), what)
}

// registrationAt returns a registration of a meeting; ErrNotFound when it is another meeting's.
func (z *Organisers) registrationAt(c *fiber.Ctx, m *models.Meeting, id uuid.UUID) (*models.Registration, error) {
	r, err := models.RegistrationByID(c.UserContext(), z.DB, id)
	if err == nil && r.MeetingID != m.ID {
		err = models.ErrNotFound
	}
	return r, err
}

// WalkIn records a party that came without registering.
func (z *Organisers) WalkIn(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	form := new(models.WalkInForm)
	wrong := web.Bind(c, form)
	if wrong == nil {
		if _, err := models.AddWalkIn(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, *form); err == nil {
			return web.Done(c, addressOf(m), "arrivati")
		} else if !errors.As(err, &wrong) {
			return err
		}
	}
	return z.meetingWith(c, wrong)
}

// RemoveWalkIn takes back a party that walked in.
func (z *Organisers) RemoveWalkIn(c *fiber.Ctx) error {
	m, _, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := models.RemoveWalkIn(c.UserContext(), z.DB, z.Now(), web.Staff(c), m.ID, id); err != nil {
		return err
	}
	return web.Done(c, addressOf(m), "presenza-tolta")
}

// meetingWith shows the meeting again with what is wrong with the number of people posted.
func (z *Organisers) meetingWith(c *fiber.Ctx, wrong models.FieldErrors) error {
	m, page, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	page.Path = addressOf(m)
	return z.meeting(c, fiber.StatusUnprocessableEntity, m, page,
		models.RegistrationFilter{Live: true, Needs: true, Limit: registrationsLength + 1}, wrong)
}
