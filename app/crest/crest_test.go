// SPDX-License-Identifier: AGPL-3.0-or-later

package crest_test

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"

	"ultimaparola/app/crest"
)

// svg is a drawing with the namespaces that drawing programs declare.
func svg(inner string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">` + inner + `</svg>`
}

const square = `<rect width="5" height="5"/>`

// drawn is what is written of a drawing with that in it.
func drawn(inner string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">` + inner + `</svg>`
}

const drawnSquare = `<rect height="5" width="5"/>`

func TestADrawingIsWrittenAnew(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":       {svg(square), drawn(drawnSquare)},
		"with a head": {"\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- Made by hand --><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n" + svg(square), drawn(drawnSquare)},
		"by its size": {`<svg xmlns="http://www.w3.org/2000/svg" width="20px" height="30.5" version="1.1">` + square + `</svg>`,
			`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 30.5">` + drawnSquare + `</svg>`},
		"styled beside": {svg(`<g style="fill:#ff0000;stroke-width:2px; -inkscape-font-specification:x; FILL-OPACITY : .5 !important"><path style="stroke:url('#a')" d="M0 0h1z"/></g>`),
			drawn(`<g fill="#ff0000" fill-opacity=".5" stroke-width="2px"><path d="M0 0h1z" stroke="url(#a)"/></g>`)},
		"styled by classes": {svg(`<style type="text/css"><![CDATA[/* a; } */ .st0{fill:#FFF;} .st1, .st2 { fill : red; stroke:none } .st0{opacity:.5}]]></style><rect class="st0 x" width="1" height="1" fill="blue"/><rect class="st2" style="fill:green" width="1" height="1"/>`),
			drawn(`<rect fill="#FFF" height="1" opacity=".5" width="1"/><rect fill="green" height="1" stroke="none" width="1"/>`)},
		"used again": {svg(`<defs><g id="a">` + square + `</g></defs><use xlink:href="#a" x="2"/><use href="#a" transform="translate(1, 2) scale(.5)"/>`),
			drawn(`<defs><g id="a">` + drawnSquare + `</g></defs><use href="#a" x="2"/><use href="#a" transform="translate(1, 2) scale(.5)"/>`)},
		"shaded": {svg(`<linearGradient id="g" xlink:href="#h" gradientUnits="userSpaceOnUse"><stop offset="50%" style="stop-color:#fff"/></linearGradient><circle r="4" fill="url(#g) none" clip-path="url( &quot;#c&quot; )"/>`),
			drawn(`<linearGradient gradientUnits="userSpaceOnUse" href="#h" id="g"><stop offset="50%" stop-color="#fff"/></linearGradient><circle clip-path="url(#c)" fill="url(#g) none" r="4"/>`)},
		"written": {svg(`<text x="1" font-family="'Titillium Web', serif">A &lt; B &amp; "C"</text>`),
			drawn(`<text font-family="&#39;Titillium Web&#39;, serif" x="1">A &lt; B &amp; &#34;C&#34;</text>`)},
		"of Inkscape": {`<svg:svg xmlns:svg="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" viewBox="0,0 10 10" inkscape:version="1.2"><sodipodi:namedview pagecolor="#fff"/><svg:metadata><rdf:RDF xmlns:rdf="x"><a/></rdf:RDF></svg:metadata><svg:g inkscape:label="Layer 1"><svg:rect width="5" height="5"/></svg:g></svg:svg>`,
			`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0,0 10 10"><g>` + drawnSquare + `</g></svg>`},
	} {
		kind, clean, err := crest.Clean([]byte(c.in))
		if err != nil || kind != crest.SVG || string(clean) != c.want {
			t.Errorf("%s: %s %v\n%s\nwant\n%s", name, kind, err, clean, c.want)
		}
	}
}

func TestWhatCouldDoHarmIsLeftOut(t *testing.T) {
	for _, inner := range []string{
		`<script>alert(1)</script>`,
		`<script xlink:href="https://evil.example/x.js"/>`,
		`<SCRIPT>alert(1)</SCRIPT>`,
		`<a xlink:href="javascript:alert(1)">` + square + `</a>`,
		`<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></body></foreignObject>`,
		`<image xlink:href="https://evil.example/pixel.png" width="1" height="1"/>`,
		`<image href="data:image/svg+xml;base64,PHN2Zy8+"/>`,
		`<animate attributeName="href" to="javascript:alert(1)"/>`,
		`<set attributeName="onload" to="alert(1)"/>`,
		`<filter id="f"><feImage href="https://evil.example"/></filter>`,
		`<iframe src="https://evil.example"/>`,
		`<svg onload="alert(1)">` + square + `</svg>`,
		`<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>`,
		`<pattern id="p"><rect/></pattern>`,
		`<metadata><script>alert(1)</script></metadata>`,
		`<?xml-stylesheet href="https://evil.example/x.css"?>`,
		`<!-- --><!-- <script>alert(1)</script> -->`,
		`<title>A title</title><desc>"&gt;&lt;script&gt;</desc>`,
	} {
		_, clean, err := crest.Clean([]byte(svg(square + inner)))
		if err != nil || string(clean) != drawn(drawnSquare) {
			t.Errorf("%s\nbecomes %s (%v)", inner, clean, err)
		}
	}
	for _, attribute := range []string{
		`onload="alert(1)"`, `onclick="alert(1)"`, `ONLOAD="alert(1)"`, `xlink:href="#a" xlink:title="x"`, `href="https://evil.example/#a"`, `href="javascript:alert(1)"`,
		`href="//evil.example"`, `href=" #a b"`, `fill="url(https://evil.example/a.svg#b)"`, `fill="url(#a) url(https://evil.example)"`, `fill="url(data:x)"`,
		`style="fill:url(//evil.example#a)"`, `style="background:url(https://evil.example)"`, `style="behavior:url(x);-moz-binding:url(y)"`,
		`clip-path="url(other.svg#a)"`, `filter="url(#f)"`, `mask="url(#a"`, `transform="expression(alert(1))"`, `class="a"`, `id="a b"`, `id="&lt;script&gt;"`,
		`xml:base="https://evil.example/"`, `width="calc(1px*1e9)"`, `fill="var(--x)"`, `fill="env(x)"`, `font-family="a;b:url(x)"`, `requiredExtensions="x"`, `d="M0 0 url(x)"`,
		`fill="\75rl(https://evil.example)"`, `cursor="url(https://evil.example), auto"`, `marker-end="url(#m)"`, `overflow="&quot;&gt;"`,
	} {
		_, clean, err := crest.Clean([]byte(svg(`<circle r="1" ` + attribute + `/>`)))
		got := string(clean)
		if err != nil || got != drawn(`<circle r="1"/>`) && got != drawn(`<circle href="#a" r="1"/>`) {
			t.Errorf("%s\nbecomes %s (%v)", attribute, got, err)
		}
	}
}

func TestWhatIsNoCoatOfArmsIsRefused(t *testing.T) {
	chain := `<g id="a0">` + square + `</g>`
	for i := 1; i < 30; i++ {
		chain += fmt.Sprintf(`<g id="a%d"><use href="#a%d"/><use href="#a%d"/></g>`, i, i-1, i-1)
	}
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"nothing":                  {"", crest.ErrKind},
		"text":                     {"stemma", crest.ErrKind},
		"a page":                   {"<!DOCTYPE html><html><svg></svg></html>", crest.ErrKind},
		"a JPEG named png":         {"\xff\xd8\xff\xe0\x00\x10JFIF", crest.ErrKind},
		"a GIF":                    {"GIF89a\x01\x00\x01\x00", crest.ErrKind},
		"much":                     {"\x89PNG\r\n\x1a\n" + strings.Repeat("x", crest.Largest), crest.ErrLarge},
		"a PNG in name":            {"\x89PNG\r\n\x1a\n" + "<svg xmlns='http://www.w3.org/2000/svg'/>", crest.ErrBroken},
		"half":                     {`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">` + square, crest.ErrBroken},
		"not well formed":          {svg(`<g>` + square), crest.ErrBroken},
		"entities":                 {`<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + svg(`<text>&b;</text>`), crest.ErrBroken},
		"an outer entity":          {`<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + svg(`<text>&x;</text>`), crest.ErrBroken},
		"an unknown entity":        {svg(`<text>&ns_svg;</text>`), crest.ErrBroken},
		"another encoding":         {`<?xml version="1.0" encoding="UTF-16"?>` + svg(square), crest.ErrKind},
		"another namespace":        {`<svg xmlns="http://www.w3.org/1999/xhtml">` + square + `</svg>`, crest.ErrBroken},
		"nothing that draws":       {svg(`<g/><defs/>`), crest.ErrEmpty},
		"no box":                   {`<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">` + square + `</svg>`, crest.ErrEmpty},
		"deep":                     {svg(strings.Repeat("<g>", 100) + square + strings.Repeat("</g>", 100)), crest.ErrComplex},
		"deep in what is not kept": {svg(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100) + square), crest.ErrComplex},
		"long":                     {svg(strings.Repeat("<g/>", 21_000) + square), crest.ErrComplex},
		"used without end":         {svg(`<g id="a"><use href="#a"/></g>` + square), crest.ErrComplex},
		"used in a circle":         {svg(`<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>`), crest.ErrComplex},
		"a clip of itself":         {svg(`<clipPath id="a"><rect clip-path="url(#a)"/></clipPath>` + square), crest.ErrComplex},
		"used a billion times":     {svg(chain), crest.ErrComplex},
		"styled by elements":       {svg(`<style>rect{fill:red}</style>` + square), crest.ErrStyled},
		"styled from outside":      {svg(`<style>@import url(https://evil.example/x.css);</style>` + square), crest.ErrStyled},
		"many rules":               {svg(`<style>` + strings.Repeat(".a{}", 600) + `</style>` + square), crest.ErrComplex},
	} {
		if _, clean, err := crest.Clean([]byte(c.content)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v\n%s", name, err, c.want, clean)
		}
	}
}

func encoded(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withChunk returns a PNG with one more chunk before its end.
func withChunk(picture []byte, kind, data string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(append(chunk, kind...), data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	at := len(picture) - 12
	return append(append(bytes.Clone(picture[:at]), chunk...), picture[at:]...)
}

func TestAPictureIsItsPixelsAlone(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 20, 10))
	picture.Set(3, 4, color.NRGBA{200, 10, 20, 128})
	content := append(withChunk(encoded(t, picture), "tEXt", "Comment\x00<script>alert(1)</script>"), "<?php evil ?>"...)
	kind, clean, err := crest.Clean(content)
	if err != nil || kind != crest.PNG || bytes.Contains(clean, []byte("script")) || bytes.Contains(clean, []byte("evil")) {
		t.Fatalf("%s %v: %q", kind, err, clean)
	}
	again, err := png.Decode(bytes.NewReader(clean))
	if err != nil || again.Bounds() != picture.Bounds() || color.NRGBAModel.Convert(again.At(3, 4)) != picture.At(3, 4) {
		t.Errorf("another picture: %v, %v", again.At(3, 4), err)
	}
	_, large, err := crest.Clean(encoded(t, image.NewNRGBA(image.Rect(0, 0, 500, 2000))))
	if err != nil {
		t.Fatal(err)
	}
	if size, err := png.DecodeConfig(bytes.NewReader(large)); err != nil || size.Width != 64 || size.Height != 256 {
		t.Errorf("500 × 2000 becomes %d × %d (%v)", size.Width, size.Height, err)
	}
}

func TestAPictureThatPromisesTooMuchIsNotDecoded(t *testing.T) {
	for _, size := range [][2]uint32{{2001, 10}, {10, 2001}, {50_000, 50_000}, {0, 5}} {
		header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), size[0]), size[1])
		header = append(header, 8, 6, 0, 0, 0)
		content := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), header...)
		content = binary.BigEndian.AppendUint32(content, crc32.ChecksumIEEE(header))
		want := crest.ErrPixels
		if size[0] == 0 {
			want = crest.ErrBroken
		}
		if _, _, err := crest.Clean(content); !errors.Is(err, want) {
			t.Errorf("%v: %v", size, err)
		}
	}
	if _, _, err := crest.Clean(encoded(t, image.NewNRGBA(image.Rect(0, 0, 20, 20)))[:60]); !errors.Is(err, crest.ErrBroken) {
		t.Errorf("half a picture: %v", err)
	}
}

var harm = regexp.MustCompile(`(?i)<(?:script|a|image|foreignobject|animate|set|style|iframe|filter)\b|\bon\w+=|url\([^#]|href="[^#]`)

// Whatever comes in, what goes out is a drawing of the allowed kind, and cleaning it again changes nothing.
func FuzzSVG(f *testing.F) {
	for _, seed := range []string{svg(square), svg(`<style>.a{fill:url(#b)}</style><g class="a" style="stroke:red"><use xlink:href="#c"/></g>`),
		svg(`<a href="javascript:x">` + square + `</a><script>x</script><text font-family="a">b<tspan>c</tspan></text>`),
		`<!DOCTYPE svg><svg width="1" height="2"><path d="M0,0"/></svg>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, clean, err := crest.Clean(content)
		if err != nil || kind != crest.SVG {
			return
		}
		decoder, depth := xml.NewDecoder(bytes.NewReader(clean)), 0
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q is not well formed: %v", clean, err)
			}
			switch token.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			case xml.CharData:
				if depth == 0 {
					t.Errorf("text around the drawing: %q", clean)
				}
			default:
				t.Errorf("more than elements and text: %q", clean)
			}
		}
		withoutText := regexp.MustCompile(`>[^<]*<`).ReplaceAll(clean, []byte("><"))
		if harm.Match(withoutText) {
			t.Errorf("harm: %q", clean)
		}
		if _, again, err := crest.Clean(clean); err != nil || !bytes.Equal(again, clean) {
			t.Errorf("cleaned again (%v):\n%q\n%q", err, clean, again)
		}
	})
}
