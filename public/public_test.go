// SPDX-License-Identifier: AGPL-3.0-or-later

package public

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestBuilt(t *testing.T) {
	if err := Check(); err != nil {
		t.Fatal(err)
	}
}

func TestURLCarriesTheHashOfTheContent(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "icons.svg", "favicon.svg"} {
		stem, ext, _ := strings.Cut(name, ".")
		want := regexp.MustCompile(`^/public/` + stem + `\.[0-9a-f]{8}\.` + ext + `$`)
		if got := URL(name); !want.MatchString(got) {
			t.Errorf("URL(%q) = %q, want %s", name, got, want)
		}
	}
}

func TestLookupTakesTheFormTheBrowserAccepts(t *testing.T) {
	css := strings.TrimPrefix(URL("app.css"), "/public/")
	for _, c := range []struct{ accept, want string }{
		{"", ""},
		{"gzip, deflate, br, zstd", "br"},
		{"gzip", "gzip"},
		{"br;q=0, gzip;q=0.5", "gzip"},
		{"BR ; q=1.0", "br"},
		{"br;q=nonsense", ""},
		{"identity", ""},
	} {
		asset, ok := Lookup(css, c.accept)
		if !ok || asset.Encoding != c.want || asset.Type != "text/css; charset=utf-8" {
			t.Errorf("Accept-Encoding %q: found %v, encoding %q, type %q; want encoding %q", c.accept, ok, asset.Encoding, asset.Type, c.want)
		}
	}
}

func TestCompressedFormHoldsTheSameBytes(t *testing.T) {
	css := strings.TrimPrefix(URL("app.css"), "/public/")
	plain, _ := Lookup(css, "")
	packed, _ := Lookup(css, "gzip")
	reader, err := gzip.NewReader(bytes.NewReader(packed.Body))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(unpacked, plain.Body) {
		t.Error("the compressed style sheet differs from the plain one")
	}
}

func TestLookupFindsNothingElse(t *testing.T) {
	for _, file := range []string{"", "app.css", "manifest.json", ".keep", "../public.go", strings.TrimPrefix(URL("app.css"), "/public/") + ".br"} {
		if _, ok := Lookup(file, "br"); ok {
			t.Errorf("Lookup(%q) found a file", file)
		}
	}
}

// The first visit of the home page may weigh 120 KB in all; this is the part
// that every page loads.
func TestWeightOfEveryPage(t *testing.T) {
	total := 0
	for name, stored := range manifest {
		asset, ok := Lookup(stored, "br, gzip")
		if !ok {
			t.Fatalf("%s is in the manifest but not in dist", name)
		}
		total += len(asset.Body)
	}
	if total > 90_000 {
		t.Errorf("styles, script, icons and fonts weigh %d bytes over the wire, want at most 90000", total)
	}
}
