// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// TestSeatsWhateverHappens has several people at a time register, confirm, cancel, accept and let time pass while the
// office changes the capacity, and after each round checks what must always be true.
func TestSeatsWhateverHappens(t *testing.T) {
	e := newEvening(t, 30, 3)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	const rounds, together, addresses = 25, 8, 60
	confirmations := make(chan *models.Confirmation, rounds*together)
	for round := range rounds {
		var wg sync.WaitGroup
		for person := range together {
			random := rand.New(rand.NewPCG(seed, uint64(round*together+person)))
			wg.Go(func() {
				for range 3 {
					if err := e.randomStep(random, confirmations, addresses); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		e.check()
		if t.Failed() {
			t.Fatalf("after round %d", round)
		}
		e.now = e.now.Add(7 * time.Hour)
	}
}

func (e *evening) randomStep(random *rand.Rand, confirmations chan *models.Confirmation, addresses int) error {
	switch random.IntN(10) {
	case 0, 1, 2, 3:
		email := fmt.Sprintf("p%d@example.org", random.IntN(addresses))
		results, err := models.Register(e.ctx, e.db, e.now, []models.RegistrationAsked{e.asked(email, 1+random.IntN(5))})
		if err == nil && results[0].Err == nil {
			select {
			case confirmations <- results[0].Confirmation:
			default:
			}
		}
		return err
	case 4, 5, 6:
		select {
		case c := <-confirmations:
			_, err := models.Confirm(e.ctx, e.db, e.now, c.ID)
			return allowed(err, models.ErrExpired)
		default:
			return nil
		}
	case 7:
		return e.onRandom("TRUE", models.CancelRegistration)
	case 8:
		return e.onRandom("state = 'offered'", models.AcceptOffer)
	}
	if random.IntN(2) == 0 {
		_, err := models.ExpireHolds(e.ctx, e.db, e.now)
		return err
	}
	m, err := models.MeetingBySlug(e.ctx, e.db, e.meeting.ConsultationID, e.meeting.Slug)
	if err != nil {
		return err
	}
	form := m.Form()
	form.Capacity = 20 + random.IntN(20)
	return allowed(models.EditMeeting(e.ctx, e.db, e.now, e.staff, m.ID, form), models.ErrFull, models.ErrChanged)
}

// onRandom does verb on some registration, if there is one.
func (e *evening) onRandom(where string, verb func(context.Context, bun.IDB, time.Time, uuid.UUID) error) error {
	var r []models.Registration
	err := e.db.NewSelect().Model(&r).Where(where).OrderExpr("random()").Limit(1).Scan(e.ctx)
	if err != nil || len(r) == 0 {
		return err
	}
	return allowed(verb(e.ctx, e.db, e.now, r[0].ID), models.ErrExpired)
}

// allowed drops an error that the rules may well give.
func allowed(err error, rules ...error) error {
	for _, rule := range rules {
		if errors.Is(err, rule) {
			return nil
		}
	}
	return err
}
