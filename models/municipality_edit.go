// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MunicipalityForm is what a municipality is, as administrators edit it; how it is reached is its ContactsForm.
type MunicipalityForm struct {
	Denomination  string `form:"denomination" validate:"required,max=100,oneline"`
	IstatCode     string `form:"istat_code" validate:"required,istat_code"`
	CadastralCode string `form:"cadastral_code" validate:"required,cadastral_code"`
	IPACode       string `form:"ipa_code" validate:"omitempty,ipa_code"`
	// PostalCodes are parted by commas, Hamlets stand one on a line.
	PostalCodes     string `form:"postal_codes" validate:"max=400,postal_codes"`
	Hamlets         string `form:"hamlets" validate:"max=6000"`
	Latitude        string `form:"latitude" validate:"omitempty,latitude"`
	Longitude       string `form:"longitude" validate:"required_with=Latitude,omitempty,longitude"`
	TransparencyURL string `form:"transparency_url" validate:"omitempty,max=500,http_url"`
	AlboURL         string `form:"albo_url" validate:"omitempty,max=500,http_url"`
	Basis
}

// Clean writes codes and lists in the one way in which they are kept.
func (f *MunicipalityForm) Clean() {
	// Pages say "Comune di" themselves.
	if words := strings.Fields(f.Denomination); len(words) > 2 && strings.EqualFold(words[0], "comune") && strings.EqualFold(words[1], "di") {
		f.Denomination = strings.Join(words[2:], " ")
	}
	f.IstatCode, f.CadastralCode = compact(f.IstatCode), strings.ToUpper(compact(f.CadastralCode))
	f.IPACode = strings.ToLower(compact(f.IPACode))
	f.PostalCodes = strings.Join(postalCodes(f.PostalCodes), ", ")
	f.Hamlets = strings.Join(hamlets(f.Hamlets), "\n")
}

// Form returns the municipality as the form has it.
func (m *Municipality) Form() MunicipalityForm {
	f := MunicipalityForm{Denomination: m.Name, IstatCode: m.IstatCode, CadastralCode: m.CadastralCode, IPACode: m.IPACode,
		PostalCodes: strings.Join(m.PostalCodes, ", "), Hamlets: strings.Join(m.Hamlets, "\n"),
		TransparencyURL: m.TransparencyURL, AlboURL: m.AlboURL}
	if m.Latitude != nil && m.Longitude != nil {
		f.Latitude, f.Longitude = coordinate(*m.Latitude), coordinate(*m.Longitude)
	}
	f.Seen = seenOf(f)
	return f
}

func (f *MunicipalityForm) apply(m *Municipality) (err error) {
	m.Name, m.IstatCode, m.CadastralCode, m.IPACode = f.Denomination, f.IstatCode, f.CadastralCode, f.IPACode
	m.PostalCodes, m.Hamlets = postalCodes(f.PostalCodes), hamlets(f.Hamlets)
	m.TransparencyURL, m.AlboURL = f.TransparencyURL, f.AlboURL
	m.Latitude, m.Longitude, err = coordinates(f.Latitude, f.Longitude)
	return err
}

var (
	istatCode     = regexp.MustCompile(`^[0-9]{6}$`)      // province and municipality, "Codici statistici delle unità amministrative territoriali"
	cadastralCode = regexp.MustCompile(`^[A-Z][0-9]{3}$`) // as in a codice fiscale (DM 23.12.1976)
	postalCode    = regexp.MustCompile(`^[0-9]{5}$`)
)

func postalCodes(typed string) []string {
	codes := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",; \t\n", r) })
	return append([]string{}, once(codes)...)
}

func hamlets(typed string) []string {
	names := []string{}
	for line := range strings.Lines(typed) {
		if name := cleanName(line); name != "" {
			names = append(names, name)
		}
	}
	return once(names)
}

// once returns the values in order, each the first time it comes.
func once(values []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(values, func(v string) bool {
		defer func() { seen[v] = true }()
		return seen[v]
	})
}

// SaveMunicipality changes a municipality of the staff's organisation, or adds one at the end of the list when id is
// zero, and returns its slug: made from the name when it is added, and the same for ever, as addresses hold it.
// FieldErrors, ErrChanged, ErrNotFound.
func SaveMunicipality(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form MunicipalityForm) (string, error) {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return "", wrong
	}
	m := &Municipality{ID: id, OrganisationID: staff.OrganisationID}
	err := changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		if id == uuid.Nil {
			return addMunicipality(ctx, tx, now, staff, m, form)
		}
		if err := tx.NewSelect().Model(m).WherePK().Where("organisation_id = ?", o.ID).For("NO KEY UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		return edit(ctx, tx, now, staff, "municipality", id, m.Form(), form, form.Seen, func() error {
			if err := form.apply(m); err != nil {
				return err
			}
			_, err := tx.NewUpdate().Model(m).WherePK().Exec(ctx)
			return err
		})
	})
	for constraint, field := range map[string]string{"municipalities_istat_code_once": "istat_code", "municipalities_cadastral_code_once": "cadastral_code"} {
		if violates(err, constraint) {
			err = Wrong(field, "errors.code_taken")
		}
	}
	return m.Slug, err
}

func addMunicipality(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, m *Municipality, form MunicipalityForm) error {
	if err := form.apply(m); err != nil {
		return err
	}
	var err error
	m.ID = newID()
	if m.Slug, err = freeSlug(ctx, tx, "municipalities", m.Name, reservedTownSlugs...); err != nil {
		return err
	}
	err = tx.NewSelect().Model((*Municipality)(nil)).ColumnExpr("coalesce(max(position), 0) + 1").
		Where("organisation_id = ?", m.OrganisationID).Scan(ctx, &m.Position)
	if err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(m).Exec(ctx); err != nil {
		return err
	}
	return audit(ctx, tx, now, staff, "add", "municipality", m.ID, nil, fieldsOf(form))
}

// MoveMunicipality moves a municipality one place up in the list of the staff's organisation, or down; at the end of
// the list it stays where it is. ErrNotFound.
func MoveMunicipality(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, up bool) error {
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		var list []Municipality
		if err := tx.NewSelect().Model(&list).Column("id", "position").Where("organisation_id = ?", o.ID).Order("position", "id").Scan(ctx); err != nil {
			return err
		}
		from := slices.IndexFunc(list, func(m Municipality) bool { return m.ID == id })
		if from < 0 {
			return ErrNotFound
		}
		to := neighbour(from, len(list), up)
		if to == from {
			return nil
		}
		list[from], list[to] = list[to], list[from]
		for i := range list {
			list[i].Position = i + 1
			if _, err := tx.NewUpdate().Model(&list[i]).Column("position").WherePK().Exec(ctx); err != nil {
				return err
			}
		}
		return audit(ctx, tx, now, staff, "edit", "municipality", id, map[string]any{"position": from + 1}, map[string]any{"position": to + 1})
	})
}

// RemoveMunicipality takes a municipality of the staff's organisation away, with its population and its coat of arms;
// taking it away again changes nothing. InUse as long as anything else refers to it.
func RemoveMunicipality(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID) error {
	err := changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		m := &Municipality{ID: id}
		err := found(tx.NewSelect().Model(m).WherePK().Where("organisation_id = ?", o.ID).Scan(ctx))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(m).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := forgetCrest(ctx, tx, m.CrestID); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "remove", "municipality", id, fieldsOf(m.Form()), nil)
	})
	return inUse(err)
}
