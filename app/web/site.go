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

// Site is whom the installation serves and the consultation a page is about: read for every page, changed seldom.
type Site struct {
	// Organisation is nil in an installation that is new.
	Organisation *models.Organisation
	// Consultations are all there are, drafts too, the newest first, see models.ConsultationsOf.
	Consultations []models.Consultation
	// Consultation is nil where the page is about none.
	Consultation *models.Consultation
	// Contents says which of the sections that may be empty have something in them.
	Contents models.Contents
	// PrivacyMissing is what the information notice still lacks, see models.PrivacyMissing.
	PrivacyMissing []string
	// Approved are the translations that staff have approved.
	Approved models.Approvals
}

// Sites keeps the last reading of each Site for about a second, so that a page need not read it again.
type Sites struct {
	mu sync.Mutex
	// bySlug are the sites of the consultations; under "" the one that is about none.
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

// Site returns the organisation and the consultation that the page is about, which must not be changed: the one named in
// the address; on the pages of staff else the one they work on; elsewhere the one that is open, if there is exactly one.
// ErrNotFound: there is no such consultation, or it is a draft and who asks is no staff.
func (d Deps) Site(c *fiber.Ctx) (Site, error) {
	return d.siteOf(c.UserContext(), func(all []models.Consultation) (*models.Consultation, error) {
		if slug := c.Params("consultation"); slug != "" {
			one := named(all, slug)
			if one == nil || one.Draft() && Staff(c) == nil {
				return nil, models.ErrNotFound
			}
			return one, nil
		}
		if working(c) {
			return workedOn(c, all)
		}
		return theOpenOne(all)
	})
}

// siteOf returns the Site of the consultation that choose returns, of none where that is nil.
func (d Deps) siteOf(ctx context.Context, choose func(all []models.Consultation) (*models.Consultation, error)) (Site, error) {
	site, err := d.remembered(ctx, "", d.readOrganisation)
	if err != nil {
		return Site{}, err
	}
	chosen, err := choose(site.Consultations)
	if err != nil || chosen == nil {
		return site, err
	}
	whole, err := d.remembered(ctx, chosen.Slug, func(ctx context.Context) (site Site, err error) {
		site.Consultation, err = models.ConsultationBySlug(ctx, d.DB, chosen.Slug)
		return site, err
	})
	site.Consultation, site.Contents = whole.Consultation, chosen.Contains
	return site, err
}

func theOpenOne(all []models.Consultation) (*models.Consultation, error) {
	if open := models.LiveOf(all); len(open) == 1 {
		return &open[0], nil
	}
	return nil, nil
}

func named(all []models.Consultation, slug string) *models.Consultation {
	for i := range all {
		if all[i].Slug == slug {
			return &all[i]
		}
	}
	return nil
}

// remembered returns what is remembered under a key, reading it when that is too old.
func (d Deps) remembered(ctx context.Context, key string, read func(context.Context) (Site, error)) (Site, error) {
	d.Sites.mu.Lock()
	known, ok := d.Sites.bySlug[key]
	d.Sites.mu.Unlock()
	if ok && d.Now().Sub(known.at) < siteFresh {
		return known.site, nil
	}
	site, err := read(ctx)
	if err != nil {
		return Site{}, err
	}
	d.Sites.mu.Lock()
	d.Sites.bySlug[key] = siteAt{site, d.Now()}
	d.Sites.mu.Unlock()
	return site, nil
}

func (d Deps) readOrganisation(ctx context.Context) (site Site, err error) {
	organisation, err := models.TheOrganisation(ctx, d.DB)
	if errors.Is(err, models.ErrNotFound) {
		return site, nil
	}
	if err != nil {
		return site, err
	}
	site.Organisation = organisation
	if site.PrivacyMissing, err = models.PrivacyMissing(ctx, d.DB, organisation); err != nil {
		return site, err
	}
	if site.Approved, err = models.ApprovalsOf(ctx, d.DB, organisation.ID); err != nil {
		return site, err
	}
	site.Consultations, err = models.ConsultationsOf(ctx, d.DB, organisation.ID)
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
