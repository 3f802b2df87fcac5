// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

const (
	registrationsAtDesk = 10_000
	deskRequests        = 50
)

// measureDesk has an organiser look at a meeting with 10,000 registrations, search in it and take the list away.
func measureDesk(ctx context.Context, p *process, t *town, _ time.Duration) ([]figure, error) {
	meeting := t.consultation.Meetings[1]
	if err := fillMeeting(ctx, p, t, meeting.ID); err != nil {
		return nil, err
	}
	token, err := models.SignInStaff(ctx, p.db, time.Now(), t.staff.ID, "Bench", true)
	if err != nil {
		return nil, err
	}
	d := organiser{p, "ufficio=" + token, "/segreteria/incontri/" + meeting.Slug}
	name := fmt.Sprintf("desk page, %d registrations", registrationsAtDesk)
	figures, err := d.times(ctx, name, func(int) (*http.Request, error) { return http.NewRequest(http.MethodGet, p.base+d.meeting, nil) })
	if err != nil {
		return nil, err
	}
	words := []string{"r", "ro", "rossi 12", "nome 99", "persona42", "0557", "00A0-B0C0", "nobody at all"}
	found, err := d.times(ctx, "  search in it", func(i int) (*http.Request, error) {
		form := url.Values{"search": {words[i%len(words)]}}
		request, err := http.NewRequest(http.MethodPost, p.base+d.meeting+"/ricerca", strings.NewReader(form.Encode()))
		if err == nil {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return request, err
	})
	if err != nil {
		return nil, err
	}
	figures = append(figures, found...)
	// A spreadsheet's rows wait in 16 MB of memory, and those beyond in a file.
	for _, table := range []struct {
		ending string
		most   float64
	}{{".csv", 10}, {".xlsx", 40}} {
		found, err := d.export(ctx, table.ending, table.most)
		if err != nil {
			return nil, err
		}
		figures = append(figures, found...)
	}
	return figures, nil
}

// fillMeeting gives a meeting the registrations of a town that wants to come: most have a seat, some wait, some are to be
// called, a tenth has no e-mail.
func fillMeeting(ctx context.Context, p *process, t *town, meetingID uuid.UUID) error {
	for _, statement := range []string{
		`UPDATE meetings SET capacity = 8100, seats_taken = 8100, last_queue_number = 1900, walk_in_seats = 0, draft = false,
			starts_at = now() + interval '10 days', ends_at = now() + interval '10 days 2 hours', confirmed_at = now() WHERE id = ?1`,
		`CREATE TEMP TABLE comers AS SELECT n, gen_random_uuid() AS person_id, gen_random_uuid() AS id FROM generate_series(1, ?2) AS n`,
		`INSERT INTO people (id, created_at) SELECT person_id, now() FROM comers`,
		`INSERT INTO addresses (id, person_id, kind, value) SELECT gen_random_uuid(), person_id, CASE n % 10 WHEN 0 THEN 'phone' ELSE 'email' END,
			CASE n % 10 WHEN 0 THEN '+39055' || 1000000 + n ELSE 'persona' || n || '@example.org' END FROM comers`,
		`INSERT INTO registrations (consultation_id, id, meeting_id, person_id, name, phone, seats, seats_held, state, held_until, queue_number, created_at, confirmed_at)
			SELECT ?0, id, ?1, person_id, 'Nome ' || n % 97 || ' Rossi ' || n, '', 1, CASE WHEN n % 100 < 81 THEN 1 ELSE 0 END,
				CASE WHEN n % 100 < 80 THEN 'seated' WHEN n % 100 < 81 THEN 'offered' ELSE 'waiting' END,
				CASE WHEN n % 100 = 80 THEN now() + interval '1 day' END, CASE WHEN n % 100 > 80 THEN n END, now(), now() FROM comers`,
		`INSERT INTO access_needs (consultation_id, registration_id, needs) SELECT ?0, id, '{hearing}' FROM comers WHERE n % 20 = 0`,
		`DROP TABLE comers`,
		`ANALYZE`,
	} {
		if _, err := p.db.ExecContext(ctx, statement, t.consultation.ID, meetingID, registrationsAtDesk); err != nil {
			return err
		}
	}
	return nil
}

// organiser is somebody of the segreteria at the page of a meeting.
type organiser struct {
	*process
	cookie, meeting string
}

// send returns how long an answer takes to be there whole.
func (o organiser) send(ctx context.Context, request *http.Request) (time.Duration, int64, error) {
	request.Header.Set("Cookie", o.cookie)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	began := time.Now()
	response, err := http.DefaultClient.Do(request.WithContext(ctx))
	if err != nil {
		return 0, 0, err
	}
	defer response.Body.Close()
	size, err := io.Copy(io.Discard, response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: status %d", request.Method, request.URL.Path, response.StatusCode)
	}
	return time.Since(began), size, err
}

// times returns the median and the 95th percentile of one request after the other.
func (o organiser) times(ctx context.Context, name string, make func(int) (*http.Request, error)) ([]figure, error) {
	var took []float64
	for i := range deskRequests {
		request, err := make(i)
		if err != nil {
			return nil, err
		}
		t, _, err := o.send(ctx, request)
		if err != nil {
			return nil, err
		}
		took = append(took, float64(t.Microseconds())/1000)
	}
	slices.Sort(took)
	return []figure{
		atMost(name+", p50", took[len(took)/2], "ms", 200),
		atMost(name+", p95", took[len(took)*95/100], "ms", 200),
	}, nil
}

// export takes the list away, and returns how long that took and how much more memory the program had at its height, which
// must be allowed MB at most.
func (o organiser) export(ctx context.Context, ending string, allowed float64) ([]figure, error) {
	before, err := o.resident()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", o.command.Process.Pid), []byte("5"), 0); err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodGet, o.base+o.meeting+"/iscrizioni"+ending, nil)
	if err != nil {
		return nil, err
	}
	took, size, err := o.send(ctx, request)
	if err != nil {
		return nil, err
	}
	most, err := o.memory("VmHWM:")
	return []figure{
		atMost(fmt.Sprintf("  export %s, %d KB", ending, size/1024), took.Seconds(), "s", 5),
		atMost("    memory at its height, above before", most-before, "MB", allowed),
	}, err
}
