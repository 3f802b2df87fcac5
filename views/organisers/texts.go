// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"slices"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
)

// TextsPage lists everything that can be edited. Done is what has just been done.
type TextsPage struct {
	layout.Page
	Done       string
	Guidelines []models.Guideline // with their current versions
	Acts       []models.Act
	FAQs       []models.FAQ
	Notices    []models.Notice
	Pages      []models.Page
}

// unwritten are the texts of the organisation that nobody has written yet.
func (p TextsPage) unwritten() []string {
	return slices.DeleteFunc(slices.Clone(models.PageSlugs), func(slug string) bool {
		return slices.ContainsFunc(p.Pages, func(page models.Page) bool { return page.Slug == slug })
	})
}

// StillUsed says why a guideline or a meeting cannot be taken away.
func StillUsed(ctx context.Context, kind string, use models.InUse) string {
	key := "organisers.in_use." + kind + "." + use.By
	if !locale.Has(key) {
		key = "organisers.in_use." + kind + ".other"
	}
	return locale.T(ctx, key)
}

// phaseDates writes a phase's dates, or that they are to be confirmed.
func phaseDates(ctx context.Context, p models.Phase) string {
	if p.StartsOn.IsZero() {
		return locale.T(ctx, "organisers.date_to_confirm")
	}
	dates := locale.Day(ctx, p.StartsOn)
	if !p.EndsOn.IsZero() {
		dates += " – " + locale.Day(ctx, p.EndsOn)
	}
	return dates
}

// actDay writes the date of an act as far as it is known.
func actDay(ctx context.Context, a models.Act) string {
	switch a.DatePrecision {
	case "day":
		return locale.Day(ctx, a.Dated)
	case "month":
		return locale.MonthYear(ctx, a.Dated)
	}
	return a.Dated.Format("2006")
}

func withDocument(ctx context.Context, a models.Act) string {
	if a.FileID == [16]byte{} {
		return ""
	}
	return " · " + locale.T(ctx, "editing.document")
}

// changing is the address of a page on which something is changed, "" for who reads only: to them it is not there.
func changing(p layout.Page, path string) string {
	if p.Staff.Reads() {
		return ""
	}
	return path
}
