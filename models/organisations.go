// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Organisation is the union of municipalities that runs the consultations.
type Organisation struct {
	bun.BaseModel `bun:"table:organisations"`

	ID   uuid.UUID `bun:",pk"`
	Name string
	// LegalPerson says that the organisation, such as an Unione dei Comuni, acts in its own name; else its municipalities
	// do in theirs. ShortName stands for the whole name where there is little room; "" none.
	LegalPerson      bool
	ShortName        string
	IPACode          string `bun:"ipa_code"`
	FiscalCode       string
	Address          string
	Phone, Email     string
	PEC              string
	Hours            OfficeHours `bun:"type:jsonb"`
	AccessibilityURL string      `bun:"accessibility_url"`
	AlboURL          string      `bun:"albo_url"`
	TransparencyURL  string      `bun:"transparency_url"`
	// Accent is the colour of the pages, "#rrggbb"; "" is the one they are built with. CrestID is that of its Crest.
	Accent  string
	CrestID string `bun:",nullzero"`
	// DemoSince is set while invented data are loaded; every page then says so.
	DemoSince time.Time `bun:",nullzero"`

	Municipalities []Municipality `bun:"rel:has-many,join:id=organisation_id"`
}

// Municipality is one comune of the organisation, with the contacts of its office.
type Municipality struct {
	bun.BaseModel `bun:"table:municipalities"`

	ID              uuid.UUID `bun:",pk"`
	OrganisationID  uuid.UUID
	Position        int
	Slug            string
	Name            string
	IstatCode       string
	CadastralCode   string
	PostalCodes     []string `bun:",array"`
	HallAddress     string
	Latitude        *float64
	Longitude       *float64
	Hamlets         []string `bun:",array"`
	IPACode         string   `bun:"ipa_code"`
	Phone           string
	Email           string
	PEC             string
	Hours           OfficeHours `bun:"type:jsonb"`
	AlboURL         string      `bun:"albo_url"`
	TransparencyURL string      `bun:"transparency_url"`
	CrestID         string      `bun:",nullzero"`
	// DPOName is its own data protection officer; empty: the one of the organisation's Privacy.
	DPOName    string `bun:"dpo_name"`
	DPOContact string `bun:"dpo_contact"`
}

// Page is a text of the organisation: the legal notes ("note-legali"), the rules of participation ("regole").
type Page struct {
	bun.BaseModel `bun:"table:pages"`

	OrganisationID uuid.UUID `bun:",pk"`
	Slug           string    `bun:",pk"`
	Title          Text      `bun:"type:jsonb"`
	Body           Text      `bun:"type:jsonb"`
	UpdatedAt      time.Time
}

// TheOrganisation returns the organisation this installation serves, with its municipalities in order; ErrNotFound on
// an empty database.
func TheOrganisation(ctx context.Context, db bun.IDB) (*Organisation, error) {
	o := new(Organisation)
	err := db.NewSelect().Model(o).
		Relation("Municipalities", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("position") }).
		Limit(1).Scan(ctx)
	return o, found(err)
}

// PageOf returns a text of the organisation by its slug.
func PageOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID, slug string) (*Page, error) {
	p := new(Page)
	err := db.NewSelect().Model(p).Where("organisation_id = ? AND slug = ?", organisationID, slug).Scan(ctx)
	return p, found(err)
}

// Municipality returns the organisation's municipality with that id, or nil.
func (o *Organisation) Municipality(id uuid.UUID) *Municipality {
	if o == nil {
		return nil
	}
	for i := range o.Municipalities {
		if o.Municipalities[i].ID == id {
			return &o.Municipalities[i]
		}
	}
	return nil
}

// MunicipalityBySlug returns the organisation's municipality with that slug, or nil.
func (o *Organisation) MunicipalityBySlug(slug string) *Municipality {
	for i := range o.Municipalities {
		if o.Municipalities[i].Slug == slug {
			return &o.Municipalities[i]
		}
	}
	return nil
}
