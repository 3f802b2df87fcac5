// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/models"
)

// Site is whom the installation serves and the consultation a page is about: read for every page, changed seldom. Both
// are nil in an installation that is new; a consultation named in an address is never nil.
type Site struct {
	Organisation *models.Organisation
	Consultation *models.Consultation
	// Contents says which of the sections that may be empty have something in them.
	Contents models.Contents
}

// Sites keeps the last reading of each Site for about a second, so that a page need not read it again.
type Sites struct {
	mu     sync.Mutex
	bySlug map[string]siteAt
}

type siteAt struct {
	site Site
	at   time.Time
}

const siteFresh = time.Second

// NewSites returns an empty memory of sites.
func NewSites() *Sites { return &Sites{bySlug: map[string]siteAt{}} }

// Forget has the next page read everything again: staff see at once what they changed.
func (s *Sites) Forget() {
	s.mu.Lock()
	clear(s.bySlug)
	s.mu.Unlock()
}

// Site returns the organisation and the consultation named in the address, or the newest one if any. It must not be changed.
// ErrNotFound: there is no such consultation.
func (d Deps) Site(c *fiber.Ctx) (Site, error) {
	return d.siteBySlug(c.UserContext(), c.Params("consultation"))
}

func (d Deps) siteBySlug(ctx context.Context, slug string) (Site, error) {
	d.Sites.mu.Lock()
	known, ok := d.Sites.bySlug[slug]
	d.Sites.mu.Unlock()
	if ok && d.Now().Sub(known.at) < siteFresh {
		return known.site, nil
	}
	site, err := d.readSite(ctx, slug)
	if err != nil {
		return Site{}, err
	}
	d.Sites.mu.Lock()
	d.Sites.bySlug[slug] = siteAt{site, d.Now()}
	d.Sites.mu.Unlock()
	return site, nil
}

func (d Deps) readSite(ctx context.Context, slug string) (site Site, err error) {
	organisation, err := models.TheOrganisation(ctx, d.DB)
	if slug == "" && errors.Is(err, models.ErrNotFound) {
		return site, nil
	}
	if err != nil {
		return site, err
	}
	site.Organisation = organisation
	var consultation *models.Consultation
	if slug == "" {
		consultation, err = models.TheConsultation(ctx, d.DB)
	} else {
		consultation, err = models.ConsultationBySlug(ctx, d.DB, slug)
	}
	if slug == "" && errors.Is(err, models.ErrNotFound) {
		return site, nil
	}
	if err != nil {
		return site, err
	}
	site.Consultation = consultation
	site.Contents, err = models.ContentsOf(ctx, d.DB, site.Consultation.ID)
	return site, err
}

// refreshSite forgets what is remembered after staff have changed something.
func (d Deps) refreshSite(c *fiber.Ctx) error {
	err := c.Next()
	if Staff(c) != nil && c.Method() != fiber.MethodGet {
		d.Sites.Forget()
	}
	return err
}
