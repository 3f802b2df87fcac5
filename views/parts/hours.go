// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"context"
	"slices"
	"strings"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// HoursLine is one line of an office's hours: on which days, from when to when.
type HoursLine struct{ Days, Hours string }

// week is the week as Italy counts it.
var week = [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// HoursLines writes the hours of an office, days with the same hours together: "lunedì–venerdì", "8:30–13:00". Days on
// which it is closed are left out.
func HoursLines(ctx context.Context, h models.OfficeHours) []HoursLine {
	var lines []HoursLine
	var told []string
	for _, day := range week {
		hours := h.Day(day)
		if hours == "" || slices.Contains(told, hours) {
			continue
		}
		told = append(told, hours)
		lines = append(lines, HoursLine{days(ctx, h, hours), strings.ReplaceAll(hours, "-", "–")})
	}
	return lines
}

// days names those with these hours: three or more in a row by the first and the last of them.
func days(ctx context.Context, h models.OfficeHours, hours string) string {
	var names []string
	for i := 0; i < len(week); i++ {
		run := 0
		for i+run < len(week) && h.Day(week[i+run]) == hours {
			run++
		}
		switch {
		case run >= 3:
			names = append(names, locale.Weekday(ctx, week[i])+"–"+locale.Weekday(ctx, week[i+run-1]))
			i += run - 1
		case run > 0:
			names = append(names, locale.Weekday(ctx, week[i]))
		}
	}
	return strings.Join(names, ", ")
}
