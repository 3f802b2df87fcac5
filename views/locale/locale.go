// SPDX-License-Identifier: AGPL-3.0-or-later

// Package locale speaks to people in their language: messages, plurals, dates and numbers, and the addresses that carry
// the language. Italian is the default; every other language has its prefix (/en/…). The catalogues are the files
// <area>.<language>.json beside this one.
//
// Some languages are only begun: they have the citizens' pages, and what their catalogues lack is said in Italian, as
// texts without a translation are. Who reads them lives here, where offices, neighbours and children's school speak
// Italian; a third language on the page would help fewer, and one rule serves words and texts alike.
package locale

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Default is the language of record.
const Default = "it"

var (
	// Languages are those in which every page is there and every catalogue complete, the default first.
	Languages = []string{Default, "en"}
	// Begun are those, much spoken around Prato, that have the citizens' pages alone.
	Begun = []string{"zh", "sq", "ro"}
	// All are both.
	All = slices.Concat(Languages, Begun)
)

// officePages are where those begin that are for staff, and for who develops the program.
var officePages = []string{"/segreteria", "/sindaci", "/amministrazione", "/accesso-uffici", "/primo-accesso", "/il-mio-accesso", "/posta"}

//go:embed *.json
var catalogues embed.FS

var bundle = load()

var localizers = func() map[string]*i18n.Localizer {
	byLanguage := map[string]*i18n.Localizer{}
	for _, lang := range All {
		byLanguage[lang] = i18n.NewLocalizer(bundle, lang, Default)
	}
	return byLanguage
}()

func load() *i18n.Bundle {
	b := i18n.NewBundle(language.Italian)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := fs.Glob(catalogues, "*.json")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		if _, err := b.LoadMessageFileFS(catalogues, name); err != nil {
			panic(fmt.Errorf("catalogue %s: %w", name, err))
		}
	}
	return b
}

type contextKey struct{}

// With returns ctx speaking lang.
func With(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, contextKey{}, lang)
}

// Lang returns the language ctx speaks.
func Lang(ctx context.Context) string {
	if lang, ok := ctx.Value(contextKey{}).(string); ok {
		return lang
	}
	return Default
}

// IsBegun tells whether lang is one of those Begun.
func IsBegun(lang string) bool { return slices.Contains(Begun, lang) }

// Of returns the languages in which the page at path is there.
func Of(path string) []string {
	for _, office := range officePages {
		if rest, ok := strings.CutPrefix(path, office); ok && (rest == "" || strings.ContainsAny(rest[:1], "/?#")) {
			return Languages
		}
	}
	return All
}

// Path returns the address of path ("/incontri") in the language of ctx ("/en/incontri").
func Path(ctx context.Context, path string) string { return PathIn(Lang(ctx), path) }

// PathIn returns the address of path in lang, or in Italian where the page is not there in lang. An absolute or empty
// address stays as it is.
func PathIn(lang, path string) string {
	if lang == Default || !strings.HasPrefix(path, "/") || !slices.Contains(Of(path), lang) {
		return path
	}
	if path == "/" {
		return "/" + lang
	}
	return "/" + lang + path
}

// T returns the message key in the language of ctx. pairs are names and values used in it ("Name", "Anna", "Count", 3);
// Count also chooses the plural form. What the catalogues of the language lack comes in Italian; a key that none has
// comes back as itself, and a test holds that there is no such key.
func T(ctx context.Context, key string, pairs ...any) string { return In(Lang(ctx), key, pairs...) }

// In is T in a given language.
func In(lang, key string, pairs ...any) string {
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 0 {
		data := make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			data[pairs[i].(string)] = pairs[i+1]
		}
		config.TemplateData, config.PluralCount = data, data["Count"]
	}
	localizer := localizers[lang]
	if localizer == nil {
		localizer = localizers[Default]
	}
	text, err := localizer.Localize(config)
	if err != nil && text == "" {
		return key
	}
	return text
}

// Has tells whether the catalogues have key.
func Has(key string) bool {
	text, err := localizers[Default].Localize(&i18n.LocalizeConfig{MessageID: key})
	return err == nil || text != ""
}
