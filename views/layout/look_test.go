// SPDX-License-Identifier: AGPL-3.0-or-later

package layout

import (
	"regexp"
	"strings"
	"testing"

	"ultimaparola/models"
	"ultimaparola/public"
)

// Every colour of the built style sheet that follows from the accent is given by the organisation's, and nothing else is.
func TestTheLookSetsWhatTheStylesAskFor(t *testing.T) {
	css, ok := public.Lookup(strings.TrimPrefix(public.URL("app.css"), "/public/"), "")
	if !ok {
		t.Fatal("the styles are not built")
	}
	asked, set := map[string]bool{"--bs-primary-rgb": true}, map[string]bool{}
	for _, m := range regexp.MustCompile(`var\((--accent[a-z-]*), #`).FindAllStringSubmatch(string(css.Body), -1) {
		asked[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(--[a-z-]+):`).FindAllStringSubmatch(LookCSS(models.Colour{R: 0xb0}), -1) {
		set[m[1]] = true
	}
	for name := range asked {
		if !set[name] {
			t.Errorf("%s stays blue", name)
		}
	}
	for name := range set {
		if !asked[name] {
			t.Errorf("%s colours nothing", name)
		}
	}
	if len(asked) < 5 {
		t.Errorf("the styles ask for %v", asked)
	}
}

func TestThePageFollowsTheAccent(t *testing.T) {
	p := example()
	count(t, render(t, "it", p), 0, "link[href^='/aspetto/']")
	p.Organisation.Accent = "#b00020"
	doc := render(t, "it", p)
	count(t, doc, 1, "meta[name=theme-color][content='#b00020']", "link[rel=stylesheet][href='"+LookURL(models.Colour{R: 0xb0, B: 0x20})+"']")
	p.Preview = &models.Colour{G: 0x64}
	count(t, render(t, "it", p), 1, "meta[name=theme-color][content='#006400']", "link[href^='/aspetto/006400-']", "link[href^='/aspetto/']")
}
