// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"regexp"
	"strings"
	"unicode"
)

// EasyToRead is the Gulpease index that the guidelines of the public administration ask of texts for citizens: people
// with a middle-school certificate read them with ease.
const EasyToRead = 60

// longSentence is how many words a sentence may have before it is better parted.
const longSentence = 25

// Readability is how hard an Italian text is to read.
type Readability struct {
	// Gulpease is the index from 0 (hard) to 100 (easy): 89 + (300 × sentences − 10 × letters) / words (GULP, 1988).
	Gulpease int
	// Long are the sentences of more than 25 words, as they stand in the text.
	Long []string
}

// Easy tells whether the text is as easy as one for citizens should be.
func (r Readability) Easy() bool { return r.Gulpease >= EasyToRead }

var markup = regexp.MustCompile(`\]\([^)]*\)|[*_\[\]«»#>` + "`" + `]`)

// Read returns how hard a Markdown text in Italian is to read; ok is false for a text without words. Headings are left
// out, as they are no sentences; a list item is one.
func Read(markdown string) (r Readability, ok bool) {
	var sentences, letters, words int
	for block := range strings.SplitSeq(markdown, "\n") {
		if strings.HasPrefix(block, "#") || strings.TrimSpace(block) == "" {
			continue
		}
		var sentence []string
		long := 0
		end := func() {
			if long == 0 {
				return
			}
			sentences++
			if long > longSentence {
				r.Long = append(r.Long, strings.Join(sentence, " "))
			}
			sentence, long = nil, 0
		}
		for _, field := range strings.Fields(strings.TrimPrefix(markup.ReplaceAllString(block, ""), "- ")) {
			sentence = append(sentence, field)
			for part := range strings.SplitSeq(strings.ReplaceAll(field, "’", "'"), "'") {
				if n := lettersIn(part); n > 0 {
					words, letters, long = words+1, letters+n, long+1
				}
			}
			if strings.ContainsAny(field[len(field)-1:], ".!?") {
				end()
			}
		}
		end()
	}
	if words == 0 {
		return r, false
	}
	index := 89 + float64(300*sentences-10*letters)/float64(words)
	r.Gulpease = int(min(100, max(0, index)))
	return r, true
}

func lettersIn(word string) (n int) {
	for _, r := range word {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
