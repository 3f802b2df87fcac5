// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ultimaparola/app/jobs"
	"ultimaparola/views/parts"
)

// officesBooks are the handbooks for people who are no technicians.
var officesBooks = []string{"README.md", "segreteria.md", "ufficio-del-sindaco.md"}

var (
	controlRE = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	quotedRE  = regexp.MustCompile(`«([^»]+)»`)
	addressRE = regexp.MustCompile("`(/[^`]*)`")
	pictureRE = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	itemRE    = regexp.MustCompile(`(?m)^(?:- |\d+\. )`)
	linkedRE  = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`)
	headingRE = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// italian returns what the pages say in Italian: every message, in every form.
func italian(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../views/locale/*.it.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("the catalogues are %v (%v)", files, err)
	}
	var said []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(content, &messages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, message := range messages {
			switch m := message.(type) {
			case string:
				said = append(said, m)
			case map[string]any:
				for _, form := range m {
					said = append(said, form.(string))
				}
			}
		}
	}
	return said
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// What a handbook tells an office to press is what the page says, word by word: bold words are whole messages of the
// catalogue, and those in «» are in one.
func TestTheOfficesHandbooksSayWhatThePagesSay(t *testing.T) {
	said := italian(t)
	books := handbooks(t)
	controls := 0
	for _, book := range officesBooks {
		for _, control := range controlRE.FindAllStringSubmatch(books[book], -1) {
			controls++
			if !slices.Contains(said, oneLine(control[1])) {
				t.Errorf("%s: no page says %q", book, oneLine(control[1]))
			}
		}
		for _, words := range quotedRE.FindAllStringSubmatch(controlRE.ReplaceAllString(books[book], ""), -1) {
			if !slices.ContainsFunc(said, func(message string) bool { return strings.Contains(message, oneLine(words[1])) }) {
				t.Errorf("%s: no page says «%s»", book, oneLine(words[1]))
			}
		}
	}
	if controls < 80 {
		t.Errorf("only %d controls are found", controls)
	}
}

func TestTheOfficesHandbooksLeadToWhatThereIs(t *testing.T) {
	v := newVisitor(t)
	there := map[string]bool{}
	for _, r := range routes(v.deps, jobs.New(v.deps, v.mailer)) {
		there[r.path] = true
	}
	books := handbooks(t)
	for _, book := range officesBooks {
		for _, address := range addressRE.FindAllStringSubmatch(books[book], -1) {
			if !there[address[1]] {
				t.Errorf("%s: there is no page %s", book, address[1])
			}
		}
		for _, link := range linkedRE.FindAllStringSubmatch(books[book], -1) {
			target := link[1]
			if target == "" {
				target = book
			}
			if _, err := os.Stat(filepath.Join("../docs", target)); err != nil {
				t.Errorf("%s: %v", book, err)
			}
			if link[2] != "" && !slices.Contains(anchors(books[target]), link[2]) {
				t.Errorf("%s: %s has no heading #%s", book, target, link[2])
			}
		}
	}
	for book := range books {
		if book != "README.md" && !strings.Contains(books["README.md"], "("+book+")") {
			t.Errorf("the index does not name %s", book)
		}
	}
}

// anchors are the names by which a repository's page leads to its headings.
func anchors(book string) (names []string) {
	for _, heading := range headingRE.FindAllStringSubmatch(book, -1) {
		name := strings.NewReplacer(" ", "-", "'", "", ",", "", ":", "").Replace(strings.ToLower(heading[1]))
		names = append(names, name)
	}
	return names
}

// What asks offices to write plainly is itself as plain: each chapter, so that an easy one does not make up for a hard
// one, and no sentence is long.
func TestTheOfficesHandbooksAreEasyToRead(t *testing.T) {
	books := handbooks(t)
	for _, book := range officesBooks {
		for chapter := range strings.SplitSeq("\n"+books[book], "\n#") {
			title, text, _ := strings.Cut(chapter, "\n")
			text = pictureRE.ReplaceAllString(text, "")
			text = itemRE.ReplaceAllString(text, "\n\n")
			var paragraphs []string
			for paragraph := range strings.SplitSeq(text, "\n\n") {
				paragraphs = append(paragraphs, oneLine(paragraph)) // Read takes the end of a line for one of a sentence
			}
			read, ok := parts.Read(strings.Join(paragraphs, "\n\n"))
			if ok && !read.Easy() {
				t.Errorf("%s, %q: %d", book, title, read.Gulpease)
			}
			for _, long := range read.Long {
				t.Errorf("%s, %q, a long sentence: %s", book, title, long)
			}
		}
	}
}
