// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// ReportPage is the report of the whole consultation, or of one municipality (Town set).
type ReportPage struct {
	layout.Page
	Report *models.Report
	Town   *models.Municipality
	// Populations are the newest known of each municipality.
	Populations map[uuid.UUID]models.Population
	// Answers are the official answers to the comments that the report shows, by comment.
	Answers map[uuid.UUID][]models.Comment
}

// residents says how many people live in a municipality, when, and who says so; "" where it is not known.
func (p ReportPage) residents(ctx context.Context, m models.Municipality) string {
	population, known := p.Populations[m.ID]
	if !known {
		return ""
	}
	source := locale.T(ctx, "mayors.source_to_confirm")
	if population.Source != "" {
		source = locale.T(ctx, "mayors.source", "Source", population.Source)
	}
	return locale.T(ctx, "mayors.residents", "Name", m.Name, "Residents", locale.Number(ctx, population.People),
		"Year", strconv.Itoa(population.Year), "Source", source)
}

// place is the slug that every link of the page filters by; "" on the whole report.
func (p ReportPage) place() string {
	if p.Town != nil {
		return p.Town.Slug
	}
	return ""
}

// towns are the municipalities that the page tells of.
func (p ReportPage) towns() []models.Municipality {
	if p.Town != nil {
		return []models.Municipality{*p.Town}
	}
	return p.Organisation.Municipalities
}

// places are the slugs that the page sets side by side: the municipalities and elsewhere; not stated, where it counts.
func (p ReportPage) places(counts bool) []string {
	var slugs []string
	for _, m := range p.towns() {
		slugs = append(slugs, m.Slug)
	}
	if p.Town != nil {
		return slugs
	}
	if slugs = append(slugs, models.Elsewhere); counts {
		slugs = append(slugs, models.NotStated)
	}
	return slugs
}

func (p ReportPage) placeNames(ctx context.Context, places []string) []string {
	names := make([]string, len(places))
	for i, place := range places {
		names[i] = placeName(ctx, p.Organisation, place)
	}
	return names
}

// everybody says which places a sum of the page adds up; notStated: those who did not state any too.
func (p ReportPage) everybody(ctx context.Context, notStated bool) string {
	if p.Town != nil {
		return locale.T(ctx, "mayors.only", "Name", p.Town.Name)
	}
	return everybody(ctx, p.Organisation, notStated)
}

// figure is a number of the summary at the top.
type figure struct {
	id, label, href string
	count           int
}

func (p ReportPage) summary(ctx context.Context) []figure {
	at := func(list string, fields ...string) string {
		return rowsPath(ctx, list, append(fields, FromPlace, p.place())...)
	}
	seated := 0
	for _, m := range p.Report.Meetings {
		seated += m.States[models.Seated].Parties
	}
	return []figure{
		{"participants", locale.T(ctx, "mayors.figure.people"), at(Participants), p.Report.Participants("", time.Time{})},
		{"opinions", locale.T(ctx, "mayors.figure.opinions"), at(Opinions), p.Report.OpinionsOn("", "", "")},
		{"comments", locale.T(ctx, "mayors.figure.comments"), at(Comments), p.Report.CommentsOn("", "", "", "")},
		{"awaiting", locale.T(ctx, "mayors.figure.awaiting"), at(Comments, Awaiting, "1", Order, models.Oldest), p.Report.Awaiting("")},
		{"seated", locale.T(ctx, "mayors.figure.seated"), at(Registrations, InState, models.Seated), seated},
	}
}

// people says how many took part, by place.
func (p ReportPage) people(ctx context.Context) parts.Chart {
	all := p.Report.Participants("", time.Time{})
	c := parts.Chart{ID: "people", Title: locale.T(ctx, "mayors.people.chart"), Desc: locale.T(ctx, "mayors.people.desc"),
		Head: locale.T(ctx, "mayors.place"), Columns: []string{locale.T(ctx, "mayors.people")}}
	for _, place := range p.places(p.Report.HasPlace(models.NotStated)) {
		n := p.Report.Participants(place, time.Time{})
		c.Rows = append(c.Rows, parts.Row{Label: placeName(ctx, p.Organisation, place),
			Cells: []parts.Cell{{Value: n, Note: locale.Percent(ctx, n, all), Href: rowsPath(ctx, Participants, FromPlace, place)}}})
	}
	return c
}

// overTime says how many took part for the first time on each day.
func (p ReportPage) overTime(ctx context.Context) parts.Chart {
	places := p.places(p.Report.HasPlace(models.NotStated))
	c := parts.Chart{ID: "time", Title: locale.T(ctx, "mayors.time.chart"), Desc: locale.T(ctx, "mayors.time.desc"),
		Head: locale.T(ctx, "mayors.day"), Columns: p.placeNames(ctx, places)}
	for _, day := range p.Report.Days() {
		row := parts.Row{Label: locale.Day(ctx, day)}
		for _, place := range places {
			row.Cells = append(row.Cells, p.cell(p.Report.Participants(place, day),
				rowsPath(ctx, Participants, FromPlace, place, OnDay, day.Format(time.DateOnly))))
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// cell is a number that leads to its rows, when there are any.
func (p ReportPage) cell(n int, href string) parts.Cell {
	if n == 0 {
		return parts.Cell{}
	}
	return parts.Cell{Value: n, Href: href}
}

// opinions are the opinions on a proposal: a column for each place and, where there are several, one for all.
func (p ReportPage) opinions(ctx context.Context, g models.Guideline) parts.Chart {
	places := p.places(p.Report.OpinionsOn("", models.NotStated, "") > 0)
	c := parts.Chart{ID: "opinions-" + g.Slug, Head: locale.T(ctx, "mayors.opinion"), Columns: p.placeNames(ctx, places)}
	if p.Town == nil {
		c.Columns, places = append(c.Columns, locale.T(ctx, "mayors.all")), append(places, "")
	}
	for _, value := range append(slices.Clone(models.Opinions), "") {
		label := locale.T(ctx, "mayors.total")
		if value != "" {
			label = opinionName(ctx, value)
		}
		row := parts.Row{Label: label}
		for _, place := range places {
			n := p.Report.OpinionsOn(g.Slug, place, value)
			cell := p.cell(n, rowsPath(ctx, Opinions, OfGuideline, g.Slug, FromPlace, place, OfOpinion, value))
			if value != "" {
				cell.Note = locale.Percent(ctx, n, p.Report.OpinionsOn(g.Slug, place, ""))
			}
			row.Cells = append(row.Cells, cell)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func (p ReportPage) totals(ctx context.Context, g models.Guideline, place string) parts.Totals {
	count := func(value string) int { return p.Report.OpinionsOn(g.Slug, place, value) }
	return parts.Totals{ID: "bar-" + g.Slug + "-" + place, Label: placeName(ctx, p.Organisation, place),
		InFavour: count(models.InFavour), Against: count(models.Against), Unsure: count(models.Unsure)}
}

// authors are the opinions that authors of comments have; none, only where it counts.
func (p ReportPage) authors() []string {
	values := slices.Clone(models.Opinions)
	if p.Report.CommentsOn("", "", models.NoOpinion, "") > 0 {
		values = append(values, models.NoOpinion)
	}
	return values
}

func (p ReportPage) authorNames(ctx context.Context) []string {
	var names []string
	for _, value := range p.authors() {
		names = append(names, opinionName(ctx, value))
	}
	return names
}

// commentsByPlace and commentsByGuideline say how many comments people of each opinion wrote.
func (p ReportPage) commentsByPlace(ctx context.Context) parts.Chart {
	c := parts.Chart{ID: "comments-place", Title: locale.T(ctx, "mayors.comments.by_place"), Desc: locale.T(ctx, "mayors.comments.desc"),
		Head: locale.T(ctx, "mayors.place"), Columns: p.authorNames(ctx)}
	for _, place := range p.places(p.Report.CommentsOn("", models.NotStated, "", "") > 0) {
		c.Rows = append(c.Rows, p.commentRow(ctx, placeName(ctx, p.Organisation, place), "", place))
	}
	return c
}

func (p ReportPage) commentsByGuideline(ctx context.Context) parts.Chart {
	whose := everybody(ctx, p.Organisation, p.Report.CommentsOn("", models.NotStated, "", "") > 0)
	if p.Town != nil {
		whose = p.Town.Name
	}
	c := parts.Chart{ID: "comments-guideline", Title: locale.T(ctx, "mayors.comments.by_guideline", "Who", whose),
		Desc: locale.T(ctx, "mayors.comments.desc"), Head: locale.T(ctx, "mayors.guideline"), Columns: p.authorNames(ctx)}
	for _, g := range p.Consultation.Guidelines {
		c.Rows = append(c.Rows, p.commentRow(ctx, parts.Plain(ctx, g.Name), g.Slug, p.place()))
	}
	return c
}

func (p ReportPage) commentRow(ctx context.Context, label, guideline, place string) parts.Row {
	row := parts.Row{Label: label}
	for _, value := range p.authors() {
		row.Cells = append(row.Cells, p.cell(p.Report.CommentsOn(guideline, place, value, ""),
			rowsPath(ctx, Comments, OfGuideline, guideline, FromPlace, place, OfOpinion, value)))
	}
	return row
}

// states says how many comments can be read by everybody, and how many not.
func (p ReportPage) states(ctx context.Context) []figure {
	var figures []figure
	for _, state := range []string{models.Published, models.Private, models.Held, models.Hidden} {
		if n := p.Report.CommentsOn("", "", "", state); n > 0 {
			figures = append(figures, figure{state, locale.T(ctx, "mayors.state."+state, "Count", n), rowsPath(ctx, Comments, InState, state, FromPlace, p.place()), n})
		}
	}
	return figures
}

// waiting says how many comments from each place await an answer.
func (p ReportPage) waiting(ctx context.Context) []figure {
	var figures []figure
	for _, place := range p.places(p.Report.Awaiting(models.NotStated) > 0) {
		figures = append(figures, figure{place, placeName(ctx, p.Organisation, place),
			rowsPath(ctx, Comments, Awaiting, "1", Order, models.Oldest, FromPlace, place), p.Report.Awaiting(place)})
	}
	return figures
}

// seats compares the meetings in people: seats, who has one, who waits, who came.
func (p ReportPage) seats(ctx context.Context) parts.Chart {
	c := parts.Chart{ID: "seats", Title: locale.T(ctx, "mayors.meetings.seats"), Desc: locale.T(ctx, "mayors.meetings.desc"),
		Head: locale.T(ctx, "mayors.people"), Columns: p.meetingNames(ctx)}
	for _, line := range []struct {
		key   string
		count func(models.MeetingFigures) int
	}{
		{"capacity", func(m models.MeetingFigures) int { return m.Capacity }},
		{"seated", func(m models.MeetingFigures) int { return m.States[models.Seated].People }},
		{"waiting", func(m models.MeetingFigures) int {
			return m.States[models.Waiting].People + m.States[models.Offered].People
		}},
		{"came", func(m models.MeetingFigures) int { return m.Came.People + m.WalkIns.People }},
	} {
		row := parts.Row{Label: locale.T(ctx, "mayors.meetings."+line.key)}
		for _, m := range p.Report.Meetings {
			row.Cells = append(row.Cells, parts.Cell{Value: line.count(m)})
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// parties are the registrations and the parties that came, each leading to its rows, with the people in them.
func (p ReportPage) parties(ctx context.Context) parts.Chart {
	c := parts.Chart{ID: "parties", Head: locale.T(ctx, "mayors.meetings.registrations"), Columns: p.meetingNames(ctx)}
	line := func(label string, tally func(models.MeetingFigures) models.Tally, href func(slug string) string) {
		row := parts.Row{Label: label}
		for _, m := range p.Report.Meetings {
			t := tally(m)
			cell := p.cell(t.Parties, href(m.Slug))
			cell.Note = locale.T(ctx, "mayors.people_count", "Count", t.People)
			row.Cells = append(row.Cells, cell)
		}
		c.Rows = append(c.Rows, row)
	}
	for _, state := range []string{models.Seated, models.Waiting, models.Offered, models.Pending, models.Cancelled} {
		line(locale.T(ctx, "mayors.registration."+state), func(m models.MeetingFigures) models.Tally { return m.States[state] },
			func(slug string) string { return rowsPath(ctx, Registrations, OfMeeting, slug, InState, state) })
	}
	line(locale.T(ctx, "mayors.meetings.came"), func(m models.MeetingFigures) models.Tally {
		return models.Tally{Parties: m.Came.Parties + m.WalkIns.Parties, People: m.Came.People + m.WalkIns.People}
	}, func(slug string) string { return rowsPath(ctx, Attendances, OfMeeting, slug) })
	return c
}

// meetingNames are short: the municipality and, once it is known, the day.
func (p ReportPage) meetingNames(ctx context.Context) []string {
	names := make([]string, len(p.Report.Meetings))
	for i, m := range p.Report.Meetings {
		when := locale.T(ctx, "mayors.date_to_confirm")
		if m.Confirmed() {
			when = locale.Date(ctx, m.StartsAt)
		}
		names[i] = m.Municipality.Name + ", " + when
	}
	return names
}
