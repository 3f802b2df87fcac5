// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// RegistrationAsked is one party that asks for seats at a meeting.
type RegistrationAsked struct {
	MeetingID uuid.UUID
	// PersonID is whose session it is; zero: nobody's.
	PersonID    uuid.UUID
	Form        RegistrationForm
	Language    string
	BrowserHash []byte
}

// RegistrationResult is what came of it. Err is FieldErrors, ErrNotFound, ErrClosed or ErrTooManyMails, and then nothing
// was done.
type RegistrationResult struct {
	// Registration is set for a person with a session alone: it is theirs and needs no confirmation.
	Registration *Registration
	// Confirmation is what the mailbox was sent, whether the address was registered already or not. Without either, the
	// office calls the telephone number that was given.
	Confirmation *Confirmation
	Err          error
}

// HeldRegistration is what a mailbox confirms of a registration: that it wants the seats. In a confirmation of kind
// sign_in it names the registration that the address has already.
type HeldRegistration struct {
	ConsultationID uuid.UUID `json:"consultation_id"`
	RegistrationID uuid.UUID `json:"registration_id"`
}

// Register holds seats for parties, in the order asked, with one result each. A party whose address is not proved by
// its session waits for its confirmation; an address that is registered already changes nothing, and only its mailbox
// is told.
func Register(ctx context.Context, db bun.IDB, now time.Time, asked []RegistrationAsked) ([]RegistrationResult, error) {
	results := make([]RegistrationResult, len(asked))
	var meetingIDs []uuid.UUID
	for i := range asked {
		asked[i].Form.Clean()
		if wrong := Validate(&asked[i].Form); wrong != nil {
			results[i].Err = wrong
		} else if !slices.Contains(meetingIDs, asked[i].MeetingID) {
			meetingIDs = append(meetingIDs, asked[i].MeetingID)
		}
	}
	err := seat(ctx, db, now, meetingIDs, func(ctx context.Context, tx bun.IDB, s *seating) error {
		b := &booking{seating: s, asked: asked, results: slices.Clone(results)}
		if err := b.carryOut(ctx, tx); err != nil {
			return err
		}
		results = b.results
		return nil
	})
	if _, alone := db.(*bun.DB); alone && len(asked) > 1 && refusedData(err) {
		// A row that the database itself refuses must not take its neighbours with it.
		for i := range asked {
			one, err := Register(ctx, db, now, asked[i:i+1])
			if err != nil {
				one = []RegistrationResult{{Err: err}}
			}
			results[i] = one[0]
		}
		return results, nil
	}
	return results, err
}

// refusedData tells whether err is about the values of a row: a data exception or a constraint (classes 22 and 23).
func refusedData(err error) bool {
	code := sqlState(err)
	return strings.HasPrefix(code, "22") || strings.HasPrefix(code, "23")
}

// booking is one batch of registrations under way.
type booking struct {
	*seating
	asked   []RegistrationAsked
	results []RegistrationResult

	addresses map[addressKey]*Address
	// mailboxes are those proved by people with a session.
	mailboxes     map[uuid.UUID][]Address
	live          map[place]*Registration
	confirmations []*Confirmation
}

type place struct{ meetingID, personID uuid.UUID }

func (b *booking) carryOut(ctx context.Context, tx bun.IDB) error {
	for i, a := range b.asked {
		if b.results[i].Err != nil {
			continue
		}
		if m := b.meetings[a.MeetingID]; m == nil {
			b.results[i].Err = ErrNotFound
		} else {
			b.results[i].Err = m.admits(b.now, &a.Form)
		}
	}
	if err := b.findPeople(ctx, tx); err != nil {
		return err
	}
	if err := b.spareMailboxes(ctx, tx); err != nil {
		return err
	}
	if err := b.findLive(ctx, tx); err != nil {
		return err
	}
	for i := range b.asked {
		if b.results[i].Err != nil {
			continue
		}
		var err error
		if b.results[i], err = b.book(&b.asked[i]); err != nil {
			return err
		}
	}
	if err := b.flush(ctx, tx); err != nil {
		return err
	}
	return askAll(ctx, tx, b.now, b.confirmations)
}

// findPeople finds who asks: by session where the address is blank or proved theirs, else by the address.
func (b *booking) findPeople(ctx context.Context, tx bun.IDB) error {
	var members []uuid.UUID
	for i, a := range b.asked {
		if b.results[i].Err == nil && a.PersonID != uuid.Nil {
			members = append(members, a.PersonID)
		}
	}
	b.mailboxes = map[uuid.UUID][]Address{}
	if len(members) > 0 {
		var proved []Address
		err := tx.NewSelect().Model(&proved).
			Where("person_id IN (?) AND kind = ? AND verified_at IS NOT NULL", bun.List(members), Email).Scan(ctx)
		if err != nil {
			return err
		}
		for _, a := range proved {
			b.mailboxes[a.PersonID] = append(b.mailboxes[a.PersonID], a)
		}
	}
	wanted := map[addressKey]string{}
	for i := range b.asked {
		if b.results[i].Err == nil && !b.proved(&b.asked[i]) {
			wanted[b.asked[i].Form.address()] = b.asked[i].Language
		}
	}
	var err error
	b.addresses, err = addressesOf(ctx, tx, b.now, wanted)
	return err
}

// spareMailboxes refuses who asks from a mailbox that had enough confirmations lately.
func (b *booking) spareMailboxes(ctx context.Context, tx bun.IDB) error {
	if len(b.addresses) == 0 {
		return nil
	}
	full, err := mailedEnough(ctx, tx, b.now, idsOf(slices.Collect(maps.Values(b.addresses)), func(a *Address) uuid.UUID { return a.ID }))
	for i := range b.asked {
		if b.results[i].Err == nil && !b.proved(&b.asked[i]) && full[b.addresses[b.asked[i].Form.address()].ID] {
			b.results[i].Err = ErrTooManyMails
		}
	}
	return err
}

// proved tells whether the session proves the address, so that nothing is left to confirm.
func (b *booking) proved(a *RegistrationAsked) bool {
	mailboxes := b.mailboxes[a.PersonID]
	return len(mailboxes) > 0 && (a.Form.Email == "" || slices.ContainsFunc(mailboxes, func(m Address) bool {
		return m.Value == NormalAddress(Email, a.Form.Email)
	}))
}

func (b *booking) personOf(a *RegistrationAsked) uuid.UUID {
	if b.proved(a) {
		return a.PersonID
	}
	return b.addresses[a.Form.address()].PersonID
}

func (b *booking) findLive(ctx context.Context, tx bun.IDB) error {
	var people []uuid.UUID
	for i := range b.asked {
		if b.results[i].Err == nil {
			people = append(people, b.personOf(&b.asked[i]))
		}
	}
	b.live = map[place]*Registration{}
	if len(people) == 0 {
		return nil
	}
	var live []*Registration
	err := tx.NewSelect().Model(&live).Relation("Needs").
		Where("meeting_id IN (?) AND person_id IN (?) AND state <> ?", bun.List(slices.Collect(maps.Keys(b.meetings))), bun.List(people), Cancelled).Scan(ctx)
	for _, r := range live {
		b.live[place{r.MeetingID, r.PersonID}] = r
	}
	return err
}

func (b *booking) book(a *RegistrationAsked) (RegistrationResult, error) {
	personID, proved := b.personOf(a), b.proved(a)
	r := b.live[place{a.MeetingID, personID}]
	if r == nil {
		r = b.add(a, personID)
	}
	if proved {
		if r.State == Pending {
			b.confirm(r)
		}
		return RegistrationResult{Registration: r}, nil
	}
	if a.Form.Email == "" {
		return RegistrationResult{}, nil
	}
	kind, expires := ConfirmRegistration, b.meetings[a.MeetingID].heldUntil(b.now)
	if r.State == Pending {
		expires = r.HeldUntil
	} else {
		kind = ConfirmSignIn
	}
	asker := Asker{Email: a.Form.Email, Language: a.Language, BrowserHash: a.BrowserHash}
	c, err := newConfirmation(b.now, asker, b.addresses[a.Form.address()], kind, HeldRegistration{r.ConsultationID, r.ID}, expires)
	b.confirmations = append(b.confirmations, c)
	return RegistrationResult{Confirmation: c}, err
}

// add makes a pending registration, holding its seats when they are free.
func (b *booking) add(a *RegistrationAsked, personID uuid.UUID) *Registration {
	r := b.newRegistration(b.meetings[a.MeetingID], personID, &a.Form, ByWeb)
	r.tell(b.now, &a.Form.InterestForm)
	b.live[place{a.MeetingID, personID}] = r
	b.turn(r, Pending)
	return r
}

// confirmRegistration seats a pending party or puts it in the queue, as its owner asked from their mailbox. Doing it
// again changes nothing.
func confirmRegistration(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act HeldRegistration) error {
	return seatOne(ctx, tx, now, act.RegistrationID, func(_ context.Context, _ bun.IDB, s *seating, m *Meeting, r *Registration) error {
		switch {
		case r.PersonID != personID:
			return ErrNotFound
		case !r.Live() || !m.Ahead(now):
			return ErrExpired
		case r.State == Pending:
			s.confirm(r)
		}
		return nil
	})
}

// CancelRegistration gives up a registration, as its owner asks; its seats go to who waits. Doing it again changes
// nothing. ErrClosed once the meeting has begun.
func CancelRegistration(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) error {
	return seatOne(ctx, db, now, id, func(_ context.Context, _ bun.IDB, s *seating, m *Meeting, r *Registration) error {
		if r.Live() && m.Begun(now) {
			return ErrClosed
		}
		s.cancel(r)
		return nil
	})
}

// AcceptOffer takes the seats offered to a registration. Doing it again changes nothing; ErrExpired when the offer has
// passed on, ErrClosed once the meeting has begun.
func AcceptOffer(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) error {
	return seatOne(ctx, db, now, id, func(_ context.Context, _ bun.IDB, s *seating, m *Meeting, r *Registration) error {
		return s.accept(m, r)
	})
}
