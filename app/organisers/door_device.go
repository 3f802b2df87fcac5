// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
)

// What a device at the door and the program say to each other, in JSON. The device keeps the list, and writes down who
// came under ids of its own; it tells that now and again, and is told what the others did since.

// doorState is how things stand, in every answer.
type doorState struct {
	Now      time.Time     `json:"now"`
	Until    time.Time     `json:"until"` // when the pass ends
	Capacity int           `json:"capacity"`
	Version  string        `json:"version"` // of the list
	Arrivals []doorArrival `json:"arrivals"`
}

type doorList struct {
	doorState
	Registrations []doorRegistration `json:"registrations"`
}

type doorRegistration struct {
	ID    uuid.UUID `json:"id"`
	Code  string    `json:"code"`
	Name  string    `json:"name"`
	Seats int       `json:"seats"`
	State string    `json:"state"`
	Needs []string  `json:"needs,omitempty"`
}

type doorArrival struct {
	ID           uuid.UUID `json:"id"`
	Registration uuid.UUID `json:"registration,omitzero"`
	People       int       `json:"people"`
	Municipality uuid.UUID `json:"municipality,omitzero"`
	Elsewhere    bool      `json:"elsewhere,omitempty"`
	At           time.Time `json:"at"`
	Undone       bool      `json:"undone,omitempty"`
	// Door is which one it was, in an answer; "" is the desk.
	Door string `json:"door,omitempty"`
}

func (a doorArrival) event() models.ArrivalEvent {
	return models.ArrivalEvent{ID: a.ID, RegistrationID: a.Registration, People: a.People, MunicipalityID: a.Municipality,
		Elsewhere: a.Elsewhere, ArrivedAt: a.At, Undone: a.Undone}
}

// told is what a device tells: by its own clock, and what it wrote down since it could last tell.
type told struct {
	Now    time.Time     `json:"now"`
	Since  time.Time     `json:"since"` // Now of the last answer it has; zero: it has none
	Events []doorArrival `json:"events"`
}

// recorded is the answer: the ids that are written down for good, and those that never will be.
type recorded struct {
	doorState
	Recorded []uuid.UUID `json:"recorded"`
	Refused  []uuid.UUID `json:"refused"`
}

// doorStateOf returns how things stand at the meeting's doors, with what happened there since a time.
func (z *Organisers) doorStateOf(c *fiber.Ctx, since time.Time) (doorState, error) {
	ctx, m := c.UserContext(), web.Pass(c).Meeting
	s := doorState{Now: z.Now(), Until: m.DoorsUntil(), Arrivals: []doorArrival{}}
	arrivals, err := models.ArrivalsSince(ctx, z.DB, m.ID, since)
	if err != nil {
		return s, err
	}
	for _, a := range arrivals {
		one := doorArrival{ID: a.ID, Registration: a.RegistrationID, People: a.People, Municipality: a.MunicipalityID, Elsewhere: a.Elsewhere,
			At: a.ArrivedAt, Undone: !a.UndoneAt.IsZero()}
		if a.Pass != nil {
			one.Door = a.Pass.Label
		}
		s.Arrivals = append(s.Arrivals, one)
	}
	tally, err := models.DoorTallyOf(ctx, z.DB, m)
	if err == nil {
		s.Capacity, s.Version = tally.Capacity, tally.Version
	}
	return s, err
}

// DoorList is all that a device needs to check people in without a network.
func (z *Organisers) DoorList(c *fiber.Ctx) error {
	state, err := z.doorStateOf(c, time.Time{})
	if err != nil {
		return err
	}
	m := web.Pass(c).Meeting
	registrations, err := models.DoorListOf(c.UserContext(), z.DB, m.ID)
	if err != nil {
		return err
	}
	if err := z.NoteDoorReading(c, models.Reading{List: "door", Subject: "meeting", ID: m.ID, Rows: len(registrations)}); err != nil {
		return err
	}
	list := doorList{state, make([]doorRegistration, len(registrations))}
	for i, r := range registrations {
		list.Registrations[i] = doorRegistration{ID: r.ID, Code: r.Code(), Name: r.Name, Seats: r.Seats, State: r.State}
		if r.Needs != nil {
			list.Registrations[i].Needs = r.Needs.Needs
		}
	}
	return c.JSON(list)
}

// largestTold bounds what a device tells at once, in bytes.
const largestTold = 256 << 10

// RecordArrivals writes down what a device tells, and answers with what the others did.
func (z *Organisers) RecordArrivals(c *fiber.Ctx) error {
	var t told
	switch body := c.Body(); {
	case len(body) > largestTold:
		return fiber.ErrRequestEntityTooLarge
	case json.Unmarshal(body, &t) != nil || len(t.Events) > models.MostEvents:
		return fiber.ErrBadRequest
	}
	events := make([]models.ArrivalEvent, len(t.Events))
	for i, a := range t.Events {
		events[i] = a.event()
	}
	pass := web.Pass(c)
	results, err := models.RecordArrivals(c.UserContext(), z.DB, z.Now(), pass, t.Now, events)
	if err != nil {
		return err
	}
	answer := recorded{Recorded: []uuid.UUID{}, Refused: []uuid.UUID{}}
	for i, result := range results {
		if result == nil {
			answer.Recorded = append(answer.Recorded, t.Events[i].ID)
		} else {
			answer.Refused = append(answer.Refused, t.Events[i].ID)
		}
	}
	if pass.Over(z.Now()) { // it may send, and sees nothing more
		answer.Now, answer.Until, answer.Arrivals = z.Now(), pass.Meeting.DoorsUntil(), []doorArrival{}
		return c.JSON(answer)
	}
	answer.doorState, err = z.doorStateOf(c, t.Since)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}
