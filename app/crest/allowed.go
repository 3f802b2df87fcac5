// SPDX-License-Identifier: AGPL-3.0-or-later

package crest

import (
	"regexp"
	"strings"
)

func set(words string) map[string]bool {
	kept := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		kept[word] = true
	}
	return kept
}

// What an SVG may hold: the elements that draw, those that hold others, and nothing that runs, links, animates, filters
// or fetches.
var (
	drawing = set("path rect circle ellipse line polyline polygon text use")
	kept    = set(`svg g defs symbol path rect circle ellipse line polyline polygon text tspan use
		linearGradient radialGradient stop clipPath mask`)
	writing = set("text tspan")
)

// Shapes of values. Each says all that a value may be, so that nothing in it can be read as an address, a rule or markup.
const (
	number = `[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?`
	length = number + `(?:px|pt|pc|mm|cm|in|em|ex|%)?`
	name   = `[A-Za-z_][\w.-]{0,99}`
	local  = `url\(\s*["']?#(` + name + `)["']?\s*\)`
	colour = `[a-zA-Z]{3,25}|#[0-9a-fA-F]{3,8}|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)`
)

var (
	aNumber     = whole(length)
	aList       = whole(`none|` + length + `(?:[\s,]+` + length + `)*`)
	aBox        = whole(number + `(?:[\s,]+` + number + `){3}`)
	aPath       = whole(`[\sMmZzLlHhVvCcSsQqTtAaEe\d.,+-]*`)
	aTransform  = whole(`(?:\s*,?\s*(?:matrix|translate|scale|rotate|skewX|skewY)\s*\(\s*` + number + `(?:[\s,]+` + number + `)*\s*\))*\s*`)
	aPaint      = whole(colour + `|` + local + `(?:\s+(?:` + colour + `))?`)
	aReference  = whole(`none|` + local)
	aTarget     = whole(`#(` + name + `)`)
	aName       = whole(name)
	aWord       = whole(`[a-zA-Z][a-zA-Z-]{0,30}`)
	aRatio      = whole(`[a-zA-Z]{4,8}(?:\s+(?:meet|slice))?`)
	aFont       = whole(`[\w\s,'"-]{1,200}`)
	plainLength = whole(`\d+(?:\.\d+)?(?:px)?`)
)

func whole(shape string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + shape + `)$`) }

// geometry are attributes that only an element's own attribute can give; properties may also stand in its style.
var geometry = shapes(map[*regexp.Regexp]string{
	aNumber:    `x y x1 y1 x2 y2 cx cy r rx ry fx fy fr width height offset dx dy pathLength textLength`,
	aPath:      `d points`,
	aTransform: `transform gradientTransform`,
	aBox:       `viewBox`,
	aRatio:     `preserveAspectRatio`,
	aTarget:    `href`,
	aName:      `id`,
	aWord:      `gradientUnits spreadMethod clipPathUnits maskUnits maskContentUnits lengthAdjust`,
})

var properties = shapes(map[*regexp.Regexp]string{
	aPaint:     `fill stroke stop-color color`,
	aNumber:    `fill-opacity stroke-opacity stop-opacity opacity stroke-width stroke-dashoffset stroke-miterlimit font-size letter-spacing word-spacing`,
	aList:      `stroke-dasharray`,
	aReference: `clip-path mask`,
	aWord: `fill-rule clip-rule stroke-linecap stroke-linejoin display visibility overflow paint-order shape-rendering vector-effect
		text-anchor font-style font-variant font-stretch text-decoration dominant-baseline mask-type`,
	aFont: `font-family font-weight`,
})

func shapes(names map[*regexp.Regexp]string) map[string]*regexp.Regexp {
	byName := map[string]*regexp.Regexp{}
	for shape, list := range names {
		for name := range strings.FieldsSeq(list) {
			byName[name] = shape
		}
	}
	return byName
}

// attribute returns an attribute's value as it is written, and whether it is one that is kept.
func attribute(name, value string) (string, bool) {
	shape := geometry[name]
	if shape == nil {
		shape = properties[name]
	}
	value = strings.TrimSpace(value)
	if shape == nil || !shape.MatchString(value) {
		return "", false
	}
	return localURL.ReplaceAllString(value, "url(#$1)"), true
}

var localURL = regexp.MustCompile(local)

// reference returns the id that an attribute refers to.
func reference(name, value string) (id string, refers bool) {
	if name == "href" {
		return strings.CutPrefix(value, "#")
	}
	if m := localURL.FindStringSubmatch(value); m != nil {
		return m[1], true
	}
	return "", false
}
