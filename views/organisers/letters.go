// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"slices"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// LettersPage is a page of letters or slips to be printed.
type LettersPage struct {
	PrintPage
	Meeting       *models.Meeting       // with its municipality
	Registrations []models.Registration // with their places in the queue
	// One is for one registration alone; All are the slips of all who have a seat.
	One, All bool
	// Next is where the others are.
	Next string
}

func (p LettersPage) address() string { return "/segreteria/incontri/" + p.Meeting.Slug }

// slipsOnSheet is how many slips fit on A4.
const slipsOnSheet = 8

func (p LettersPage) sheets() [][]models.Registration {
	return slices.Collect(slices.Chunk(p.Registrations, slipsOnSheet))
}

// standsSo says in a letter how a registration stands.
func standsSo(ctx context.Context, r models.Registration) string {
	switch r.State {
	case models.Seated:
		return locale.T(ctx, "letters.seated", "Count", r.Seats)
	case models.Waiting:
		return locale.T(ctx, "letters.waiting", "Place", locale.Number(ctx, r.Place))
	case models.Offered:
		return locale.T(ctx, "letters.offered", "Count", r.Seats, "Until", locale.DateTime(ctx, r.HeldUntil))
	}
	return locale.T(ctx, "letters.pending", "Until", locale.DateTime(ctx, r.HeldUntil))
}

// whomToCall is where one says that one cannot come: whom the meeting names, else the number of its municipality, else of
// the whole organisation.
func (p LettersPage) whomToCall(ctx context.Context) string {
	for _, known := range []string{p.Meeting.Contact, p.Meeting.Municipality.Phone, p.Organisation.Phone} {
		if known != "" {
			return known
		}
	}
	return locale.T(ctx, "letters.office", "Town", parts.Town(ctx, p.Meeting.Municipality.Name))
}

// access is what the meeting's place offers, in words.
func (p LettersPage) access(ctx context.Context) []string {
	var words []string
	for _, key := range models.AccessKeys {
		if name := "meeting_access." + key; slices.Contains(p.Meeting.Access, key) && locale.Has(name) {
			words = append(words, locale.T(ctx, name))
		}
	}
	return words
}

// place is where the meeting is, in one line.
func place(m *models.Meeting) string {
	if m.Venue == "" || m.Address == "" {
		return m.Venue + m.Address
	}
	return m.Venue + ", " + m.Address
}
