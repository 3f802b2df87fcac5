// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestAMessageReachesWhomItIsFor(t *testing.T) {
	e := newEvening(t, 2, 0)
	e.confirmed("anna@example.org", 1)
	asked := e.confirmed("bea@example.org", 1)
	e.confirmed("carla@example.org", 1) // waits
	e.registerOne(e.asked("dora@example.org", 1))
	_, err := e.db.ExecContext(e.ctx, "UPDATE registrations SET reconfirm_since = ? WHERE id = ?", e.now, asked.ID)
	e.must(err)
	for to, want := range map[string][]string{
		models.ToSeated:      {"anna@example.org", "bea@example.org"},
		models.ToAll:         {"anna@example.org", "bea@example.org", "carla@example.org"},
		models.ToUnconfirmed: {"bea@example.org"},
		models.ToWaiting:     {"carla@example.org"},
	} {
		for i, address := range want {
			want[i] = models.MailMeetingMessage + " " + address
		}
		a, err := models.WriteToRegistered(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.MessageForm{To: to, Subject: "Parcheggio", Body: "Dietro."})
		e.must(err)
		if got := e.announced(); !slices.Equal(got, want) || a.Parties != len(want) {
			t.Errorf("to %s: %q (told %d), want %q", to, got, a.Parties, want)
		}
	}
}

func TestStaffOfAnotherTownWriteToNobody(t *testing.T) {
	e := newEvening(t, 2, 0)
	e.confirmed("anna@example.org", 1)
	other := *e.staff
	other.MunicipalityID = uuid.New()
	_, err := models.WriteToRegistered(e.ctx, e.db, e.now, &other, e.meeting.ID, models.MessageForm{To: models.ToAll, Subject: "S", Body: "B"})
	if !errors.Is(err, models.ErrNotFound) || len(e.announced()) > 0 {
		t.Errorf("got %v", err)
	}
}
