// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"ultimaparola/models"
)

var months = map[string][12]string{
	"it": {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var weekdays = map[string][7]string{
	"it": {"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
	"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// Date writes a moment's day in Rome: "12 dicembre 2017".
func Date(ctx context.Context, t time.Time) string {
	t, lang := t.In(models.Rome), Lang(ctx)
	return fmt.Sprintf("%d %s %d", t.Day(), months[lang][t.Month()-1], t.Year())
}

// Day writes a day as date columns hold it (midnight UTC): "12 dicembre 2017".
func Day(ctx context.Context, day time.Time) string {
	return fmt.Sprintf("%d %s %d", day.Day(), months[Lang(ctx)][day.Month()-1], day.Year())
}

// MonthYear writes the month of a day: "ottobre 2015".
func MonthYear(ctx context.Context, day time.Time) string {
	return fmt.Sprintf("%s %d", months[Lang(ctx)][day.Month()-1], day.Year())
}

// LongDate writes a moment's day in Rome with its weekday: "martedì 12 dicembre 2017".
func LongDate(ctx context.Context, t time.Time) string {
	t = t.In(models.Rome)
	return weekdays[Lang(ctx)][t.Weekday()] + " " + Date(ctx, t)
}

// Time writes the hour in Rome: "21:00".
func Time(t time.Time) string { return t.In(models.Rome).Format("15:04") }

// Hour writes the hour in Rome as a sentence has it: "ore 21:00", "at 21:00".
func Hour(ctx context.Context, t time.Time) string {
	if Lang(ctx) == "en" {
		return "at " + Time(t)
	}
	return "ore " + Time(t)
}

// DateTime writes day and hour in Rome: "12 dicembre 2017, ore 21:00".
func DateTime(ctx context.Context, t time.Time) string { return Date(ctx, t) + ", " + Hour(ctx, t) }

// Number writes n with the separators of the language: "14.856".
func Number(ctx context.Context, n int) string {
	return message.NewPrinter(language.Make(Lang(ctx))).Sprint(number.Decimal(n))
}

// Percent writes part of whole as a percentage with one decimal: "12,5%". A whole of 0 gives a dash.
func Percent(ctx context.Context, part, whole int) string {
	if whole == 0 {
		return "–"
	}
	p := message.NewPrinter(language.Make(Lang(ctx)))
	return p.Sprint(number.Percent(float64(part)/float64(whole), number.MaxFractionDigits(1)))
}
