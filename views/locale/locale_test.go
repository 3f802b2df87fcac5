// SPDX-License-Identifier: AGPL-3.0-or-later

package locale_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ultimaparola/views/locale"
)

// catalogue returns all messages of a language: key → its forms ("other" where there is one form).
func catalogue(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	files, err := filepath.Glob("*." + lang + ".json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogue for %s: %v", lang, err)
	}
	messages := map[string]map[string]string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var entries map[string]json.RawMessage
		if err := json.Unmarshal(raw, &entries); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, value := range entries {
			if messages[key] != nil {
				t.Errorf("%s: %s stands in two files", file, key)
			}
			forms, one := map[string]string{}, ""
			if json.Unmarshal(value, &one) == nil {
				forms["other"] = one
			} else if err := json.Unmarshal(value, &forms); err != nil {
				t.Errorf("%s: %s: %v", file, key, err)
			}
			messages[key] = forms
		}
	}
	return messages
}

// pluralForms are those that CLDR asks of each language, in whole numbers a person counts.
var pluralForms = map[string][]string{
	"it": {"many", "one", "other"}, "en": {"one", "other"}, "zh": {"other"}, "sq": {"one", "other"}, "ro": {"few", "one", "other"},
}

func TestEveryLanguageHasEveryKeyAndPlural(t *testing.T) {
	italian := catalogue(t, "it")
	for _, lang := range locale.Languages {
		messages := catalogue(t, lang)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(italian)), slices.Sorted(maps.Keys(messages))); diff != "" {
			t.Errorf("%s has other keys than it (-it +%s):\n%s", lang, lang, diff)
		}
		checkMessages(t, lang, messages, italian)
	}
}

// checkMessages holds that each message has the plural forms of its language, words, and the values of the Italian one.
func checkMessages(t *testing.T, lang string, messages, italian map[string]map[string]string) {
	t.Helper()
	for key, forms := range messages {
		if italian[key] == nil {
			t.Errorf("%s: %s is no key of the Italian catalogue", lang, key)
			continue
		}
		// A word that is the same for any number needs one form.
		want := []string{"other"}
		if len(forms) > 1 || len(italian[key]) > 1 && strings.Contains(forms["other"], "{{.Count}}") {
			want = pluralForms[lang]
		}
		if got := slices.Sorted(maps.Keys(forms)); !slices.Equal(got, want) {
			t.Errorf("%s: %s has the forms %v, want %v", lang, key, got, want)
		}
		for form, text := range forms {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s.%s is empty", lang, key, form)
			}
		}
		if !slices.Equal(placeholders(forms), placeholders(italian[key])) {
			t.Errorf("%s: %s has the values %v, it has %v", lang, key, placeholders(forms), placeholders(italian[key]))
		}
	}
}

// citizensAreas are the catalogues of what citizens read, and one can begin a language with.
var citizensAreas = []string{"citizens", "consultations", "conversation", "emails", "errors", "failure", "floor", "layout", "meetings", "parts"}

// A language that is begun may lag behind what is added in Italian, by a tenth of an area: nobody who writes a new
// message need know Chinese.
func TestLanguagesBegunHaveTheCitizensPages(t *testing.T) {
	italian := catalogue(t, "it")
	for _, lang := range locale.Begun {
		checkMessages(t, lang, catalogue(t, lang), italian)
		for _, area := range citizensAreas {
			whole, begun := keysOf(t, area, locale.Default), keysOf(t, area, lang)
			if 10*len(begun) < 9*len(whole) {
				t.Errorf("%s says %d of the %d messages of %s", lang, len(begun), len(whole), area)
			}
		}
	}
}

// keysOf returns the messages of one file.
func keysOf(t *testing.T, area, lang string) (messages map[string]json.RawMessage) {
	t.Helper()
	raw, err := os.ReadFile(area + "." + lang + ".json")
	if err == nil {
		err = json.Unmarshal(raw, &messages)
	}
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// placeholders are the values a message uses in any form, Count apart: a singular may do without it.
func placeholders(forms map[string]string) []string {
	used := map[string]bool{}
	for _, text := range forms {
		for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
			used[match[1]] = match[1] != "Count"
		}
	}
	maps.DeleteFunc(used, func(_ string, shown bool) bool { return !shown })
	return slices.Sorted(maps.Keys(used))
}

var literalKey = regexp.MustCompile(`(?:locale\.T\((?:ctx|c\.UserContext\(\)), |locale\.In\(\w+, |models\.Wrong\("\w+", |page\(c, [\w.]+, )"([a-z][\w.-]*)"[,)]`)

func TestEveryKeyThatIsAskedForExists(t *testing.T) {
	italian := catalogue(t, "it")
	asked := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git") {
			if entry != nil && entry.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".templ") && !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, match := range literalKey.FindAllStringSubmatch(string(source), -1) {
			asked++
			if italian[match[1]] == nil {
				t.Errorf("%s asks for %q, which no catalogue has", path, match[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked < 100 {
		t.Errorf("found %d keys in the sources: the pattern no longer meets them", asked)
	}
}

func TestMessagesFollowTheLanguage(t *testing.T) {
	moment := time.Date(2017, 12, 12, 20, 0, 0, 0, time.UTC)
	for lang, want := range map[string][]string{
		"it": {"martedì 12 dicembre 2017", "ore 21:00", "12 dicembre 2017, ore 21:00", "dicembre 2017", "14.856", "12,5%", "–", "1 posto", "3 posti", "25 posti"},
		"en": {"Tuesday 12 December 2017", "at 21:00", "12 December 2017, at 21:00", "December 2017", "14,856", "12.5%", "–", "1 seat", "3 seats", "25 seats"},
		"zh": {"2017年12月12日星期二", "21:00", "2017年12月12日 21:00", "2017年12月", "14,856", "12.5%", "–", "1 个座位", "3 个座位", "25 个座位"},
		"sq": {"e martë, 12 dhjetor 2017", "ora 21:00", "12 dhjetor 2017, ora 21:00", "dhjetor 2017", "14\u00a0856", "12,5%", "–", "1 vend", "3 vende", "25 vende"},
		"ro": {"marți, 12 decembrie 2017", "ora 21:00", "12 decembrie 2017, ora 21:00", "decembrie 2017", "14.856", "12,5\u00a0%", "–", "1 loc", "3 locuri", "25 de locuri"},
	} {
		ctx := locale.With(context.Background(), lang)
		seats := func(n int) string { return locale.T(ctx, "citizens.personal.seats", "Count", n) }
		got := []string{
			locale.LongDate(ctx, moment), locale.Hour(ctx, moment), locale.DateTime(ctx, moment), locale.MonthYear(ctx, moment),
			locale.Number(ctx, 14856), locale.Percent(ctx, 1, 8), locale.Percent(ctx, 1, 0), seats(1), seats(3), seats(25),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lang, diff)
		}
	}
}

func TestWhatALanguageLacksIsSaidInItalian(t *testing.T) {
	for key, want := range map[string]string{"editing.save": locale.In("it", "editing.save"), "no.such.key": "no.such.key"} {
		if got := locale.In("zh", key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	for count, want := range map[int]string{1: "Il messaggio parte per 1 indirizzo e-mail.", 2: "Il messaggio parte per 2 indirizzi e-mail."} {
		if got := locale.In("zh", "editing.done.scritto", "Count", count); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAddressesFollowTheLanguage(t *testing.T) {
	for _, test := range []struct{ lang, path, want string }{
		{"it", "/incontri", "/incontri"}, {"en", "/incontri", "/en/incontri"}, {"en", "/", "/en"}, {"zh", "/", "/zh"},
		{"ro", "/incontri#iscrizione", "/ro/incontri#iscrizione"}, {"en", "https://example.org", "https://example.org"},
		// The staff's pages are not there in the languages that are only begun.
		{"en", "/segreteria", "/en/segreteria"}, {"zh", "/segreteria", "/segreteria"}, {"sq", "/sindaci/righe/pareri", "/sindaci/righe/pareri"},
		{"zh", "/segreteria?fatto=salvato", "/segreteria?fatto=salvato"}, {"zh", "/segreteriato", "/zh/segreteriato"},
	} {
		if got := locale.PathIn(test.lang, test.path); got != test.want {
			t.Errorf("%s in %s: %q, want %q", test.path, test.lang, got, test.want)
		}
	}
}
