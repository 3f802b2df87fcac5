// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/models"
)

// exportChunk is how many comments an export reads at a time, so that it needs no more memory for more comments and
// holds no connection while somebody downloads slowly.
const exportChunk = 500

// OpinionsTable exports the opinions counted by guideline and place.
func (z *Mayors) OpinionsTable(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	report, err := models.ReportOf(c.UserContext(), z.DB, z.Now(), site.Consultation.ID, "")
	if err != nil {
		return err
	}
	header := []string{"proposta", "comune", "parere", "pareri"}
	return z.SendCSV(c, "pareri.csv", header, func(_ context.Context, write func(...string) error) error {
		for _, g := range site.Consultation.Guidelines {
			for _, place := range places(site.Organisation) {
				for _, value := range models.Opinions {
					n := report.OpinionsOn(g.Slug, place, value)
					if err := write(g.Slug, place, value, strconv.Itoa(n)); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// places are the slugs of the municipalities, elsewhere, and not stated.
func places(o *models.Organisation) []string {
	var slugs []string
	for _, m := range o.Municipalities {
		slugs = append(slugs, m.Slug)
	}
	return append(slugs, models.Elsewhere, models.NotStated)
}

// ParticipationTable exports how many people took part for the first time, by day and place.
func (z *Mayors) ParticipationTable(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	report, err := models.ReportOf(c.UserContext(), z.DB, z.Now(), site.Consultation.ID, "")
	if err != nil {
		return err
	}
	header := []string{"giorno", "comune", "persone"}
	return z.SendCSV(c, "partecipazione.csv", header, func(_ context.Context, write func(...string) error) error {
		for _, day := range report.Days() {
			for _, place := range places(site.Organisation) {
				n := report.Participants(place, day)
				if err := write(day.Format(time.DateOnly), place, strconv.Itoa(n)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// RegistrationsTable exports how registrations and attendances stand at each meeting, without names.
func (z *Mayors) RegistrationsTable(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	report, err := models.ReportOf(c.UserContext(), z.DB, z.Now(), site.Consultation.ID, "")
	if err != nil {
		return err
	}
	header := []string{"incontro", "comune", "data", "capienza", "stato", "gruppi", "persone"}
	return z.SendCSV(c, "iscrizioni.csv", header, func(_ context.Context, write func(...string) error) error {
		for _, m := range report.Meetings {
			day := meetingDay(m)
			line := func(state string, t models.Tally) error {
				return write(m.Slug, m.Municipality.Slug, day, strconv.Itoa(m.Capacity), state, strconv.Itoa(t.Parties), strconv.Itoa(t.People))
			}
			for _, s := range registrationStates {
				if err := line(s.name, m.States[s.state]); err != nil {
					return err
				}
			}
			if err := line("presenti-iscritti", m.Came); err != nil {
				return err
			}
			if err := line("presenti-senza-iscrizione", m.WalkIns); err != nil {
				return err
			}
		}
		return nil
	})
}

// MeetingsTable exports what came of each meeting: how full it was, who did not come, what was asked, how it was found, and
// from where people came. What is not known, or not told, is empty.
func (z *Mayors) MeetingsTable(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	report, err := models.ReportOf(c.UserContext(), z.DB, z.Now(), site.Consultation.ID, "")
	if err != nil {
		return err
	}
	header := []string{"incontro", "comune", "data", "capienza", "con_posto", "presenti", "senza_iscrizione", "riempimento_percento",
		"assenti", "assenze_percento", "domande", "domande_con_risposta", "valutazioni", "media_stelle"}
	for _, place := range places(site.Organisation) {
		header = append(header, "presenti_"+strings.ReplaceAll(place, "-", "_"))
	}
	return z.SendCSV(c, "incontri.csv", header, func(_ context.Context, write func(...string) error) error {
		for _, m := range report.Meetings {
			if err := write(meetingRecord(m, places(site.Organisation))...); err != nil {
				return err
			}
		}
		return nil
	})
}

func meetingRecord(m models.MeetingFigures, places []string) []string {
	known := func(n int, ok bool) string {
		if !ok {
			return ""
		}
		return strconv.Itoa(n)
	}
	full, isFull := m.Full()
	rate, isRate := m.NoShowRate()
	average, told := m.Rating()
	stars := ""
	if told {
		stars = strconv.FormatFloat(average, 'f', 1, 64)
	}
	record := []string{m.Slug, m.Municipality.Slug, meetingDay(m), strconv.Itoa(m.Capacity), strconv.Itoa(m.States[models.Seated].People),
		known(m.Present(), m.Attended()), known(m.WalkIns.People, m.Attended()), known(full, isFull), known(m.NoShow.People, m.Attended()),
		known(rate, isRate), strconv.Itoa(m.Questions), strconv.Itoa(m.Answered), known(m.Ratings, told), stars}
	for _, place := range places {
		record = append(record, known(m.From(place).People, m.Attended()))
	}
	return record
}

// meetingDay is when a meeting is, once that is confirmed.
func meetingDay(m models.MeetingFigures) string {
	if !m.Confirmed() {
		return ""
	}
	return m.StartsAt.In(models.Rome).Format("2006-01-02 15:04")
}

// stateName is how the exports call a state.
type stateName struct{ state, name string }

var (
	registrationStates = []stateName{{models.Seated, "con-posto"}, {models.Offered, "posto-offerto"},
		{models.Waiting, "in-attesa"}, {models.Pending, "da-confermare"}, {models.Cancelled, "annullate"}}
	commentStates = []stateName{{models.Published, "pubblicato"}, {models.Private, "non-pubblicato"},
		{models.Held, "in-controllo"}, {models.Hidden, "nascosto"}}
)

// questionStates are those of the questions that everybody in the room read.
var questionStates = []stateName{{models.QuestionShown, "letta"}, {models.QuestionAsked, "in-corso"}, {models.QuestionAnswered, "con-risposta"}}

func commentState(state string) string {
	for _, s := range commentStates {
		if s.state == state {
			return s.name
		}
	}
	return state
}

// CommentsTable exports the comments with their texts, the newest first.
func (z *Mayors) CommentsTable(c *fiber.Ctx) error {
	site, err := z.Site(c)
	if err != nil {
		return err
	}
	t := commentsTable{z, site.Organisation, map[uuid.UUID]string{}}
	for _, g := range site.Consultation.Guidelines {
		t.guidelines[g.ID] = g.Slug
	}
	header := []string{"commento", "giorno", "proposta", "pseudonimo", "comune", "parere", "stato", "risponde_a",
		"d_accordo", "non_d_accordo", "non_so", "risposta_ufficiale", "testo"}
	consultation := site.Consultation.ID
	counted, err := models.CommentRows(c.UserContext(), z.DB, models.RowsAsked{ConsultationID: consultation, Limit: 1})
	if err != nil {
		return err
	}
	if err := z.NoteExport(c, models.Reading{List: "comments", Subject: "participation", ID: consultation, Rows: counted.Total}); err != nil {
		return err
	}
	return z.SendCSV(c, "commenti.csv", header, func(ctx context.Context, write func(...string) error) error {
		asked := models.RowsAsked{ConsultationID: consultation, Limit: exportChunk}
		for {
			rows, err := models.CommentRows(ctx, z.DB, asked)
			if err != nil {
				return err
			}
			answers, err := models.OfficialAnswers(ctx, z.DB, consultation, rows.Rows...)
			if err != nil {
				return err
			}
			for _, comment := range rows.Rows {
				if err := write(t.record(comment, answers[comment.ID])...); err != nil {
					return err
				}
			}
			if asked.After = rows.Next; asked.After == "" {
				return nil
			}
		}
	})
}

type commentsTable struct {
	*Mayors
	organisation *models.Organisation
	guidelines   map[uuid.UUID]string // slugs by id
}

func (t commentsTable) record(c *models.PostedComment, answers []models.Comment) []string {
	day := func(at time.Time) string { return at.In(models.Rome).Format(time.DateOnly) }
	opinion, parent, answered := c.Opinion, "", ""
	if opinion == "" {
		opinion = models.NoOpinion
	}
	if c.ParentID != uuid.Nil {
		parent = c.ParentID.String()
	}
	if len(answers) > 0 {
		answered = day(answers[0].CreatedAt)
	}
	return []string{c.ID.String(), day(c.CreatedAt), t.guidelines[c.GuidelineID], c.Pseudonym, c.Place(t.organisation), opinion,
		commentState(c.State), parent, strconv.Itoa(c.Agree), strconv.Itoa(c.Disagree), strconv.Itoa(c.Unsure), answered, c.Body}
}
