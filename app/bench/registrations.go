// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

const registrationsAsked = 5000

// measureRegistrations has 64 clients register 5,000 people for a meeting of 200 seats and then confirms them in order:
// exactly 200 seats are given, nobody is lost, and the waiting list keeps the order.
func measureRegistrations(ctx context.Context, p *process, t *town, _ time.Duration) ([]figure, error) {
	address := t.address(p, "/incontri/"+t.meeting.Slug+"/iscrizioni")
	began := time.Now()
	if err := registerAll(ctx, address); err != nil {
		return nil, err
	}
	rate := registrationsAsked / time.Since(began).Seconds()
	held, err := p.db.NewSelect().Model((*models.Registration)(nil)).Where("meeting_id = ? AND seats_held = 1", t.meeting.ID).Count(ctx)
	if err != nil {
		return nil, err
	}
	all, err := p.db.NewSelect().Model((*models.Registration)(nil)).Where("meeting_id = ?", t.meeting.ID).Count(ctx)
	if err != nil {
		return nil, err
	}
	outOfOrder, err := confirmAll(ctx, p, t)
	if err != nil {
		return nil, err
	}
	return []figure{
		{Name: "registrations on one meeting, 64 clients", Value: rate, Unit: "answers/s", Met: true},
		exactly("  seats given", float64(held), "seats", seatsAtMeeting),
		exactly("  registrations lost", registrationsAsked-float64(all), "people", 0),
		exactly("  places out of order on the waiting list", float64(outOfOrder), "people", 0),
	}, nil
}

func exactly(name string, value float64, unit string, target float64) figure {
	return figure{Name: name, Value: value, Unit: unit, Target: target, Met: value == target}
}

func registerAll(ctx context.Context, address string) error {
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var next atomic.Int64
	var failure atomic.Pointer[error]
	var clients sync.WaitGroup
	for range connections {
		clients.Go(func() {
			for failure.Load() == nil {
				i := next.Add(1)
				if i > registrationsAsked {
					return
				}
				if err := registerOne(ctx, client, address, i); err != nil {
					failure.Store(&err)
				}
			}
		})
	}
	clients.Wait()
	if err := failure.Load(); err != nil {
		return *err
	}
	return nil
}

func registerOne(ctx context.Context, client *http.Client, address string, i int64) error {
	form := url.Values{"name": {fmt.Sprintf("Persona %d", i)}, "email": {fmt.Sprintf("guest%d@example.org", i)}, "seats": {"1"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusSeeOther {
		return fmt.Errorf("registration %d: status %d", i, response.StatusCode)
	}
	return nil
}

// confirmAll confirms every registration in the order in which it was made and counts those that the waiting list holds
// in another order.
func confirmAll(ctx context.Context, p *process, t *town) (int, error) {
	var confirmations []uuid.UUID
	err := p.db.NewRaw(`SELECT c.id FROM confirmations c JOIN registrations r ON r.id = (c.payload->>'registration_id')::uuid
		WHERE c.kind = 'registration' AND r.meeting_id = ? ORDER BY r.id`, t.meeting.ID).Scan(ctx, &confirmations)
	if err != nil {
		return 0, err
	}
	for _, id := range confirmations {
		if _, err := models.Confirm(ctx, p.db, time.Now(), id); err != nil {
			return 0, err
		}
	}
	var outOfOrder int
	err = p.db.NewRaw(`SELECT count(*) FROM (SELECT queue_number, row_number() OVER (ORDER BY id) AS place FROM registrations
		WHERE meeting_id = ? AND state = 'waiting') AS q WHERE queue_number <> place`, t.meeting.ID).Scan(ctx, &outOfOrder)
	return outOfOrder, err
}
