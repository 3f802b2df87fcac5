// SPDX-License-Identifier: AGPL-3.0-or-later

package crest

import (
	"bytes"
	"encoding/xml"
	"maps"
	"slices"
	"strings"
)

// Limits on an SVG: no coat of arms comes near, and nothing within them keeps a browser busy.
const (
	deepest      = 64
	mostElements = 20_000
	mostClasses  = 20
	// mostDrawn counts what "use" draws again, too.
	mostDrawn = 50_000
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
)

// element is one that is kept, with the attributes that are kept.
type element struct {
	name       string
	attributes map[string]string
	children   []*element
	text       string // of text and tspan
	// How it was styled, until that stands in its attributes.
	classes []string
	style   string
}

// looksLikeSVG tells whether the first element of an XML text is svg.
func looksLikeSVG(content []byte) bool {
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return false
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Name.Local == "svg"
		case xml.CharData:
			if len(bytes.TrimSpace(bytes.TrimPrefix(t, []byte("\ufeff")))) > 0 {
				return false
			}
		}
	}
}

// cleanSVG writes the drawing anew. What is not known to draw only is left out, with all that is in it.
func cleanSVG(content []byte) ([]byte, error) {
	r := &reader{decoder: xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))}
	root, err := r.read()
	if err != nil {
		return nil, err
	}
	dress(root, r.rules)
	if !frame(root) || !draws(root) {
		return nil, ErrEmpty
	}
	if drawn := (&counter{byID: named(root)}).count(root, 0); drawn > mostDrawn {
		return nil, ErrComplex
	}
	var out bytes.Buffer
	write(&out, root, true)
	return out.Bytes(), nil
}

// reader reads the elements that are kept.
type reader struct {
	decoder  *xml.Decoder
	elements int
	rules    []rule
}

func (r *reader) read() (*element, error) {
	for {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, ErrBroken
		}
		switch t := token.(type) {
		case xml.Directive:
			// A DOCTYPE that only names the format is passed over; one that declares entities is not a drawing.
			if bytes.ContainsAny(t, "[<") {
				return nil, ErrBroken
			}
		case xml.StartElement:
			if t.Name.Local != "svg" || t.Name.Space != svgSpace && t.Name.Space != "" {
				return nil, ErrBroken
			}
			return r.element(t, 1)
		}
	}
}

// element reads what is within an element that has begun, up to its end.
func (r *reader) element(start xml.StartElement, depth int) (*element, error) {
	if r.elements++; r.elements > mostElements || depth > deepest {
		return nil, ErrComplex
	}
	e := &element{name: start.Name.Local, attributes: map[string]string{}}
	for _, a := range start.Attr {
		switch {
		case a.Name.Space != "" && (a.Name.Space != xlinkSpace || a.Name.Local != "href"):
		case a.Name.Local == "style":
			e.style = a.Value
		case a.Name.Local == "class":
			if e.classes = strings.Fields(a.Value); len(e.classes) > mostClasses {
				return nil, ErrComplex
			}
		default:
			if value, good := attribute(a.Name.Local, a.Value); good {
				e.attributes[a.Name.Local] = value
			}
		}
	}
	for {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, ErrBroken
		}
		switch t := token.(type) {
		case xml.EndElement:
			return e, nil
		case xml.CharData:
			if writing[e.name] && len(e.children) == 0 {
				e.text += string(t)
			}
		case xml.StartElement:
			if err := r.child(e, t, depth); err != nil {
				return nil, err
			}
		}
	}
}

func (r *reader) child(parent *element, start xml.StartElement, depth int) error {
	ours := start.Name.Space == svgSpace || start.Name.Space == ""
	switch {
	case ours && start.Name.Local == "style":
		var sheet struct {
			Text string `xml:",chardata"`
		}
		if err := r.decoder.DecodeElement(&sheet, &start); err != nil {
			return ErrBroken
		}
		rules, err := rulesOf(sheet.Text)
		r.rules = append(r.rules, rules...)
		if len(r.rules) > mostRules {
			return ErrComplex
		}
		return err
	case !ours || !kept[start.Name.Local] || start.Name.Local == "svg":
		return r.skip(depth)
	}
	e, err := r.element(start, depth+1)
	if err == nil {
		parent.children = append(parent.children, e)
	}
	return err
}

// skip passes over an element that is left out.
func (r *reader) skip(depth int) error {
	for open := 1; open > 0; {
		token, err := r.decoder.Token()
		if err != nil {
			return ErrBroken
		}
		switch token.(type) {
		case xml.StartElement:
			open++
			if r.elements++; r.elements > mostElements || depth+open > deepest {
				return ErrComplex
			}
		case xml.EndElement:
			open--
		}
	}
	return nil
}

// frame gives the root the box that it draws in, from its own or from its size; false without either.
func frame(root *element) bool {
	if root.attributes["viewBox"] == "" {
		width, height := root.attributes["width"], root.attributes["height"]
		if !plainLength.MatchString(width) || !plainLength.MatchString(height) {
			return false
		}
		root.attributes["viewBox"] = "0 0 " + strings.TrimSuffix(width, "px") + " " + strings.TrimSuffix(height, "px")
	}
	// The page says how large it is shown.
	for _, name := range []string{"width", "height", "x", "y", "id"} {
		delete(root.attributes, name)
	}
	return true
}

func draws(e *element) bool {
	return drawing[e.name] || slices.ContainsFunc(e.children, draws)
}

func named(root *element) map[string]*element {
	byID := map[string]*element{}
	var walk func(*element)
	walk = func(e *element) {
		if id := e.attributes["id"]; id != "" && byID[id] == nil {
			byID[id] = e
		}
		for _, c := range e.children {
			walk(c)
		}
	}
	walk(root)
	return byID
}

// counter counts how many elements a browser draws, those that are used again included.
type counter struct {
	byID map[string]*element
	open map[*element]bool
	done map[*element]int
}

func (c *counter) count(e *element, depth int) int {
	if c.open == nil {
		c.open, c.done = map[*element]bool{}, map[*element]int{}
	}
	if n, counted := c.done[e]; counted {
		return n
	}
	if c.open[e] || depth > 4*deepest {
		return mostDrawn + 1 // it draws itself
	}
	c.open[e] = true
	n := 1
	for _, child := range e.children {
		n += c.count(child, depth+1)
	}
	for _, name := range slices.Sorted(maps.Keys(e.attributes)) {
		if id, refers := reference(name, e.attributes[name]); refers && c.byID[id] != nil {
			n += c.count(c.byID[id], depth+1)
		}
	}
	delete(c.open, e)
	c.done[e] = min(n, mostDrawn+1)
	return c.done[e]
}

// write writes an element, its attributes in the order of their names.
func write(out *bytes.Buffer, e *element, root bool) {
	out.WriteString("<" + e.name)
	if root {
		out.WriteString(` xmlns="` + svgSpace + `"`)
	}
	for _, name := range slices.Sorted(maps.Keys(e.attributes)) {
		out.WriteString(" " + name + `="`)
		escape(out, e.attributes[name])
		out.WriteString(`"`)
	}
	if len(e.children) == 0 && strings.TrimSpace(e.text) == "" {
		out.WriteString("/>")
		return
	}
	out.WriteString(">")
	escape(out, e.text)
	for _, c := range e.children {
		write(out, c, false)
	}
	out.WriteString("</" + e.name + ">")
}

func escape(out *bytes.Buffer, text string) {
	// A buffer takes everything; what XML cannot hold becomes U+FFFD.
	_ = xml.EscapeText(out, []byte(text))
}
