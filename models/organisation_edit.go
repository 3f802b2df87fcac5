// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// OrganisationForm is who the organisation is, how it is reached and where its legal pages are, as administrators edit
// it.
type OrganisationForm struct {
	Denomination string `form:"denomination" validate:"required,max=150,oneline"`
	LegalPerson  bool   `form:"legal_person"`
	ShortName    string `form:"short_name" validate:"max=60,oneline"`
	FiscalCode   string `form:"fiscal_code" validate:"omitempty,company_code"`
	IPACode      string `form:"ipa_code" validate:"omitempty,ipa_code"`
	Address      string `form:"address" validate:"max=200,oneline"`
	Phone        string `form:"phone" validate:"omitempty,max=40,oneline,phone"`
	Email        string `form:"email" validate:"omitempty,max=254,oneline,email"`
	PEC          string `form:"pec" validate:"omitempty,max=254,oneline,email"`
	OfficeHours
	AccessibilityURL string `form:"accessibility_url" validate:"omitempty,max=500,http_url"`
	TransparencyURL  string `form:"transparency_url" validate:"omitempty,max=500,http_url"`
	AlboURL          string `form:"albo_url" validate:"omitempty,max=500,http_url"`
	Basis
}

// Clean writes codes and hours in the one way in which they are kept.
func (f *OrganisationForm) Clean() {
	f.OfficeHours.Clean()
	f.FiscalCode, f.IPACode = compact(f.FiscalCode), strings.ToLower(compact(f.IPACode))
}

// compact returns a code without the spaces in it.
func compact(code string) string { return strings.Join(strings.Fields(code), "") }

// Form returns the organisation as the form has it.
func (o *Organisation) Form() OrganisationForm {
	f := OrganisationForm{Denomination: o.Name, LegalPerson: o.LegalPerson, ShortName: o.ShortName, FiscalCode: o.FiscalCode,
		IPACode: o.IPACode, Address: o.Address, Phone: o.Phone, Email: o.Email, PEC: o.PEC, OfficeHours: o.Hours,
		AccessibilityURL: o.AccessibilityURL, TransparencyURL: o.TransparencyURL, AlboURL: o.AlboURL}
	f.Seen = seenOf(f)
	return f
}

// accessibilityPlatform is where alone a statement of accessibility is published (AgID, "Linee guida
// sull'accessibilità degli strumenti informatici", chapter 4).
const accessibilityPlatform = "https://form.agid.gov.it/"

// DoubtfulStatement tells whether an address given for the statement of accessibility is not on AgID's platform.
func DoubtfulStatement(url string) bool {
	return url != "" && !strings.HasPrefix(url, accessibilityPlatform)
}

// EditOrganisation changes the staff's organisation. FieldErrors, ErrChanged, ErrNotFound.
func EditOrganisation(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, form OrganisationForm) error {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		return edit(ctx, tx, now, staff, "organisation", o.ID, o.Form(), form, form.Seen, func() error {
			o.Name, o.LegalPerson, o.ShortName = form.Denomination, form.LegalPerson, form.ShortName
			o.FiscalCode, o.IPACode = form.FiscalCode, form.IPACode
			o.Address, o.Phone, o.Email, o.PEC, o.Hours = form.Address, form.Phone, form.Email, form.PEC, form.OfficeHours
			o.AccessibilityURL, o.TransparencyURL, o.AlboURL = form.AccessibilityURL, form.TransparencyURL, form.AlboURL
			_, err := tx.NewUpdate().Model(o).WherePK().Exec(ctx)
			return err
		})
	})
}

// changeOrganisation runs change on the staff's organisation, locked. Whatever changes the list of its municipalities
// takes this lock.
func changeOrganisation(ctx context.Context, db bun.IDB, staff *Staff, change func(context.Context, bun.IDB, *Organisation) error) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		o := &Organisation{ID: staff.OrganisationID}
		if err := tx.NewSelect().Model(o).WherePK().For("NO KEY UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		return change(ctx, tx, o)
	})
}

// Codes by which the public administration knows its bodies.
var (
	ipaCode     = regexp.MustCompile(`^[a-z0-9_]{2,20}$`) // indicepa.gov.it
	companyCode = regexp.MustCompile(`^[0-9]{11}$`)
)

// validCompanyCode tells whether a codice fiscale of a legal person has eleven digits of which the last checks the
// others, as in a partita IVA (by the way of Luhn).
func validCompanyCode(code string) bool {
	if !companyCode.MatchString(code) {
		return false
	}
	sum := 0
	for i, digit := range code {
		n := int(digit - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
