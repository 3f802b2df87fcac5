// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// CSV streams the registrations of a meeting as comma-separated values.
func (z *Organisers) CSV(c *fiber.Ctx) error { return z.export(c, ".csv", z.SendCSV) }

// XLSX streams the registrations of a meeting as a spreadsheet.
func (z *Organisers) XLSX(c *fiber.Ctx) error { return z.export(c, ".xlsx", z.SendXLSX) }

// export streams the registrations of a meeting, without access needs: those are data about health, and stay on the
// page and the sheet.
func (z *Organisers) export(c *fiber.Ctx, ending string, send func(*fiber.Ctx, string, []string, web.Rows) error) error {
	m, _, err := z.meetingOf(c, "")
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
	for _, column := range []string{"name", "state", "seats", "email", "phone", "channel", "queue", "registered", "came"} {
		header = append(header, locale.T(c.UserContext(), "organisers.export."+column))
	}
	lang, id := web.Lang(c), m.ID
	return send(c, "iscrizioni-"+m.Slug+ending, header, func(ctx context.Context, write func(...string) error) error {
		return models.EachRegistration(ctx, z.DB, id, false, func(r *models.Registration) error { return write(record(lang, r)...) })
	})
}

func record(lang string, r *models.Registration) []string {
	var came, queue string
	if r.Attendance != nil {
		came = strconv.Itoa(r.Attendance.People)
	}
	if r.State == models.Waiting {
		queue = strconv.Itoa(r.QueueNumber)
	}
	email, phone := r.Contacts()
	return []string{r.Name, locale.In(lang, "organisers.state."+r.State), strconv.Itoa(r.Seats), email, phone,
		locale.In(lang, "editing.channel."+r.Channel), queue, r.CreatedAt.In(models.Rome).Format("2006-01-02 15:04"), came}
}
