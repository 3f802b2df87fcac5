// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// NotStated stands, in reports and addresses, for people who were never asked where they live: those who only
// registered for a meeting. Elsewhere and the municipalities' slugs are the other places.
const NotStated = "non-indicato"

// NoOpinion stands in reports for the author of a comment who has no opinion on the guideline now.
const NoOpinion = "nessuno"

// Report is what a mayor's office reads: who took part and what they said, all of one moment. Its figures are counted
// by place, so that the municipalities are never added up unnoticed.
type Report struct {
	ComputedAt time.Time
	// Place is the slug of the municipality the report is about; empty: the whole consultation.
	Place string

	People   []PeopleFigure
	Opinions []OpinionFigure
	Comments []CommentFigure
	Meetings []MeetingFigures
	// Responses are of every office, newest first.
	Responses []Response

	Newest, MostSupported, LongestWaiting []*PostedComment
}

// PeopleFigure is how many people from a place took part for the first time on a day. The sum over days is how many
// took part: a person counts once.
type PeopleFigure struct {
	Place string
	Day   time.Time
	Count int
}

// OpinionFigure is how many people from a place hold an opinion on a guideline now.
type OpinionFigure struct {
	Guideline, Place, Value string
	Count                   int
}

// CommentFigure is how many comments by people from a place, who hold Opinion (or NoOpinion) on the guideline, are in a
// state; Awaiting of them have no official answer.
type CommentFigure struct {
	Guideline, Place, Opinion, State string
	Count, Awaiting                  int
}

// commentsInReport is how many comments of each list the report shows whole.
const commentsInReport = 5

// ReportOf computes the report of a consultation, or of what concerns one municipality of it: the people who declared
// it, and the meetings held there. Everything is read from one state of the database.
func ReportOf(ctx context.Context, db *bun.DB, now time.Time, consultationID uuid.UUID, place string) (*Report, error) {
	r := &Report{ComputedAt: now, Place: place}
	oneState := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	err := db.RunInTx(ctx, oneState, func(ctx context.Context, tx bun.Tx) error {
		for _, read := range []func(context.Context, bun.IDB, uuid.UUID) error{
			r.readPeople, r.readOpinions, r.readComments, r.readTexts, r.readMeetings, r.readResponses,
		} {
			if err := read(ctx, tx, consultationID); err != nil {
				return err
			}
		}
		return nil
	})
	return r, err
}

// placeOf names where person p lives; m is their municipality.
const placeOf = "coalesce(m.slug, CASE WHEN p.elsewhere THEN '" + Elsewhere + "' ELSE '" + NotStated + "' END)"

// takingPart are the people who take part: who holds an opinion, wrote a comment that they have not withdrawn, answered
// somebody's comment, or has a registration for a meeting. They take part since the first of these, or since the first
// opinion they ever gave.
const takingPart = `
	SELECT a.*, p.pseudonym, ` + placeOf + ` AS place
	FROM (
		SELECT person_id, min(at) AS since, sum(opinions) AS opinions, sum(comments) AS comments,
			sum(supports) AS supports, sum(registrations) AS registrations
		FROM (
			SELECT person_id, min(given_at) AS at, count(*)::int AS opinions, 0 AS comments, 0 AS supports, 0 AS registrations
			FROM opinions WHERE consultation_id = ?0 GROUP BY 1
			UNION ALL
			SELECT person_id, min(given_at), 0, 0, 0, 0 FROM opinion_history
			WHERE consultation_id = ?0 AND value IS NOT NULL GROUP BY 1
			UNION ALL
			SELECT person_id, min(created_at), 0, count(*)::int, 0, 0 FROM comments
			WHERE consultation_id = ?0 AND person_id IS NOT NULL AND state <> 'withdrawn' GROUP BY 1
			UNION ALL
			SELECT person_id, min(given_at), 0, 0, count(*)::int, 0 FROM supports WHERE consultation_id = ?0 GROUP BY 1
			UNION ALL
			SELECT person_id, min(created_at), 0, 0, 0, count(*)::int FROM registrations
			WHERE consultation_id = ?0 AND state IN ('seated', 'waiting', 'offered') AND counted GROUP BY 1
		) act
		GROUP BY 1 HAVING sum(opinions + comments + supports + registrations) > 0
	) a
	JOIN people p ON p.id = a.person_id LEFT JOIN municipalities m ON m.id = p.municipality_id`

func (r *Report) readPeople(ctx context.Context, tx bun.IDB, consultationID uuid.UUID) error {
	return tx.NewRaw(`SELECT place, (since AT TIME ZONE 'Europe/Rome')::date AS day, count(*) AS count
		FROM (`+takingPart+`) t WHERE ?1 IN ('', place) GROUP BY 1, 2 ORDER BY 2, 1`, consultationID, r.Place).Scan(ctx, &r.People)
}

func (r *Report) readOpinions(ctx context.Context, tx bun.IDB, consultationID uuid.UUID) error {
	return tx.NewRaw(`SELECT g.slug AS guideline, `+placeOf+` AS place, o.value, count(*) AS count
		FROM opinions o JOIN guidelines g ON g.id = o.guideline_id
		JOIN people p ON p.id = o.person_id LEFT JOIN municipalities m ON m.id = p.municipality_id
		WHERE o.consultation_id = ?0 AND ?1 IN ('', `+placeOf+`) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
		consultationID, r.Place).Scan(ctx, &r.Opinions)
}

// awaiting keeps the contributions that an office can answer and none has; answered are the comments with an official
// answer. What citizens reply to each other awaits nothing.
const (
	awaiting = "(comment.parent_id IS NULL AND comment.state IN ('published', 'private') AND answered.parent_id IS NULL)"
	answered = `LEFT JOIN (SELECT DISTINCT parent_id FROM comments WHERE consultation_id = ? AND office_id IS NOT NULL
		AND state IN ('published', 'private')) answered ON answered.parent_id = comment.id`
)

func (r *Report) readComments(ctx context.Context, tx bun.IDB, consultationID uuid.UUID) error {
	return tx.NewSelect().TableExpr("comments AS comment").
		ColumnExpr("g.slug AS guideline, "+placeOf+" AS place, coalesce(o.value, ?) AS opinion, comment.state", NoOpinion).
		ColumnExpr("count(*) AS count, count(*) FILTER (WHERE "+awaiting+") AS awaiting").
		Join("JOIN guidelines g ON g.id = comment.guideline_id").
		Join("JOIN people p ON p.id = comment.person_id LEFT JOIN municipalities m ON m.id = p.municipality_id").
		Join(`LEFT JOIN opinions o ON o.consultation_id = comment.consultation_id
			AND o.guideline_id = comment.guideline_id AND o.person_id = comment.person_id`).
		Join(answered, consultationID).
		Where("comment.consultation_id = ? AND comment.state <> ?", consultationID, Withdrawn).
		Where("? IN ('', "+placeOf+")", r.Place).
		GroupExpr("1, 2, 3, 4").OrderExpr("1, 2, 3, 4").Scan(ctx, &r.Comments)
}

// readTexts reads the comments that the report shows whole.
func (r *Report) readTexts(ctx context.Context, tx bun.IDB, consultationID uuid.UUID) error {
	for _, list := range []struct {
		into  *[]*PostedComment
		asked RowsAsked
	}{
		{&r.Newest, RowsAsked{}},
		{&r.MostSupported, RowsAsked{Order: Supported, State: Published}},
		{&r.LongestWaiting, RowsAsked{Order: Oldest, Awaiting: true}},
	} {
		list.asked.ConsultationID, list.asked.Place, list.asked.Limit = consultationID, r.Place, commentsInReport
		rows, _, err := commentRows(ctx, tx, list.asked)
		if err != nil {
			return err
		}
		*list.into = rows
	}
	return nil
}

func (r *Report) readResponses(ctx context.Context, tx bun.IDB, consultationID uuid.UUID) error {
	return tx.NewSelect().Model(&r.Responses).Where("consultation_id = ?", consultationID).
		Order("published_at DESC", "id DESC").Scan(ctx)
}
