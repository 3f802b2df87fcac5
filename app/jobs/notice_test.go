// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs_test

import (
	"strings"
	"testing"

	"ultimaparola/app/jobs"
	"ultimaparola/models"
)

func TestTheNoticeIsWrittenDownWhateverChangesIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	worker := jobs.New(o.deps, o.mailer)
	organisation, err := models.TheOrganisation(t.Context(), o.db)
	o.must(err)
	wants := func(when string, number int, says string) {
		t.Helper()
		o.must(jobs.KeepNotice(t.Context(), worker))
		last, err := models.LatestNotice(t.Context(), o.db, organisation.ID)
		o.must(err)
		if last.Number != number || !strings.Contains(last.Body["it"], says) || last.Body["en"] == "" {
			t.Errorf("%s: version %d, want %d that says %q", when, last.Number, number, says)
		}
	}
	wants("of the case", 1, "PEC: da completare")
	wants("unchanged", 1, "PEC: da completare")
	_, err = o.db.ExecContext(t.Context(), "UPDATE municipalities SET pec = 'comune@pec.example.org'")
	o.must(err)
	wants("a municipality's address", 2, "comune@pec.example.org")
	staff := &models.Staff{OrganisationID: organisation.ID, Role: models.RoleAdministrator, Name: "Ada", Email: "ada@example.org"}
	o.must(models.AddStaff(t.Context(), o.db, o.now(), staff))
	form := models.PrivacyFormOf[models.RetentionForm](&models.Privacy{RegistrationsDays: 30})
	form.RegistrationsDays = 45
	o.must(models.EditPrivacy(t.Context(), o.db, o.now(), staff, form))
	wants("a setting", 3, "45 giorni")

	_, err = o.db.ExecContext(t.Context(), "UPDATE organisations SET demo_since = ?; UPDATE municipalities SET pec = ''", o.now())
	o.must(err)
	wants("with invented data", 3, "45 giorni")
}
