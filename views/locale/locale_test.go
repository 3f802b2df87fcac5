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

// pluralForms are those that CLDR asks of each language.
var pluralForms = map[string][]string{"it": {"many", "one", "other"}, "en": {"one", "other"}}

func TestEveryLanguageHasEveryKeyAndPlural(t *testing.T) {
	italian := catalogue(t, "it")
	for _, lang := range locale.Languages {
		messages := catalogue(t, lang)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(italian)), slices.Sorted(maps.Keys(messages))); diff != "" {
			t.Errorf("%s has other keys than it (-it +%s):\n%s", lang, lang, diff)
		}
		for key, forms := range messages {
			if got := slices.Sorted(maps.Keys(forms)); len(forms) > 1 && !slices.Equal(got, pluralForms[lang]) {
				t.Errorf("%s: %s has the forms %v, want %v", lang, key, got, pluralForms[lang])
			}
			for form, text := range forms {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s.%s is empty", lang, key, form)
				}
			}
			if italian[key] != nil && !slices.Equal(placeholders(forms), placeholders(italian[key])) {
				t.Errorf("%s: %s has the values %v, it has %v", lang, key, placeholders(forms), placeholders(italian[key]))
			}
		}
	}
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

func TestMessagesAndAddressesFollowTheLanguage(t *testing.T) {
	italian, english := context.Background(), locale.With(context.Background(), "en")
	moment := time.Date(2017, 12, 12, 20, 0, 0, 0, time.UTC)
	got := []string{
		locale.Path(italian, "/incontri"), locale.Path(english, "/incontri"), locale.Path(english, "/"),
		locale.LongDate(italian, moment), locale.LongDate(english, moment),
		locale.Hour(italian, moment), locale.Hour(english, moment),
		locale.Number(italian, 14856), locale.Number(english, 14856),
		locale.Percent(italian, 1, 8), locale.Percent(italian, 1, 0),
		locale.T(italian, "citizens.personal.seats", "Count", 1), locale.T(english, "citizens.personal.seats", "Count", 3),
		locale.T(italian, "no.such.key"),
	}
	want := []string{
		"/incontri", "/en/incontri", "/en",
		"martedì 12 dicembre 2017", "Tuesday 12 December 2017",
		"ore 21:00", "at 21:00",
		"14.856", "14,856",
		"12,5%", "–",
		"1 posto", "3 seats",
		"no.such.key",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
