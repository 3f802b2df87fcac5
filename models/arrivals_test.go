// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// pass makes a pass for a door of the evening's meeting, taken by a device.
func (e *evening) pass(label string) *models.DoorPass {
	e.Helper()
	made, err := models.MakePass(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.DoorPassForm{Label: label})
	e.must(err)
	_, token, err := models.TakePass(e.ctx, e.db, e.now, made.ID)
	e.must(err)
	pass, err := models.PassOf(e.ctx, e.db, token)
	e.must(err)
	return pass
}

// party seats a party through the desk.
func (e *evening) party(name string, seats int) *models.Registration {
	e.Helper()
	r, err := models.RegisterByStaff(e.ctx, e.db, e.now, e.staff, e.meeting.ID,
		models.StaffRegistrationForm{Name: name, Seats: seats, Channel: models.AtCounter})
	e.must(err)
	return r
}

// records tells events at once, by a clock that is right, and fails the test where one is refused.
func (e *evening) records(pass *models.DoorPass, events ...models.ArrivalEvent) {
	e.Helper()
	results, err := models.RecordArrivals(e.ctx, e.db, e.now, pass, e.now, events)
	e.must(errors.Join(append(results, err)...))
}

// came returns who came, as "registration or walk-in: people", in order.
func (e *evening) came() []string {
	e.Helper()
	var rows []models.Attendance
	e.must(e.db.NewSelect().Model(&rows).Scan(e.ctx))
	came := []string{}
	for _, a := range rows {
		party := a.RegistrationID
		if party == uuid.Nil {
			party = a.ID
		}
		came = append(came, fmt.Sprint(party, ": ", a.People, " at ", a.RecordedAt.UTC(), " by ", a.ID))
	}
	slices.Sort(came)
	return came
}

// Two doors tell what they did in any order, in batches of any size, some of it again and again: in the end the same
// people came.
func TestDoorsAgreeWhateverTheOrder(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 100, 20)
	var registrations []uuid.UUID
	for i := range 6 {
		registrations = append(registrations, e.party(fmt.Sprint("Anna ", i), 1+i%4).ID)
	}
	e.now = e.meeting.StartsAt
	doors := []*models.DoorPass{e.pass("A"), e.pass("B")}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	type told struct {
		door int
		models.ArrivalEvent
	}
	var story []told
	for i := range 40 {
		event := models.ArrivalEvent{ID: uuid.New(), People: 1 + random.IntN(5), ArrivedAt: e.now.Add(time.Duration(i/2) * time.Second)}
		if random.IntN(3) > 0 {
			event.RegistrationID = registrations[random.IntN(len(registrations))]
		} else if random.IntN(2) == 0 {
			event.MunicipalityID = e.meeting.MunicipalityID
		}
		story = append(story, told{random.IntN(2), event})
		if random.IntN(3) == 0 { // taken back, perhaps at the other door
			event.Undone = true
			story = append(story, told{random.IntN(2), event})
		}
	}
	e.now = e.now.Add(time.Hour)
	var want []string
	for round := range 8 {
		if _, err := e.db.NewDelete().Table("arrivals").Where("TRUE").Exec(e.ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := e.db.NewDelete().Table("attendances").Where("TRUE").Exec(e.ctx); err != nil {
			t.Fatal(err)
		}
		telling := slices.Concat(story, story[:random.IntN(len(story))], story[random.IntN(len(story)):])
		if round > 0 {
			random.Shuffle(len(telling), func(i, j int) { telling[i], telling[j] = telling[j], telling[i] })
		}
		for len(telling) > 0 {
			batch := telling[:1+random.IntN(min(7, len(telling)))]
			telling = telling[len(batch):]
			for door, pass := range doors {
				var events []models.ArrivalEvent
				for _, one := range batch {
					if one.door == door {
						events = append(events, one.ArrivalEvent)
					}
				}
				e.records(pass, events...)
			}
		}
		if came := e.came(); round == 0 {
			want = came
		} else if !slices.Equal(came, want) {
			t.Fatalf("round %d:\n%v\nat first:\n%v", round, came, want)
		}
	}
	if len(want) < 5 {
		t.Errorf("only %v came", want)
	}
}

func TestTheSameScanTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	anna := e.party("Anna", 2)
	e.now = e.meeting.StartsAt.Add(-time.Hour)
	a, b := e.pass("A"), e.pass("B")
	e.now = e.meeting.StartsAt
	first := models.ArrivalEvent{ID: uuid.New(), RegistrationID: anna.ID, People: 2, ArrivedAt: e.now}
	second := models.ArrivalEvent{ID: uuid.New(), RegistrationID: anna.ID, People: 3, ArrivedAt: e.now.Add(-time.Minute)}
	e.records(a, first, first)
	e.records(b, second)
	e.records(a, first)
	tally, err := models.DoorTallyOf(e.ctx, e.db, &e.meeting)
	e.must(err)
	if tally.Entered != 2 || tally.Expected != 0 || tally.Free() != 8 {
		t.Errorf("%+v, want the two of the last arrival", tally)
	}
	first.Undone = true
	e.records(b, first)
	if tally, err = models.DoorTallyOf(e.ctx, e.db, &e.meeting); err != nil || tally.Entered != 3 {
		t.Errorf("%+v (%v), want the three of the arrival that is left", tally, err)
	}
	e.must(models.UnmarkAttendance(e.ctx, e.db, e.now, e.staff, anna.ID))
	if tally, err = models.DoorTallyOf(e.ctx, e.db, &e.meeting); err != nil || tally.Entered != 0 || tally.Expected != 2 {
		t.Errorf("%+v (%v), want nobody: the desk took it back", tally, err)
	}
	second.People = 1
	e.records(b, second)
	if came := e.came(); len(came) != 0 {
		t.Errorf("what was taken back came again: %v", came)
	}
}

// A device's clock may be wrong: by the time at which it tells, what it was wrong is known.
func TestTheClockOfADeviceIsCorrected(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	e.now = e.meeting.StartsAt
	pass := e.pass("A")
	e.now = e.now.Add(time.Hour)
	for name, c := range map[string]struct{ told, sent, want time.Duration }{
		"right":             {-time.Minute, 0, -time.Minute},
		"two hours late":    {-2*time.Hour - time.Minute, -2 * time.Hour, -time.Minute},
		"two days ahead":    {48*time.Hour - time.Minute, 48 * time.Hour, -time.Minute},
		"ahead of itself":   {time.Minute, 0, 0},
		"before its pass":   {-30 * time.Hour, 0, -time.Hour},
		"centuries earlier": {-200 * 365 * 24 * time.Hour, 0, -time.Hour},
	} {
		event := models.ArrivalEvent{ID: uuid.New(), People: 1, ArrivedAt: e.now.Add(c.told)}
		results, err := models.RecordArrivals(e.ctx, e.db, e.now, pass, e.now.Add(c.sent), []models.ArrivalEvent{event})
		e.must(errors.Join(append(results, err)...))
		got := new(models.Arrival)
		e.must(e.db.NewSelect().Model(got).Where("id = ?", event.ID).Scan(e.ctx))
		if !got.ArrivedAt.Equal(e.now.Add(c.want)) {
			t.Errorf("%s: arrived %v, want %v from now", name, got.ArrivedAt.Sub(e.now), c.want)
		}
	}
}

func TestWhatIsWrongWithAnArrivalLeavesItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	e, other := newEvening(t, 10, 0), newEvening(t, 10, 0)
	anna, gone := e.party("Anna", 2), e.party("Bruno", 1)
	e.now = e.meeting.StartsAt
	pass := e.pass("A")
	e.records(pass, models.ArrivalEvent{ID: gone.ID, RegistrationID: gone.ID, People: 1, ArrivedAt: e.now})
	e.must(models.UnmarkAttendance(e.ctx, e.db, e.now, e.staff, gone.ID))
	if _, err := e.db.NewUpdate().Model(gone).Set("state = ?, seats_held = 0, cancelled_at = ?", models.Cancelled, e.now).WherePK().Exec(e.ctx); err != nil {
		t.Fatal(err)
	}
	good := models.ArrivalEvent{ID: uuid.New(), RegistrationID: anna.ID, People: 2, ArrivedAt: e.now}
	wrong := map[string]func(*models.ArrivalEvent){
		"no id":                   func(a *models.ArrivalEvent) { a.ID = uuid.Nil },
		"nobody":                  func(a *models.ArrivalEvent) { a.People = 0 },
		"a party of 21":           func(a *models.ArrivalEvent) { a.People = 21 },
		"1001 who walked in":      func(a *models.ArrivalEvent) { a.RegistrationID, a.People = uuid.Nil, 1001 },
		"an unknown registration": func(a *models.ArrivalEvent) { a.RegistrationID = uuid.New() },
		"a cancelled one":         func(a *models.ArrivalEvent) { a.RegistrationID = gone.ID },
		"an unknown town": func(a *models.ArrivalEvent) {
			a.RegistrationID, a.MunicipalityID = uuid.Nil, other.meeting.MunicipalityID
		},
		"a town and not": func(a *models.ArrivalEvent) {
			a.RegistrationID, a.MunicipalityID, a.Elsewhere = uuid.Nil, e.meeting.MunicipalityID, true
		},
		"a town beside a registration": func(a *models.ArrivalEvent) { a.MunicipalityID = e.meeting.MunicipalityID },
	}
	for name, spoil := range wrong {
		bad := good
		bad.ID = uuid.New()
		spoil(&bad)
		good.ID = uuid.New()
		results, err := models.RecordArrivals(e.ctx, e.db, e.now, pass, e.now, []models.ArrivalEvent{bad, good})
		e.must(err)
		if results[0] == nil || results[1] != nil {
			t.Errorf("%s: %v", name, results)
		}
	}
	if came := e.came(); len(came) != 1 {
		t.Errorf("came: %v, want Anna alone", came)
	}
}

// Who came, and was cancelled by the office before the device could tell, came all the same; who was cancelled first did not.
func TestWhoCameBeforeTheirRegistrationWasCancelledCame(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	anna := e.party("Anna", 2)
	e.now = e.meeting.StartsAt
	pass := e.pass("A")
	cancelled := e.now.Add(10 * time.Minute)
	_, err := e.db.NewUpdate().Model(anna).Set("state = ?, seats_held = 0, cancelled_at = ?", models.Cancelled, cancelled).WherePK().Exec(e.ctx)
	e.must(err)
	e.now = cancelled.Add(time.Hour)
	arrival := func(at time.Time) models.ArrivalEvent {
		return models.ArrivalEvent{ID: uuid.New(), RegistrationID: anna.ID, People: 2, ArrivedAt: at}
	}
	results, err := models.RecordArrivals(e.ctx, e.db, e.now, pass, e.now, []models.ArrivalEvent{arrival(cancelled), arrival(cancelled.Add(-time.Minute))})
	e.must(err)
	if !errors.Is(results[0], models.ErrNotFound) || results[1] != nil {
		t.Errorf("at the minute of the cancellation and before it: %v", results)
	}
	tally, err := models.DoorTallyOf(e.ctx, e.db, &e.meeting)
	e.must(err)
	if tally.Entered != 2 || tally.Expected != 0 || tally.Free() != 8 {
		t.Errorf("the door counts %+v", tally)
	}
}

// A device's id for who walked in may be any: that of another meeting's registration too, whose attendance stays as it is.
func TestAnIDOfADeviceTouchesNoOtherMeeting(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	r := e.party("Anna", 2)
	e.now = e.meeting.StartsAt
	e.records(e.pass("A"), models.ArrivalEvent{ID: uuid.New(), RegistrationID: r.ID, People: 2, ArrivedAt: e.now})
	other := e.meeting
	other.ID, other.Slug = uuid.New(), "altra-sera"
	_, err := e.db.NewInsert().Model(&other).Exec(e.ctx)
	e.must(err)
	before := e.came()
	e.meeting = other
	e.records(e.pass("B"), models.ArrivalEvent{ID: r.ID, People: 1, ArrivedAt: e.now})
	if got := e.came(); len(got) != 2 || !slices.Contains(got, before[0]) {
		t.Errorf("came %q, before %q", got, before)
	}
}

// A device loads the list again when somebody on it has other needs.
func TestTheListOfADoorIsNewWhenNeedsChange(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	r := e.party("Anna", 2)
	version := func() string {
		t.Helper()
		tally, err := models.DoorTallyOf(e.ctx, e.db, &e.meeting)
		e.must(err)
		return tally.Version
	}
	before := version()
	if version() != before {
		t.Error("nothing changed")
	}
	e.must(e.editAtDesk(r.ID, func(f *models.RegistrationEdit) { f.AccessNeeds = []string{"wheelchair"} }))
	if version() == before {
		t.Error("a need is not told")
	}
}

// The desk is one more device; and a town's staff do nothing at the other's doors.
func TestTheDeskIsADoorOfItsOwnTown(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 2000, 0)
	anna := e.party("Anna", 2)
	e.now = e.meeting.StartsAt
	pass := e.pass("A")
	e.must(models.MarkAttendance(e.ctx, e.db, e.now, e.staff, anna.ID, 2))
	walkIn, err := models.AddWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.WalkInForm{People: 1000, Municipality: "carmignano"})
	e.must(err)
	if walkIn.MunicipalityID != e.meeting.MunicipalityID {
		t.Errorf("they live in %v", walkIn.MunicipalityID)
	}
	seen, err := models.ArrivalsSince(e.ctx, e.db, e.meeting.ID, e.now)
	e.must(err)
	if len(seen) != 2 {
		t.Errorf("the door sees %d arrivals, want the desk's two", len(seen))
	}
	var wrong models.FieldErrors
	for _, form := range []models.WalkInForm{{People: 1001}, {}, {People: 1, Municipality: "nessuno"}} {
		if _, err := models.AddWalkIn(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form); !errors.As(err, &wrong) {
			t.Errorf("%+v: %v", form, err)
		}
	}

	town := &models.Municipality{ID: uuid.New(), OrganisationID: e.staff.OrganisationID, Slug: "poggio", Name: "Poggio", PostalCodes: []string{}, Hamlets: []string{}}
	if _, err := e.db.NewInsert().Model(town).Exec(e.ctx); err != nil {
		t.Fatal(err)
	}
	others := []*models.Staff{
		{OrganisationID: e.staff.OrganisationID, MunicipalityID: town.ID, Role: models.RoleOrganiser, Name: "Altra", Email: "altra@example.org"},
		{ID: e.staff.ID, OrganisationID: uuid.New(), Role: models.RoleOrganiser},
	}
	e.must(models.AddStaff(e.ctx, e.db, e.now, others[0]))
	for _, staff := range others {
		for what, do := range map[string]func() error{
			"mark":   func() error { return models.MarkAttendance(e.ctx, e.db, e.now, staff, anna.ID, 1) },
			"unmark": func() error { return models.UnmarkAttendance(e.ctx, e.db, e.now, staff, anna.ID) },
			"walk in": func() error {
				_, err := models.AddWalkIn(e.ctx, e.db, e.now, staff, e.meeting.ID, models.WalkInForm{People: 1})
				return err
			},
			"remove": func() error { return models.RemoveWalkIn(e.ctx, e.db, e.now, staff, e.meeting.ID, walkIn.ID) },
			"pass": func() error {
				_, err := models.MakePass(e.ctx, e.db, e.now, staff, e.meeting.ID, models.DoorPassForm{Label: "A"})
				return err
			},
			"revoke": func() error { return models.RevokePass(e.ctx, e.db, e.now, staff, e.meeting.ID, pass.ID) },
		} {
			if err := do(); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s by another town's: %v", what, err)
			}
		}
	}
	if came := e.came(); len(came) != 2 {
		t.Errorf("came: %v", came)
	}
}

func TestAPassIsForOneDeviceAndOneEvening(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	made, err := models.MakePass(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.DoorPassForm{Label: "Ingresso A"})
	e.must(err)
	_, token, err := models.TakePass(e.ctx, e.db, e.now, made.ID)
	e.must(err)
	if _, _, err := models.TakePass(e.ctx, e.db, e.now, made.ID); !errors.Is(err, models.ErrUsed) {
		t.Errorf("a second device: %v", err)
	}
	if _, err := models.PassOf(e.ctx, e.db, models.NewToken()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another token: %v", err)
	}
	pass, err := models.PassOf(e.ctx, e.db, token)
	e.must(err)
	end := e.meeting.EndsAt.Add(3 * time.Hour)
	if pass.Over(end.Add(-time.Second)) || !pass.Over(end) || !pass.Late(end.Add(23*time.Hour)) || pass.Late(end.Add(24*time.Hour)) {
		t.Error("the pass does not end three hours after the meeting, with a day for what was not sent")
	}
	if _, err := models.MakePass(e.ctx, e.db, end, e.staff, e.meeting.ID, models.DoorPassForm{Label: "Tardi"}); !errors.Is(err, models.ErrClosed) {
		t.Errorf("a pass for an evening that is over: %v", err)
	}
	second, err := models.MakePass(e.ctx, e.db, e.now, e.staff, e.meeting.ID, models.DoorPassForm{Label: "Ingresso B"})
	e.must(err)
	if _, _, err := models.TakePass(e.ctx, e.db, end, second.ID); !errors.Is(err, models.ErrExpired) {
		t.Errorf("taken after its end: %v", err)
	}
	for range 2 {
		e.must(models.RevokePass(e.ctx, e.db, e.now, e.staff, e.meeting.ID, pass.ID))
	}
	if pass, err = models.PassOf(e.ctx, e.db, token); err != nil || !pass.Over(e.now) || pass.Late(e.now) {
		t.Errorf("revoked, and over %v: %v", pass.Over(e.now), err)
	}
	for _, undated := range []func(*models.Meeting){
		func(m *models.Meeting) { m.ConfirmedAt = time.Time{} }, func(m *models.Meeting) { m.CancelledAt = e.now },
	} {
		m := e.meeting
		undated(&m)
		if !m.DoorsUntil().IsZero() {
			t.Error("a meeting that is not held has doors")
		}
	}
}

func TestTheDoorFindsByCodeAndByName(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	anna, niccolo := e.party("Anna De Rossi", 1), e.party("Niccolò Bianchi", 1)
	for search, want := range map[string]uuid.UUID{
		niccolo.Code(): niccolo.ID, "rossi anna": anna.ID, "NICCOLO": niccolo.ID, "ò bian": niccolo.ID, "nna": anna.ID, "ccol": niccolo.ID, "100%": uuid.Nil, "_": uuid.Nil, "Carla": uuid.Nil,
	} {
		found, err := models.SearchAtDoor(e.ctx, e.db, e.meeting.ID, search)
		e.must(err)
		if want == uuid.Nil && len(found) > 0 || want != uuid.Nil && (len(found) != 1 || found[0].ID != want) {
			t.Errorf("%q finds %d", search, len(found))
		}
	}
}
