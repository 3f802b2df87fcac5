// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

var mediaBox = regexp.MustCompile(`/MediaBox\s*\[\s*0 0 (\d+)[\d.]* (\d+)[\d.]*\s*\]`)

// What goes on the notice board fills one A3 sheet; what is handed out is A4. Sizes in points, as the PDF has them.
func TestWhatIsPrintedHasItsSize(t *testing.T) {
	t.Parallel()
	p := start(t)
	v := p.segreteria(t)
	for path, want := range map[string]struct{ width, height string }{
		"/segreteria/stampe/manifesto":              {"841", "119"},
		"/segreteria/incontri/carmignano/manifesto": {"841", "119"},
		"/segreteria/stampe/modulo":                 {"594", "841"},
		"/segreteria/stampe/linee-guida/anagrafe":   {"594", "841"},
	} {
		v.opens(path).isAccessible()
		pdf := v.pdf()
		sizes := mediaBox.FindAllSubmatch(pdf, -1)
		if len(sizes) == 0 {
			t.Fatalf("%s: no page in %d bytes", path, len(pdf))
		}
		for _, size := range sizes {
			if !bytes.HasPrefix(size[1], []byte(want.width)) || !bytes.HasPrefix(size[2], []byte(want.height)) {
				t.Errorf("%s: a page of %s by %s points, want %s by %s", path, size[1], size[2], want.width, want.height)
			}
		}
		if strings.HasSuffix(path, "/manifesto") && len(sizes) != 1 {
			t.Errorf("%s is of %d sheets", path, len(sizes))
		}
	}
}

// pdf returns the page as it is printed.
func (v *visitor) pdf() []byte {
	v.t.Helper()
	stream, err := v.page.PDF(&proto.PagePrintToPDF{PreferCSSPageSize: true})
	v.must(err)
	pdf, err := io.ReadAll(stream)
	v.must(err)
	return pdf
}
