// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"io/fs"
	"strings"
	"testing"

	"ultimaparola/views/parts"
)

func TestCitizenTextsArePlainItalian(t *testing.T) {
	names, err := fs.Glob(files, "*/*.it.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("texts: %v, %v", names, err)
	}
	for _, path := range names {
		raw, err := files.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := parts.Read(string(raw)); !ok || !got.Easy() {
			t.Errorf("%s: Gulpease %d, want at least %d", path, got.Gulpease, parts.EasyToRead)
		}
	}
}

func TestEveryTextHasBothLanguages(t *testing.T) {
	names, err := fs.Glob(files, "*/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range names {
		folder, file, _ := strings.Cut(path, "/")
		name, _, _ := strings.Cut(file, ".")
		d, err := readFrom(folder, name)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for _, lang := range languages {
			if d.Title[lang] == "" || len(d.Lead[lang])+len(d.Sections) == 0 {
				t.Errorf("%s: no title or no text in %s", name, lang)
			}
			for i, s := range d.Sections {
				if s.Heading[lang] == "" || s.Body[lang] == "" {
					t.Errorf("%s: section %d has no heading or no text in %s", name, i+1, lang)
				}
			}
		}
	}
}

func TestGuidelinesOpenWithFiveShortLines(t *testing.T) {
	for _, name := range []string{"anagrafe", "informatica", "polizia-municipale"} {
		d, err := read(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Sections) != 7 {
			t.Fatalf("%s: %d sections, want In breve and six more", name, len(d.Sections))
		}
		for lang, heading := range map[string]string{"it": "In breve", "en": "In brief"} {
			if d.Sections[0].Heading[lang] != heading {
				t.Errorf("%s.%s opens with %q, want %q", name, lang, d.Sections[0].Heading[lang], heading)
			}
			lines := strings.Split(d.Sections[0].Body[lang], "\n")
			if len(lines) != 5 {
				t.Errorf("%s.%s: %d lines in brief, want 5", name, lang, len(lines))
			}
			for _, line := range lines {
				if n := len([]rune(line)); n > 75 || !strings.HasPrefix(line, "- ") {
					t.Errorf("%s.%s: not a short line (%d characters): %s", name, lang, n, line)
				}
			}
		}
	}
}

// What is not known is said to be open, and each page says when its facts date from.
func TestGuidelinesSayWhatIsOpen(t *testing.T) {
	for _, name := range []string{"anagrafe", "informatica", "polizia-municipale"} {
		d, err := read(name)
		if err != nil {
			t.Fatal(err)
		}
		body := join(d.Lead, d.Sections)
		for lang, words := range map[string][]string{
			"it": {"Da nominare", "Da confermare", "2017"},
			"en": {"To be named", "To be confirmed", "2017"},
		} {
			for _, word := range words {
				if !strings.Contains(body[lang], word) {
					t.Errorf("%s.%s does not say %q", name, lang, word)
				}
			}
		}
	}
}

// The mayors' names belong to the dated chronology of acts alone.
func TestTextsNameNoMayor(t *testing.T) {
	names, _ := fs.Glob(files, "*/*.md")
	for _, path := range names {
		if strings.HasPrefix(path, "case/atti.") {
			continue
		}
		raw, err := files.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Prestanti", "Martini"} {
			if strings.Contains(string(raw), name) {
				t.Errorf("%s names %s", path, name)
			}
		}
	}
}
