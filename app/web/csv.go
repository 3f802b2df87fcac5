// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"context"
	"encoding/csv"
	"io"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/xuri/excelize/v2"

	"ultimaparola/views/locale"
)

// exportDeadline bounds the reading of what an export holds.
const exportDeadline = time.Minute

// Rows writes the records of an export, one at a time. It must not use the request, which is over by then; the context
// is its own.
type Rows func(ctx context.Context, write func(record ...string) error) error

// SendCSV streams a table as RFC 4180 has it: UTF-8, comma, CRLF, one header row. While invented data are loaded the
// file's name and a column of each record say so. An export that fails midway breaks the connection, so that nobody
// takes it for whole.
func (d Deps) SendCSV(c *fiber.Ctx, name string, header []string, rows Rows) error {
	return d.sendTable(c, name, "text/csv; charset=utf-8; header=present", header, rows, newCSV)
}

// SendXLSX is SendCSV for a spreadsheet of Excel's kind. Once its rows are many they wait in a temporary file, so that
// memory stays flat.
func (d Deps) SendXLSX(c *fiber.Ctx, name string, header []string, rows Rows) error {
	return d.sendTable(c, name, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", header, rows, newXLSX)
}

// table takes records; close sends what it still holds.
type table interface {
	write(record []string) error
	close() error
}

func (d Deps) sendTable(c *fiber.Ctx, name, mediaType string, header []string, rows Rows, newTable func(io.Writer) (table, error)) error {
	site, err := d.Site(c)
	if err != nil {
		return err
	}
	var mark []string
	if !site.Organisation.DemoSince.IsZero() {
		name, header, mark = "dati-inventati-"+name, append(header, noticeColumn(c, header)), []string{"DATI INVENTATI"}
	}
	route, request := c.Route().Path, context.WithoutCancel(c.UserContext())
	reader, writer := io.Pipe()
	go func() {
		ctx, cancel := context.WithTimeout(request, exportDeadline)
		defer cancel()
		err := fill(ctx, writer, header, mark, rows, newTable)
		if err != nil && err != io.ErrClosedPipe { // closed: the browser left
			d.Log.ErrorContext(ctx, "export failed", "route", route, "error", err)
		}
		writer.CloseWithError(err)
	}()
	c.Set(fiber.HeaderContentType, mediaType)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return c.SendStream(reader)
}

// noticeColumn names the column that says that data are invented as the table names its others: some are for people, in
// their language, some for programs, in lower case.
func noticeColumn(c *fiber.Ctx, header []string) string {
	if header[0] == strings.ToLower(header[0]) {
		return "avviso"
	}
	return locale.T(c.UserContext(), "layout.export_notice")
}

// fill writes the header and then each record, neutralised and with the mark at its end.
func fill(ctx context.Context, w io.Writer, header, mark []string, rows Rows, newTable func(io.Writer) (table, error)) error {
	out, err := newTable(w)
	if err != nil {
		return err
	}
	if err := out.write(header); err != nil {
		return err
	}
	err = rows(ctx, func(record ...string) error {
		for i := range record {
			record[i] = Neutral(record[i])
		}
		return out.write(append(record, mark...))
	})
	if err != nil {
		return err
	}
	return out.close()
}

type csvTable struct{ *csv.Writer }

func newCSV(w io.Writer) (table, error) {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return csvTable{out}, nil
}

func (t csvTable) write(record []string) error { return t.Write(record) }

func (t csvTable) close() error {
	t.Flush()
	return t.Error()
}

type xlsxTable struct {
	to    io.Writer
	file  *excelize.File
	sheet *excelize.StreamWriter
	rows  int
}

func newXLSX(w io.Writer) (table, error) {
	file := excelize.NewFile()
	sheet, err := file.NewStreamWriter(file.GetSheetName(0))
	return &xlsxTable{to: w, file: file, sheet: sheet}, err
}

func (t *xlsxTable) write(record []string) error {
	t.rows++
	cells := make([]any, len(record))
	for i, cell := range record {
		cells[i] = cell
	}
	return t.sheet.SetRow("A"+strconv.Itoa(t.rows), cells)
}

func (t *xlsxTable) close() error {
	if err := t.sheet.Flush(); err != nil {
		return err
	}
	if err := t.file.Write(t.to); err != nil {
		return err
	}
	return t.file.Close()
}

// Neutral returns a cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.
func Neutral(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
