// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// askSignIn asks for a link in the name of an address.
func (a *archive) askSignIn(now time.Time, email string) (*models.Confirmation, error) {
	return models.Ask(a.Context(), a.db, now, models.Asker{Email: email, Language: "it"}, models.ConfirmSignIn, struct{}{})
}

func TestGuessesAtCodesAreBounded(t *testing.T) {
	a := newArchive(t)
	guess := func(now time.Time, id uuid.UUID) error { return models.CountCodeAttempt(t.Context(), a.db, now, id) }
	for range 4 {
		c, err := a.askSignIn(a.start, "anna@example.org")
		a.must(err)
		for range 5 {
			a.must(guess(a.start, c.ID))
		}
		if err := guess(a.start, c.ID); !errors.Is(err, models.ErrTooManyAttempts) {
			t.Errorf("the sixth guess at one code: %v", err)
		}
	}
	fifth, err := a.askSignIn(a.start, "anna@example.org")
	a.must(err)
	if err := guess(a.start, fifth.ID); !errors.Is(err, models.ErrTooManyAttempts) {
		t.Errorf("the twenty-first guess at the codes of one address: %v", err)
	}
	other, err := a.askSignIn(a.start, "bruno@example.org")
	a.must(err)
	a.must(guess(a.start, other.ID))
	a.must(guess(a.start.Add(25*time.Hour), fifth.ID))
}

func TestAMailboxIsNotFlooded(t *testing.T) {
	a := newArchive(t)
	for range 20 {
		_, err := a.askSignIn(a.start, "anna@example.org")
		a.must(err)
	}
	if _, err := a.askSignIn(a.start, "Anna@example.org"); !errors.Is(err, models.ErrTooManyMails) {
		t.Errorf("the twenty-first mail in an hour: %v", err)
	}
	register := func(now time.Time, email string) models.RegistrationResult {
		form := models.RegistrationForm{Name: "Anna", Email: email, Seats: 1}
		results, err := models.Register(t.Context(), a.db, now, []models.RegistrationAsked{{MeetingID: a.meeting.ID, Form: form, Language: "it"}})
		a.must(err)
		return results[0]
	}
	if got := register(a.start, "anna@example.org"); !errors.Is(got.Err, models.ErrTooManyMails) {
		t.Errorf("a registration in the same hour: %v", got.Err)
	}
	a.wantRows(0, "nothing was done", "registrations")
	a.wantRows(20, "mails", "jobs WHERE kind = 'mail'")
	if got := register(a.start, "bruno@example.org"); got.Confirmation == nil {
		t.Errorf("somebody else: %v", got.Err)
	}
	if got := register(a.start.Add(61*time.Minute), "anna@example.org"); got.Confirmation == nil {
		t.Errorf("an hour later: %v", got.Err)
	}
}

func TestStaffAreNotFloodedEither(t *testing.T) {
	a := newArchive(t)
	organisation, err := models.TheOrganisation(t.Context(), a.db)
	a.must(err)
	a.must(models.AddStaff(t.Context(), a.db, a.start, &models.Staff{OrganisationID: organisation.ID, Role: models.RoleOrganiser,
		Name: "Segreteria", Email: "segreteria@example.org"}))
	for range 25 {
		a.must(models.AskStaffSignIn(t.Context(), a.db, a.start, "segreteria@example.org"))
	}
	a.wantRows(20, "mails", "jobs WHERE kind = 'mail'")
}

func TestAConfirmationIsMailedAgainThreeTimes(t *testing.T) {
	a := newArchive(t)
	again := func(now time.Time, id uuid.UUID) error { return models.AskAgain(t.Context(), a.db, now, id) }
	c, err := a.askSignIn(a.start, "anna@example.org")
	a.must(err)
	for range 3 {
		a.must(again(a.start, c.ID))
	}
	if err := again(a.start, c.ID); !errors.Is(err, models.ErrTooManyMails) {
		t.Errorf("the fourth time: %v", err)
	}
	a.wantRows(4, "mails", "jobs WHERE kind = 'mail'")

	for range 16 {
		c, err = a.askSignIn(a.start, "anna@example.org")
		a.must(err)
	}
	if err := again(a.start, c.ID); !errors.Is(err, models.ErrTooManyMails) {
		t.Errorf("the twenty-first mail in an hour: %v", err)
	}
	if err := again(a.start.Add(time.Hour), c.ID); !errors.Is(err, models.ErrExpired) {
		t.Errorf("when the link is over: %v", err)
	}
	_, err = models.Confirm(t.Context(), a.db, a.start, c.ID)
	a.must(err)
	if err := again(a.start, c.ID); !errors.Is(err, models.ErrUsed) {
		t.Errorf("when it is confirmed: %v", err)
	}
	a.wantRows(20, "mails", "jobs WHERE kind = 'mail'")
}
