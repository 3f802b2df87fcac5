// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// reading is the screen of the pictures in docs, which are read beside their text.
var reading = proto.EmulationSetDeviceMetricsOverride{Width: 1000, Height: 720, DeviceScaleFactor: 1}

// screenshots are the pictures in the README and in docs, of the program as it is with its invented data.
var screenshots = []struct {
	file string
	as   string // whose sign-in link the program prints; empty: nobody's
	path string
	then string // a link on that page to follow
	top  string // the words with which the picture begins; empty: those of the page's top
}{
	{file: "public/screenshots/guideline.png", path: anagrafe},
	{file: "docs/immagini/accesso.png", path: "/accesso-uffici", top: "Accesso degli uffici"},
	{file: "docs/immagini/dieci-passi.png", as: "Amministrazione", path: "/amministrazione", top: "Amministrazione"},
	{file: "docs/immagini/privacy.png", as: "Amministrazione", path: "/amministrazione/privacy", top: "Privacy"},
	{file: "docs/immagini/scrivania.png", as: "Segreteria", path: "/segreteria", top: "Che cosa aspetta"},
	{file: "docs/immagini/leggibilita.png", as: "Segreteria", path: "/segreteria/testi/linee-guida/anagrafe", top: "In breve – italiano"},
	{file: "docs/immagini/incontro.png", as: "Segreteria", path: "/segreteria/incontri/carmignano", top: "Incontro pubblico a Carmignano"},
	{file: "docs/immagini/commenti.png", as: "Segreteria", path: "/segreteria/commenti", top: "Commenti"},
	{file: "docs/immagini/modulo-di-carta.png", as: "Segreteria", path: "/segreteria/moduli", top: "Moduli di carta"},
	{file: "docs/immagini/rapporto.png", as: "Ufficio del sindaco di Carmignano", path: "/sindaci", top: "Rapporto della consultazione"},
	{file: "docs/immagini/risposta.png", as: "Ufficio del sindaco di Carmignano", path: "/sindaci", then: "Rispondi", top: "Commento"},
}

// Every page that a picture shows is still there, and every picture stands in a text. With UPDATE_SCREENSHOTS=1 they are
// taken anew.
func TestScreenshotsAreOfPagesThatThereAre(t *testing.T) {
	t.Parallel()
	p := start(t, "DEMO=true")
	signedIn := map[string]*visitor{}
	for _, s := range screenshots {
		v := signedIn[s.as]
		if v == nil {
			v = p.visit(t, desktop)
			v.must(proto.EmulationSetScrollbarsHidden{Hidden: true}.Call(v.page))
			if s.as != "" {
				v.entersBy(p.says(s.as + " (dimostrazione): "))
			}
			signedIn[s.as] = v
		}
		screen := reading
		if s.top == "" {
			screen = desktop
		}
		v.must(v.page.SetViewport(&screen))
		v.opens(s.path).missing("Pagina non trovata")
		if s.then != "" {
			v.follows(s.then)
		}
		if s.top != "" {
			v.begins(s.top)
		}
		if os.Getenv("UPDATE_SCREENSHOTS") == "1" {
			taken, err := v.page.Screenshot(false, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
			v.must(err)
			if err := os.WriteFile("../../"+s.file, fewerColours(t, taken), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		isPicture(t, s.file, int(screen.Width))
	}
}

// begins moves the page so that a heading or a label with these words is at the top of the screen.
func (v *visitor) begins(words string) {
	v.t.Helper()
	in := ` and normalize-space(.) = ` + quoted(words) + `]`
	element := v.find(`//main//*[(self::h1 or self::h2 or self::label or self::legend)` + in)
	_, err := element.Eval(`() => window.scrollBy(0, this.getBoundingClientRect().top - 12)`)
	v.must(err)
}

// isPicture reports a picture that is not there, not so wide, or too large for a page that one reads.
func isPicture(t *testing.T, file string, width int) {
	t.Helper()
	picture, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Error(err)
		return
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || size.Width != width {
		t.Errorf("%s is %d pixels wide (%v)", file, size.Width, err)
	}
	most := 120 << 10
	if width == int(desktop.Width) {
		most = 250 << 10
	}
	if len(picture) > most {
		t.Errorf("%s has %d bytes", file, len(picture))
	}
}

var pictureRE = regexp.MustCompile(`!\[([^\]]*)\]\(([^)]+\.png)\)`)

// Every picture in a text is one of the table above and says in words what is on it, and every one of the table is in a
// text.
func TestTextsShowScreenshots(t *testing.T) {
	texts, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, name := range append(texts, "../../README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, picture := range pictureRE.FindAllStringSubmatch(string(text), -1) {
			file := strings.TrimPrefix(filepath.ToSlash(filepath.Join(filepath.Dir(name), picture[2])), "../../")
			shown[file] = true
			if len(strings.Fields(picture[1])) < 4 {
				t.Errorf("%s says of %s only %q", name, file, picture[1])
			}
		}
	}
	for _, s := range screenshots {
		if !shown[s.file] {
			t.Errorf("no text shows %s", s.file)
		}
		delete(shown, s.file)
	}
	for file := range shown {
		t.Errorf("%s is not among those that are taken", file)
	}
}

// fewerColours makes a picture smaller: the page has few colours, and the shades at the edges of its letters can be near.
func fewerColours(t *testing.T, picture []byte) []byte {
	t.Helper()
	whole, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	count := map[color.Color]int{}
	bounds := whole.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[whole.At(x, y)]++
		}
	}
	colours := make([]color.Color, 0, len(count))
	for c := range count {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.Color) int { return count[b] - count[a] })
	few := append(color.Palette{}, colours[:min(len(colours), 256)]...)
	reduced := image.NewPaletted(bounds, few)
	draw.Draw(reduced, bounds, whole, bounds.Min, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, reduced); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
