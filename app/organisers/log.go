// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/organisers"
)

// logLength is how many entries of the log a page shows.
const logLength = 50

// History shows what staff did, newest first, as far as the address narrows it, and how the log stands.
func (z *Organisers) History(c *fiber.Ctx) error {
	page, err := z.page(c, "organisers.log.title")
	if err != nil {
		return err
	}
	ctx, id := c.UserContext(), page.Organisation.ID
	p := organisers.LogPage{Page: page, MayExport: web.For(models.RoleOrganiser).Allows(page.Staff.Role)}
	if p.Kinds, err = models.AuditKindsOf(ctx, z.DB, id); err != nil {
		return err
	}
	asked, err := auditAsked(c, &p)
	if err != nil {
		return err
	}
	asked.OrganisationID, asked.Limit = id, logLength+1
	if p.Entries, err = models.AuditOf(ctx, z.DB, asked); err != nil {
		return err
	}
	if len(p.Entries) > logLength {
		p.Entries = p.Entries[:logLength]
		p.Next = p.Entries[logLength-1].Number
	}
	if p.Subjects, err = models.SubjectsOf(ctx, z.DB, id, p.Entries); err != nil {
		return err
	}
	if err := z.auditState(ctx, &p); err != nil {
		return err
	}
	if err := z.NoteReading(c, models.Reading{List: "entries", Subject: "log", ID: id, Rows: len(p.Entries)}); err != nil {
		return err
	}
	status := fiber.StatusOK
	if p.Wrong != nil {
		status = fiber.StatusUnprocessableEntity
	}
	return web.Render(c, status, organisers.Log(p))
}

// auditAsked reads from the address by what the log is narrowed, also into the page's form. ErrNotFound where it names
// what the log does not have; a day that is none is wrong on the page.
func auditAsked(c *fiber.Ctx, p *organisers.LogPage) (asked models.AuditAsked, err error) {
	p.Asked = organisers.LogAsked{Who: c.Query("chi"), Action: c.Query("azione"), Subject: c.Query("oggetto"),
		From: c.Query("dal"), To: c.Query("al")}
	asked.Action, asked.Subject, asked.ByProgram = p.Asked.Action, p.Asked.Subject, p.Asked.Who == organisers.TheProgram
	asked.Before, _ = strconv.ParseInt(c.Query("dopo"), 10, 64) // what is no number: from the newest
	if p.Asked.Who != "" && !asked.ByProgram {
		if asked.Staff, err = uuid.Parse(p.Asked.Who); err != nil || asked.Staff == uuid.Nil {
			return asked, models.ErrNotFound
		}
	}
	ofStaff := func(s models.Staff) bool { return s.ID == asked.Staff }
	if asked.Staff != uuid.Nil && !slices.ContainsFunc(p.Kinds.Staff, ofStaff) ||
		asked.Action != "" && !slices.Contains(p.Kinds.Actions, asked.Action) ||
		asked.Subject != "" && !slices.Contains(p.Kinds.Subjects, asked.Subject) {
		return asked, models.ErrNotFound
	}
	for _, day := range []struct {
		name, typed string
		is          *time.Time
	}{{"dal", p.Asked.From, &asked.From}, {"al", p.Asked.To, &asked.To}} {
		if day.typed == "" {
			continue
		}
		if *day.is, err = models.ParseDay(day.typed); err != nil {
			p.Wrong = append(p.Wrong, models.FieldError{Field: day.name, Key: "log.wrong_day"})
		}
	}
	return asked, nil
}

// auditState reads how the log stands: when it was last checked, and signed.
func (z *Organisers) auditState(ctx context.Context, p *organisers.LogPage) (err error) {
	key := z.Config.AuditKey()
	p.Key = key.Public
	if p.Check, err = models.LastAuditCheck(ctx, z.DB); errors.Is(err, models.ErrNotFound) {
		p.Check, err = nil, nil
	}
	if err != nil {
		return err
	}
	if p.Signed, err = models.SignedHead(ctx, z.DB, key); errors.Is(err, models.ErrNotFound) {
		p.Signed, err = nil, nil
	}
	return err
}

// HistoryTable streams the whole log as comma-separated values, with the hashes and the signatures and without texts.
func (z *Organisers) HistoryTable(c *fiber.Ctx) error {
	if err := models.NoteAuditExport(c.UserContext(), z.DB, z.Now(), web.Staff(c)); err != nil {
		return err
	}
	return z.SendCSV(c, "registro.csv", models.AuditColumns, func(ctx context.Context, write func(...string) error) error {
		return models.EachAuditRow(ctx, z.DB, 1, func(r *models.AuditRow) error { return write(r.Record()...) })
	})
}
