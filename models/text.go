// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"maps"
	"strings"
)

// Text is one content in several languages, by language code ("it", "en"). Italian is the language of record: every
// Text has it.
type Text map[string]string

// In returns the text in lang, or in Italian where lang is missing, and the language it is in.
func (t Text) In(lang string) (text, language string) {
	if s := strings.TrimSpace(t[lang]); s != "" {
		return s, lang
	}
	return t["it"], "it"
}

// with returns the text with other words in Italian and English. An empty translation is none; those in other languages
// stay, though what they translate may have changed.
func (t Text) with(it, en string) Text {
	return t.translated("it", it).translated("en", en)
}

// translated returns the text with other words in one language; empty: without that language.
func (t Text) translated(lang, words string) Text {
	next := maps.Clone(t)
	if next == nil {
		next = Text{}
	}
	if next[lang] = words; words == "" && lang != "it" {
		delete(next, lang)
	}
	return next
}

// Empty tells whether no language has a word.
func (t Text) Empty() bool {
	for _, s := range t {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}
