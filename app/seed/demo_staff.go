// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

//go:embed demo/responses.md
var responses string

// E-mail addresses of the demonstration's staff, under a domain reserved for
// examples. They stay after Empty, so that whoever is signed in goes on.
const (
	DemoOrganiser     = "segreteria@example.org"
	DemoAdministrator = "amministrazione@example.org"
)

// demoNotice is the notice that the meetings have (invented) days.
var demoNotice = uuid.MustParse("01900000-0000-7000-8000-000000000de0")

// DemoStaff returns the addresses of all of them, for the sign-in links: the
// organiser, the administrator and the office of each municipality's mayor.
func DemoStaff(o *models.Organisation) []string {
	emails := []string{DemoOrganiser, DemoAdministrator}
	for _, m := range o.Municipalities {
		emails = append(emails, demoOffice(m))
	}
	return emails
}

func demoOffice(m models.Municipality) string { return "ufficio-sindaco." + m.Slug + "@example.org" }

func (d *demonstration) inventStaff() {
	account := func(role, name, email string) models.Staff {
		return models.Staff{ID: d.idAt(d.begin()), OrganisationID: d.organisation.ID, Role: role, Name: name, Email: email, CreatedAt: d.now, DailyDigest: true}
	}
	d.staff = []models.Staff{
		account(models.RoleOrganiser, "Segreteria (dimostrazione)", DemoOrganiser),
		account(models.RoleAdministrator, "Amministrazione (dimostrazione)", DemoAdministrator),
	}
	for _, m := range d.organisation.Municipalities {
		office := account(models.RoleMayor, "Ufficio del sindaco di "+m.Name+" (dimostrazione)", demoOffice(m))
		office.MunicipalityID = m.ID
		d.staff = append(d.staff, office)
	}
}

// officeStaff returns the account of that municipality's office.
func (d *demonstration) officeStaff(municipality uuid.UUID) uuid.UUID {
	for _, s := range d.staff {
		if s.Role == models.RoleMayor && s.MunicipalityID == municipality {
			return s.ID
		}
	}
	return uuid.Nil
}

// inventMeetings gives the two meetings an evening each in the coming weeks.
func (d *demonstration) inventMeetings() {
	for i := range d.consultation.Meetings {
		m := &d.consultation.Meetings[i]
		m.StartsAt = d.evening(9 + 8*i)
		m.EndsAt = m.StartsAt.Add(2 * time.Hour)
		m.ConfirmedAt, m.UpdatedAt = d.begin(), d.now
	}
	d.notice = &models.Notice{
		ID: demoNotice, ConsultationID: d.consultation.ID, PublishedAt: d.now,
		Title: models.Text{"it": "Ci sono le date degli incontri (inventate)", "en": "There are dates for the meetings (invented)"},
		Body: models.Text{
			"it": "Le date servono solo a provare il sito. Quelle vere sono da confermare.",
			"en": "The dates serve only to try the site. The true ones are to be confirmed.",
		},
	}
}

// evening returns nine o'clock in Rome on the first day, at least that many
// from now, on which a town hall would call a meeting: a Tuesday, Wednesday or
// Thursday that is no holiday.
func (d *demonstration) evening(days int) time.Time {
	y, m, first := d.now.In(models.Rome).Date()
	for {
		t := time.Date(y, m, first+days, 21, 0, 0, 0, models.Rome)
		if t.Weekday() >= time.Tuesday && t.Weekday() <= time.Thursday && !slices.Contains(holidays, t.Format("01-02")) {
			return t.UTC()
		}
		days++
	}
}

// holidays of fixed date in Italy, with the eves on which nobody would come.
var holidays = []string{"01-01", "01-06", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-24", "12-25", "12-26", "12-31"}

// inventResponses gives the guidelines the offices' public responses; one
// office has still to answer on one guideline.
func (d *demonstration) inventResponses() error {
	_, parts := split(responses)
	for _, part := range parts {
		heading, reasons, _ := strings.Cut(part, "\n")
		var slug, town, outcome string
		if _, err := fmt.Sscan(heading, &slug, &town, &outcome); err != nil {
			return fmt.Errorf("demonstration, response %q: %w", heading, err)
		}
		guideline, err := d.guideline(slug)
		if err != nil {
			return err
		}
		at := d.atWork(d.now.Add(-72 * time.Hour))
		d.responses = append(d.responses, models.Response{
			ConsultationID: d.consultation.ID, ID: d.idAt(at), GuidelineID: guideline, MunicipalityID: d.town(town),
			Outcome: outcome, Reasons: strings.TrimSpace(reasons), PublishedAt: at, StaffID: d.officeStaff(d.town(town)),
		})
	}
	return nil
}
