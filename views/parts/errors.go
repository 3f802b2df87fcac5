// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// ErrorOf returns the sentence about what is wrong with a field, in the reader's language; "" when nothing is.
func ErrorOf(ctx context.Context, wrong models.FieldErrors, field string) string {
	for _, w := range wrong {
		if w.Field == field {
			return locale.T(ctx, w.Key, "Param", w.Param)
		}
	}
	return ""
}

// ProblemsOf returns the lines of the summary of a form; prefix is the form's, when it has one. A field that the
// catalogues name ("field.email") is named in its line.
func ProblemsOf(ctx context.Context, wrong models.FieldErrors, prefix string) []Problem {
	problems := make([]Problem, len(wrong))
	for i, w := range wrong {
		text := locale.T(ctx, w.Key, "Param", w.Param)
		for _, catalogue := range []string{"field.", "editing.field."} {
			if name := catalogue + w.Field; locale.Has(name) {
				text = locale.T(ctx, name) + ": " + text
				break
			}
		}
		problems[i] = Problem{Name: w.Field, Text: text, Prefix: prefix}
	}
	return problems
}
