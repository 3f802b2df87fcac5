// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"slices"
	"testing"

	"github.com/go-rod/rod/lib/proto"
)

// The picture in the README is of the program as it is: with UPDATE_SCREENSHOTS=1 this test takes it anew.
func TestTheScreenshotOfTheReadme(t *testing.T) {
	t.Parallel()
	const named = "public/screenshots/guideline.png"
	readme, err := os.ReadFile("../../README.md")
	if err != nil || !bytes.Contains(readme, []byte("]("+named+")")) {
		t.Errorf("the README does not show %s (%v)", named, err)
	}
	const file = "../../" + named
	p := start(t, "DEMO=true")
	v := p.visit(t, desktop).opens(anagrafe).sees("Anagrafe: che cosa si propone", "DATI INVENTATI")
	if os.Getenv("UPDATE_SCREENSHOTS") == "1" {
		taken, err := v.page.Screenshot(false, &proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng})
		v.must(err)
		if err := os.WriteFile(file, fewerColours(t, taken), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	picture, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	size, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || size.Width != int(desktop.Width) {
		t.Errorf("%s is %d pixels wide (%v)", file, size.Width, err)
	}
	if len(picture) > 250<<10 {
		t.Errorf("%s has %d bytes", file, len(picture))
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
