// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs_test

import (
	"strings"
	"testing"
	"time"

	"ultimaparola/app/jobs"
	"ultimaparola/models"
)

func TestTheWorkerSignsAndChecksTheLog(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	organisation, err := models.TheOrganisation(t.Context(), o.db)
	o.must(err)
	o.must(models.NoteEmptied(t.Context(), o.db, o.now(), models.ByProgram(organisation.ID)))
	stop := o.run()
	if line := o.log.wait(t, "head of the log signed"); !strings.Contains(line, `"number":"1"`) || !strings.Contains(line, "ultimaparola/audit") {
		t.Errorf("the program's log says %s", line)
	}
	stop()
	worker := jobs.New(o.deps, o.mailer)
	o.must(jobs.CheckLog(t.Context(), worker))
	head, err := models.SignedHead(t.Context(), o.db, o.deps.Config.AuditKey())
	if err != nil || head.Number != 1 || !head.SignedAt.Equal(o.now()) {
		t.Errorf("signed %+v (%v)", head, err)
	}
	first, err := models.LastAuditCheck(t.Context(), o.db)
	if err != nil || first.Found != 0 || first.Entries != 1 || !first.CheckedAt.Equal(o.now()) {
		t.Errorf("checked %+v (%v)", first, err)
	}

	for _, query := range []string{"ALTER TABLE audit_entries DISABLE TRIGGER USER", "UPDATE audit_entries SET action = 'x'"} {
		_, err := o.db.ExecContext(t.Context(), query)
		o.must(err)
	}
	o.advance(23 * time.Hour)
	o.must(jobs.CheckLog(t.Context(), worker)) // within the day it is left as it is
	if again, err := models.LastAuditCheck(t.Context(), o.db); err != nil || !again.CheckedAt.Equal(first.CheckedAt) {
		t.Errorf("checked again too soon: %+v (%v)", again, err)
	}
	o.advance(2 * time.Hour)
	stop = o.run()
	if line := o.log.wait(t, "the log is not in order"); !strings.Contains(line, `"found":"altered"`) || !strings.Contains(line, `"number":"1"`) {
		t.Errorf("the program's log says %s", line)
	}
	stop()
	if _, err := models.SignHead(t.Context(), o.db, o.now(), o.deps.Config.AuditKey()); err == nil {
		t.Error("an altered log is signed")
	}
}
