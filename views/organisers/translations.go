// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// TranslationsPath is where the translations are looked after.
const TranslationsPath = "/segreteria/testi/traduzioni"

// TranslationsPage is all that can be translated.
type TranslationsPage struct {
	layout.Page
	All []models.Translatable
	// ConsultationID is whose texts are among them; zero: there is no consultation yet.
	ConsultationID uuid.UUID
	// MayApprove: who reads may do more than read.
	MayApprove bool
}

// count is how many stand so in a language.
func (p TranslationsPage) count(lang, state string) int {
	n := 0
	for _, t := range p.All {
		if s, _ := t.State(lang, p.Approved); s == state {
			n++
		}
	}
	return n
}

// LanguagePage is all that can be translated, with how it stands in one language.
type LanguagePage struct {
	TranslationsPage
	Language string
	// State narrows the list to those that stand so; "" does not.
	State string
	// Chosen are the seals of those that were chosen when what was asked for could not be done; Problem is the key of why.
	Chosen  []string
	Problem string
	Done    string
}

// Address is where the page is, without the language it speaks.
func (p LanguagePage) Address() string { return TranslationsPath + "/" + p.Language }

// shown are those that the list is narrowed to.
func (p LanguagePage) shown() []models.Translatable {
	return slices.DeleteFunc(slices.Clone(p.All), func(t models.Translatable) bool {
		state, _ := t.State(p.Language, p.Approved)
		return p.State != "" && state != p.State
	})
}

// translationState says how a translation stands, and of one that is approved by whom and when.
func (p LanguagePage) translationState(ctx context.Context, t models.Translatable) string {
	state, approval := t.State(p.Language, p.Approved)
	words := locale.T(ctx, "translations.state."+state)
	if state == models.TranslationApproved {
		words += " " + locale.T(ctx, "translations.approved_by", "Name", approval.By, "When", locale.DateTime(ctx, approval.At))
	}
	return words
}

func (p LanguagePage) translated(t models.Translatable) bool {
	state, _ := t.State(p.Language, p.Approved)
	return state != models.TranslationMissing
}

// inputs are its words in the page's language, each in the place of the Italian ones.
func (p LanguagePage) inputs(t models.Translatable) []staff.Input {
	return TranslationInputs(t, t.Form(p.Language))
}

// LanguageTitle is the title of the page of a language.
func LanguageTitle(ctx context.Context, lang string) string {
	return locale.T(ctx, "translations.in", "Language", locale.T(ctx, "editing.in."+lang))
}

// TranslationTitle is the title of the form in which something is translated.
func TranslationTitle(ctx context.Context, t models.Translatable, lang string) string {
	return locale.T(ctx, "translations.one", "Language", locale.T(ctx, "editing.in."+lang), "Name", nameOf(ctx, t))
}

// kindOf says what a translatable is.
func kindOf(ctx context.Context, t models.Translatable) string {
	if t.Kind == "consultation" {
		return locale.T(ctx, "translations.consultation") // the log means its settings
	}
	return locale.T(ctx, "organisers.subject."+t.Kind)
}

// nameOf is what others know a translatable by.
func nameOf(ctx context.Context, t models.Translatable) string {
	return parts.Plain(ctx, t.Texts[0].Text)
}

// Original are its Italian texts, as the form shows them in which they are translated.
func Original(t models.Translatable) []staff.Input {
	return inputsOf(t, func(text models.TranslatableText) string { return text.Text[locale.Default] })
}

// TranslationInputs are the fields of the form in which it is translated.
func TranslationInputs(t models.Translatable, form models.TranslationForm) []staff.Input {
	inputs := inputsOf(t, func(text models.TranslatableText) string { return *form.Words(text.Field) })
	return append(inputs, staff.Input{Name: "seen", Value: form.Seen, Kind: staff.Unseen})
}

func inputsOf(t models.Translatable, words func(models.TranslatableText) string) []staff.Input {
	inputs := make([]staff.Input, len(t.Texts))
	for i, text := range t.Texts {
		inputs[i] = staff.Input{Name: text.Field, Value: words(text), Kind: staff.Markdown}
		switch text.Field {
		case "service", "title", "kind", "question":
			inputs[i].Kind = staff.Line
		case "access_note", "child_care", "cancel_reason":
			inputs[i].Kind = staff.Plain
		}
	}
	return inputs
}
