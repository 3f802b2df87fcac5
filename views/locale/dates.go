// SPDX-License-Identifier: AGPL-3.0-or-later

package locale

import (
	"context"
	"fmt"
	"math"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"ultimaparola/models"
)

// calendar is how a language writes dates. In day and month the first value is the day, the second the month's name,
// the third the year; in long the first is the weekday, the second what day writes; in hour the first is the hour, in
// moment the first is what day writes, the second what hour does.
type calendar struct {
	months                         [12]string
	weekdays                       [7]string
	day, month, long, hour, moment string
}

var calendars = map[string]calendar{
	"it": {
		months:   [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		weekdays: [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
		day:      "%[1]d %[2]s %[3]d", month: "%[2]s %[3]d", long: "%s %s", hour: "ore %s", moment: "%s, %s",
	},
	"en": {
		months:   [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:      "%[1]d %[2]s %[3]d", month: "%[2]s %[3]d", long: "%s %s", hour: "at %s", moment: "%s, %s",
	},
	"zh": {
		months:   [12]string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"},
		weekdays: [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		day:      "%[3]d年%[2]s%[1]d日", month: "%[3]d年%[2]s", long: "%[2]s%[1]s", hour: "%s", moment: "%s %s",
	},
	"sq": {
		months:   [12]string{"janar", "shkurt", "mars", "prill", "maj", "qershor", "korrik", "gusht", "shtator", "tetor", "nëntor", "dhjetor"},
		weekdays: [7]string{"e diel", "e hënë", "e martë", "e mërkurë", "e enjte", "e premte", "e shtunë"},
		day:      "%[1]d %[2]s %[3]d", month: "%[2]s %[3]d", long: "%s, %s", hour: "ora %s", moment: "%s, %s",
	},
	"ro": {
		months:   [12]string{"ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie"},
		weekdays: [7]string{"duminică", "luni", "marți", "miercuri", "joi", "vineri", "sâmbătă"},
		day:      "%[1]d %[2]s %[3]d", month: "%[2]s %[3]d", long: "%s, %s", hour: "ora %s", moment: "%s, %s",
	},
}

// Date writes a moment's day in Rome: "12 dicembre 2017".
func Date(ctx context.Context, t time.Time) string { return Day(ctx, t.In(models.Rome)) }

// Day writes a day as date columns hold it (midnight UTC): "12 dicembre 2017".
func Day(ctx context.Context, day time.Time) string {
	c := calendars[Lang(ctx)]
	return fmt.Sprintf(c.day, day.Day(), c.months[day.Month()-1], day.Year())
}

// MonthYear writes the month of a day: "ottobre 2015".
func MonthYear(ctx context.Context, day time.Time) string {
	c := calendars[Lang(ctx)]
	return fmt.Sprintf(c.month, day.Day(), c.months[day.Month()-1], day.Year())
}

// Weekday is the name of a day of the week: "lunedì".
func Weekday(ctx context.Context, day time.Weekday) string { return calendars[Lang(ctx)].weekdays[day] }

// LongDate writes a moment's day in Rome with its weekday: "martedì 12 dicembre 2017".
func LongDate(ctx context.Context, t time.Time) string {
	c := calendars[Lang(ctx)]
	return fmt.Sprintf(c.long, c.weekdays[t.In(models.Rome).Weekday()], Date(ctx, t))
}

// Time writes the hour in Rome: "21:00".
func Time(t time.Time) string { return t.In(models.Rome).Format("15:04") }

// Hour writes the hour in Rome as a sentence has it: "ore 21:00", "at 21:00".
func Hour(ctx context.Context, t time.Time) string {
	return fmt.Sprintf(calendars[Lang(ctx)].hour, Time(t))
}

// DateTime writes day and hour in Rome: "12 dicembre 2017, ore 21:00".
func DateTime(ctx context.Context, t time.Time) string {
	return fmt.Sprintf(calendars[Lang(ctx)].moment, Date(ctx, t), Hour(ctx, t))
}

// Number writes n with the separators of the language: "14.856".
func Number(ctx context.Context, n int) string {
	return message.NewPrinter(language.Make(Lang(ctx))).Sprint(number.Decimal(n))
}

// Ratio writes a contrast with one decimal, cut rather than rounded so that what falls short never seems enough: "4,4".
func Ratio(ctx context.Context, ratio float64) string {
	return message.NewPrinter(language.Make(Lang(ctx))).Sprint(number.Decimal(math.Floor(ratio*10)/10, number.Scale(1)))
}

// Percent writes part of whole as a percentage with one decimal: "12,5%". A whole of 0 gives a dash.
func Percent(ctx context.Context, part, whole int) string {
	if whole == 0 {
		return "–"
	}
	p := message.NewPrinter(language.Make(Lang(ctx)))
	return p.Sprint(number.Percent(float64(part)/float64(whole), number.MaxFractionDigits(1)))
}
