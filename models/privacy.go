// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// registrationsDays is how long after a meeting its registrations keep their names where staff have not said otherwise.
const registrationsDays = 30

// Privacy is what the information notice (GDPR art. 13) is generated from, with the municipalities' own addresses, and
// how long Retain keeps what. What is empty has still to be decided; PrivacyMissing lists it.
type Privacy struct {
	bun.BaseModel `bun:"table:privacy_settings"`

	OrganisationID uuid.UUID `bun:",pk"`
	// Agreement is the joint controllers' (art. 26).
	Agreement    string
	AgreementOn  time.Time `bun:"type:date,nullzero"`
	AgreementURL string    `bun:"agreement_url"`
	// DPOName is the data protection officer, a person or an office, of every municipality that has none of its own.
	DPOName    string `bun:"dpo_name"`
	DPOContact string `bun:"dpo_contact"`
	// Act starts the consultation, Law gives the municipalities the task (art. 6(1)(e)), NeedsBasis lets them take note
	// of access needs (art. 9(2)).
	Act        string
	ActURL     string `bun:"act_url"`
	Law        string
	NeedsBasis string
	// Who works for the municipalities as a processor (art. 28).
	HostName, HostCountry, MailName, MailCountry string
	// OutsideEU is "yes", with Safeguards (art. 46), "no", or "" while it is not known.
	OutsideEU  string `bun:"outside_eu"`
	Safeguards string
	// RightsContact is where to write to exercise the rights of articles 15 to 21.
	RightsContact string
	// ContributionsMonths count from the end of a consultation, RegistrationsDays from a meeting; LogMonths is how long
	// the texts of the log stay, ServerLogDays what the web server's own log is set to. Zero, or nil: to be decided.
	ContributionsMonths int `bun:",nullzero"`
	RegistrationsDays   int
	LogMonths           int `bun:",nullzero"`
	ServerLogDays       *int
	// DPIAOn is when the impact assessment (art. 35) was done; zero: it was not.
	DPIAOn time.Time `bun:"dpia_on,type:date,nullzero"`
	// Further is what staff add to the notice.
	Further Text `bun:"type:jsonb"`
}

// PrivacyOf returns an organisation's settings; where none were saved, those that hold then.
func PrivacyOf(ctx context.Context, db bun.IDB, organisationID uuid.UUID) (*Privacy, error) {
	p := new(Privacy)
	err := found(db.NewSelect().Model(p).Where("organisation_id = ?", organisationID).Scan(ctx))
	if errors.Is(err, ErrNotFound) {
		return &Privacy{OrganisationID: organisationID, RegistrationsDays: registrationsDays}, nil
	}
	return p, err
}

// Controller is who answers for the data (GDPR art. 4(7)). Name is a municipality's, or that of a legal person of its own.
type Controller struct {
	Name, Address, PEC string
	Municipality       bool
}

// Controllers are who answers for the data of an organisation, read with its municipalities: several do so together
// (art. 26).
func (o *Organisation) Controllers() []Controller {
	if o.LegalPerson {
		return []Controller{{Name: o.Name, Address: o.Address, PEC: o.PEC}}
	}
	var all []Controller
	for _, m := range o.Municipalities {
		all = append(all, Controller{Name: m.Name, Address: m.HallAddress, PEC: m.PEC, Municipality: true})
	}
	return all
}

// PrivacyMissing returns what the information notice of an organisation, read with its municipalities, still lacks, as
// message keys in the order of its forms; none when it is complete. In production nothing is collected before.
func PrivacyMissing(ctx context.Context, db bun.IDB, o *Organisation) ([]string, error) {
	p, err := PrivacyOf(ctx, db, o.ID)
	if err != nil {
		return nil, err
	}
	return p.Missing(o), nil
}

// Missing is PrivacyMissing of settings that have been read.
func (p *Privacy) Missing(o *Organisation) []string {
	controllers := o.Controllers()
	lack := func(is func(Controller) bool) bool {
		return len(controllers) == 0 || slices.ContainsFunc(controllers, is)
	}
	officer := p.DPOName != "" && p.DPOContact != "" || !o.LegalPerson && len(o.Municipalities) > 0 &&
		!slices.ContainsFunc(o.Municipalities, func(m Municipality) bool { return m.DPOName == "" })
	var missing []string
	for _, item := range []struct {
		key  string
		done bool
	}{
		{"addresses", !lack(func(c Controller) bool { return c.Address == "" })},
		{"pecs", !lack(func(c Controller) bool { return c.PEC == "" })},
		{"agreement", len(controllers) < 2 || p.Agreement != "" && !p.AgreementOn.IsZero()},
		{"dpo", officer},
		{"act", p.Act != ""},
		{"law", p.Law != ""},
		{"needs_basis", p.NeedsBasis != ""},
		{"host", p.HostName != "" && p.HostCountry != ""},
		{"mail", p.MailName != "" && p.MailCountry != ""},
		{"outside_eu", p.OutsideEU != ""},
		{"contributions_months", p.ContributionsMonths > 0},
		{"log_months", p.LogMonths > 0},
		{"server_log_days", p.ServerLogDays != nil},
		{"rights_contact", p.RightsContact != ""},
	} {
		if !item.done {
			missing = append(missing, "privacy.missing."+item.key)
		}
	}
	return missing
}
