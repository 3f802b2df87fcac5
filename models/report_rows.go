// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// RowsAsked says which of the rows behind a figure of the report to list. What is empty leaves nothing out; slugs that
// do not exist leave everything out.
type RowsAsked struct {
	ConsultationID uuid.UUID
	// Guideline and Meeting are slugs; Place is a municipality's, Elsewhere or NotStated.
	Guideline, Meeting, Place string
	// Opinion is the author's on the guideline, or NoOpinion.
	Opinion string
	// State is a comment's or a registration's.
	State string
	// Day is a day of Rome.
	Day time.Time
	// Home is where a party that came to a meeting lives.
	Home string
	// Absent keeps the registrations of parties that had a seat for more people than came.
	Absent bool
	// Awaiting keeps the contributions that await an official answer.
	Awaiting bool
	// Order is Recent, Oldest or Supported, of comments alone.
	Order string
	// After is a page's Next; empty or not one: from the beginning.
	After string
	// Limit is how many rows make a page.
	Limit int
}

// RowsPage is one page of rows, Total of which there are on all pages; Next is empty on the last.
type RowsPage[T any] struct {
	Rows  []T
	Total int
	Next  string
}

// ParticipantRow is a person who takes part, under the pseudonym alone (empty: none), and what they did.
type ParticipantRow struct {
	PersonID                                    uuid.UUID
	Pseudonym, Place                            string
	Since                                       time.Time
	Opinions, Comments, Supports, Registrations int
}

// OpinionRow is an opinion with its author's pseudonym.
type OpinionRow struct {
	GuidelineID, PersonID              uuid.UUID
	Guideline, Pseudonym, Place, Value string
	GivenAt                            time.Time
}

// RegistrationRow is a registration without its name, which is for the meeting's staff.
type RegistrationRow struct {
	ID                      uuid.UUID
	Meeting, State, Channel string
	Seats                   int
	// Came is how many of the party came.
	Came      int
	CreatedAt time.Time
}

// AttendanceRow is a party that came, registered or not.
type AttendanceRow struct {
	ID uuid.UUID
	// Home is where its people live.
	Meeting, Home string
	People        int
	Registered    bool
	RecordedAt    time.Time
}

// QuestionRow is a question that everybody in the room read.
type QuestionRow struct {
	ID                           uuid.UUID
	Meeting, Body, Answer, State string
	CreatedAt                    time.Time
}

// RatingRow is how somebody found a meeting.
type RatingRow struct {
	ID            uuid.UUID
	Meeting, Body string
	Stars         int
	CreatedAt     time.Time
}

// ParticipantRows lists the people who took part, the last to join first.
func ParticipantRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[ParticipantRow], error) {
	q := db.NewSelect().TableExpr("(?) AS t", db.NewRaw(takingPart, asked.ConsultationID))
	keep(q, "t.place = ?", asked.Place)
	asked.keepDay(q, "t.since")
	return pageOf(ctx, q, asked, "t.since, t.person_id", func(r ParticipantRow) cursorInTime {
		return cursorInTime{r.Since, []uuid.UUID{r.PersonID}}
	})
}

// OpinionRows lists current opinions, the last given first.
func OpinionRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[OpinionRow], error) {
	q := db.NewSelect().TableExpr("opinions AS o").
		ColumnExpr("o.guideline_id, o.person_id, g.slug AS guideline, p.pseudonym, "+placeOf+" AS place, o.value, o.given_at").
		Join("JOIN guidelines g ON g.id = o.guideline_id").
		Join("JOIN people p ON p.id = o.person_id LEFT JOIN municipalities m ON m.id = p.municipality_id").
		Where("o.consultation_id = ?", asked.ConsultationID)
	keep(q, "g.slug = ?", asked.Guideline)
	keep(q, placeOf+" = ?", asked.Place)
	keep(q, "o.value = ?", asked.Opinion)
	asked.keepDay(q, "o.given_at")
	return pageOf(ctx, q, asked, "o.given_at, o.person_id, o.guideline_id", func(r OpinionRow) cursorInTime {
		return cursorInTime{r.GivenAt, []uuid.UUID{r.PersonID, r.GuidelineID}}
	})
}

// RegistrationRows lists registrations, the newest first. Place is where the meeting is held.
func RegistrationRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[RegistrationRow], error) {
	q := db.NewSelect().TableExpr("registrations AS r").
		ColumnExpr("r.id, t.slug AS meeting, r.state, r.channel, r.seats, coalesce(a.people, 0) AS came, r.created_at").
		Join("LEFT JOIN attendances a ON a.consultation_id = r.consultation_id AND a.registration_id = r.id").
		Join("JOIN meetings t ON t.id = r.meeting_id JOIN municipalities m ON m.id = t.municipality_id").
		Where("r.consultation_id = ?", asked.ConsultationID)
	keep(q, "t.slug = ?", asked.Meeting)
	keep(q, "m.slug = ?", asked.Place)
	keep(q, "r.state = ?", asked.State)
	if asked.Absent {
		q.Where(absent)
	}
	return pageOf(ctx, q, asked, "r.created_at, r.id", func(r RegistrationRow) cursorInTime {
		return cursorInTime{r.CreatedAt, []uuid.UUID{r.ID}}
	})
}

// AttendanceRows lists the parties that came to meetings, the last recorded first. Place is where the meeting is held.
func AttendanceRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[AttendanceRow], error) {
	q := db.NewSelect().TableExpr("attendances AS a").
		ColumnExpr("a.id, t.slug AS meeting, home.place AS home, a.people, a.registration_id IS NOT NULL AS registered, a.recorded_at").
		Join("JOIN meetings t ON t.id = a.meeting_id JOIN municipalities m ON m.id = t.municipality_id "+homesOfAttendances).
		Where("a.consultation_id = ?", asked.ConsultationID)
	keep(q, "t.slug = ?", asked.Meeting)
	keep(q, "m.slug = ?", asked.Place)
	keep(q, "home.place = ?", asked.Home)
	return pageOf(ctx, q, asked, "a.recorded_at, a.id", func(r AttendanceRow) cursorInTime {
		return cursorInTime{r.RecordedAt, []uuid.UUID{r.ID}}
	})
}

// QuestionRows lists the questions that everybody in the room read, the last asked first. Place is where the meeting is held.
func QuestionRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[QuestionRow], error) {
	q := db.NewSelect().TableExpr("questions AS q").
		ColumnExpr("q.id, t.slug AS meeting, q.body, q.answer, q.state, q.created_at").
		Join("JOIN meetings t ON t.id = q.meeting_id JOIN municipalities m ON m.id = t.municipality_id").
		Where("q.consultation_id = ? AND q."+shown, asked.ConsultationID)
	keep(q, "t.slug = ?", asked.Meeting)
	keep(q, "m.slug = ?", asked.Place)
	keep(q, "q.state = ?", asked.State)
	return pageOf(ctx, q, asked, "q.created_at, q.id", func(r QuestionRow) cursorInTime {
		return cursorInTime{r.CreatedAt, []uuid.UUID{r.ID}}
	})
}

// RatingRows lists the ratings of meetings that enough people rated, the last first. Place is where the meeting is held.
func RatingRows(ctx context.Context, db bun.IDB, asked RowsAsked) (*RowsPage[RatingRow], error) {
	q := db.NewSelect().TableExpr("meeting_ratings AS g").
		ColumnExpr("g.id, t.slug AS meeting, g.stars, g.body, g.created_at").
		Join("JOIN meetings t ON t.id = g.meeting_id JOIN municipalities m ON m.id = t.municipality_id").
		Where("g.consultation_id = ?", asked.ConsultationID).
		Where("(SELECT count(*) FROM meeting_ratings WHERE meeting_id = t.id) >= ?", fewestRatings)
	keep(q, "t.slug = ?", asked.Meeting)
	keep(q, "m.slug = ?", asked.Place)
	return pageOf(ctx, q, asked, "g.created_at, g.id", func(r RatingRow) cursorInTime {
		return cursorInTime{r.CreatedAt, []uuid.UUID{r.ID}}
	})
}

// keep filters by value where one was asked for.
func keep(q *bun.SelectQuery, condition, value string) {
	if value != "" {
		q.Where(condition, value)
	}
}

// keepDay keeps what happened on the day asked for, from midnight to midnight in Rome.
func (asked RowsAsked) keepDay(q *bun.SelectQuery, column string) {
	if asked.Day.IsZero() {
		return
	}
	q.Where(column+" >= ? AND "+column+" < ?", midnight(asked.Day), midnight(asked.Day.AddDate(0, 0, 1)))
}

// midnight is when a day begins in Rome.
func midnight(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Rome)
}

// pageOf counts the rows of q and reads a page of them. key are the columns they are ordered by, downwards: a time and
// the ids that tell apart what happened at the same time; last gives the key of a row.
func pageOf[T any](ctx context.Context, q *bun.SelectQuery, asked RowsAsked, key string, last func(T) cursorInTime) (*RowsPage[T], error) {
	total, err := q.Count(ctx)
	if err != nil {
		return nil, err
	}
	if c, ok := parseCursorInTime(asked.After, strings.Count(key, ",")); ok {
		q.Where("("+key+") < (?)", bun.List(c.values()))
	}
	page := &RowsPage[T]{Total: int(total)}
	err = q.OrderExpr(strings.ReplaceAll(key, ",", " DESC,")+" DESC").Limit(int64(asked.Limit)+1).Scan(ctx, &page.Rows)
	if len(page.Rows) > asked.Limit {
		page.Rows = page.Rows[:asked.Limit]
		page.Next = last(page.Rows[asked.Limit-1]).String()
	}
	return page, err
}

// cursorInTime names the place of a row in a list ordered by time.
type cursorInTime struct {
	at  time.Time
	ids []uuid.UUID
}

func (c cursorInTime) values() []any {
	values := []any{c.at}
	for _, id := range c.ids {
		values = append(values, id)
	}
	return values
}

func (c cursorInTime) String() string {
	s := strconv.FormatInt(c.at.UnixMicro(), 36)
	for _, id := range c.ids {
		s += "." + base64.RawURLEncoding.EncodeToString(id[:])
	}
	return s
}

func parseCursorInTime(s string, ids int) (cursorInTime, bool) {
	parts := strings.Split(s, ".")
	micro, err := strconv.ParseInt(parts[0], 36, 64)
	// PostgreSQL's times end long after the year 9999, and begin long before the year 1.
	if err != nil || len(parts) != 1+ids || micro < -6e16 || micro > 2e17 {
		return cursorInTime{}, false
	}
	c := cursorInTime{at: time.UnixMicro(micro)}
	for _, part := range parts[1:] {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil || len(raw) != len(uuid.UUID{}) {
			return cursorInTime{}, false
		}
		c.ids = append(c.ids, uuid.UUID(raw))
	}
	return c, true
}
