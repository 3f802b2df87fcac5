// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
)

// PersonalArea shows a person what they sent, and lets them take it back.
func (z *Citizens) PersonalArea(c *fiber.Ctx) error {
	person := web.Person(c)
	if person == nil {
		return web.SeeOther(c, "/accedi")
	}
	page, err := z.page(c, layout.NoSection, "citizens.personal.title")
	if err != nil {
		return err
	}
	page.Rateable = layout.RateableService
	ctx := c.UserContext()
	registrations, err := models.RegistrationsOfPerson(ctx, z.DB, person.ID)
	if err != nil {
		return err
	}
	mine, err := models.MyContributions(ctx, z.DB, person.ID)
	if err != nil {
		return err
	}
	sent := citizens.PersonalPage{Page: page, Contributions: mine, Done: c.Query("fatto")}
	known, err := models.PersonByID(ctx, z.DB, person.ID)
	if err != nil {
		return err
	}
	for _, a := range known.Addresses {
		if a.Kind == models.Email {
			sent.Mailboxes = append(sent.Mailboxes, a.Value)
		}
	}
	for _, r := range registrations {
		address := "/iscrizioni/" + z.Links.Token(web.PurposeRegistration, r.ID)
		sent.Registrations = append(sent.Registrations, citizens.MyRegistration{Registration: r, Address: address})
	}
	return web.Render(c, fiber.StatusOK, citizens.PersonalArea(sent))
}

// WithdrawOpinion takes the person's parere on a guideline back.
func (z *Citizens) WithdrawOpinion(c *fiber.Ctx) error {
	return z.takeBack(c, "parere", func(ctx context.Context, person, id uuid.UUID) error {
		return models.WithdrawOpinion(ctx, z.DB, z.Now(), person, id)
	})
}

// WithdrawComment takes a comment of the person's back.
func (z *Citizens) WithdrawComment(c *fiber.Ctx) error {
	return z.takeBack(c, "commento", func(ctx context.Context, person, id uuid.UUID) error {
		return models.WithdrawComment(ctx, z.DB, person, id)
	})
}

// EndFollow stops telling the person about a guideline or a meeting.
func (z *Citizens) EndFollow(c *fiber.Ctx) error {
	return z.takeBack(c, "avviso", func(ctx context.Context, person, id uuid.UUID) error {
		follow, err := models.FollowByID(ctx, z.DB, id)
		if err != nil {
			return err
		}
		if follow.PersonID != person {
			return models.ErrNotFound
		}
		return models.Unfollow(ctx, z.DB, id)
	})
}

// takeBack does one act on what the person signed in owns, named in the address, and says that it is done.
func (z *Citizens) takeBack(c *fiber.Ctx, what string, act func(ctx context.Context, person, id uuid.UUID) error) error {
	person := web.Person(c)
	if person == nil {
		return web.SeeOther(c, "/accedi")
	}
	id, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return models.ErrNotFound
	}
	if err := act(c.UserContext(), person.ID, id); err != nil {
		return err
	}
	return web.SeeOther(c, "/area-personale?fatto="+what)
}
