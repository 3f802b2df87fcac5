// SPDX-License-Identifier: AGPL-3.0-or-later

// Package seed fills an empty database: with the true case, the consultation
// of Carmignano and Poggio a Caiano (Case), and with invented people to look
// at it by (Demo), whom Empty takes away again. It also has the texts that a
// consultation of anybody begins with (Phases, Page).
package seed

import (
	"embed"
	"fmt"
	"strings"

	"ultimaparola/models"
)

//go:embed case/*.md neutral/*.md
var files embed.FS

// languages in which every text is written; Italian is the language of record.
var languages = []string{"it", "en"}

// document is one text of the case in all its languages: the first line
// ("# …") is its title, what follows up to the first "## …" its lead.
type document struct {
	Title, Lead models.Text
	Sections    []section
}

// section is one "## …" part of a document.
type section struct {
	Heading, Body models.Text
}

// read returns the document of the case of that name.
func read(name string) (*document, error) { return readFrom("case", name) }

// readFrom returns a folder's document of that name. The files are part of the
// program: one that is missing, or whose languages differ in their sections, is
// a mistake in the build, and the error says which.
func readFrom(folder, name string) (*document, error) {
	d := &document{Title: models.Text{}, Lead: models.Text{}}
	for _, lang := range languages {
		raw, err := files.ReadFile(fmt.Sprintf("%s/%s.%s.md", folder, name, lang))
		if err != nil {
			return nil, fmt.Errorf("seed text: %w", err)
		}
		head, parts := split(string(raw))
		title, lead, _ := strings.Cut(head, "\n")
		d.Title[lang], d.Lead[lang] = strings.TrimPrefix(title, "# "), strings.TrimSpace(lead)
		if d.Sections == nil {
			d.Sections = make([]section, len(parts))
		}
		if len(d.Sections) != len(parts) {
			return nil, fmt.Errorf("seed text %s: %d sections in %s, %d in %s", name, len(parts), lang, len(d.Sections), languages[0])
		}
		for i, part := range parts {
			d.Sections[i].add(lang, part)
		}
	}
	return d, nil
}

// split parts a Markdown text at its "## " headings, which open each part.
func split(markdown string) (head string, parts []string) {
	all := strings.Split(markdown, "\n## ")
	return all[0], all[1:]
}

func (s *section) add(lang, part string) {
	if s.Heading == nil {
		s.Heading, s.Body = models.Text{}, models.Text{}
	}
	heading, body, _ := strings.Cut(part, "\n")
	s.Heading[lang], s.Body[lang] = heading, strings.TrimSpace(body)
}

// join puts the lead and sections together again, as one Markdown text a
// language.
func join(lead models.Text, sections []section) models.Text {
	whole := models.Text{}
	for _, lang := range languages {
		var parts []string
		if lead[lang] != "" {
			parts = append(parts, lead[lang])
		}
		for _, s := range sections {
			parts = append(parts, "## "+s.Heading[lang]+"\n\n"+s.Body[lang])
		}
		whole[lang] = strings.Join(parts, "\n\n") + "\n"
	}
	return whole
}
