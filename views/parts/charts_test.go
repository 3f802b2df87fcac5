// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"strings"
	"testing"

	"ultimaparola/models"
)

func TestOpinionBarSaysItsNumbersInWords(t *testing.T) {
	doc := render(t, "it", OpinionBar(Totals{ID: "o", Label: "Carmignano", InFavour: 3, Against: 1}))
	has(t, doc, "svg[role=img][aria-labelledby='o-title'][aria-describedby='o-desc'] > title#o-title", "desc#o-desc")
	if got := words(doc.Find("#o-desc")); got != "Favorevoli 3, contrari 1, non so 0." {
		t.Errorf("description: %q", got)
	}
	if got := words(doc.Find("figcaption")); got != "Carmignano 4 pareri" {
		t.Errorf("caption: %q", got)
	}
	if got := words(doc.Find(".legend")); got != "Favorevole 3 Contrario 1 Non so 0" {
		t.Errorf("numbers: %q", got)
	}
	has(t, doc, "rect.opinion-share[x='0.00%'][width='75.00%']", "rect.opinion-share[x='75.00%'][width='25.00%']")
	if n := doc.Find("rect.opinion-share").Length(); n != 2 {
		t.Errorf("%d shares drawn, want 2", n)
	}
}

func TestOpinionBarWithoutOpinions(t *testing.T) {
	doc := render(t, "en", OpinionBar(Totals{ID: "o", Label: "Elsewhere"}))
	lacks(t, doc, "rect.opinion-share")
	if got := words(doc.Find("figcaption")); got != "Elsewhere 0 opinions" {
		t.Errorf("caption: %q", got)
	}
}

func TestBadgesSayTheirMeaning(t *testing.T) {
	for value, want := range map[string]string{models.InFavour: "Favorevole", models.Against: "Contrario", models.Unsure: "Non so", "": ""} {
		if got := words(render(t, "it", BadgeOpinion(value)).Find("body")); got != want {
			t.Errorf("BadgeOpinion(%q) says %q, want %q", value, got, want)
		}
	}
	if got := words(render(t, "it", BadgeOfficial()).Find("body")); got != "Risposta ufficiale" {
		t.Errorf("BadgeOfficial says %q", got)
	}
}

var chart = Chart{
	ID: "c", Title: "Pareri", Desc: "Per proposta", Head: "Proposta", Columns: []string{"Uno", "Due"},
	Rows: []Row{
		{Label: "A", Cells: []Cell{{Value: 1200, Href: "/righe"}, {Value: 0}}},
		{Label: "B", Cells: []Cell{{Value: 600}, {Value: 300}}},
	},
}

func TestChartsStandBesideTheirTable(t *testing.T) {
	bars, lines := render(t, "it", BarChart(chart)), render(t, "it", LineChart(chart))
	for _, doc := range []interface{ Html() (string, error) }{bars.Find("table"), lines.Find("table")} {
		html, err := doc.Html()
		if err != nil || !strings.Contains(html, `<a href="/righe">1.200</a>`) {
			t.Errorf("the table does not lead to what it counts:\n%s", html)
		}
	}
	has(t, bars, "svg.chart[role=img] > title#c-title", "desc#c-desc", ".chart-table[role=region][tabindex='0'][aria-labelledby='c-caption']",
		"th[scope=row]", "rect[width='88.00%'][fill='url(#c-pattern-1)']", "rect[width='22.00%'][fill='url(#c-pattern-2)']")
	has(t, lines, "svg.chart > line[stroke-dasharray='none']", "svg.chart > line[stroke-dasharray='7 4']")
}

func TestChartsOfNothing(t *testing.T) {
	empty := Chart{ID: "c", Columns: []string{"Uno"}, Rows: []Row{{Label: "A", Cells: []Cell{{}}}}}
	has(t, render(t, "it", BarChart(empty)), "rect[width='0.00%']")
	has(t, render(t, "it", LineChart(empty)), "circle")
	empty.Rows = nil
	render(t, "it", BarChart(empty))
	render(t, "it", LineChart(empty))
}

func TestCeilingIsRoundAndAboveAll(t *testing.T) {
	for highest, want := range map[int]int{0: 4, 4: 4, 5: 10, 11: 20, 21: 40, 41: 100, 1200: 2000, 2001: 4000} {
		c := Chart{Rows: []Row{{Cells: []Cell{{Value: highest}}}}}
		if got := c.ceiling(); got != want {
			t.Errorf("ceiling over %d = %d, want %d", highest, got, want)
		}
	}
}
