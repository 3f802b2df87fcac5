// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"encoding/csv"
	"io"
	"mime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// exportDeadline bounds the reading of what an export holds.
const exportDeadline = time.Minute

// SendCSV streams a table as RFC 4180 has it: UTF-8, comma, CRLF, one header row. rows writes the records and must not
// use the request, which is over by then; the context is its own. While invented data are loaded the file's name and a
// column of each record say so. An export that fails midway breaks the connection, so that nobody takes it for whole.
func (d Deps) SendCSV(c *fiber.Ctx, name string, header []string, rows func(ctx context.Context, write func(record ...string) error) error) error {
	site, err := d.Site(c)
	if err != nil {
		return err
	}
	var mark []string
	if !site.Organisation.DemoSince.IsZero() {
		name, header, mark = "dati-inventati-"+name, append(header, "avviso"), []string{"DATI INVENTATI"}
	}
	route := c.Route().Path
	reader, writer := io.Pipe()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), exportDeadline)
		defer cancel()
		out := csv.NewWriter(writer)
		out.UseCRLF = true
		write := func(record ...string) error {
			for i := range record {
				record[i] = Neutral(record[i])
			}
			return out.Write(append(record, mark...))
		}
		err := out.Write(header)
		if err == nil {
			err = rows(ctx, write)
		}
		if err == nil {
			out.Flush()
			err = out.Error()
		}
		if err != nil && err != io.ErrClosedPipe { // closed: the browser left
			d.Log.Error("export failed", "route", route, "error", err)
		}
		writer.CloseWithError(err)
	}()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.SendStream(reader)
}

// Neutral returns a cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.
func Neutral(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
