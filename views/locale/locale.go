// SPDX-License-Identifier: AGPL-3.0-or-later

// Package locale speaks to people in their language: messages, plurals, dates and numbers, and the addresses that carry
// the language. Italian is the default; every other language has its prefix (/en/…). The catalogues are the files
// <area>.<language>.json beside this one.
package locale

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Default is the language of record, and Languages are all those spoken, the default first.
const Default = "it"

// Languages are the languages every catalogue has.
var Languages = []string{"it", "en"}

//go:embed *.json
var catalogues embed.FS

var bundle = load()

var localizers = func() map[string]*i18n.Localizer {
	byLanguage := map[string]*i18n.Localizer{}
	for _, lang := range Languages {
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

// Path returns the address of path ("/incontri") in the language of ctx ("/en/incontri").
func Path(ctx context.Context, path string) string { return PathIn(Lang(ctx), path) }

// PathIn returns the address of path in lang. An absolute or empty address stays as it is.
func PathIn(lang, path string) string {
	if lang == Default || !strings.HasPrefix(path, "/") {
		return path
	}
	if path == "/" {
		return "/" + lang
	}
	return "/" + lang + path
}

// T returns the message key in the language of ctx. pairs are names and values used in it ("Name", "Anna", "Count", 3);
// Count also chooses the plural form. A missing key comes back as itself, and a test holds that none is missing.
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
