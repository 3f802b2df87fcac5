// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import "strconv"

// Chart is what a BarChart or a LineChart draws: Rows across, one value for each
// of Columns. Two municipalities are two columns and stay apart. ID is unique on
// the page; Title and Desc say what is seen, Head what the rows are.
type Chart struct {
	ID, Title, Desc, Head string
	Columns               []string
	Rows                  []Row
}

// Row is one line of the table, with a cell for each column.
type Row struct {
	Label string
	Cells []Cell
}

// Cell is a number, and the address of what it counts, or "". Note stands after it in brackets: a share, a unit. Words
// stand in the number's place where it is not known, or not told.
type Cell struct {
	Value int
	Words string
	Href  string
	Note  string
}

func (c Chart) highest() int {
	top := 0
	for _, row := range c.Rows {
		for _, cell := range row.Cells {
			top = max(top, cell.Value)
		}
	}
	return top
}

// The bars lie across, with their names above them: on a narrow screen both keep
// their size, and only the bars get shorter.
const (
	barHeight, barGap  = 20, 4
	labelHeight        = 24
	groupGap           = 16
	barShare           = 88.0 // of the width, the rest is for the number
	plotTop, plotSpace = 24, 200
	plotHeight         = plotTop + plotSpace + 28
)

func (c Chart) groupHeight() int { return labelHeight + len(c.Columns)*(barHeight+barGap) + groupGap }

func (c Chart) barLength(v int) float64 {
	if v == 0 {
		return 0
	}
	return barShare * float64(v) / float64(c.highest())
}

// ceiling is the round number at the top of the line chart: 4, 10, 20, 40, 100…
func (c Chart) ceiling() int {
	for step := 1; ; step *= 10 {
		for _, n := range []int{4, 10, 20} {
			if c.highest() <= n*step {
				return n * step
			}
		}
	}
}

// pointX leaves room at the left for the numbers of the scale.
func (c Chart) pointX(row int) float64 {
	if len(c.Rows) < 2 {
		return 50
	}
	return 10 + 89*float64(row)/float64(len(c.Rows)-1)
}

func (c Chart) pointY(v int) float64 {
	return plotTop + plotSpace*(1-float64(v)/float64(c.ceiling()))
}

// marked tells whether the points have room enough to be drawn one by one.
func (c Chart) marked() bool { return len(c.Rows) <= 31 }

// dash tells the lines apart without colour.
func dash(column int) string { return []string{"none", "7 4", "2 4", "12 3 2 3"}[column%len(ink)] }

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
