// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"fmt"
	"strings"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

// form is a form of the page that a visitor fills in, going by what its labels say.
type form struct {
	*visitor
	action string // how the address that it posts to ends
}

// form returns the form that posts to an address with this end.
func (v *visitor) form(action string) form {
	v.t.Helper()
	f := form{v, action}
	v.find(f.path(""))
	return f
}

// path is the XPath of something in the form.
func (f form) path(inside string) string {
	end := quoted(f.action)
	return fmt.Sprintf(`//form[substring(@action, string-length(@action) - string-length(%s) + 1) = %s]`, end, end) + inside
}

func (f form) label(text string) *rod.Element {
	f.t.Helper()
	return f.find(f.path(fmt.Sprintf(`//label[starts-with(normalize-space(.), %s)]`, quoted(text))))
}

// field returns the field that a label is of.
func (f form) field(label string) *rod.Element {
	f.t.Helper()
	id, err := f.label(label).Attribute("for")
	f.must(err)
	if id == nil {
		f.fail("the label %q is of no field", label)
	}
	return f.find(f.path(fmt.Sprintf(`//*[@id=%s]`, quoted(*id))))
}

// writes puts text into the field of a label, in place of what is there.
func (f form) writes(label, text string) form {
	f.t.Helper()
	field := f.field(label)
	// The browser's own commands: rod's Input waits for scripts of the page.
	f.must(proto.DOMFocus{ObjectID: field.Object.ObjectID}.Call(f.page))
	// Days and hours are picked, in a way that differs from browser to browser.
	picked, err := field.Eval(`text => { this.select(); const picks = ["date", "time"].includes(this.type); if (picks) this.value = text; return picks }`, text)
	f.must(err)
	if !picked.Value.Bool() {
		f.must(f.page.InsertText(text))
	}
	return f
}

// picks chooses from the list of a label.
func (f form) picks(label, option string) form {
	f.t.Helper()
	found, err := f.field(label).Eval(`text => {
		const option = [...this.options].find(o => o.label === text)
		if (option) { option.selected = true; this.dispatchEvent(new Event("change", { bubbles: true })) }
		return Boolean(option)
	}`, option)
	f.must(err)
	if !found.Value.Bool() {
		f.fail("%q does not offer %q", label, option)
	}
	return f
}

// chooses presses the label of a radio button or a box to tick.
func (f form) chooses(labels ...string) form {
	f.t.Helper()
	for _, label := range labels {
		f.must(f.click(f.label(label)))
	}
	return f
}

// holds fails the test unless the field of a label has this text in it.
func (f form) holds(label, text string) form {
	f.t.Helper()
	value, err := f.field(label).Property("value")
	f.must(err)
	if value.Str() != text {
		f.fail("the field %q holds %q, not %q", label, value.Str(), text)
	}
	return f
}

// chosen fails the test unless the radio buttons or boxes of these labels are chosen.
func (f form) chosen(labels ...string) form {
	f.t.Helper()
	for _, label := range labels {
		checked, err := f.field(label).Property("checked")
		f.must(err)
		if !checked.Bool() {
			f.fail("%q is not chosen", label)
		}
	}
	return f
}

// sends presses the form's button, or the one of its buttons with this text, and waits for the next page.
func (f form) sends(button ...string) *visitor {
	f.t.Helper()
	path := f.path(`//button[@type="submit"]`)
	if len(button) > 0 {
		path = f.path(fmt.Sprintf(`//button[starts-with(normalize-space(.), %s)]`, quoted(button[0])))
	}
	f.loads(func() error { return f.click(f.find(path)) })
	return f.visitor
}

// mistakes fails the test unless the summary of mistakes has the focus and names, in this order, each of the texts, and
// each leads to its field, which says the same.
func (v *visitor) mistakes(texts ...string) *visitor {
	v.t.Helper()
	if focused := v.eval(`() => document.activeElement.className`); !strings.Contains(focused, "error-summary") {
		v.fail("the summary of mistakes has no focus (%s has)", focused)
	}
	got := v.eval(`() => [...document.querySelectorAll(".error-summary li a")].map(a => {
		const field = document.querySelector(a.hash), group = field && field.closest("fieldset")
		if (!field || field.getAttribute("aria-invalid") !== "true") return a.innerText + " (leads to no wrong field)"
		const ids = ((group || field).getAttribute("aria-describedby") || "").split(" ")
		const error = ids.map(id => document.getElementById(id)).find(e => e && e.classList.contains("field-error"))
		return error ? a.innerText : a.innerText + " (the field does not say why)"
	}).join("\n")`)
	if want := strings.Join(texts, "\n"); got != want {
		v.fail("the summary names\n%s\ninstead of\n%s", got, want)
	}
	return v
}
