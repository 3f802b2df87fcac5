// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"
	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify),
	goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(belowTitle{}, 100))),
)

// allowed is what a text may hold. There are no images: one from another origin
// would tell it who reads.
var allowed = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "ul", "li", "blockquote", "pre", "code", "table", "thead", "tbody", "tr", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("scope").Matching(bluemonday.Paragraph).OnElements("th")
	p.AllowElements("th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}()

// belowTitle keeps the first level of heading for the page's own title.
type belowTitle struct{}

func (belowTitle) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && h.Level == 1 {
			h.Level = 2
		}
	}
}

// HTML returns a Markdown text as HTML that is safe in a page, whoever wrote it.
func HTML(source string) (string, error) {
	var out bytes.Buffer
	if err := markdown.Convert([]byte(source), &out); err != nil {
		return "", fmt.Errorf("render Markdown: %w", err)
	}
	return allowed.Sanitize(out.String()), nil
}

// Plain returns the text in the reader's language, or in Italian, for places
// that hold no markup, such as a title or an attribute.
func Plain(ctx context.Context, t models.Text) string {
	s, _ := t.In(locale.Lang(ctx))
	return s
}

// FirstLine returns, in each language, the words of the first paragraph or list item of a Markdown text.
func FirstLine(t models.Text) models.Text {
	first := make(models.Text, len(t))
	for lang, source := range t {
		if line := firstLine([]byte(source)); line != "" {
			first[lang] = line
		}
	}
	return first
}

func firstLine(source []byte) string {
	var line strings.Builder
	// The walk gives back only what the function returns, which is never an error.
	_ = ast.Walk(markdown.Parser().Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch words, isText := n.(*ast.Text); {
		case n.Kind() == ast.KindHeading:
			return ast.WalkSkipChildren, nil
		case !entering && n.Type() == ast.TypeBlock && line.Len() > 0:
			return ast.WalkStop, nil
		case entering && isText:
			line.Write(words.Segment.Value(source))
			if words.SoftLineBreak() || words.HardLineBreak() {
				line.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return line.String()
}

// Foreign returns the language a text is shown in when it is not the page's, so
// that screen readers change their voice: "it" to somebody who reads another
// language, where there is no translation; else "".
func Foreign(ctx context.Context, t models.Text) string {
	if _, lang := t.In(locale.Lang(ctx)); lang != locale.Lang(ctx) {
		return lang
	}
	return ""
}

// inLanguage is the lang attribute; none for "".
func inLanguage(lang string) templ.Attributes {
	if lang == "" {
		return nil
	}
	return templ.Attributes{"lang": lang}
}

// paragraphs splits what a citizen typed where they left a line empty.
func paragraphs(s string) [][]string {
	var out [][]string
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for block := range strings.SplitSeq(s, "\n\n") {
		if block = strings.TrimSpace(block); block != "" {
			out = append(out, strings.Split(block, "\n"))
		}
	}
	return out
}

// dialled returns a telephone number as a link needs it.
func dialled(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
	if !strings.HasPrefix(digits, "+") {
		digits = "+39" + digits
	}
	return "tel:" + digits
}
