// SPDX-License-Identifier: AGPL-3.0-or-later

package mayors

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// unknown stands where a figure is not known yet.
const unknown = "–"

// aftermath is what came of each meeting: who came and from where, who did not, what was asked, how it was found.
func (p ReportPage) aftermath(ctx context.Context) parts.Chart {
	c := parts.Chart{ID: "aftermath", Head: locale.T(ctx, "mayors.meetings.after"), Columns: p.meetingNames(ctx)}
	line := func(label string, cell func(models.MeetingFigures) parts.Cell) {
		row := parts.Row{Label: label}
		for _, m := range p.Report.Meetings {
			row.Cells = append(row.Cells, cell(m))
		}
		c.Rows = append(c.Rows, row)
	}
	line(locale.T(ctx, "mayors.meetings.full"), func(m models.MeetingFigures) parts.Cell {
		_, known := m.Full()
		return share(ctx, m.Present(), m.Capacity, known)
	})
	for _, place := range p.homes() {
		line(locale.T(ctx, "mayors.meetings.from", "Place", placeName(ctx, p.Organisation, place)), func(m models.MeetingFigures) parts.Cell {
			return p.tally(ctx, m.From(place), rowsPath(ctx, Attendances, OfMeeting, m.Slug, FromHome, place))
		})
	}
	line(locale.T(ctx, "mayors.meetings.walk_ins"), func(m models.MeetingFigures) parts.Cell {
		return parts.Cell{Value: m.WalkIns.Parties, Note: locale.T(ctx, "mayors.people_count", "Count", m.WalkIns.People)}
	})
	line(locale.T(ctx, "mayors.meetings.no_show"), func(m models.MeetingFigures) parts.Cell {
		if !m.Attended() {
			return parts.Cell{Words: unknown}
		}
		return p.tally(ctx, m.NoShow, rowsPath(ctx, Registrations, OfMeeting, m.Slug, Absent, "1"))
	})
	line(locale.T(ctx, "mayors.meetings.no_show_rate"), func(m models.MeetingFigures) parts.Cell {
		_, known := m.NoShowRate()
		return share(ctx, m.NoShow.People, m.States[models.Seated].People, known)
	})
	line(locale.T(ctx, "mayors.meetings.questions"), func(m models.MeetingFigures) parts.Cell {
		cell := p.cell(m.Questions, rowsPath(ctx, Questions, OfMeeting, m.Slug))
		cell.Note = locale.T(ctx, "mayors.meetings.answered", "Count", m.Answered)
		return cell
	})
	line(locale.T(ctx, "mayors.meetings.rating"), func(m models.MeetingFigures) parts.Cell {
		average, told := m.Rating()
		if !told {
			return parts.Cell{Words: locale.T(ctx, "mayors.meetings.few_ratings")}
		}
		cell := p.cell(m.Ratings, rowsPath(ctx, Ratings, OfMeeting, m.Slug))
		cell.Note = locale.T(ctx, "mayors.meetings.average", "Stars", locale.Ratio(ctx, average))
		return cell
	})
	return c
}

// homes are the places from which anybody came to a meeting, the municipalities always.
func (p ReportPage) homes() []string {
	var slugs []string
	for _, m := range p.Organisation.Municipalities {
		slugs = append(slugs, m.Slug)
	}
	for _, place := range []string{models.Elsewhere, models.NotStated} {
		for _, m := range p.Report.Meetings {
			if m.From(place).Parties > 0 {
				slugs = append(slugs, place)
				break
			}
		}
	}
	return slugs
}

// tally is a number of parties, which leads to their rows, with the people in them.
func (p ReportPage) tally(ctx context.Context, t models.Tally, href string) parts.Cell {
	cell := p.cell(t.Parties, href)
	cell.Note = locale.T(ctx, "mayors.people_count", "Count", t.People)
	return cell
}

func share(ctx context.Context, part, whole int, known bool) parts.Cell {
	if !known {
		return parts.Cell{Words: unknown}
	}
	return parts.Cell{Words: locale.Percent(ctx, part, whole)}
}
