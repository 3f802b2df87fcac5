// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"strings"
	"testing"

	"ultimaparola/models"
)

func TestARatingKeepsWhatIsAskedAndLeadsBackHere(t *testing.T) {
	b := newTown(t).browser()
	for _, test := range []struct{ name, path, stars, reason, back, kept string }{
		{"a reason of its stars", "/incontri", "2", "negative-steps", "/incontri?", "2 negative-steps"},
		{"a reason of other stars", "/incontri", "5", "negative-steps", "/incontri?", "5 "},
		{"a reason nobody offers", "/incontri", "1", "canary", "/incontri?", "1 "},
		{"another site", "//evil.example", "4", "", "/?", "4 "},
		{"another site, after a tab", "/\t/evil.example", "4", "", "/?", ""},
		{"another site, with a backslash", `/\evil.example`, "4", "", "/?", "4 "},
		{"six stars", "/incontri", "6", "", "/incontri?", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := b.DB.NewDelete().Model((*models.Rating)(nil)).Where("true").Exec(b.ctx)
			b.must(err)
			r := b.post("/valutazioni", "path", test.path, "stars", test.stars, "reason", test.reason)
			if to := r.Header.Get("Location"); !strings.HasPrefix(to, test.back) {
				t.Errorf("led to %q, want %q", to, test.back)
			}
			var kept string
			b.must(b.DB.NewRaw("SELECT coalesce(string_agg(stars || ' ' || reason, ','), '') FROM ratings").Scan(b.ctx, &kept))
			if kept != test.kept {
				t.Errorf("kept %q, want %q", kept, test.kept)
			}
		})
	}
}

func TestPagesOfWhoIsSignedInAreStoredNowhere(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	anna := v.browser()
	anna.confirm(anna.register("anna@example.org", "1"))
	for _, path := range []string{"/", meetingPath, "/consultazioni/servizi-associati/linee-guida/anagrafe", "/regole"} {
		if got := anna.get(path).Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s of somebody signed in: Cache-Control %q", path, got)
		}
		if got := v.browser().get(path).Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s of anybody: Cache-Control %q", path, got)
		}
	}
}
