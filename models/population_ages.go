// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// BadLine is a line of a table that cannot be read: its number, from 1, and why, as a message key with its value. Line 0
// is the table as a whole.
type BadLine struct {
	Line       int
	Key, Param string
}

// Limits on a table of ages: a region's municipalities fit.
const (
	LargestAges = 4 << 20
	// mostBadLines are told of a table; whoever has that many starts again.
	mostBadLines = 20
)

// AgesText returns the text of an uploaded table: UTF-8 with or without a mark, else as Windows writes it in Italy.
func AgesText(content []byte) string {
	text := string(content)
	if !utf8.Valid(content) {
		// Of these 256 letters every byte is one, so nothing can fail.
		text, _ = charmap.Windows1252.NewDecoder().String(text)
	}
	return strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\x00", "")
}

// ReadAges reads a population by age from a table: a header, then a line for each age, parted by ";", "," or tabs.
// Either a column "età" and one "persone", or those of ISTAT's files (demo.istat.it): "Codice comune", "Età", "Totale" or
// "Totale maschi" and "Totale femmine", of which the lines of the municipality with istatCode count. An age is "7",
// "65-69", "85+" or "100 e più"; 100 alone is 100 and over, and 999 is ISTAT's line of the total. Ages begin with 0 and
// leave none out. BadLines say what is wrong, at most twenty of them.
func ReadAges(text, istatCode string) ([]AgeBand, []BadLine) {
	r := &agesReader{istat: istatCode, lines: csv.NewReader(strings.NewReader(text))}
	r.lines.Comma, r.lines.FieldsPerRecord, r.lines.LazyQuotes, r.lines.TrimLeadingSpace = separatorOf(text), -1, true, true
	if !r.readHeader() {
		return nil, []BadLine{{Key: "errors.ages_header"}}
	}
	for {
		record, err := r.lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.lines.FieldPos(0)
		if err != nil {
			r.refuse(line, "errors.ages_line", "")
			break
		}
		r.readLine(line, record)
		if len(r.bad) >= mostBadLines {
			return nil, r.bad
		}
	}
	r.checkWhole()
	if len(r.bad) > 0 {
		return nil, r.bad
	}
	return r.bands, nil
}

// separatorOf is the one that the first line with an age column has most of.
func separatorOf(text string) rune {
	for line := range strings.Lines(text) {
		if !strings.Contains(plainWord(line), "eta") && !strings.Contains(plainWord(line), "age") {
			continue
		}
		for _, r := range ";\t" {
			if strings.ContainsRune(line, r) {
				return r
			}
		}
	}
	return ','
}

type agesReader struct {
	istat string
	lines *csv.Reader
	// The columns; -1: not there.
	code, age, people, males, females int
	bands                             []AgeBand
	lineOf                            []int // of each band
	total, told                       int
	toldAt                            int
	bad                               []BadLine
}

func (r *agesReader) refuse(line int, key, param string) {
	r.bad = append(r.bad, BadLine{line, key, param})
}

// plainWord is a heading without capitals, accents, quotes and spaces around it.
func plainWord(s string) string {
	return strings.Trim(strings.NewReplacer("à", "a", "a'", "a", "`", "", "_", " ").Replace(strings.ToLower(s)), " \t\r\n\"")
}

// readHeader finds the columns; ISTAT's files have a title above them.
func (r *agesReader) readHeader() bool {
	for range 3 {
		record, err := r.lines.Read()
		if err != nil {
			return false
		}
		column := func(names ...string) int {
			return slices.IndexFunc(record, func(cell string) bool { return slices.Contains(names, plainWord(cell)) })
		}
		r.code, r.age = column("codice comune", "codice istat"), column("eta", "age")
		r.people, r.males, r.females = column("persone", "totale", "residenti", "people"), column("totale maschi", "maschi"), column("totale femmine", "femmine")
		if r.age >= 0 && (r.people >= 0 || r.males >= 0 && r.females >= 0) {
			return true
		}
	}
	return false
}

func (r *agesReader) readLine(line int, record []string) {
	cell := func(column int) string {
		if column < 0 || column >= len(record) {
			return ""
		}
		return strings.TrimSpace(record[column])
	}
	if strings.TrimSpace(strings.Join(record, "")) == "" {
		return
	}
	if r.code >= 0 && strings.TrimLeft(cell(r.code), "0") != strings.TrimLeft(r.istat, "0") {
		return // of another municipality, or a line below the table
	}
	people, counted := Headcount(cell(r.people))
	if r.people < 0 {
		males, m := Headcount(cell(r.males))
		females, f := Headcount(cell(r.females))
		people, counted = males+females, m && f
	}
	if !counted {
		r.refuse(line, "errors.ages_people", cell(max(r.people, r.males)))
		return
	}
	age := plainWord(cell(r.age))
	if age == "999" || age == "totale" || age == "total" {
		r.told, r.toldAt = people, line
		return
	}
	from, to, ok := agesOf(age)
	if !ok {
		r.refuse(line, "errors.ages_age", cell(r.age))
		return
	}
	r.bands, r.lineOf, r.total = append(r.bands, AgeBand{AgeFrom: from, AgeTo: to, People: people}), append(r.lineOf, line), r.total+people
}

// checkWhole holds that the ages follow each other from 0, and add up to the total where one is told.
func (r *agesReader) checkWhole() {
	next := 0
	for i, b := range r.bands {
		switch {
		case next < 0 || b.AgeFrom < next:
			r.refuse(r.lineOf[i], "errors.ages_again", strconv.Itoa(b.AgeFrom))
		case b.AgeFrom > next:
			r.refuse(r.lineOf[i], "errors.ages_missing", strconv.Itoa(next))
		}
		if next = -1; b.AgeTo != nil {
			next = *b.AgeTo + 1
		}
		if len(r.bad) >= mostBadLines {
			return
		}
	}
	switch {
	case len(r.bad) > 0:
	case len(r.bands) == 0 && r.code >= 0:
		r.refuse(0, "errors.ages_elsewhere", r.istat)
	case len(r.bands) == 0:
		r.refuse(0, "errors.ages_none", "")
	case r.toldAt > 0 && r.told != r.total:
		r.refuse(r.toldAt, "errors.ages_total", strconv.Itoa(r.total))
	}
}

var (
	oneAge    = regexp.MustCompile(`^(\d{1,3})(?: ann[oi])?$`)
	someAges  = regexp.MustCompile(`^(\d{1,3}) ?[-–] ?(\d{1,3})(?: anni)?$`)
	fromAge   = regexp.MustCompile(`^(\d{1,3})(?: anni)? ?(?:\+|e più|e oltre|o più|and over)$`)
	headcount = regexp.MustCompile(`^(?:\d{1,9}|\d{1,3}(?:[. ]\d{3}){1,2})$`)
)

// lastSingle is the age from which ISTAT counts together all who are older.
const lastSingle = 100

// oldest is an age that nobody reaches.
const oldest = 150

func agesOf(age string) (from int, to *int, ok bool) {
	if m := oneAge.FindStringSubmatch(age); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits alone
		if n >= lastSingle {
			return n, nil, n <= oldest
		}
		return n, &n, true
	}
	if m := fromAge.FindStringSubmatch(age); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n, nil, n <= oldest
	}
	if m := someAges.FindStringSubmatch(age); m != nil {
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		return from, &to, from <= to && to <= oldest
	}
	return 0, nil, false
}

// Headcount reads a number of people as it is written in Italy: "14856" or "14.856".
func Headcount(typed string) (int, bool) {
	if !headcount.MatchString(typed) {
		return 0, false
	}
	n, err := strconv.Atoi(strings.NewReplacer(".", "", " ", "").Replace(typed))
	return n, err == nil
}

// String writes an age band as ReadAges reads it.
func (b AgeBand) String() string {
	switch {
	case b.AgeTo == nil:
		return strconv.Itoa(b.AgeFrom) + "+"
	case *b.AgeTo == b.AgeFrom:
		return strconv.Itoa(b.AgeFrom)
	}
	return strconv.Itoa(b.AgeFrom) + "-" + strconv.Itoa(*b.AgeTo)
}
