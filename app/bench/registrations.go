// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// registrationsAsked is how many people register in each of the rounds.
const registrationsAsked = 2000

// measureRegistrations has 64 clients register people for a meeting of 200 seats, against pgbench writing the same rows
// under the lock of another meeting's row, one party a transaction. Then it confirms them in order: exactly 200 seats are
// given, nobody is lost, and the waiting list keeps the order.
func measureRegistrations(ctx context.Context, p *process, t *town, load time.Duration) ([]figure, error) {
	script := filepath.Join(p.folder, "registration.sql")
	if err := os.WriteFile(script, []byte(t.registrationScript()), 0o644); err != nil {
		return nil, err
	}
	crowd := &crowd{address: t.address(p, "/incontri/"+t.meeting.Slug+"/iscrizioni")}
	value, base, err := turns(
		func() (float64, error) { return crowd.register(ctx) },
		func() (float64, error) {
			if err := drained(ctx, p.db); err != nil {
				return 0, err
			}
			return pgbench(ctx, p, script, load)
		})
	if err != nil {
		return nil, err
	}
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
	slices.Sort(crowd.waited)
	return []figure{
		atLeast("registrations on one meeting, 64 clients", value, base, "answers/s", 1),
		atMost("  99 of 100 answered within", float64(crowd.waited[len(crowd.waited)*99/100].Milliseconds()), "ms", 500),
		exactly("  seats given", float64(held), "seats", seatsAtMeeting),
		exactly("  registrations lost", float64(len(crowd.waited))-float64(all), "people", 0),
		exactly("  places out of order on the waiting list", float64(outOfOrder), "people", 0),
	}, nil
}

// registrationScript writes what the program writes of one registration whose mailbox has still to confirm: the same rows
// in the same tables, with their keys and checks. Its e-mail is never due.
func (t *town) registrationScript() string {
	return fmt.Sprintf(`BEGIN;
SELECT gen_random_uuid() AS person, gen_random_uuid() AS address, gen_random_uuid() AS registration, gen_random_uuid() AS confirmation,
	CASE WHEN seats_taken + walk_in_seats < capacity THEN 1 ELSE 0 END AS held FROM meetings WHERE id = '%[2]s' FOR UPDATE \gset
INSERT INTO people (id, language, created_at) VALUES (':person', 'it', now());
INSERT INTO addresses (id, person_id, kind, value) VALUES (':address', ':person', 'email', 'g:person@example.org');
INSERT INTO registrations (consultation_id, id, meeting_id, person_id, name, seats, seats_held, state, held_until, created_at)
	VALUES ('%[1]s', ':registration', '%[2]s', ':person', 'Persona', 1, :held, 'pending', now() + interval '1 day', now());
INSERT INTO confirmations (id, kind, address_id, payload, created_at, expires_at) VALUES (':confirmation', 'registration', ':address',
	'{"consultation_id": "%[1]s", "registration_id": ":registration"}', now(), now() + interval '1 day');
INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES (gen_random_uuid(), 'mail',
	'{"template": "confirm_registration", "person_id": ":person", "subject_id": ":confirmation"}', 'infinity', now());
UPDATE meetings SET seats_taken = seats_taken + :held WHERE id = '%[2]s';
COMMIT;
`, t.consultation.ID, t.consultation.Meetings[1].ID)
}

func exactly(name string, value float64, unit string, target float64) figure {
	return figure{Name: name, Value: value, Unit: unit, Target: target, Met: value == target}
}

// crowd are people who register, each once, and how long each waited for the answer.
type crowd struct {
	address string
	waited  []time.Duration
}

// register has the next of them register with 64 clients, and returns how many were answered a second.
func (c *crowd) register(ctx context.Context) (float64, error) {
	client := &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	first := len(c.waited)
	c.waited = append(c.waited, make([]time.Duration, registrationsAsked)...)
	var next atomic.Int64
	var failure atomic.Pointer[error]
	var clients sync.WaitGroup
	began := time.Now()
	for range connections {
		clients.Go(func() {
			for failure.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= registrationsAsked {
					return
				}
				asked := time.Now()
				if err := registerOne(ctx, client, c.address, first+i); err != nil {
					failure.Store(&err)
				}
				c.waited[first+i] = time.Since(asked)
			}
		})
	}
	clients.Wait()
	rate := registrationsAsked / time.Since(began).Seconds()
	if err := failure.Load(); err != nil {
		return 0, *err
	}
	return rate, nil
}

func registerOne(ctx context.Context, client *http.Client, address string, i int) error {
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
