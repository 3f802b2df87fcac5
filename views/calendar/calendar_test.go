// SPDX-License-Identifier: AGPL-3.0-or-later

package calendar_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/calendar"
	"ultimaparola/views/locale"
)

const page = "https://partecipa.example.it/consultazioni/valle/incontri/incontro"

// entry is what ical.js reads.
type entry struct {
	Method, UID, Summary, Location, Description, Status, URL, Starts, Ends, Offset string
	Sequence                                                                       int
	Organizer                                                                      []string
	Geo                                                                            []float64
	Alarms                                                                         [][]string
}

func read(t *testing.T, file string) (e entry) {
	t.Helper()
	node := exec.Command("node", "read.mjs")
	node.Stdin = strings.NewReader(file)
	out, err := node.Output()
	if err != nil {
		t.Fatalf("ical.js (npm ci brings it) cannot read\n%s\n%v", file, err)
	}
	if err := json.Unmarshal(out, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func meeting(starts string) *models.Meeting {
	at, err := time.ParseInLocation("2006-01-02 15:04", starts, models.Rome)
	if err != nil {
		panic(err)
	}
	north, east := 43.8053, 11.0241
	return &models.Meeting{ID: uuid.MustParse("01930000-0000-7000-8000-000000000001"), Slug: "incontro", Sequence: 4,
		Title: models.Text{"it": "Incontro; domande, e risposte", "en": "A meeting"}, Venue: "Sala consiliare", Address: "Piazza 1, Valle",
		Latitude: &north, Longitude: &east, StartsAt: at, EndsAt: at.Add(2 * time.Hour), ConfirmedAt: at.AddDate(0, -1, 0), UpdatedAt: at.AddDate(0, -1, 0),
		StreamURL: "https://video.example.it/valle", Municipality: &models.Municipality{Name: "Valle", Email: "comune@valle.example"}}
}

func TestAnIndependentReaderUnderstandsAMeeting(t *testing.T) {
	t.Parallel()
	title := "Incontro; domande, e risposte"
	want := entry{Method: "PUBLISH", UID: "01930000-0000-7000-8000-000000000001@partecipa.example.it", Sequence: 4, Summary: title,
		Location: "Sala consiliare, Piazza 1, Valle", Status: "CONFIRMED", URL: page, Geo: []float64{43.8053, 11.0241},
		Description: "La pagina dell'incontro: " + page + "\nPer seguirlo da casa: https://video.example.it/valle",
		Organizer:   []string{"Comune di Valle", "mailto:comune@valle.example"}}
	for _, one := range []struct{ starts, utc, ends, offset, dayBefore, hoursBefore string }{
		{"2017-12-12 21:00", "2017-12-12T20:00:00.000Z", "2017-12-12T22:00:00.000Z", "+01:00", "2017-12-11T20:00:00.000Z", "2017-12-12T18:00:00.000Z"},
		{"2027-07-08 21:00", "2027-07-08T19:00:00.000Z", "2027-07-08T21:00:00.000Z", "+02:00", "2027-07-07T19:00:00.000Z", "2027-07-08T17:00:00.000Z"},
	} {
		want.Starts, want.Ends, want.Offset = one.utc, one.ends, one.offset
		want.Alarms = [][]string{{"DISPLAY", one.dayBefore, title}, {"DISPLAY", one.hoursBefore, title}}
		got := read(t, calendar.File(locale.With(t.Context(), "it"), meeting(one.starts), page, false))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", one.starts, diff)
		}
	}
}

func TestACancelledMeetingIsTheSameEntryAndRingsNoMore(t *testing.T) {
	t.Parallel()
	m := meeting("2017-12-12 21:00")
	m.CancelledAt, m.CancelReason, m.Sequence = m.UpdatedAt, models.Text{"it": "Neve", "en": "Snow"}, 5
	m.Contact = "Sportello <sportello@valle.example>"
	got := read(t, calendar.File(locale.With(t.Context(), "en"), m, page, true))
	if got.UID != "01930000-0000-7000-8000-000000000001@partecipa.example.it" || got.Status != "CANCELLED" || got.Sequence != 5 || len(got.Alarms) != 0 ||
		got.Summary != "INVENTED DATA (DATI INVENTATI). Cancelled: A meeting" || !strings.HasPrefix(got.Description, "Snow\n") || strings.Contains(got.Description, "video.example") ||
		got.Organizer[1] != "mailto:sportello@valle.example" {
		t.Errorf("%+v", got)
	}
}
