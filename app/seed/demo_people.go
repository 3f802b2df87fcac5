// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

//go:embed demo/names.txt
var nameList string

// listeners are those of the people who only register for a meeting; the
// others are voices, who give opinions and comment.
const listeners = 55

// participant is an invented person while they are being made up.
type participant struct {
	row     models.Person
	address models.Address
	town    string               // slug, or elsewhere; "" for a listener, whom nobody asked
	parere  map[uuid.UUID]string // by guideline
	spoke   int                  // comments and replies written
	name    string               // for a registration
}

// did notes that the person did something at t: they exist since the first
// thing they did.
func (p *participant) did(t time.Time) {
	if p.row.CreatedAt.IsZero() || t.Before(p.row.CreatedAt) {
		p.row.CreatedAt = t
	}
}

func (p *participant) voice() bool { return p.town != "" }

// inventPeople makes up the people; what they do says when they came.
func (d *demonstration) inventPeople() {
	names, pseudonyms := d.inventNames()
	for i := range demoPeople {
		p := &participant{parere: map[uuid.UUID]string{}, name: names[i]}
		p.row.Language = "it"
		p.address = models.Address{Kind: models.Email, Value: fmt.Sprintf("persona%03d@example.org", i+1)}
		if i >= listeners {
			p.row.Pseudonym = pseudonyms[i]
			p.town = []string{"carmignano", "poggio-a-caiano", elsewhere}[pick(d.chance, []int{53, 39, 8})]
			p.row.MunicipalityID, p.row.Elsewhere = d.town(p.town), p.town == elsewhere
		} else if i < listeners*2/5 {
			// No subscriber's number in Italy begins with a zero after the area code.
			p.address = models.Address{Kind: models.Phone, Value: fmt.Sprintf("0574000%03d", i+1)}
		}
		d.people = append(d.people, p)
	}
	d.chance.Shuffle(len(d.people), func(i, j int) { d.people[i], d.people[j] = d.people[j], d.people[i] })
	for _, p := range d.people {
		p.row.ID = d.idAt(d.begin())
	}
}

// inventNames returns a name and a pseudonym for each of the people, all
// different, put together from the list, in which nobody is named.
func (d *demonstration) inventNames() (names, pseudonyms []string) {
	var lists [][]string
	for _, part := range strings.Split(nameList, "\n\n")[1:] {
		if list := strings.Split(strings.TrimSpace(part), "\n"); len(list) > 1 {
			lists = append(lists, list)
		} else {
			lists = append(lists, strings.Fields(part))
		}
	}
	first, last, pseudonyms, things, kinds := lists[0], lists[1], lists[2], lists[3], lists[4]
	for _, i := range d.chance.Perm(len(first) * len(last))[:demoPeople] {
		names = append(names, first[i%len(first)]+" "+last[i/len(first)])
	}
	for _, i := range d.chance.Perm(len(things) * len(kinds))[:demoPeople] {
		pseudonyms = append(pseudonyms, strings.Replace(kinds[i/len(things)], "*", things[i%len(things)], 1))
	}
	pseudonyms = pseudonyms[:demoPeople]
	d.chance.Shuffle(len(pseudonyms), func(i, j int) { pseudonyms[i], pseudonyms[j] = pseudonyms[j], pseudonyms[i] })
	return names, pseudonyms
}

// peopleRows returns the people and their addresses. Who gave an opinion has
// confirmed an address; who registered by telephone or at the counter has not.
func (d *demonstration) peopleRows() ([]models.Person, []models.Address) {
	people, addresses := make([]models.Person, len(d.people)), make([]models.Address, len(d.people))
	for i, p := range d.people {
		p.did(d.now) // for somebody of whom nothing else is known
		p.address.ID, p.address.PersonID = d.idAt(p.row.CreatedAt), p.row.ID
		if p.voice() {
			p.address.VerifiedAt = p.row.CreatedAt
		}
		people[i], addresses[i] = p.row, p.address
	}
	return people, addresses
}
