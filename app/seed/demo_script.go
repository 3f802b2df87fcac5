// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"ultimaparola/models"
)

//go:embed demo/comments.txt
var script string

// line is one invented comment, reply or official answer of the script, whose
// own head says how it is written.
type line struct {
	guideline string
	opinion   string // "" for an office, and where the author speaks again
	town      string // slug, or elsewhere
	language  string
	body      string
	state     string
	reason    string // why it is hidden
	official  bool
	again     bool // by the author of the comment that opened the conversation
	parent    int  // index of the line answered, or -1
	root      int  // index of the line that opened the conversation, or -1
}

const elsewhere = "altrove"

var (
	scriptOpinions = map[string]string{"+": models.InFavour, "-": models.Against, "?": models.Unsure}
	scriptTowns    = map[string]string{"c": "carmignano", "p": "poggio-a-caiano", "a": elsewhere}
)

// readScript returns the script's lines in order; an answer comes after what
// it answers.
func readScript() ([]line, error) {
	var lines []line
	root := -1
	for i, raw := range strings.Split(script, "\n") {
		if raw == "" || raw[0] == '#' {
			continue
		}
		mark, rest, _ := strings.Cut(raw, " ")
		var err error
		if mark == "!" {
			err = lines[len(lines)-1].turn(rest)
		} else {
			l := line{parent: root, root: root, state: models.Published}
			switch mark {
			case "=":
				l.official = true
				err = l.parse("@|" + rest)
			case ">>":
				l.parent = len(lines) - 1
				fallthrough
			case ">":
				err = l.parse(rest)
			default:
				l.guideline, l.parent, l.root = mark, -1, -1
				root = len(lines)
				err = l.parse(strings.TrimPrefix(rest, "| "))
			}
			if l.root >= 0 {
				l.guideline = lines[l.root].guideline
			}
			lines = append(lines, l)
		}
		if err != nil {
			return nil, fmt.Errorf("demonstration script, line %d: %w", i+1, err)
		}
	}
	return lines, nil
}

// parse reads "parere | town | text".
func (l *line) parse(s string) error {
	fields := strings.SplitN(s, "|", 3)
	if len(fields) != 3 {
		return fmt.Errorf("wants parere | town | text, has %q", s)
	}
	opinion, town := strings.TrimSpace(fields[0]), strings.TrimSpace(fields[1])
	l.body, l.language = strings.TrimSpace(fields[2]), "it"
	l.again = opinion == "@" && !l.official
	if town != "" && unicode.IsUpper(rune(town[0])) {
		l.language = "en"
	}
	var known bool
	if l.town, known = scriptTowns[strings.ToLower(town)]; !known {
		return fmt.Errorf("no town %q", town)
	}
	if l.opinion, known = scriptOpinions[opinion]; !known && opinion != "@" {
		return fmt.Errorf("no parere %q", opinion)
	}
	return nil
}

// turn reads "private", "withdrawn", or "hidden | reason".
func (l *line) turn(s string) error {
	state, reason, _ := strings.Cut(s, "|")
	l.state, l.reason = strings.TrimSpace(state), strings.TrimSpace(reason)
	switch l.state {
	case models.Private, models.Withdrawn:
		return nil
	case models.Hidden:
		if l.reason != "" {
			return nil
		}
	}
	return fmt.Errorf("no state %q", s)
}
