// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field says what a form field asks and holds. Error is a sentence for the
// reader; when it is not empty the field is shown as wrong, and the sentence
// stands beside it. A field that is not Required says so in its label.
type Field struct {
	Name     string
	Label    string
	Value    string // what was typed, given back with every error
	Hint     string
	Error    string
	Required bool
	Either   bool // one of several fields is needed: the label says neither, the hint says which

	Prefix       string // sets apart the ids of two forms on one page
	Type         string // of a TextField: "email", "tel", "number", "date"…; else "text"
	Autocomplete string // WCAG 1.3.5: "name", "email", "tel"…
	Inputmode    string
	MaxLength    int // told, not enforced: a text pasted in must not lose its end
	Min, Max     string
	Rows         int  // of a TextArea; else 5
	Inline       bool // Radios and Checkboxes side by side where there is room
}

// Option is one answer of a Select, of Radios or of Checkboxes. Checked counts
// for Checkboxes alone: the others compare Value with the field's.
type Option struct {
	Value, Label, Hint string
	Checked            bool
}

// Problem is a line of an ErrorSummary: which field, and what to do about it.
// Prefix is the form's, when it has one.
type Problem struct{ Name, Text, Prefix string }

// HoneypotName is the field that only a program fills in: what comes with it is
// to be answered as if it had been accepted, and dropped.
const HoneypotName = "website"

// FieldID returns the id of the field's control, or of the first of its radios.
func FieldID(prefix, name string) string {
	if prefix != "" {
		return prefix + "-field-" + name
	}
	return "field-" + name
}

func (f Field) id() string      { return FieldID(f.Prefix, f.Name) }
func (f Field) hintID() string  { return f.id() + "-hint" }
func (f Field) errorID() string { return f.id() + "-error" }

// optionID gives the first option the field's own id, so that the summary's
// link leads to it.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i+1)
}

func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	return strings.Join(ids, " ")
}

func (f Field) class(base string) string {
	if f.Error != "" {
		return base + " is-invalid"
	}
	return base
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "5"
	}
	return strconv.Itoa(f.Rows)
}

// attributes are those that every single control shares.
func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{"required": f.Required}
	if ids := f.describedBy(); ids != "" {
		a["aria-describedby"] = ids
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	return a
}
