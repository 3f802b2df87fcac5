// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"bytes"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
	"ultimaparola/views/layout"
)

// Page returns what the frame around a page needs to know, with that title. The handler adds the rest.
func (d Deps) Page(c *fiber.Ctx, title string) (layout.Page, error) {
	site, err := d.Site(c)
	if err != nil {
		return layout.Page{}, err
	}
	return d.frame(c, site, title), nil
}

// PageOn is Page for one that is about a consultation though its address does not say so. ErrNotFound: there is none with
// that slug.
func (d Deps) PageOn(c *fiber.Ctx, slug, title string) (layout.Page, error) {
	site, err := d.siteOf(c.UserContext(), func(all []models.Consultation) (*models.Consultation, error) {
		if one := named(all, slug); one != nil {
			return one, nil
		}
		return nil, models.ErrNotFound
	})
	if err != nil {
		return layout.Page{}, err
	}
	return d.frame(c, site, title), nil
}

func (d Deps) frame(c *fiber.Ctx, site Site, title string) layout.Page {
	p := layout.Page{
		Title:        title,
		Path:         c.Path(),
		BaseURL:      d.Links.Base,
		Organisation: site.Organisation,
		Consultation: site.Consultation,

		Consultations: site.Consultations,
		Working:       working(c) && c.Params("consultation") == "",

		Sections: layout.Sections{Acts: site.Contents.Acts, FAQs: site.Contents.FAQs, Notices: site.Contents.Notices},
		Approved: site.Approved,
		Person:   Person(c),
		Staff:    Staff(c),

		PrivacyMissing: site.PrivacyMissing,
		FormsClosed:    d.formsClosed(site),

		Demo:     site.Organisation != nil && !site.Organisation.DemoSince.IsZero(),
		Feedback: layout.Feedback(c.Query("valutazione")),
	}
	p.NoIndex = p.Demo || p.Person != nil || p.Staff != nil
	return p
}

// Render answers with a page. It is rendered whole before the first byte is sent, so that an error can still be told.
func Render(c *fiber.Ctx, status int, page templ.Component) error {
	var body bytes.Buffer
	body.Grow(64 << 10)
	if err := page.Render(c.UserContext(), &body); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, Lang(c))
	return c.Status(status).Send(body.Bytes())
}

// RenderStored is Render for a page that is the same for everybody who is not signed in. To who is, it may show what is
// theirs, and then nobody stores it.
func RenderStored(c *fiber.Ctx, page templ.Component) error {
	if Person(c) == nil && Staff(c) == nil {
		Storable(c)
	}
	return Render(c, fiber.StatusOK, page)
}
