// SPDX-License-Identifier: AGPL-3.0-or-later

package layout

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"ultimaparola/models"
)

// builtAccent is the colour that the pages are built with.
var builtAccent = models.Colour{R: 0x00, G: 0x66, B: 0xcc}

// lookPath begins the addresses of the style sheets of Look.
const lookPath = "/aspetto/"

// LookCSS returns the style sheet that gives the pages an accent of the organisation's: the custom properties that
// public/build.mjs puts in the place of the built one and its shades.
func LookCSS(accent models.Colour) string {
	l := models.LookOf(accent)
	return fmt.Sprintf(":root{--accent:%s;--accent-strong:%s;--accent-deep:%s;--accent-deepest:%s;--accent-pale:%s;--accent-glow:%s40;--bs-primary-rgb:%d,%d,%d}\n",
		l.Accent, l.Strong, l.Deep, l.Deepest, l.Pale, l.Accent, accent.R, accent.G, accent.B)
}

// LookURL returns the address of that style sheet: it names the colour and has the hash of the content, so what it gives
// never changes.
func LookURL(accent models.Colour) string {
	return lookPath + strings.TrimPrefix(accent.String(), "#") + "-" + lookHash(accent) + ".css"
}

func lookHash(accent models.Colour) string {
	sum := sha256.Sum256([]byte(LookCSS(accent)))
	return hex.EncodeToString(sum[:4])
}

// LookAt returns the style sheet that has that name at its address; false when none has.
func LookAt(name string) (css string, found bool) {
	colour, _, _ := strings.Cut(name, "-")
	accent, ok := models.ParseColour(colour)
	if !ok || lookPath+name != LookURL(accent) {
		return "", false
	}
	return LookCSS(accent), true
}

// accent is the colour of the page, and whether it is the organisation's own.
func (p Page) accent() (accent models.Colour, own bool) {
	if p.Preview != nil {
		return *p.Preview, true
	}
	if p.Organisation != nil {
		if accent, own = models.ParseColour(p.Organisation.Accent); own {
			return accent, true
		}
	}
	return builtAccent, false
}
