// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
	"ultimaparola/views/notice"
)

// Privacy shows the information notice: as it is now, or as the version in the address was.
func (z *Citizens) Privacy(c *fiber.Ctx) error {
	frame, err := z.Page(c, "")
	if err != nil {
		return err
	}
	if frame.Organisation == nil {
		return z.noText(c, frame, "privacy")
	}
	page := citizens.PrivacyPage{Page: frame}
	if page.Kept, err = models.NoticesKept(c.UserContext(), z.DB, page.Organisation.ID); err != nil {
		return err
	}
	if asked := c.Query("versione"); asked == "" {
		err = z.noticeNow(c, &page)
	} else {
		err = z.noticeThen(c, &page, asked)
	}
	if err != nil {
		return err
	}
	page.Title = web.InLanguage(c, page.Notice.Title)
	page.Rateable = layout.RateablePage
	page.Crumbs = z.crumbs(c, frame, titled(c, page.Notice.Title, ""))
	return web.RenderStored(c, citizens.Privacy(page))
}

// noticeNow is generated anew; the worker writes down what reads differently, so this may be the next version already.
func (z *Citizens) noticeNow(c *fiber.Ctx, page *citizens.PrivacyPage) error {
	ctx, id := c.UserContext(), page.Organisation.ID
	settings, err := models.PrivacyOf(ctx, z.DB, id)
	if err != nil {
		return err
	}
	title, body, err := notice.Of(page.Organisation, settings)
	if err != nil {
		return err
	}
	page.Notice = &models.InformationNotice{OrganisationID: id, Number: 1, Title: title, Body: body, PublishedAt: z.Now()}
	if len(page.Kept) == 0 {
		return nil
	}
	last, err := models.NoticeKept(ctx, z.DB, id, page.Kept[0].Number)
	if err != nil {
		return err
	}
	if last.SameAs(title, body) {
		page.Notice = last
	} else {
		page.Notice.Number = last.Number + 1
	}
	return nil
}

func (z *Citizens) noticeThen(c *fiber.Ctx, page *citizens.PrivacyPage, asked string) error {
	number, err := strconv.Atoi(asked)
	at := slices.IndexFunc(page.Kept, func(n models.InformationNotice) bool { return n.Number == number })
	if err != nil || at < 0 {
		return models.ErrNotFound
	}
	if at > 0 {
		page.Until, page.NoIndex = page.Kept[at-1].PublishedAt, true
	}
	page.Notice, err = models.NoticeKept(c.UserContext(), z.DB, page.Organisation.ID, number)
	return err
}
