// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ultimaparola/models"
)

func TestDaysWithTheSameHoursStandTogether(t *testing.T) {
	for _, c := range []struct {
		hours models.OfficeHours
		want  []HoursLine
	}{
		{models.OfficeHours{}, nil},
		{models.OfficeHours{Sunday: "9:00-12:00"}, []HoursLine{{"domenica", "9:00–12:00"}}},
		{models.OfficeHours{Monday: "8:30-13:00", Tuesday: "8:30-13:00", Wednesday: "8:30-13:00", Thursday: "8:30-13:00", Friday: "8:30-13:00"},
			[]HoursLine{{"lunedì–venerdì", "8:30–13:00"}}},
		{models.OfficeHours{Monday: "8:30-13:00", Tuesday: "8:30-13:00, 15:00-17:30", Wednesday: "8:30-13:00", Thursday: "8:30-13:00, 15:00-17:30",
			Friday: "8:30-13:00", Saturday: "8:30-13:00", Sunday: "8:30-13:00"},
			[]HoursLine{{"lunedì, mercoledì, venerdì–domenica", "8:30–13:00"}, {"martedì, giovedì", "8:30–13:00, 15:00–17:30"}}},
	} {
		if difference := cmp.Diff(c.want, HoursLines(context.Background(), c.hours)); difference != "" {
			t.Errorf("%+v (-want +got):\n%s", c.hours, difference)
		}
	}
}
