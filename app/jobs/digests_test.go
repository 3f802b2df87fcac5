// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs_test

import (
	"strings"
	"testing"
	"time"

	"ultimaparola/models"
)

// The office of the seeded case is told in the morning, by a worker that runs all the while.
func TestTheOfficeIsToldInNumbersAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newStory(o, "it")
	staff := &models.Staff{OrganisationID: s.consultation.OrganisationID, Role: models.RoleOrganiser, Name: "Segreteria", Email: "segreteria@example.org"}
	o.must(models.AddStaff(t.Context(), o.db, o.now(), staff))
	_, err := o.db.NewUpdate().Model(s.consultation).Set("published_at = ?", o.now()).WherePK().Exec(t.Context())
	o.must(err)
	id := s.registered(models.Seated)
	_, err = o.db.ExecContext(t.Context(), "UPDATE registrations SET confirmed_at = ? WHERE id = ?", o.now(), id)
	o.must(err)
	s.commented(models.Held, "")
	o.mu.Lock()
	o.time = time.Date(2017, 11, 28, 7, 0, 0, 0, time.UTC) // eight in Rome
	o.mu.Unlock()
	o.run()
	m := o.server.Wait(1)[0]
	if m.To != staff.Email || m.Header("Subject") != "Le novità di martedì 28 novembre 2017" {
		t.Errorf("to %s: %s", m.To, m.Header("Subject"))
	}
	for _, want := range []string{"Iscrizioni nuove: 1", "Commenti nuovi da controllare: 1", "/segreteria/incontri/" + s.meeting.Slug + "?consultazione=" + s.consultation.Slug, "/il-mio-accesso"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("lacks %q: %s", want, m.Text)
		}
	}
	for _, never := range []string{"Anna", "Lista", "0001", s.email, "Che cosa cambia"} {
		if strings.Contains(m.Text+m.HTML, never) {
			t.Errorf("says %q: %s", never, m.Text)
		}
	}
}
