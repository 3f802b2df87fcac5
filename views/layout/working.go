// SPDX-License-Identifier: AGPL-3.0-or-later

package layout

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// choices are the consultations that staff can choose to work on.
func (p Page) choices(ctx context.Context) []parts.Option {
	options := make([]parts.Option, len(p.Consultations))
	for i := range p.Consultations {
		c := &p.Consultations[i]
		options[i] = parts.Option{Value: c.Slug, Label: parts.Plain(ctx, c.Title) + " – " + StandingName(ctx, c)}
	}
	return options
}

// StandingName says in a word whether a consultation is a draft, open or past.
func StandingName(ctx context.Context, c *models.Consultation) string {
	switch {
	case c.Draft():
		return locale.T(ctx, "work.state.draft")
	case c.Archived():
		return locale.T(ctx, "work.state.archived")
	}
	return locale.T(ctx, "work.state.open")
}

func standingClass(c *models.Consultation) string {
	switch {
	case c.Draft():
		return "bg-dark"
	case c.Archived():
		return "bg-secondary"
	}
	return "bg-primary"
}
