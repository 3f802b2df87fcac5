// SPDX-License-Identifier: AGPL-3.0-or-later

// Package seed fills an empty database: with the true case, the consultation
// of Carmignano and Poggio a Caiano (Case), and with invented people to look
// at it by (Demo), whom Empty takes away again.
package seed

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed case/*.md
var files embed.FS

// text is one citizen text in one language: its title (the first line, "# …")
// and its Markdown body.
type text struct {
	Title, Body string
}

// section is one "## …" part of a text.
type section struct {
	Heading, Body string
}

// readText returns the embedded text of that name and language ("it", "en").
// The files are part of the program, so one that is missing or has no title
// is a mistake in the build: the error says which.
func readText(name, lang string) (text, error) {
	path := fmt.Sprintf("case/%s.%s.md", name, lang)
	raw, err := files.ReadFile(path)
	if err != nil {
		return text{}, fmt.Errorf("seed text: %w", err)
	}
	first, body, _ := strings.Cut(string(raw), "\n")
	title, ok := strings.CutPrefix(first, "# ")
	if !ok {
		return text{}, fmt.Errorf("seed text %s: the first line is no title", path)
	}
	return text{Title: title, Body: strings.TrimSpace(body) + "\n"}, nil
}

// sections splits a body at its "## " headings; what stands before the first
// one is left out.
func sections(body string) []section {
	var out []section
	parts := strings.Split("\n"+body, "\n## ")
	for _, part := range parts[1:] {
		heading, rest, _ := strings.Cut(part, "\n")
		out = append(out, section{Heading: heading, Body: strings.TrimSpace(rest)})
	}
	return out
}
