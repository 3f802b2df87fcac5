// SPDX-License-Identifier: AGPL-3.0-or-later

// Package notice writes the information notice (GDPR art. 13) from the settings of an organisation. Its words are the
// Markdown files beside this one, one a language; what staff typed stands in them as plain text.
package notice

import (
	"context"
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

//go:embed notice.*.md
var files embed.FS

// written are the languages that have the notice's words; who reads another one reads it in Italian.
var written = []string{"it", "en"}

// Of returns the information notice of an organisation, read with its municipalities, in every language it is written
// in: the title, and the body in Markdown.
func Of(o *models.Organisation, p *models.Privacy) (title, body models.Text, err error) {
	title, body = models.Text{}, models.Text{}
	for _, lang := range written {
		ctx := locale.With(context.Background(), lang)
		words, err := template.New("").Funcs(template.FuncMap{
			"text": plain, "mailto": mailto, "link": link,
			"days":   func(n int) string { return locale.T(ctx, "privacy.days", "Count", n) },
			"months": func(n int) string { return counted(ctx, "privacy.months", n) },
		}).ParseFS(files, "notice."+lang+".md")
		if err != nil {
			return nil, nil, err
		}
		var text strings.Builder
		if err := words.ExecuteTemplate(&text, "notice."+lang+".md", known(ctx, o, p)); err != nil {
			return nil, nil, fmt.Errorf("information notice in %s: %w", lang, err)
		}
		head, rest, _ := strings.Cut(text.String(), "\n")
		title[lang], body[lang] = strings.TrimPrefix(head, "# "), strings.TrimSpace(emptyLines.ReplaceAllString(rest, "\n\n"))
	}
	return title, body, nil
}

var emptyLines = regexp.MustCompile(`\n{3,}`)

// facts are what the words stand around.
type facts struct {
	*models.Privacy
	Joint, Incomplete, NoServerLog       bool
	Answering                            string // "Il Comune di A e il Comune di B"
	Controllers                          []models.Controller
	DPOs                                 []officer
	AgreedOn, DPIAOn, ServerLog, Further string
}

// officer is a data protection officer; Towns are whose it is, "" when it is everybody's.
type officer struct{ Name, Contact, Towns string }

func known(ctx context.Context, o *models.Organisation, p *models.Privacy) facts {
	f := facts{Privacy: p, Controllers: o.Controllers(), Incomplete: len(p.Missing(o)) > 0, DPOs: officers(ctx, o, p),
		AgreedOn: day(ctx, p.AgreementOn), DPIAOn: day(ctx, p.DPIAOn)}
	var names []string
	for i, c := range f.Controllers {
		if name := plain(c.Name); c.Municipality {
			f.Controllers[i].Name = parts.Town(ctx, name)
			names = append(names, locale.T(ctx, "privacy.the_town", "Name", name))
		} else {
			f.Controllers[i].Name = name
			names = append(names, name)
		}
	}
	f.Joint, f.Answering = len(names) > 1, capital(parts.List(ctx, names))
	if p.ServerLogDays != nil {
		f.NoServerLog, f.ServerLog = *p.ServerLogDays == 0, locale.T(ctx, "privacy.days", "Count", *p.ServerLogDays)
	}
	f.Further, _ = p.Further.In(locale.Lang(ctx))
	return f
}

// officers are the shared data protection officer, named or still to be, and those that municipalities have of their own.
func officers(ctx context.Context, o *models.Organisation, p *models.Privacy) []officer {
	var own []officer
	var without []string
	for _, m := range o.Municipalities {
		town := locale.T(ctx, "privacy.of_town", "Name", plain(m.Name))
		if m.DPOName == "" {
			without = append(without, town)
			continue
		}
		own = append(own, officer{m.DPOName, m.DPOContact, town})
	}
	if o.LegalPerson {
		own = nil
	}
	if len(own) > 0 && len(without) == 0 {
		return own
	}
	shared := officer{Name: p.DPOName, Contact: p.DPOContact}
	if len(own) > 0 {
		shared.Towns = parts.List(ctx, without)
	}
	return slices.Insert(own, 0, shared)
}

func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func day(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return locale.Day(ctx, t)
}

func counted(ctx context.Context, key string, n int) string {
	if n == 0 {
		return ""
	}
	return locale.T(ctx, key, "Count", n)
}

var punctuation = regexp.MustCompile("[!-/:-@\\[-`{-~]")

// plain is what staff typed, as Markdown that means nothing more; a full stop at its end is left to the sentence around it.
func plain(s string) string {
	return punctuation.ReplaceAllString(strings.TrimSuffix(strings.TrimSpace(s), "."), `\$0`)
}

// mailto is an address one can write to; what is none stays as it is.
func mailto(s string) string {
	if !strings.Contains(s, "@") || strings.ContainsAny(s, " ()<>") {
		return plain(s)
	}
	return "[" + plain(s) + "](<mailto:" + s + ">)"
}

// link leads to more, where there is more; label begins with the space before it.
func link(address, label string) string {
	if address == "" || strings.ContainsAny(address, " <>\n") {
		return ""
	}
	text := strings.TrimLeft(label, " ")
	return label[:len(label)-len(text)] + "[" + text + "](<" + address + ">)."
}
