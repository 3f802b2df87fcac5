// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import "strings"

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

// Empty tells whether no language has a word.
func (t Text) Empty() bool {
	for _, s := range t {
		if strings.TrimSpace(s) != "" {
			return false
		}
	}
	return true
}
