// SPDX-License-Identifier: AGPL-3.0-or-later

package staff

import (
	"context"
	"errors"

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

// accounts is where an administrator looks after them.
const accounts = "/amministrazione/personale"

func (z *Staff) accountsPage(c *fiber.Ctx, title string, over ...parts.Crumb) (layout.Page, error) {
	ctx := c.UserContext()
	page, err := z.Page(c, title)
	page.NoIndex = true
	page.Crumbs = append([]parts.Crumb{{Label: locale.T(ctx, "staff.administration"), Href: locale.Path(ctx, "/amministrazione")}}, over...)
	page.Crumbs = append(page.Crumbs, parts.Crumb{Label: title})
	return page, err
}

// Accounts lists who works here.
func (z *Staff) Accounts(c *fiber.Ctx) error {
	page, err := z.accountsPage(c, locale.T(c.UserContext(), "staff.accounts.title"))
	if err != nil {
		return err
	}
	p := staff.AccountsPage{Page: page, Done: c.Query("fatto")}
	if p.Accounts, err = models.StaffOf(c.UserContext(), z.DB, page.Staff.OrganisationID); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, staff.Accounts(p))
}

// Invite opens an account and mails its invitation.
func (z *Staff) Invite(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := z.accountsPage(c, locale.T(ctx, "staff.invite.title"), z.toAccounts(c))
	if err != nil {
		return err
	}
	return web.Edit(c, web.Editing[models.StaffForm]{
		Page: staff.EditPage{Page: page, Lead: locale.T(ctx, "staff.invite.lead"), Action: page.Path, Save: "staff.invite.send"},
		Read: func() (models.StaffForm, error) { return models.StaffForm{Role: models.RoleOrganiser}, nil },
		Inputs: func(f models.StaffForm) []staff.Input {
			return z.inputs(c, page, f)
		},
		Save: func(f models.StaffForm) (string, error) {
			return accounts + "?fatto=invitato", known(z.mailing(ctx, func(ctx context.Context, tx bun.IDB) (*models.Confirmation, error) {
				return models.InviteColleague(ctx, tx, z.Now(), web.Staff(c), f)
			}))
		},
	})
}

// EditAccount edits one, and offers what else can be done with it.
func (z *Staff) EditAccount(c *fiber.Ctx) error {
	ctx := c.UserContext()
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	page, err := z.accountsPage(c, "", z.toAccounts(c))
	if err != nil {
		return err
	}
	all, err := models.StaffOf(ctx, z.DB, page.Staff.OrganisationID)
	if err != nil {
		return err
	}
	account, err := pick(all, id)
	if err != nil {
		return err
	}
	page.Title = account.Name
	page.Crumbs[len(page.Crumbs)-1].Label = account.Name
	return web.Edit(c, web.Editing[models.StaffForm]{
		Page: staff.EditPage{Page: page, Action: page.Path, More: staff.AccountActs(account)},
		Read: func() (models.StaffForm, error) {
			all, err := models.StaffOf(ctx, z.DB, page.Staff.OrganisationID)
			if err != nil {
				return models.StaffForm{}, err
			}
			now, err := pick(all, id)
			if err != nil {
				return models.StaffForm{}, err
			}
			return now.Form(page.Organisation), nil
		},
		Inputs: func(f models.StaffForm) []staff.Input {
			return append(z.inputs(c, page, f), web.Seen(f.Seen))
		},
		Save: func(f models.StaffForm) (string, error) {
			return accounts + "?fatto=salvato", known(models.EditStaff(ctx, z.DB, z.Now(), web.Staff(c), id, f))
		},
	})
}

func pick(all []models.Staff, id uuid.UUID) (*models.Staff, error) {
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, models.ErrNotFound
}

// known puts beside its field what only the verb can tell.
func known(err error) error {
	switch {
	case errors.Is(err, models.ErrStaffExists):
		return models.Wrong("email", "errors.staff_exists")
	case errors.Is(err, models.ErrLastAdministrator):
		return models.Wrong("role", "errors.last_administrator")
	}
	return err
}

func (z *Staff) inputs(c *fiber.Ctx, page layout.Page, f models.StaffForm) []staff.Input {
	towns := staff.Input{Name: "municipalities", Kind: staff.Several}
	for _, m := range page.Organisation.Municipalities {
		o := parts.Option{Value: m.Slug, Label: m.Name}
		for _, slug := range f.Municipalities {
			o.Checked = o.Checked || slug == m.Slug
		}
		towns.Options = append(towns.Options, o)
	}
	return []staff.Input{web.Line("staff_name", f.Name, true), web.Typed("email", "email", f.Email, true),
		web.Choice(c, "role", f.Role, models.Roles), towns}
}

// Close closes an account.
func (z *Staff) Close(c *fiber.Ctx) error {
	return z.onAccount(c, "chiuso", func(ctx context.Context, tx bun.IDB, id uuid.UUID) (*models.Confirmation, error) {
		return nil, models.CloseStaff(ctx, tx, z.Now(), web.Staff(c), id)
	})
}

// Reopen opens a closed account again and mails a new invitation.
func (z *Staff) Reopen(c *fiber.Ctx) error {
	return z.onAccount(c, "riaperto", func(ctx context.Context, tx bun.IDB, id uuid.UUID) (*models.Confirmation, error) {
		return models.ReopenStaff(ctx, tx, z.Now(), web.Staff(c), id)
	})
}

// ResetFactors takes the second factor of who has lost it away, and mails a new invitation.
func (z *Staff) ResetFactors(c *fiber.Ctx) error {
	return z.onAccount(c, "riazzerato", func(ctx context.Context, tx bun.IDB, id uuid.UUID) (*models.Confirmation, error) {
		return models.ResetFactors(ctx, tx, z.Now(), web.Staff(c), id)
	})
}

// EndSessions ends every session of an account.
func (z *Staff) EndSessions(c *fiber.Ctx) error {
	return z.onAccount(c, "sessioni", func(ctx context.Context, tx bun.IDB, id uuid.UUID) (*models.Confirmation, error) {
		return nil, models.EndSessionsOf(ctx, tx, z.Now(), web.Staff(c), id)
	})
}

// onAccount does one thing with the account in the address.
func (z *Staff) onAccount(c *fiber.Ctx, what string, do func(context.Context, bun.IDB, uuid.UUID) (*models.Confirmation, error)) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = z.mailing(c.UserContext(), func(ctx context.Context, tx bun.IDB) (*models.Confirmation, error) { return do(ctx, tx, id) })
	if err != nil {
		return err
	}
	return web.Done(c, accounts, what)
}

// mailing does something and, in the same transaction, mails the invitation that comes of it, if any.
func (z *Staff) mailing(ctx context.Context, do func(context.Context, bun.IDB) (*models.Confirmation, error)) error {
	return z.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		invitation, err := do(ctx, tx)
		if err != nil || invitation == nil {
			return err
		}
		return models.MailInvitation(ctx, tx, z.Now(), invitation)
	})
}

func (z *Staff) toAccounts(c *fiber.Ctx) parts.Crumb {
	ctx := c.UserContext()
	return parts.Crumb{Label: locale.T(ctx, "staff.accounts.title"), Href: locale.Path(ctx, accounts)}
}
