// SPDX-License-Identifier: AGPL-3.0-or-later

package layout

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// office is one of those that answer for the site, as the foot of every page shows it.
type office struct {
	name, crest, fiscalCode    string
	address, phone, email, pec string
	hours                      models.OfficeHours
	transparency, albo         string
	// promised says that what is not known of it yet is said to be so.
	promised bool
}

// foldFrom is from how many municipalities on each is folded at the foot of the page.
const foldFrom = 4

// offices are the organisation, where it is reached in a way of its own, and the municipalities.
func (p Page) offices(ctx context.Context) []office {
	var offices []office
	if o := p.Organisation; o != nil && (o.Address != "" || o.Phone != "" || o.Email != "" || o.PEC != "" || o.Hours.Known()) {
		offices = append(offices, office{name: o.Name, crest: o.CrestID, fiscalCode: o.FiscalCode, address: o.Address, phone: o.Phone, email: o.Email, pec: o.PEC, hours: o.Hours})
	}
	for _, m := range p.Municipalities() {
		offices = append(offices, office{name: parts.Town(ctx, m.Name), crest: m.CrestID, address: m.HallAddress, phone: m.Phone, email: m.Email, pec: m.PEC,
			hours: m.Hours, transparency: m.TransparencyURL, albo: m.AlboURL, promised: true})
	}
	return offices
}

// mostCrests is how many coats of arms there is room for at the top of a page.
const mostCrests = 3

// bearer is a coat of arms by its id, and whose it is in words.
type bearer struct{ crest, alt string }

// bearers are whose coats of arms stand at the top of the page: the organisation's, else those of the municipalities,
// once all of them have one, where there is room: none comes before the others.
func (p Page) bearers(ctx context.Context) []bearer {
	if p.Organisation == nil {
		return nil
	}
	if p.Organisation.CrestID != "" {
		return []bearer{{p.Organisation.CrestID, locale.T(ctx, "parts.crest_of", "Name", p.Organisation.Name)}}
	}
	var bearers []bearer
	for _, m := range p.Municipalities() {
		if m.CrestID == "" || len(bearers) == mostCrests {
			return nil
		}
		bearers = append(bearers, bearer{m.CrestID, locale.T(ctx, "parts.crest_of_town", "Name", m.Name)})
	}
	return bearers
}

// legal is a page that the law asks for, at the address of the organisation; elsewhere tells that municipalities have
// each their own, at which the foot of the page leads there.
type legal struct {
	url       string
	elsewhere bool
}

func (p Page) legal(ofOrganisation func(*models.Organisation) string, ofTown func(models.Municipality) string) (l legal) {
	if p.Organisation != nil {
		l.url = ofOrganisation(p.Organisation)
	}
	for _, m := range p.Municipalities() {
		l.elsewhere = l.elsewhere || ofTown(m) != ""
	}
	return l
}

func (p Page) transparency() legal {
	return p.legal(func(o *models.Organisation) string { return o.TransparencyURL }, func(m models.Municipality) string { return m.TransparencyURL })
}

func (p Page) albo() legal {
	return p.legal(func(o *models.Organisation) string { return o.AlboURL }, func(m models.Municipality) string { return m.AlboURL })
}

func (p Page) accessibility() legal {
	return p.legal(func(o *models.Organisation) string { return o.AccessibilityURL }, func(models.Municipality) string { return "" })
}
