// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

// workplace is an installation with its first administrator.
type workplace struct {
	*square
	admin  *models.Staff
	sealer models.Sealer
}

func newWorkplace(t *testing.T) *workplace {
	t.Helper()
	o := &workplace{square: newSquare(t), sealer: models.NewSealer(make([]byte, 32), "totp")}
	var err error
	o.admin, err = models.FoundAdministrator(o.ctx, o.db, o.now, models.FoundingForm{Name: "Ada Inventata", Email: "Ada@valle.example"})
	o.must(err)
	return o
}

// invite opens an account and returns it.
func (o *workplace) invite(email, role string, towns ...string) *models.Staff {
	o.t.Helper()
	invitation, err := models.InviteColleague(o.ctx, o.db, o.now, o.admin,
		models.StaffForm{Name: "Bea Inventata", Email: email, Role: role, Municipalities: towns})
	o.must(err)
	return o.account(invitation.StaffID)
}

func (o *workplace) account(id [16]byte) *models.Staff {
	o.t.Helper()
	s, err := models.StaffByID(o.ctx, o.db, id)
	o.must(err)
	return s
}

func (o *workplace) code(secret string, at time.Time) string {
	o.t.Helper()
	code, err := totp.GenerateCode(secret, at)
	o.must(err)
	return code
}

const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

func TestOfAllWhoHoldTheFirstLinkOneAdministers(t *testing.T) {
	t.Parallel()
	db := databasetest.New(t)
	var founded, refused atomic.Int32
	var together sync.WaitGroup
	for i := range 20 {
		together.Go(func() {
			form := models.FoundingForm{OrganisationName: "Valle inventata", Name: "Ada", Email: string(rune('a'+i)) + "@valle.example"}
			switch _, err := models.FoundAdministrator(t.Context(), db, time.Now(), form); {
			case err == nil:
				founded.Add(1)
			case errors.Is(err, models.ErrUsed):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	together.Wait()
	organisations, err := db.NewSelect().Table("organisations").Count(t.Context())
	if founded.Load() != 1 || refused.Load() != 19 || organisations != 1 || err != nil {
		t.Errorf("%d founded, %d refused, %d organisations (%v)", founded.Load(), refused.Load(), organisations, err)
	}
}

func TestAnAccountServesItsMunicipalitiesAlone(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	slugs := []string{o.towns[0].Slug, o.towns[1].Slug}
	all, one, both := o.invite("tutti@valle.example", models.RoleOrganiser), o.invite("uno@valle.example", models.RoleOrganiser, slugs[0]),
		o.invite("due@valle.example", models.RoleOrganiser, slugs...)
	for i, town := range o.towns {
		if !all.Serves(town.ID) || one.Serves(town.ID) != (i == 0) || both.Serves(town.ID) != (i < 2) {
			t.Errorf("%s: all %v, one %v, both %v", town.Name, all.Serves(town.ID), one.Serves(town.ID), both.Serves(town.ID))
		}
	}
	for name, towns := range map[string][]string{"none": nil, "two": slugs, "unknown": {"altrove"}} {
		_, err := models.InviteColleague(o.ctx, o.db, o.now, o.admin, models.StaffForm{Name: "Ufficio", Email: "ufficio@valle.example", Role: models.RoleMayor, Municipalities: towns})
		var wrong models.FieldErrors
		if !errors.As(err, &wrong) || wrong[0].Field != "municipalities" {
			t.Errorf("a mayor's office of %s municipalities: %v", name, err)
		}
	}
}

func TestAnAdministratorIsAlwaysLeft(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	if err := models.CloseStaff(o.ctx, o.db, o.now, o.admin, o.admin.ID); !errors.Is(err, models.ErrLastAdministrator) {
		t.Errorf("closing the only one: %v", err)
	}
	form := o.admin.Form(&o.organisation)
	form.Role = models.RoleOrganiser
	if err := models.EditStaff(o.ctx, o.db, o.now, o.admin, o.admin.ID, form); !errors.Is(err, models.ErrLastAdministrator) {
		t.Errorf("making the only one something else: %v", err)
	}
	second := o.invite("seconda@valle.example", models.RoleAdministrator)
	// Each closes the other at once: one of them stays.
	var together sync.WaitGroup
	for by, id := range map[*models.Staff][16]byte{o.admin: second.ID, second: o.admin.ID} {
		together.Go(func() {
			if err := models.CloseStaff(o.ctx, o.db, o.now, by, id); err != nil && !errors.Is(err, models.ErrLastAdministrator) {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if left, err := models.HasAdministrator(o.ctx, o.db); err != nil || !left {
		t.Errorf("nobody administers any more (%v)", err)
	}
}

func TestSessionsOfStaffEndByTimeAndByIdleness(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	token, err := models.SignInStaff(o.ctx, o.db, o.now, o.admin.ID, "Prova", true)
	o.must(err)
	signedIn := func(after time.Duration) bool {
		_, err := models.SignedInStaff(o.ctx, o.db, o.now.Add(after), token)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	for minutes := 29; minutes < 12*60; minutes += 29 {
		if !signedIn(time.Duration(minutes) * time.Minute) {
			t.Fatalf("ended after %d minutes in use", minutes)
		}
	}
	if signedIn(12 * time.Hour) {
		t.Error("goes on after twelve hours")
	}
	if token, err = models.SignInStaff(o.ctx, o.db, o.now, o.admin.ID, "Prova", true); err != nil || signedIn(30*time.Minute) {
		t.Errorf("goes on after thirty idle minutes (%v)", err)
	}
}

func TestACodeOfTheAppIsGoodOnceAndGuessesAreBounded(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	prove := func(code string, at time.Time) error {
		return models.ProveByCode(o.ctx, o.db, at, o.sealer, o.admin.ID, code)
	}
	if err := models.AddTOTP(o.ctx, o.db, o.now, o.sealer, o.admin, totpSecret, "000000"); !errors.Is(err, models.ErrCode) {
		t.Errorf("an app that shows another code: %v", err)
	}
	o.must(models.AddTOTP(o.ctx, o.db, o.now, o.sealer, o.admin, totpSecret, o.code(totpSecret, o.now)))
	if err := models.AddTOTP(o.ctx, o.db, o.now, o.sealer, o.admin, totpSecret, o.code(totpSecret, o.now)); !errors.Is(err, models.ErrClosed) {
		t.Errorf("a second app: %v", err)
	}
	if err := prove(o.code(totpSecret, o.now), o.now); !errors.Is(err, models.ErrCode) {
		t.Errorf("the same code again: %v", err)
	}
	later := o.now.Add(5 * time.Minute)
	o.must(prove(o.code(totpSecret, later.Add(-30*time.Second)), later)) // a slow hand
	for range 5 {
		if err := prove("123456", later); !errors.Is(err, models.ErrCode) {
			t.Errorf("a guess: %v", err)
		}
	}
	right := o.code(totpSecret, later.Add(time.Minute))
	if err := prove(right, later.Add(time.Minute)); !errors.Is(err, models.ErrTooManyAttempts) {
		t.Errorf("after five guesses the right code: %v", err)
	}
	calm := later.Add(16 * time.Minute)
	o.must(prove(o.code(totpSecret, calm), calm))
	other := models.NewSealer([]byte("another secret, of thirty-two or more bytes"), "totp")
	if err := models.ProveByCode(o.ctx, o.db, calm.Add(time.Hour), other, o.admin.ID, "123456"); !errors.Is(err, models.ErrSealed) {
		t.Errorf("with another secret: %v", err)
	}
}

func TestARecoveryCodeIsGoodOnceAndNewOnesReplaceThem(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	codes, err := models.NewRecoveryCodes(o.ctx, o.db, o.now, o.admin)
	o.must(err)
	var good atomic.Int32
	var together sync.WaitGroup
	for range 4 { // fewer than the wrong codes that are too many
		together.Go(func() {
			switch err := models.ProveByCode(o.ctx, o.db, o.now, o.sealer, o.admin.ID, codes[0]); {
			case err == nil:
				good.Add(1)
			case !errors.Is(err, models.ErrCode):
				t.Error(err)
			}
		})
	}
	together.Wait()
	left, err := models.RecoveryCodesLeft(o.ctx, o.db, o.admin.ID)
	if good.Load() != 1 || left != 9 || err != nil {
		t.Errorf("one code was good %d times; %d are left (%v)", good.Load(), left, err)
	}
	_, err = models.NewRecoveryCodes(o.ctx, o.db, o.now, o.admin)
	o.must(err)
	if err := models.ProveByCode(o.ctx, o.db, o.now, o.sealer, o.admin.ID, codes[1]); !errors.Is(err, models.ErrCode) {
		t.Errorf("a code of before: %v", err)
	}
}

func TestTheOnlySecondFactorStaysAndStartingAnewTakesAll(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	o.must(models.AddPasskey(o.ctx, o.db, o.now, o.admin, models.Passkey{ID: []byte("k"), Name: "Prova", Credential: []byte("{}")}))
	if err := models.RemovePasskey(o.ctx, o.db, o.now, o.admin, []byte("k")); !errors.Is(err, models.ErrClosed) {
		t.Errorf("removing the only factor: %v", err)
	}
	o.must(models.AddTOTP(o.ctx, o.db, o.now, o.sealer, o.admin, totpSecret, o.code(totpSecret, o.now)))
	o.must(models.RemovePasskey(o.ctx, o.db, o.now, o.admin, []byte("k")))
	if err := models.RemoveTOTP(o.ctx, o.db, o.now, o.admin); !errors.Is(err, models.ErrClosed) {
		t.Errorf("removing the app, now the only one: %v", err)
	}
	codes, err := models.NewRecoveryCodes(o.ctx, o.db, o.now, o.admin)
	o.must(err)
	token, err := models.SignInStaff(o.ctx, o.db, o.now, o.admin.ID, "", true)
	o.must(err)
	older, err := models.InviteStaff(o.ctx, o.db, o.now, o.admin.ID)
	o.must(err)
	invitation, err := models.ResetFactors(o.ctx, o.db, o.now, o.admin, o.admin.ID)
	o.must(err)
	if o.account(o.admin.ID).HasFactor() {
		t.Error("a factor is left")
	}
	if _, err := models.SignedInStaff(o.ctx, o.db, o.now, token); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the session goes on: %v", err)
	}
	if err := models.ProveByCode(o.ctx, o.db, o.now, o.sealer, o.admin.ID, codes[0]); !errors.Is(err, models.ErrCode) {
		t.Errorf("a recovery code of before: %v", err)
	}
	if _, err := models.Confirm(o.ctx, o.db, o.now, older.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a link of before: %v", err)
	}
	_, err = models.Confirm(o.ctx, o.db, o.now, invitation.ID)
	o.must(err)
}

// An invitation that went to a mistyped address is in somebody else's mailbox.
func TestALinkSentToAnAddressThatIsCorrectedOpensNothing(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	invitation, err := models.InviteColleague(o.ctx, o.db, o.now, o.admin,
		models.StaffForm{Name: "Bea Inventata", Email: "bae@valle.example", Role: models.RoleAdministrator})
	o.must(err)
	form := o.account(invitation.StaffID).Form(&o.organisation)
	form.Email = "bea@valle.example"
	o.must(models.EditStaff(o.ctx, o.db, o.now, o.admin, invitation.StaffID, form))
	if _, err := models.Confirm(o.ctx, o.db, o.now, invitation.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("the link to the old address: %v", err)
	}
}

func TestAClosedAccountIsReopenedOnlyAsSuch(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	bea := o.invite("bea@valle.example", models.RoleObserver)
	o.must(models.CloseStaff(o.ctx, o.db, o.now, o.admin, bea.ID))
	if _, err := models.ResetFactors(o.ctx, o.db, o.now, o.admin, bea.ID); !errors.Is(err, models.ErrClosed) {
		t.Errorf("taking its second factor away: %v", err)
	}
	_, err := models.ReopenStaff(o.ctx, o.db, o.now, o.admin, bea.ID)
	o.must(err)
	o.account(bea.ID)
}

// Whoever shows the second factor again goes on in the same session: it ends when it would have, and the consultation
// they work on stays.
func TestShowingTheSecondFactorAgainLengthensNoSession(t *testing.T) {
	t.Parallel()
	o := newWorkplace(t)
	token, err := models.SignInStaff(o.ctx, o.db, o.now, o.admin.ID, "Prova", true)
	o.must(err)
	at := o.now
	for range 30 { // never idle
		at = at.Add(25 * time.Minute)
		staff, err := models.SignedInStaff(o.ctx, o.db, at, token)
		if over := at.Sub(o.now) >= models.StaffSession; over != errors.Is(err, models.ErrNotFound) {
			t.Fatalf("after %s: %v", at.Sub(o.now), err)
		} else if over {
			return
		}
		o.must(err)
		before := token
		token, err = staff.Session.Prove(o.ctx, o.db, at)
		o.must(err)
		if _, err := models.SignedInStaff(o.ctx, o.db, at, before); !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("the token of before: %v", err)
		}
		if staff, err = models.SignedInStaff(o.ctx, o.db, at, token); err != nil || !staff.Session.ProvedAt.Equal(at) {
			t.Fatalf("with the new token: %v", err)
		}
	}
	t.Error("it goes on for ever")
}
