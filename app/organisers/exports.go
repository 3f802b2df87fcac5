// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
)

// CSV streams the registrations of a meeting as comma-separated values.
func (z *Organisers) CSV(c *fiber.Ctx) error { return z.export(c, ".csv", z.SendCSV) }

// XLSX streams the registrations of a meeting as a spreadsheet.
func (z *Organisers) XLSX(c *fiber.Ctx) error { return z.export(c, ".xlsx", z.SendXLSX) }

// exportColumns are those of the table, in its order.
var exportColumns = []string{"name", "code", "state", "reconfirm", "seats", "press", "email", "phone", "channel", "municipality",
	"guideline", "question", "queue", "registered", "came"}

// export streams the registrations of a meeting, without access needs: those are data about health, and stay on the
// page and the sheet.
func (z *Organisers) export(c *fiber.Ctx, ending string, send func(*fiber.Ctx, string, []string, web.Rows) error) error {
	m, page, err := z.meetingOf(c, "")
	if err != nil {
		return err
	}
	tally, err := models.MeetingCounts(c.UserContext(), z.DB, m.ID)
	if err != nil {
		return err
	}
	if err := z.NoteExport(c, models.Reading{List: "registrations", Subject: "meeting", ID: m.ID, Rows: tally.Live()}); err != nil {
		return err
	}
	var header []string
	for _, column := range exportColumns {
		header = append(header, locale.T(c.UserContext(), "organisers.export."+column))
	}
	table, id := newExportTable(web.Lang(c), page), m.ID
	return send(c, "iscrizioni-"+m.Slug+ending, header, func(ctx context.Context, write func(...string) error) error {
		return models.EachRegistration(ctx, z.DB, id, func(r *models.Registration) error { return write(table.record(r)...) })
	})
}

// exportTable says in one language what the registrations refer to, once the request is over.
type exportTable struct {
	lang              string
	guidelines, towns map[uuid.UUID]string
}

func newExportTable(lang string, page layout.Page) exportTable {
	t := exportTable{lang, map[uuid.UUID]string{}, map[uuid.UUID]string{}}
	for _, g := range page.Consultation.Guidelines {
		t.guidelines[g.ID], _ = g.Name.In(lang)
	}
	for _, m := range page.Municipalities() {
		t.towns[m.ID] = m.Name
	}
	return t
}

// record is the row of a registration, in the order of exportColumns.
func (t exportTable) record(r *models.Registration) []string {
	var queue, question, came string
	if r.State == models.Waiting {
		queue = strconv.Itoa(r.Place)
	}
	if r.Question != nil {
		question = r.Question.Body
	}
	if r.Attendance != nil {
		came = strconv.Itoa(r.Attendance.People)
	}
	town := t.towns[r.MunicipalityID]
	if r.Elsewhere {
		town = locale.In(t.lang, "papers.elsewhere")
	}
	email, phone := r.Contacts()
	return []string{r.Name, r.Code(), locale.In(t.lang, "organisers.state."+r.State), t.yes(!r.ReconfirmSince.IsZero()),
		strconv.Itoa(r.Seats), t.yes(r.Press), email, phone, locale.In(t.lang, "editing.channel."+r.Channel), town,
		t.guidelines[r.GuidelineID], question, queue, r.CreatedAt.In(models.Rome).Format("2006-01-02 15:04"), came}
}

func (t exportTable) yes(is bool) string {
	if is {
		return locale.In(t.lang, "editing.yes")
	}
	return ""
}
