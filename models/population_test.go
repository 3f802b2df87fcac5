// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"ultimaparola/models"
)

// inAges are age bands as they are read: "0-4:12 5+:3".
func inAges(bands []models.AgeBand) string {
	words := make([]string, len(bands))
	for i, b := range bands {
		words[i] = fmt.Sprintf("%s:%d", b, b.People)
	}
	return strings.Join(words, " ")
}

func TestPopulationByAgeIsReadAsItIsWritten(t *testing.T) {
	for name, c := range map[string]struct{ table, want string }{
		"two columns":     {"età;persone\n0;10\n1;12\n2+;1.300\n", "0:10 1:12 2+:1300"},
		"with commas":     {"eta,persone\r\n0-4,10\r\n5 - 9,12\r\n10 e più,7\r\n", "0-4:10 5-9:12 10+:7"},
		"with tabs":       {"Persone\tEtà\n10\t0-99\n3\t100\n\n", "0-99:10 100+:3"},
		"in capitals":     {"\"ETA'\";\"PERSONE\"\n\"0 anni\";\"1\"\n\"1 anno\";\"2\"\n\"2 anni e più\";\"3\"\n", "0:1 1:2 2+:3"},
		"marked as UTF-8": {"\ufeffetà;persone\n0+;5\n", "0+:5"},
		"of Windows":      {"et\xe0;persone\n0-17;5\n18 e pi\xf9;6\n", "0-17:5 18+:6"},
		"of ISTAT": {"Popolazione residente al 1° gennaio 2024 per età\n\"Codice comune\";\"Comune\";\"Età\";\"Totale maschi\";\"Totale femmine\";\"Totale\"\n" +
			"\"001002\";\"Altro\";\"0\";\"50\";\"50\";\"100\"\n\"001001\";\"Nostro\";\"0\";\"5\";\"6\";\"11\"\n\"001001\";\"Nostro\";\"1\";\"7\";\"8\";\"15\"\n" +
			"\"001001\";\"Nostro\";\"999\";\"12\";\"14\";\"26\"\nFonte: ISTAT\n", "0:11 1:15"},
		"of ISTAT, by sex": {"Codice comune;Età;Totale maschi;Totale femmine\n1001;0;5;6\n1001;1;7;8\n", "0:11 1:15"},
	} {
		bands, bad := models.ReadAges(models.AgesText([]byte(c.table)), "001001")
		if bad != nil || inAges(bands) != c.want {
			t.Errorf("%s: %s %v, want %s", name, inAges(bands), bad, c.want)
		}
	}
}

func TestEveryBadLineOfATableIsNamed(t *testing.T) {
	line := func(n int, key, param string) models.BadLine { return models.BadLine{Line: n, Key: key, Param: param} }
	for name, c := range map[string]struct {
		table string
		want  []models.BadLine
	}{
		"nothing":             {"", []models.BadLine{line(0, "errors.ages_header", "")}},
		"no headings":         {"0;1\n1;2\n", []models.BadLine{line(0, "errors.ages_header", "")}},
		"headings alone":      {"età;persone\n", []models.BadLine{line(0, "errors.ages_none", "")}},
		"several":             {"età;persone\n0;dieci\nuno;5\n2;\n200;4\n9-3;4\n", []models.BadLine{line(2, "errors.ages_people", "dieci"), line(3, "errors.ages_age", "uno"), line(4, "errors.ages_people", ""), line(5, "errors.ages_age", "200"), line(6, "errors.ages_age", "9-3"), line(0, "", "")}[:5]},
		"an age twice":        {"età;persone\n0;1\n1;2\n1;3\n", []models.BadLine{line(4, "errors.ages_again", "1")}},
		"overlapping":         {"età;persone\n0-9;1\n5-14;2\n", []models.BadLine{line(3, "errors.ages_again", "5")}},
		"after and over":      {"età;persone\n0+;1\n5;2\n", []models.BadLine{line(3, "errors.ages_again", "5")}},
		"missing":             {"età;persone\n0;1\n2;2\n", []models.BadLine{line(3, "errors.ages_missing", "1")}},
		"not from 0":          {"età;persone\n1;1\n", []models.BadLine{line(2, "errors.ages_missing", "0")}},
		"a wrong total":       {"età;persone\n0;1\n1;2\nTotale;4\n", []models.BadLine{line(4, "errors.ages_total", "3")}},
		"another's":           {"Codice comune;Età;Totale\n002002;0;5\n", []models.BadLine{line(0, "errors.ages_elsewhere", "001001")}},
		"negative":            {"età;persone\n0;-5\n", []models.BadLine{line(2, "errors.ages_people", "-5")}},
		"more than there are": {"età;persone\n0;99999999999\n", []models.BadLine{line(2, "errors.ages_people", "99999999999")}},
	} {
		bands, bad := models.ReadAges(c.table, "001001")
		if difference := cmp.Diff(c.want, bad); difference != "" || bands != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, bands, difference)
		}
	}
	if _, bad := models.ReadAges("età;persone\n"+strings.Repeat("x;y\n", 5000), ""); len(bad) != 20 {
		t.Errorf("%d bad lines are told", len(bad))
	}
}

func TestAYearHasOnePopulation(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	m := o.town("Alta", "001001", "Z001")
	known := func() string {
		t.Helper()
		populations, err := models.PopulationsOf(t.Context(), o.db, m.ID)
		o.must(err)
		words := make([]string, len(populations))
		for i, p := range populations {
			words[i] = fmt.Sprintf("%d: %d (%s) %s", p.Year, p.People, p.Source, inAges(p.Ages))
		}
		return strings.Join(words, "; ")
	}
	save := func(year int, people string) error {
		return models.SavePopulation(t.Context(), o.db, o.now, o.staff, m.ID, models.PopulationForm{Year: year, People: people, Source: "ISTAT"})
	}
	o.must(save(2020, "14.856"))
	o.must(save(2018, "14000"))
	o.must(save(2018, "14001"))
	if got := known(); got != "2020: 14856 (ISTAT) ; 2018: 14001 (ISTAT) " {
		t.Errorf("known: %s", got)
	}
	bands, _ := models.ReadAges("età;persone\n0-17;20\n18-64;50\n65+;30\n", "")
	o.must(models.SaveAges(t.Context(), o.db, o.now, o.staff, m.ID, models.AgesForm{Year: 2020, Source: "ISTAT, demo", Ages: "x"}, bands))
	if got := known(); got != "2020: 100 (ISTAT, demo) 0-17:20 18-64:50 65+:30; 2018: 14001 (ISTAT) " {
		t.Errorf("known: %s", got)
	}
	many, _ := models.ReadAges("età;persone\n0-17;999999999\n18+;1\n", "")
	var wrong models.FieldErrors
	if err := models.SaveAges(t.Context(), o.db, o.now, o.staff, m.ID, models.AgesForm{Year: 2020, Source: "x", Ages: "x"}, many); !errors.As(err, &wrong) || wrong[0].Field != "ages" {
		t.Errorf("more people than can be: %v", err)
	}
	latest, err := models.LatestPopulations(t.Context(), o.db, o.staff.OrganisationID)
	if p := latest[m.ID]; err != nil || p.Year != 2020 || len(p.Ages) != 3 {
		t.Errorf("the latest: %+v (%v)", p, err)
	}
	for field, err := range map[string]error{"year": save(2020, "5"), "people": save(2019, "molti")} {
		var wrong models.FieldErrors
		if !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := save(2027, "5"); !errors.As(err, &wrong) || wrong[0].Key != "errors.year_future" {
		t.Errorf("a year to come: %v", err)
	}
	if err := models.SavePopulation(t.Context(), o.db, o.now, o.staff, uuid.New(), models.PopulationForm{Year: 2020, People: "1", Source: "x"}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a municipality that is not there: %v", err)
	}
	o.must(models.RemovePopulation(t.Context(), o.db, o.now, o.staff, m.ID, 2020))
	o.must(models.RemovePopulation(t.Context(), o.db, o.now, o.staff, m.ID, 2020))
	if got := known(); got != "2018: 14001 (ISTAT) " {
		t.Errorf("known: %s", got)
	}
	entries, err := models.AuditOf(t.Context(), o.db, models.AuditAsked{OrganisationID: o.staff.OrganisationID, Limit: 10})
	if err != nil || len(entries) != 6 || !slices.Equal(entries[0].Fields, []string{"population"}) || !strings.Contains(string(entries[0].Texts.Before), "2020: 100 (3), ISTAT, demo") {
		t.Errorf("audited %d (%v)", len(entries), err)
	}
}
