// SPDX-License-Identifier: AGPL-3.0-or-later

// Package staff holds what the pages of everybody who works on the consultation share: the form in which something is
// edited, the button that does one thing, and the word on what was done.
package staff

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Kind is how an Input is shown.
type Kind int

const (
	Line     Kind = iota // one line: a title, a number, a date
	Markdown             // a text of several lines, in Markdown
	Plain                // a text of several lines, without markup
	Choice               // one answer out of a few
	Several              // any number of answers
	Yes                  // a single yes
	Unseen               // goes along, and is not shown
)

// Input is one field of an EditPage. Its label is that of its name, in the catalogue; a name that ends with a language
// ("title_en") says so in its label.
type Input struct {
	Name, Value string
	Kind        Kind
	Type        string // of a Line: "date", "number"…
	Required    bool
	Later       bool   // may be saved empty and has still to come: not called optional
	Hint        string // "" takes the catalogue's, if there is one for the name
	Options     []parts.Option
	Checked     bool   // of a Yes
	Passing     bool   // goes with one change alone, such as a note on it: nobody else can have changed it
	Group       string // key of the heading above it, where a group of fields begins; "<key>.text" may say more
}

// Under returns the inputs as a group under the heading of that key.
func Under(group string, inputs ...Input) []Input {
	inputs[0].Group = group
	return inputs
}

// EditPage is a form in which staff change something: with a preview, and a word on what somebody else changed
// meanwhile.
type EditPage struct {
	layout.Page
	Lead   string
	Done   string // what has just been done, see Happened; "" is nothing
	Action string // where the form posts, without the language
	Save   string // key of the button's label; "" is "editing.save"
	Inputs []Input
	Wrong  models.FieldErrors
	// Problem is a sentence on why it was not saved that no field is about; "" when there is none.
	Problem string
	// Previewed shows the texts as they will look; CanPreview offers it.
	Previewed, CanPreview bool
	// PreviewNote stands above the preview: what saving will do. Preview is shown instead of the texts, one by one.
	PreviewNote string
	Preview     templ.Component
	// Original are the Italian texts that the form translates, to be read beside it.
	Original []Input
	// Theirs are the fields that somebody else changed meanwhile, as they are now.
	Theirs []Input
	// Remove is the address that takes the edited thing away; "" when it cannot be.
	Remove string
	// More stands below the form: what else can be done; nil: nothing.
	More templ.Component
	// Document is the act's, when an act is edited.
	Document *DocumentForm
}

// DocumentForm is the part of an act's page that gives it a document.
type DocumentForm struct {
	Action string // where it posts, without the language
	File   *models.File
	Wrong  models.FieldErrors
}

func (i Input) language() string {
	if stem, lang, ok := cutLast(i.Name, "_"); ok && stem != "" {
		if slices.Contains(locale.All, lang) {
			return lang
		}
	}
	return ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

func (i Input) stem() string {
	if lang := i.language(); lang != "" {
		return strings.TrimSuffix(i.Name, "_"+lang)
	}
	return i.Name
}

// label is the field's name in words.
func (i Input) label(ctx context.Context) string {
	label := locale.T(ctx, "editing.field."+i.stem())
	if lang := i.language(); lang != "" {
		label += " – " + locale.T(ctx, "editing.in."+lang)
	}
	return label
}

func (i Input) field(ctx context.Context, wrong models.FieldErrors) parts.Field {
	f := parts.Field{Name: i.Name, Label: i.label(ctx), Value: i.Value, Hint: i.Hint, Required: i.Required, Either: i.Later, Type: i.Type,
		Error: parts.ErrorOf(ctx, wrong, i.Name)}
	if key := "editing.hint." + i.stem(); f.Hint == "" && locale.Has(key) {
		f.Hint = locale.T(ctx, key)
	}
	if i.Kind == Markdown {
		f.Rows = 12
		f.Hint = strings.TrimSpace(f.Hint + " " + locale.T(ctx, "editing.hint.markdown"))
	}
	return f
}

// chosen is what an answer says, in words; the value itself for every other kind.
func (i Input) chosen(ctx context.Context) string {
	switch i.Kind {
	case Choice:
		for _, o := range i.Options {
			if o.Value == i.Value {
				return o.Label
			}
		}
	case Several:
		var chosen []string
		for _, o := range i.Options {
			if o.Checked {
				chosen = append(chosen, o.Label)
			}
		}
		return strings.Join(chosen, ", ")
	case Yes:
		if i.Checked {
			return locale.T(ctx, "editing.yes")
		}
		return locale.T(ctx, "editing.no")
	}
	return i.Value
}

// inLanguage returns the texts of one language, or, for "", those that belong to none.
func (p EditPage) inLanguage(lang string) []Input {
	var inputs []Input
	for _, i := range p.Inputs {
		shown := i.Kind == Line || i.Kind == Markdown || i.Kind == Plain
		if shown && i.language() == lang && i.Value != "" && (lang != "" || i.Kind == Plain || i.Name == "subject") {
			inputs = append(inputs, i)
		}
	}
	return inputs
}

func (p EditPage) save(ctx context.Context) string {
	if p.Save == "" {
		return locale.T(ctx, "editing.save")
	}
	return locale.T(ctx, p.Save)
}

func (p EditPage) problems(ctx context.Context) []parts.Problem {
	problems := parts.ProblemsOf(ctx, p.Wrong, "")
	if p.Document != nil {
		problems = append(problems, parts.ProblemsOf(ctx, p.Document.Wrong, "")...)
	}
	if p.Problem != "" {
		problems = append(problems, parts.Problem{Text: p.Problem})
	}
	return problems
}

// FieldName is what people call the field of a form; a field that no form has any more is its own name.
func FieldName(ctx context.Context, field string) string {
	i := Input{Name: field}
	if !locale.Has("editing.field." + i.stem()) {
		return field
	}
	return i.label(ctx)
}
