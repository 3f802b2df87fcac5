// SPDX-License-Identifier: AGPL-3.0-or-later

package crest

import (
	"regexp"
	"slices"
	"strings"
)

// rule is what a style sheet says of the elements of one class. Drawing programs write such sheets, so each rule is
// carried over to the elements that it is about, and the sheet goes.
type rule struct{ class, declarations string }

var (
	comment   = regexp.MustCompile(`(?s)/\*.*?\*/`)
	aRule     = regexp.MustCompile(`^\s*([^{}]*)\{([^{}]*)\}`)
	aSelector = regexp.MustCompile(`^\.([A-Za-z_][\w-]*)$`)
)

// mostRules is how many a drawing may have: each is looked at for each element.
const mostRules = 500

// rulesOf reads a style sheet of rules for classes; ErrStyled when it has any other.
func rulesOf(sheet string) (rules []rule, err error) {
	sheet = comment.ReplaceAllString(sheet, "")
	for strings.TrimSpace(sheet) != "" {
		m := aRule.FindStringSubmatch(sheet)
		if m == nil {
			return nil, ErrStyled
		}
		for selector := range strings.SplitSeq(m[1], ",") {
			class := aSelector.FindStringSubmatch(strings.TrimSpace(selector))
			if class == nil {
				return nil, ErrStyled
			}
			rules = append(rules, rule{class[1], m[2]})
		}
		if len(rules) > mostRules {
			return nil, ErrComplex
		}
		sheet = sheet[len(m[0]):]
	}
	return rules, nil
}

// dress writes the rules of an element's classes, then its own style, into its attributes, and into those within it.
func dress(e *element, rules []rule) {
	for _, r := range rules {
		if slices.Contains(e.classes, r.class) {
			e.declare(r.declarations)
		}
	}
	e.declare(e.style)
	for _, c := range e.children {
		dress(c, rules)
	}
}

// declare keeps the properties of a style that are known to draw only.
func (e *element) declare(style string) {
	for declaration := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(declaration, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if properties[name] == nil {
			continue
		}
		value, _, _ = strings.Cut(value, "!important")
		if value, good := attribute(name, value); good {
			e.attributes[name] = value
		}
	}
}
