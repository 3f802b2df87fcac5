// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// PrivacyForm is one of the forms in which staff fill in what the information notice says.
type PrivacyForm[F any] interface {
	of(*Privacy) F
	apply(*Privacy) error
	seen() string
}

// PrivacyFormOf returns a form as the settings are now.
func PrivacyFormOf[F PrivacyForm[F]](p *Privacy) F {
	var empty F
	return empty.of(p)
}

// EditPrivacy changes the settings of the staff's organisation in what the form is about. FieldErrors, ErrChanged.
func EditPrivacy[F PrivacyForm[F]](ctx context.Context, db bun.IDB, now time.Time, staff *Staff, form F) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		p := &Privacy{OrganisationID: staff.OrganisationID, RegistrationsDays: registrationsDays, Further: Text{}}
		if _, err := tx.NewInsert().Model(p).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
			return err
		}
		if err := tx.NewSelect().Model(p).WherePK().For("UPDATE").Scan(ctx); err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "privacy", staff.OrganisationID, form.of(p), form, form.seen(), func() error {
			if err := form.apply(p); err != nil {
				return err
			}
			_, err := tx.NewUpdate().Model(p).WherePK().Exec(ctx)
			return err
		})
	})
}

func (b Basis) seen() string { return b.Seen }

// ControllersForm is who answers for the data: the agreement between the municipalities, and the data protection officer of
// those that have none of their own.
type ControllersForm struct {
	Agreement    string `form:"agreement" validate:"max=300,oneline"`
	AgreementOn  string `form:"agreement_on" validate:"omitempty,datetime=2006-01-02"`
	AgreementURL string `form:"agreement_url" validate:"omitempty,max=500,http_url"`
	DPOName      string `form:"dpo_name" validate:"required_with=DPOContact,max=200,oneline"`
	DPOContact   string `form:"dpo_contact" validate:"required_with=DPOName,omitempty,max=254,oneline,email"`
	Basis
}

func (ControllersForm) of(p *Privacy) ControllersForm {
	f := ControllersForm{Agreement: p.Agreement, AgreementOn: dateField(p.AgreementOn), AgreementURL: p.AgreementURL,
		DPOName: p.DPOName, DPOContact: p.DPOContact}
	f.Seen = seenOf(f)
	return f
}

func (f ControllersForm) apply(p *Privacy) (err error) {
	if p.AgreementOn, err = fieldDate(f.AgreementOn); err != nil {
		return Wrong("agreement_on", "errors.date")
	}
	p.Agreement, p.AgreementURL, p.DPOName, p.DPOContact = f.Agreement, f.AgreementURL, f.DPOName, f.DPOContact
	return nil
}

// LegalBasisForm is why the data may be used.
type LegalBasisForm struct {
	Act        string `form:"act" validate:"max=300,oneline"`
	ActURL     string `form:"act_url" validate:"omitempty,max=500,http_url"`
	Law        string `form:"law" validate:"max=300,oneline"`
	NeedsBasis string `form:"needs_basis" validate:"max=300,oneline"`
	Basis
}

func (LegalBasisForm) of(p *Privacy) LegalBasisForm {
	f := LegalBasisForm{Act: p.Act, ActURL: p.ActURL, Law: p.Law, NeedsBasis: p.NeedsBasis}
	f.Seen = seenOf(f)
	return f
}

func (f LegalBasisForm) apply(p *Privacy) error {
	p.Act, p.ActURL, p.Law, p.NeedsBasis = f.Act, f.ActURL, f.Law, f.NeedsBasis
	return nil
}

// OutsideEU are the answers to whether data leave the European Union.
var OutsideEU = []string{"no", "yes"}

// RecipientsForm is who else handles the data.
type RecipientsForm struct {
	HostName    string `form:"host_name" validate:"max=200,oneline"`
	HostCountry string `form:"host_country" validate:"max=100,oneline"`
	MailName    string `form:"mail_name" validate:"max=200,oneline"`
	MailCountry string `form:"mail_country" validate:"max=100,oneline"`
	OutsideEU   string `form:"outside_eu" validate:"omitempty,oneof=no yes"`
	Safeguards  string `form:"safeguards" validate:"required_if=OutsideEU yes,max=500,oneline"`
	Basis
}

func (RecipientsForm) of(p *Privacy) RecipientsForm {
	f := RecipientsForm{HostName: p.HostName, HostCountry: p.HostCountry, MailName: p.MailName, MailCountry: p.MailCountry,
		OutsideEU: p.OutsideEU, Safeguards: p.Safeguards}
	f.Seen = seenOf(f)
	return f
}

func (f RecipientsForm) apply(p *Privacy) error {
	p.HostName, p.HostCountry, p.MailName, p.MailCountry = f.HostName, f.HostCountry, f.MailName, f.MailCountry
	p.OutsideEU, p.Safeguards = f.OutsideEU, f.Safeguards
	return nil
}

// RetentionForm is how long what is kept. Zero months, and no days of the server's log, are still to be decided.
type RetentionForm struct {
	ContributionsMonths int    `form:"contributions_months" validate:"omitempty,gte=1,lte=240"`
	RegistrationsDays   int    `form:"registrations_days" validate:"gte=1,lte=365"`
	LogMonths           int    `form:"log_months" validate:"omitempty,gte=1,lte=240"`
	ServerLogDays       string `form:"server_log_days" validate:"omitempty,number,max=4"`
	Basis
}

func (RetentionForm) of(p *Privacy) RetentionForm {
	f := RetentionForm{ContributionsMonths: p.ContributionsMonths, RegistrationsDays: p.RegistrationsDays, LogMonths: p.LogMonths}
	if p.ServerLogDays != nil {
		f.ServerLogDays = strconv.Itoa(*p.ServerLogDays)
	}
	f.Seen = seenOf(f)
	return f
}

func (f RetentionForm) apply(p *Privacy) error {
	p.ContributionsMonths, p.RegistrationsDays, p.LogMonths, p.ServerLogDays = f.ContributionsMonths, f.RegistrationsDays, f.LogMonths, nil
	if f.ServerLogDays != "" {
		days, err := strconv.Atoi(f.ServerLogDays)
		if err != nil {
			return Wrong("server_log_days", "errors.number")
		}
		p.ServerLogDays = &days
	}
	return nil
}

// RightsForm is where to write, and what staff add.
type RightsForm struct {
	RightsContact string `form:"rights_contact" validate:"max=300,oneline"`
	DPIAOn        string `form:"dpia_on" validate:"omitempty,datetime=2006-01-02"`
	FurtherIT     string `form:"further_it" validate:"max=10000"`
	FurtherEN     string `form:"further_en" validate:"max=10000"`
	Basis
}

func (RightsForm) of(p *Privacy) RightsForm {
	f := RightsForm{RightsContact: p.RightsContact, DPIAOn: dateField(p.DPIAOn), FurtherIT: p.Further.typed("it"), FurtherEN: p.Further.typed("en")}
	f.Seen = seenOf(f)
	return f
}

func (f RightsForm) apply(p *Privacy) (err error) {
	if p.DPIAOn, err = fieldDate(f.DPIAOn); err != nil {
		return Wrong("dpia_on", "errors.date")
	}
	p.RightsContact, p.Further = f.RightsContact, p.Further.with(f.FurtherIT, f.FurtherEN)
	return nil
}

// OwnDPOForm is the data protection officer of one municipality, a person or an office, with the e-mail address or PEC to
// write to; empty: the one they share.
type OwnDPOForm struct {
	DPOName    string `form:"dpo_name" validate:"required_with=DPOContact,max=200,oneline"`
	DPOContact string `form:"dpo_contact" validate:"required_with=DPOName,omitempty,max=254,oneline,email"`
	Basis
}

// OwnDPO returns the municipality's own data protection officer as the form has it.
func (m *Municipality) OwnDPO() OwnDPOForm {
	f := OwnDPOForm{DPOName: m.DPOName, DPOContact: m.DPOContact}
	f.Seen = seenOf(f)
	return f
}

// EditOwnDPO changes the data protection officer of a municipality of the staff's organisation. FieldErrors, ErrChanged,
// ErrNotFound.
func EditOwnDPO(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form OwnDPOForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m := new(Municipality)
		err := tx.NewSelect().Model(m).Where("id = ? AND organisation_id = ?", id, staff.OrganisationID).For("UPDATE").Scan(ctx)
		if err != nil {
			return found(err)
		}
		return edit(ctx, tx, now, staff, "municipality", id, m.OwnDPO(), form, form.Seen, func() error {
			m.DPOName, m.DPOContact = form.DPOName, form.DPOContact
			_, err := tx.NewUpdate().Model(m).Column("dpo_name", "dpo_contact").WherePK().Exec(ctx)
			return err
		})
	})
}
