// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

// evening is one meeting, three weeks after the hall's now, on a database of its own.
type evening struct {
	testing.TB
	ctx     context.Context
	db      *bun.DB
	now     time.Time
	meeting models.Meeting
	staff   *models.Staff
}

func newEvening(t testing.TB, capacity, walkIns int) *evening {
	t.Helper()
	e := &evening{TB: t, ctx: context.Background(), db: databasetest.New(t), now: time.Date(2017, 11, 21, 9, 0, 0, 0, time.UTC)}
	organisation := &models.Organisation{ID: uuid.New(), Name: "Unione"}
	town := &models.Municipality{ID: uuid.New(), OrganisationID: organisation.ID, Slug: "carmignano", Name: "Carmignano",
		PostalCodes: []string{}, Hamlets: []string{}}
	consultation := &models.Consultation{ID: uuid.New(), OrganisationID: organisation.ID, Slug: "servizi",
		Title: models.Text{"it": "Servizi"}, Summary: models.Text{"it": "In breve"}, Body: models.Text{"it": "Testo"},
		Publication: models.PublicationAtOnce, HoldHours: 24, CreatedAt: e.now, PublishedAt: e.now}
	e.meeting = models.Meeting{ID: uuid.New(), ConsultationID: consultation.ID, MunicipalityID: town.ID, Slug: "carmignano",
		Title: models.Text{"it": "Incontro"}, Body: models.Text{"it": "Testo"}, Capacity: capacity, WalkInSeats: walkIns,
		Venue: "Sala consiliare", StartsAt: e.now.AddDate(0, 0, 21), EndsAt: e.now.AddDate(0, 0, 21).Add(2 * time.Hour), ConfirmedAt: e.now, UpdatedAt: e.now}
	for _, row := range []any{organisation, town, consultation, &e.meeting} {
		if _, err := e.db.NewInsert().Model(row).Exec(e.ctx); err != nil {
			t.Fatal(err)
		}
	}
	e.staff = &models.Staff{OrganisationID: organisation.ID, Role: models.RoleOrganiser, Name: "Segreteria", Email: "segreteria@example.org"}
	e.must(models.AddStaff(e.ctx, e.db, e.now, e.staff))
	return e
}

func (e *evening) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

func (e *evening) asked(email string, seats int) models.RegistrationAsked {
	return models.RegistrationAsked{MeetingID: e.meeting.ID, Language: "it",
		Form: models.RegistrationForm{Name: "Anna " + email, Email: email, Seats: seats}}
}

func (e *evening) registerOne(asked models.RegistrationAsked) models.RegistrationResult {
	e.Helper()
	results, err := models.Register(e.ctx, e.db, e.now, []models.RegistrationAsked{asked})
	e.must(err)
	return results[0]
}

// confirmed registers and confirms, and returns the registration.
func (e *evening) confirmed(email string, seats int) *models.Registration {
	e.Helper()
	result := e.registerOne(e.asked(email, seats))
	e.must(result.Err)
	_, err := models.Confirm(e.ctx, e.db, e.now, result.Confirmation.ID)
	e.must(err)
	return e.of(email)
}

// of returns the newest registration of an address.
func (e *evening) of(email string) *models.Registration {
	e.Helper()
	r := new(models.Registration)
	e.must(e.db.NewSelect().Model(r).Join("JOIN addresses a ON a.person_id = registration.person_id").
		Where("a.value = ?", email).Order("registration.id DESC").Limit(1).Scan(e.ctx))
	return r
}

func (e *evening) wantState(email, state string) {
	e.Helper()
	if got := e.of(email).State; got != state {
		e.Errorf("%s is %s, want %s", email, got, state)
	}
}

// mails returns the templates of the mails in the queue for the person of an address, oldest first.
func (e *evening) mails(email string) []string {
	e.Helper()
	var jobs []models.Job
	e.must(e.db.NewSelect().Model(&jobs).Where("kind = ?", models.JobMail).Order("id").Scan(e.ctx))
	personID := e.of(email).PersonID
	var templates []string
	for _, job := range jobs {
		var mail models.Mail
		e.must(json.Unmarshal(job.Payload, &mail))
		if mail.PersonID == personID {
			templates = append(templates, mail.Template)
		}
	}
	return templates
}

func (e *evening) wantMails(email string, want ...string) {
	e.Helper()
	if got := e.mails(email); !slices.Equal(got, want) {
		e.Errorf("%s was sent %q, want %q", email, got, want)
	}
}

// check holds what must be true of the meeting's seats at every moment.
func (e *evening) check() {
	e.Helper()
	databasetest.SeatsAreRight(e, e.ctx, e.db)
}

func TestFromRegistrationToSeat(t *testing.T) {
	e := newEvening(t, 10, 2)
	result := e.registerOne(e.asked("Anna@Example.org ", 3))
	if result.Err != nil || result.Registration != nil {
		t.Fatalf("got %+v", result)
	}
	r := e.of("anna@example.org")
	if r.State != models.Pending || r.SeatsHeld != 3 || !r.HeldUntil.Equal(e.now.Add(24*time.Hour)) {
		t.Errorf("before the mailbox confirms: %+v", r)
	}
	e.wantMails("anna@example.org", "confirm_registration")
	_, err := models.Confirm(e.ctx, e.db, e.now, result.Confirmation.ID)
	e.must(err)
	e.wantState("anna@example.org", models.Seated)
	e.wantMails("anna@example.org", "confirm_registration", models.MailSeated)
	e.check()
}

func TestHoldOverFreesTheSeats(t *testing.T) {
	e := newEvening(t, 3, 0)
	late := e.registerOne(e.asked("late@example.org", 3))
	e.now = e.now.Add(25 * time.Hour)
	e.confirmed("next@example.org", 2)
	e.wantState("next@example.org", models.Seated)
	e.wantState("late@example.org", models.Cancelled)
	if _, err := models.Confirm(e.ctx, e.db, e.now, late.Confirmation.ID); !errors.Is(err, models.ErrExpired) {
		t.Errorf("confirming after the hold: %v", err)
	}
	e.check()
}

func TestSameAddressAgain(t *testing.T) {
	e := newEvening(t, 10, 0)
	first := e.registerOne(e.asked("anna@example.org", 2))
	again := e.registerOne(e.asked("ANNA@example.org", 5))
	if again.Err != nil || again.Confirmation == nil || again.Registration != nil {
		t.Fatalf("a second time before confirming: %+v", again)
	}
	_, err := models.Confirm(e.ctx, e.db, e.now, again.Confirmation.ID)
	e.must(err)
	_, err = models.Confirm(e.ctx, e.db, e.now, first.Confirmation.ID)
	e.must(err)
	known := e.registerOne(e.asked("anna@example.org", 4))
	if known.Err != nil || known.Confirmation == nil || known.Registration != nil {
		t.Fatalf("a third time, seated: %+v", known)
	}
	if !known.Confirmation.ExpiresAt.Equal(first.Confirmation.ExpiresAt) {
		t.Errorf("who looks could tell them apart: valid until %v and %v", known.Confirmation.ExpiresAt, first.Confirmation.ExpiresAt)
	}
	if r := e.of("anna@example.org"); r.Seats != 2 || r.State != models.Seated {
		t.Errorf("the first registration counts, got %+v", r)
	}
	e.wantMails("anna@example.org", "confirm_registration", "confirm_registration", models.MailSeated, "confirm_sign_in")
	e.check()
}

func TestQueueKeepsItsOrder(t *testing.T) {
	e := newEvening(t, 4, 0)
	first := e.confirmed("first@example.org", 4)
	e.confirmed("large@example.org", 5) // never fits
	e.confirmed("pair@example.org", 2)
	e.confirmed("trio@example.org", 3)
	e.confirmed("one@example.org", 1)
	for i, email := range []string{"large@example.org", "pair@example.org", "trio@example.org", "one@example.org"} {
		e.wantState(email, models.Waiting)
		if position, err := models.QueuePosition(e.ctx, e.db, e.of(email)); err != nil || position != i+1 {
			t.Errorf("%s has place %d (%v), want %d", email, position, err, i+1)
		}
	}
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, first.ID))
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, first.ID))
	e.wantMails("first@example.org", "confirm_registration", models.MailSeated, models.MailCancelled)
	e.wantState("large@example.org", models.Waiting)
	e.wantState("pair@example.org", models.Offered)
	e.wantState("trio@example.org", models.Waiting)
	e.wantState("one@example.org", models.Offered)
	e.wantMails("pair@example.org", "confirm_registration", models.MailWaiting, models.MailOffered)
	e.must(models.AcceptOffer(e.ctx, e.db, e.now, e.of("pair@example.org").ID))
	e.must(models.AcceptOffer(e.ctx, e.db, e.now, e.of("pair@example.org").ID))
	e.wantState("pair@example.org", models.Seated)
	if position, _ := models.QueuePosition(e.ctx, e.db, e.of("trio@example.org")); position != 2 {
		t.Errorf("the party that did not fit has place %d, want 2", position)
	}
	e.check()
}

func TestOfferPassesOn(t *testing.T) {
	e := newEvening(t, 1, 0)
	seated := e.confirmed("seated@example.org", 1)
	e.confirmed("one@example.org", 1)
	e.confirmed("two@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, seated.ID))
	e.wantState("one@example.org", models.Offered)
	e.wantState("two@example.org", models.Waiting)

	e.now = e.now.Add(24*time.Hour + time.Second)
	if err := models.AcceptOffer(e.ctx, e.db, e.now, e.of("one@example.org").ID); !errors.Is(err, models.ErrExpired) {
		t.Errorf("accepting after the offer: %v", err)
	}
	n, err := models.ExpireHolds(e.ctx, e.db, e.now)
	if err != nil || n != 1 {
		t.Errorf("ended %d (%v), want 1", n, err)
	}
	if n, err = models.ExpireHolds(e.ctx, e.db, e.now); err != nil || n != 0 {
		t.Errorf("ended %d (%v) the second time", n, err)
	}
	e.wantState("one@example.org", models.Cancelled)
	e.wantState("two@example.org", models.Offered)
	e.wantMails("one@example.org", "confirm_registration", models.MailWaiting, models.MailOffered, models.MailOfferExpired)
	e.check()
}

func TestNothingIsHeldBeyondTheBeginning(t *testing.T) {
	e := newEvening(t, 1, 0)
	seated := e.confirmed("seated@example.org", 1)
	e.confirmed("one@example.org", 1)
	e.now = e.meeting.StartsAt.Add(-10 * time.Minute)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, seated.ID))
	if r := e.of("one@example.org"); !r.HeldUntil.Equal(e.meeting.StartsAt) {
		t.Errorf("offered until %v, want the beginning %v", r.HeldUntil, e.meeting.StartsAt)
	}
	e.now = e.meeting.StartsAt
	if result := e.registerOne(e.asked("late@example.org", 1)); !errors.Is(result.Err, models.ErrClosed) {
		t.Errorf("registering once it has begun: %+v", result)
	}
	if err := models.CancelRegistration(e.ctx, e.db, e.now, e.of("one@example.org").ID); !errors.Is(err, models.ErrClosed) {
		t.Errorf("cancelling once it has begun: %v", err)
	}
}

func TestASoonerDateEndsOffersAndHoldsSooner(t *testing.T) {
	e := newEvening(t, 2, 0)
	seated := e.confirmed("seated@example.org", 1)
	e.registerOne(e.asked("pending@example.org", 1))
	e.confirmed("offered@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, seated.ID))
	e.wantState("offered@example.org", models.Offered)
	before := e.of("offered@example.org").HeldUntil
	day := func(date string) {
		e.Helper()
		e.must(e.edit(func(f *models.MeetingForm) { f.Date = date }))
	}
	day("2018-01-15")
	if got := e.of("offered@example.org").HeldUntil; !got.Equal(before) {
		t.Errorf("a later date moved the end of an offer from %v to %v", before, got)
	}
	day(e.now.AddDate(0, 0, 1).In(models.Rome).Format(time.DateOnly))
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	e.must(err)
	want := e.now.Add(models.HoldFor(24*time.Hour, m.StartsAt.Sub(e.now)))
	for _, email := range []string{"offered@example.org", "pending@example.org"} {
		if got := e.of(email).HeldUntil; !got.Equal(want) || !got.Before(m.StartsAt) {
			t.Errorf("%s is held until %v, want %v", email, got, want)
		}
	}
	e.check()
}

func TestWithoutADateNobodyRegisters(t *testing.T) {
	e := newEvening(t, 10, 0)
	_, err := e.db.NewUpdate().Model(&e.meeting).Set("confirmed_at = NULL").WherePK().Exec(e.ctx)
	e.must(err)
	if result := e.registerOne(e.asked("anna@example.org", 1)); !errors.Is(result.Err, models.ErrClosed) {
		t.Errorf("got %+v", result)
	}
	if n, _ := e.db.NewSelect().Table("people").Count(e.ctx); n != 0 {
		t.Errorf("%d people kept, want none", n)
	}
}

func TestSessionNeedsNoConfirmation(t *testing.T) {
	e := newEvening(t, 2, 0)
	anna := e.confirmed("anna@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, anna.ID))
	asked := e.asked("anna@example.org", 2)
	asked.PersonID = anna.PersonID
	result := e.registerOne(asked)
	if result.Registration == nil || result.Registration.State != models.Seated || result.Confirmation != nil {
		t.Fatalf("own address: %+v", result)
	}
	if again := e.registerOne(asked); again.Registration == nil || again.Registration.ID != result.Registration.ID {
		t.Errorf("a second time: %+v", again)
	}
	asked.Form.Email = "mother@example.org"
	if other := e.registerOne(asked); other.Confirmation == nil || other.Registration != nil {
		t.Errorf("somebody else's address: %+v", other)
	}
	e.wantState("mother@example.org", models.Pending)
	e.check()
}

func TestTelephoneWaitsForTheOffice(t *testing.T) {
	e := newEvening(t, 2, 0)
	asked := models.RegistrationAsked{MeetingID: e.meeting.ID, Language: "it",
		Form: models.RegistrationForm{Name: "Rosa", Phone: "055 123 4567", Seats: 2, AccessNeeds: []string{"call_me"}}}
	for range 2 {
		if result := e.registerOne(asked); result.Err != nil || result.Confirmation != nil || result.Registration != nil {
			t.Fatalf("got %+v", result)
		}
	}
	found, err := models.RegistrationsOf(e.ctx, e.db, e.meeting.ID, models.RegistrationFilter{Search: "1234567", Needs: true})
	e.must(err)
	if len(found) != 1 || found[0].State != models.Pending || !slices.Equal(found[0].Needs.Needs, []string{"call_me"}) {
		t.Fatalf("found %+v", found)
	}
	e.must(models.ConfirmByStaff(e.ctx, e.db, e.now, e.staff, found[0].ID))
	e.must(models.ConfirmByStaff(e.ctx, e.db, e.now, e.staff, found[0].ID))
	e.wantState("0551234567", models.Seated)
	if n, _ := e.db.NewSelect().Table("audit_entries").Where("action = 'confirm'").Count(e.ctx); n != 1 {
		t.Errorf("%d audit rows, want 1", n)
	}
	e.check()
}

func TestABadOneDoesNotFailItsNeighbours(t *testing.T) {
	e := newEvening(t, 10, 0)
	wrong := e.asked("nobody", 9)
	nul := e.asked("nul@example.org", 1)
	nul.Form.Name = "a\x00b"
	malformed := e.asked("malformed@example.org", 1)
	malformed.Form.Name = "\xff"
	elsewhere := e.asked("elsewhere@example.org", 1)
	elsewhere.MeetingID = uuid.New()
	needs := e.asked("needs@example.org", 1)
	needs.Form.AccessNeeds = []string{"a throne"}
	asked := []models.RegistrationAsked{e.asked("anna@example.org", 1), wrong, nul, malformed, elsewhere, needs,
		e.asked("anna@example.org", 2), e.asked("rosa@example.org", 1)}
	results, err := models.Register(e.ctx, e.db, e.now, asked)
	e.must(err)
	for i, fields := range map[int][]string{1: {"email", "seats"}, 2: {"name"}, 3: {"name"}, 5: {"access_needs"}} {
		var wrong models.FieldErrors
		errors.As(results[i].Err, &wrong)
		var got []string
		for _, f := range wrong {
			got = append(got, f.Field)
		}
		if !slices.Equal(got, fields) {
			t.Errorf("item %d: wrong fields %q, want %q", i, got, fields)
		}
	}
	if !errors.Is(results[4].Err, models.ErrNotFound) {
		t.Errorf("unknown meeting: %v", results[4].Err)
	}
	for _, i := range []int{0, 6, 7} {
		if results[i].Err != nil || results[i].Confirmation == nil {
			t.Errorf("item %d: %+v", i, results[i])
		}
	}
	if r := e.of("anna@example.org"); r.Seats != 1 {
		t.Errorf("the first of two counts, got %d seats", r.Seats)
	}
	if n, _ := e.db.NewSelect().Table("registrations").Count(e.ctx); n != 2 {
		t.Errorf("%d registrations, want 2", n)
	}
	e.check()
}

func TestRaceOnTheLastSeats(t *testing.T) {
	e := newEvening(t, 20, 0)
	batches := models.NewBatches(e.db, func() time.Time { return e.now })
	const people, each = 64, 2
	failed := make(chan error, people)
	for i := range people {
		go func() {
			failed <- func() error {
				for j := range each {
					asked := e.asked(fmt.Sprintf("p%d-%d@example.org", i, j), 1)
					result, err := batches.Registrations.Do(e.ctx, asked)
					if err != nil || result.Err != nil {
						return errors.Join(err, result.Err)
					}
					if _, err := models.Confirm(e.ctx, e.db, e.now, result.Confirmation.ID); err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	for range people {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	counts, err := models.MeetingCounts(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	if got, want := counts.States[models.Seated].People, 20; got != want {
		t.Errorf("%d seated, want %d", got, want)
	}
	if got, want := counts.States[models.Waiting].Parties, people*each-20; got != want {
		t.Errorf("%d wait, want %d", got, want)
	}
	e.check()
}

func TestWhatAnOfferLeavesGoesToWhoWaitsBeforeWhoComesNow(t *testing.T) {
	e := newEvening(t, 1, 0)
	seated := e.confirmed("anna@example.org", 1)
	e.confirmed("bruno@example.org", 1)
	e.confirmed("carla@example.org", 1)
	e.must(models.CancelRegistration(e.ctx, e.db, e.now, seated.ID))
	e.wantState("bruno@example.org", models.Offered)
	e.now = e.of("bruno@example.org").HeldUntil.Add(time.Second)
	e.must(e.registerOne(e.asked("dora@example.org", 1)).Err)
	e.wantState("bruno@example.org", models.Cancelled)
	e.wantState("carla@example.org", models.Offered)
	if dora := e.of("dora@example.org"); dora.SeatsHeld != 0 {
		t.Error("who comes last holds the seat that was offered")
	}
	e.check()
}
