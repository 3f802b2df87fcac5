// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

// nobodyIsPassed has the database itself refuse an offer that passes over somebody who waits before and for whom there was
// room: who would fit if those offered seats in the same transaction with a higher number were not there. It also writes
// down each change of state. Promotions by staff, which are logged, are out of the order by right.
const nobodyIsPassed = `
	CREATE TABLE moves (transaction bigint, id uuid, meeting_id uuid, was text, became text);
	CREATE INDEX ON moves (transaction);
	CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.state <> 'offered' OR NOT EXISTS (SELECT FROM audit_entries WHERE action = 'promote' AND subject_id = NEW.id) THEN
			INSERT INTO moves VALUES (txid_current(), NEW.id, NEW.meeting_id, OLD.state, NEW.state);
		END IF;
		RETURN NULL;
	END $$;
	CREATE TRIGGER note_move AFTER UPDATE ON registrations FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_move();
	CREATE FUNCTION nobody_is_passed() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE passed uuid; BEGIN
		IF NOT EXISTS (SELECT FROM moves WHERE transaction = txid_current() AND id = NEW.id) THEN
			RETURN NULL;
		END IF;
		` + databasetest.Seats + `
		SELECT a.id INTO passed FROM hall h JOIN wanted a ON a.meeting_id = h.id AND a.state = 'waiting' AND a.queue_number < NEW.queue_number,
			LATERAL (SELECT sum(w.wheelchairs) AS wheelchairs, sum(w.assistants) AS assistants, sum(w.pressmen) AS pressmen, sum(w.seats) AS seats
				FROM moves m JOIN wanted w USING (id) WHERE m.transaction = txid_current() AND m.meeting_id = h.id AND m.became = 'offered'
				AND w.state = 'offered' AND w.queue_number > a.queue_number) AS after,
			LATERAL (SELECT greatest(wheelchair_seats - wheelchairs_taken + after.wheelchairs, 0) AS wheelchairs,
				greatest(assistant_seats - assistants_taken + after.assistants, 0) AS assistants,
				greatest(press_seats - press_taken + after.pressmen, 0) AS press) AS free
		WHERE h.id = NEW.meeting_id AND a.others + greatest(a.wheelchairs - free.wheelchairs, 0) + greatest(a.assistants - free.assistants, 0)
			+ greatest(a.pressmen - free.press, 0)
			<= h.capacity - h.walk_in_seats - h.seats_taken + after.seats - free.wheelchairs - free.assistants - free.press LIMIT 1;
		IF passed IS NOT NULL THEN
			RAISE 'registration % was offered seats before %, which fitted', NEW.id, passed;
		END IF;
		RETURN NULL;
	END $$;
	CREATE CONSTRAINT TRIGGER nobody_is_passed AFTER UPDATE ON registrations DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW WHEN (OLD.state = 'waiting' AND NEW.state = 'offered') EXECUTE FUNCTION nobody_is_passed()`

// TestSeatsWhateverHappens does 100,000 things at random to a few meetings, many at a time, and holds after each round what
// must always be true.
func TestSeatsWhateverHappens(t *testing.T) {
	const operations, rounds, together, meetings = 100_000, 16, 8, 6
	h := newHalls(t, meetings)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for round := range rounds {
		var wg sync.WaitGroup
		left := atomic.Int64{}
		left.Store(operations / rounds)
		for worker := range together {
			random := rand.New(rand.NewPCG(seed, uint64(round*together+worker)))
			wg.Go(func() {
				for left.Load() > 0 && !t.Failed() {
					done, err := h.step(random)
					if err != nil {
						t.Error(err)
					}
					left.Add(-int64(done))
				}
			})
		}
		wg.Wait()
		h.check()
		h.nobodyIsLost()
		if t.Failed() {
			t.Fatalf("after round %d", round)
		}
		h.now = h.now.Add(8 * time.Hour)
	}
	t.Logf("done: %v", h.verbs)
}

// halls are several meetings, with who is registered for each.
type halls struct {
	*evening
	halls []*hall

	mu      sync.Mutex
	members []*models.Address
	gave    map[uuid.UUID]bool      // those that somebody asked to cancel
	asked   map[uuid.UUID]bool      // those acknowledged
	names   map[uuid.UUID]uuid.UUID // the later ids of registrations that passed to others
	verbs   map[string]int
}

type hall struct {
	id            uuid.UUID
	confirmations chan *models.Confirmation
}

func newHalls(t testing.TB, meetings int) *halls {
	h := &halls{evening: newEvening(t, 40, 4), gave: map[uuid.UUID]bool{}, asked: map[uuid.UUID]bool{}, names: map[uuid.UUID]uuid.UUID{}, verbs: map[string]int{}}
	for i := range meetings {
		m := h.meeting
		if i > 0 {
			m.ID, m.Slug = uuid.New(), fmt.Sprintf("sala-%d", i)
			_, err := h.db.NewInsert().Model(&m).Exec(h.ctx)
			h.must(err)
		}
		h.halls = append(h.halls, &hall{id: m.ID, confirmations: make(chan *models.Confirmation, 400)})
	}
	_, err := h.db.ExecContext(h.ctx, nobodyIsPassed)
	h.must(err)
	return h
}

// step does one thing, or registers several parties at once, and returns how many things it did.
func (h *halls) step(random *rand.Rand) (int, error) {
	room := h.halls[random.IntN(len(h.halls))]
	verbs := []struct {
		name   string
		weight int
		do     func(*rand.Rand, *hall) (int, error)
	}{
		{"register", 30, h.register}, {"confirm", 25, h.confirm}, {"cancel", 17, h.cancel}, {"accept", 7, h.accept},
		{"change size", 8, h.changeSize}, {"edit", 4, h.edit}, {"edit meeting", 4, h.editMeeting}, {"promote", 2, h.promote},
		{"register by staff", 2, h.registerByStaff}, {"expire", 1, h.expire},
	}
	chosen := random.IntN(100)
	for _, v := range verbs {
		if chosen -= v.weight; chosen < 0 {
			done, err := v.do(random, room)
			h.mu.Lock()
			h.verbs[v.name] += done
			h.mu.Unlock()
			if err = byTheRules(err); err != nil {
				err = fmt.Errorf("%s: %w", v.name, err)
			}
			return done, err
		}
	}
	panic("the weights make no hundred")
}

// byTheRules drops an error that the rules may well give.
func byTheRules(err error) error {
	if fields := (models.FieldErrors{}); errors.As(err, &fields) {
		return nil
	}
	return allowed(err, models.ErrExpired, models.ErrUsed, models.ErrChanged, models.ErrNotFound, models.ErrFull, models.ErrTooManyMails)
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

func someNeeds(random *rand.Rand) []string {
	return [][]string{nil, nil, nil, nil, {"hearing"}, {"wheelchair"}, {"companion"}, {"companion", "wheelchair"}}[random.IntN(8)]
}

func someEmail(random *rand.Rand) string { return fmt.Sprintf("p%d@example.org", random.IntN(600)) }

func (h *halls) register(random *rand.Rand, room *hall) (int, error) {
	asked := make([]models.RegistrationAsked, 1+random.IntN(40))
	for i := range asked {
		email, member := someEmail(random), uuid.Nil
		if random.IntN(3) > 0 {
			member, email = h.member(random, email)
		}
		asked[i] = h.evening.asked(email, 1+random.IntN(5))
		asked[i].PersonID = member
		asked[i].MeetingID, asked[i].Form.AccessNeeds = room.id, someNeeds(random)
	}
	results, err := models.Register(h.ctx, h.db, h.now, asked)
	if err != nil {
		return len(asked), err
	}
	for _, r := range results {
		if err := byTheRules(r.Err); err != nil {
			return len(asked), err
		}
		if r.Registration != nil {
			h.acknowledged(r.Registration.ID)
		}
		if r.Confirmation == nil || r.Confirmation.Kind != models.ConfirmRegistration {
			continue
		}
		var held models.HeldRegistration
		if err := json.Unmarshal(r.Confirmation.Payload, &held); err != nil {
			return len(asked), err
		}
		h.acknowledged(held.RegistrationID)
		select {
		case room.confirmations <- r.Confirmation:
		default:
		}
	}
	return len(asked), nil
}

// member returns somebody who has proved their address, as whose session knows them; nobody when there is none yet.
func (h *halls) member(random *rand.Rand, email string) (uuid.UUID, string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.members) == 0 {
		return uuid.Nil, email
	}
	a := h.members[random.IntN(len(h.members))]
	return a.PersonID, a.Value
}

// acknowledged remembers a registration that somebody was told of.
func (h *halls) acknowledged(id uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[id] = true
}

// renamed remembers by which id a registration is found now.
func (h *halls) renamed(from, to uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.names[from] = to
}

// someone returns a live registration for the meeting, in one of the states where some are given; zero when there is none.
func (h *halls) someone(room *hall, states ...string) (id uuid.UUID, err error) {
	q := h.db.NewSelect().Model((*models.Registration)(nil)).ColumnExpr("coalesce((array_agg(id ORDER BY random()))[1], ?)", uuid.Nil).
		Where("meeting_id = ? AND state <> ?", room.id, models.Cancelled)
	if len(states) > 0 {
		q.Where("state IN (?)", bun.List(states))
	}
	return id, q.Scan(h.ctx, &id)
}

func (h *halls) confirm(_ *rand.Rand, room *hall) (int, error) {
	select {
	case c := <-room.confirmations:
		c, err := models.Confirm(h.ctx, h.db, h.now, c.ID)
		if err == nil {
			h.mu.Lock()
			h.members = append(h.members, c.Address)
			h.mu.Unlock()
		}
		return 1, err
	default:
		return 0, nil
	}
}

func (h *halls) cancel(random *rand.Rand, room *hall) (int, error) {
	id, err := h.someone(room)
	if err != nil || id == uuid.Nil {
		return 0, err
	}
	h.mu.Lock()
	h.gave[id] = true
	h.mu.Unlock()
	if random.IntN(2) == 0 {
		return 1, models.CancelByStaff(h.ctx, h.db, h.now, h.staff, id)
	}
	return 1, models.CancelRegistration(h.ctx, h.db, h.now, id)
}

func (h *halls) accept(_ *rand.Rand, room *hall) (int, error) {
	id, err := h.someone(room, models.Offered)
	if err != nil || id == uuid.Nil {
		return 0, err
	}
	return 1, models.AcceptOffer(h.ctx, h.db, h.now, id)
}

func (h *halls) promote(_ *rand.Rand, room *hall) (int, error) {
	id, err := h.someone(room, models.Waiting)
	if err != nil || id == uuid.Nil {
		return 0, err
	}
	return 1, models.PromoteByStaff(h.ctx, h.db, h.now, h.staff, id, models.Promotion{Reason: "Relatore"})
}

func (h *halls) changeSize(random *rand.Rand, room *hall) (int, error) {
	id, err := h.someone(room)
	if err != nil || id == uuid.Nil {
		return 0, err
	}
	return 1, models.ChangeParty(h.ctx, h.db, h.now, id, 1+random.IntN(5))
}

func (h *halls) edit(random *rand.Rand, room *hall) (int, error) {
	id, err := h.someone(room)
	if err != nil || id == uuid.Nil {
		return 0, err
	}
	r, err := models.RegistrationAtDesk(h.ctx, h.db, id)
	if err != nil {
		return 0, err
	}
	form := r.EditForm()
	form.Seats, form.AccessNeeds, form.Press = 1+random.IntN(5), someNeeds(random), random.IntN(4) == 0
	if random.IntN(3) == 0 {
		form.Email = someEmail(random)
	}
	now, err := models.EditRegistrationByStaff(h.ctx, h.db, h.now, h.staff, id, form)
	if err == nil && now != id {
		h.renamed(id, now)
	}
	return 1, err
}

func (h *halls) editMeeting(random *rand.Rand, room *hall) (int, error) {
	var m models.Meeting
	if err := h.db.NewSelect().Model(&m).Where("id = ?", room.id).Scan(h.ctx); err != nil {
		return 1, err
	}
	form := m.Form()
	if random.IntN(2) == 0 {
		form.Capacity = 30 + random.IntN(40)
	}
	form.WalkInSeats = random.IntN(6)
	form.WheelchairSeats, form.AssistantSeats, form.PressSeats = random.IntN(5), random.IntN(5), random.IntN(5)
	return 1, models.EditMeeting(h.ctx, h.db, h.now, h.staff, m.ID, form)
}

func (h *halls) registerByStaff(random *rand.Rand, room *hall) (int, error) {
	form := models.StaffRegistrationForm{Name: "Rosa", Seats: 1 + random.IntN(5), AccessNeeds: someNeeds(random),
		Press: random.IntN(2) == 0, Channel: models.AtCounter}
	if random.IntN(2) == 0 {
		form.Email = someEmail(random)
	}
	r, err := models.RegisterByStaff(h.ctx, h.db, h.now, h.staff, room.id, form)
	if err == nil {
		h.acknowledged(r.ID)
	}
	return 1, err
}

func (h *halls) expire(*rand.Rand, *hall) (int, error) {
	ended, err := models.ExpireHolds(h.ctx, h.db, h.now)
	return 1 + ended, err
}

// nobodyIsLost holds that every registration that somebody was told of is there, and that none was ended that had a seat
// or waited for one, unless somebody asked for it. Then it forgets what is over.
func (h *halls) nobodyIsLost() {
	h.Helper()
	var found []uuid.UUID
	h.must(h.db.NewSelect().Model((*models.Registration)(nil)).Column("id").Scan(h.ctx, &found))
	for id := range h.asked {
		now := id
		for later, renamed := h.names[now]; renamed; later, renamed = h.names[now] {
			now = later
		}
		if !slices.Contains(found, now) {
			h.Errorf("registration %s is not there", id)
		}
	}
	clear(h.asked)
	clear(h.names)
	var ended []uuid.UUID
	h.must(h.db.NewSelect().Table("moves").Column("id").Where("became = 'cancelled' AND was IN ('seated', 'waiting')").Scan(h.ctx, &ended))
	for _, id := range ended {
		if !h.gave[id] {
			h.Errorf("registration %s was ended, and nobody asked for it", id)
		}
	}
	for _, over := range []string{"DELETE FROM registrations WHERE state = 'cancelled'", "DELETE FROM confirmations WHERE expires_at < ?",
		"DELETE FROM jobs", "DELETE FROM moves", "ANALYZE"} {
		_, err := h.db.ExecContext(h.ctx, over, h.now)
		h.must(err)
	}
}
