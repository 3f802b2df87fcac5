// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// PassesPage are the passes for a meeting's doors.
type PassesPage struct {
	layout.Page
	Meeting *models.Meeting
	Passes  []models.DoorPass // with who made them
	// Links are where a device takes those that none has taken.
	Links map[uuid.UUID]string
	Form  models.DoorPassForm
	Wrong models.FieldErrors
	Done  string
	Now   time.Time
}

// state is the key of how a pass stands.
func (p PassesPage) state(pass models.DoorPass) string {
	switch {
	case !pass.RevokedAt.IsZero():
		return "revoked"
	case pass.Over(p.Now):
		return "over"
	case pass.DeviceHash == nil:
		return "free"
	}
	return "taken"
}

// WalkedIn is what a door's page is told was done when people came in without a registration.
const WalkedIn = "senza-iscrizione"

// DoorPage is a meeting's door, on the device that holds a pass for it.
type DoorPage struct {
	layout.Page
	Pass  *models.DoorPass // with its meeting
	Tally *models.DoorTally
	Now   time.Time

	Searched bool
	Search   string
	Found    []models.Registration // with needs and attendance
	Arrivals map[uuid.UUID]models.Arrival
	Last     []models.Arrival // with registrations and passes; nil where they are not shown
	People   string           // as typed of who walked in
	Done     string
	Wrong    models.FieldErrors
}

func (p DoorPage) address(ctx context.Context) string {
	return locale.Path(ctx, "/segreteria/incontri/"+p.Pass.Meeting.Slug+"/ingresso")
}

// title is the meeting's name and the door's.
func (p DoorPage) title(ctx context.Context) string {
	return parts.Plain(ctx, p.Pass.Meeting.Title) + " · " + p.Pass.Label
}

// walkIn is the number of people in the form for those who walked in.
func (p DoorPage) walkIn() string {
	if p.People == "" {
		return "1"
	}
	return p.People
}

// doorWords are what the page's script says.
var doorWords = []string{"state.expected", "state.entered", "state.already", "state.waiting", "state.pending", "state.cancelled", "state.unknown",
	"desk", "saved", "undone", "none", "offline", "online", "over", "over_unsent", "lost", "enter_anyway", "correct", "enter", "walk_in",
	"full", "camera.denied", "refused", "count_anyway", "forget"}

// words are the sentences that the page's script says, as JSON; a number of people, or of arrivals, in both its forms.
func (DoorPage) words(ctx context.Context) string {
	words := map[string]string{}
	for _, key := range doorWords {
		words[key] = locale.T(ctx, "door.js."+key)
	}
	for _, key := range []string{"party", "unsent"} {
		words[key+".one"], words[key+".other"] = locale.T(ctx, "door.js."+key, "Count", 1), locale.T(ctx, "door.js."+key, "Count", 2)
	}
	raw, err := json.Marshal(words)
	if err != nil {
		panic(err) // strings
	}
	return string(raw)
}

// stateAtDoor is the key of what a door is to know of a registration first.
func stateAtDoor(r models.Registration) string {
	switch {
	case r.Attendance != nil:
		return "already"
	case r.State == models.Seated || r.State == models.Offered:
		return "expected"
	}
	return r.State // waiting, pending, cancelled
}

// already says since when a party is in, and by which door.
func (p DoorPage) already(ctx context.Context, r models.Registration) string {
	return locale.T(ctx, "door.already", "Time", locale.Time(r.Attendance.RecordedAt), "Door", p.doorOf(ctx, p.Arrivals[r.Attendance.ID]),
		"People", locale.T(ctx, "door.js.party", "Count", r.Attendance.People))
}

func (DoorPage) doorOf(ctx context.Context, a models.Arrival) string {
	if a.Pass == nil {
		return locale.T(ctx, "door.js.desk")
	}
	return a.Pass.Label
}

// lastName is who an arrival was: a registration's name, or that nobody knows.
func lastName(ctx context.Context, a models.Arrival) string {
	if a.Registration == nil {
		return locale.T(ctx, "door.js.walk_in")
	}
	return a.Registration.Name
}

var mostInParty, mostWalkIns = strconv.Itoa(models.MostInParty), strconv.Itoa(models.MostWalkIns)

// quickWalkIns are the numbers that one touch chooses.
var quickWalkIns = []int{1, 2, 3, 4, 5}
