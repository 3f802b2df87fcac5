// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// Colour is one of the web's, without transparency.
type Colour struct{ R, G, B uint8 }

var hexColour = regexp.MustCompile(`^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)

// ParseColour reads a colour as it is written in CSS or copied from elsewhere: "#06c", "0066CC".
func ParseColour(s string) (Colour, bool) {
	if !hexColour.MatchString(s) {
		return Colour{}, false
	}
	s = strings.TrimPrefix(s, "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	n, err := strconv.ParseUint(s, 16, 32)
	return Colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

// String writes the colour as the database keeps it: "#0066cc".
func (c Colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Mixed returns the colour with so much of another in it, from 0 to 1.
func (c Colour) Mixed(other Colour, share float64) Colour {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return Colour{mix(c.R, other.R), mix(c.G, other.G), mix(c.B, other.B)}
}

// Contrast returns how much two colours differ for the eye, from 1 to 21 (WCAG 2.2, "contrast ratio").
func Contrast(a, b Colour) float64 {
	light, dark := a.luminance(), b.luminance()
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// luminance is WCAG's "relative luminance".
func (c Colour) luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

var (
	// White is what is written on the accent; PaleGround is the darkest ground that the accent is written on (as in
	// public/scss/app.scss).
	White      = Colour{255, 255, 255}
	PaleGround = Colour{0xf2, 0xf6, 0xfa}
	black      = Colour{}
)

// LeastContrast is what text must have (WCAG 2.2, 1.4.3); what is no text needs less (1.4.11).
const LeastContrast = 4.5

// Legibility returns the contrast of an accent where it is least: on white, on the pale ground, and under white letters.
// Every darker shade of it has more.
func Legibility(accent Colour) float64 {
	return min(Contrast(accent, White), Contrast(accent, PaleGround))
}

// Legible returns the accent itself where it can be read, else the nearest darker shade of it that can.
func Legible(accent Colour) Colour {
	for share := 0.0; share < 1; share += 0.005 {
		if shade := accent.Mixed(black, share); Legibility(shade) >= LeastContrast {
			return shade
		}
	}
	return black
}

// Look are the colours of the pages that follow from an accent: under a pointer, at the top, at the foot, around.
type Look struct{ Accent, Strong, Deep, Deepest, Pale Colour }

// LookOf returns the colours that follow from an accent.
func LookOf(accent Colour) Look {
	return Look{accent, accent.Mixed(black, 0.15), accent.Mixed(black, 0.3), accent.Mixed(black, 0.5), accent.Mixed(White, 0.8)}
}

// LookForm is how the pages look; an empty accent is the blue they are built with.
type LookForm struct {
	Accent string `form:"accent" validate:"omitempty,colour"`
	Basis
}

// Clean writes the colour in the one way in which it is kept.
func (f *LookForm) Clean() {
	if c, ok := ParseColour(strings.TrimSpace(f.Accent)); ok {
		f.Accent = c.String()
	}
}

// LookForm returns how the organisation's pages look as the form has it.
func (o *Organisation) LookForm() LookForm {
	f := LookForm{Accent: o.Accent}
	f.Seen = seenOf(f)
	return f
}

// CheckLook returns what is wrong with a form: a colour that cannot be read, with the nearest that can.
func CheckLook(form LookForm) FieldErrors {
	form.Clean()
	if wrong := Validate(&form); wrong != nil || form.Accent == "" {
		return wrong
	}
	accent, _ := ParseColour(form.Accent) // the shape of the form holds that it is one
	if legible := Legible(accent); legible != accent {
		return FieldErrors{{Field: "accent", Key: "errors.contrast", Param: legible.String()}}
	}
	return nil
}

// EditLook changes how the pages of the staff's organisation look. FieldErrors, ErrChanged, ErrNotFound.
func EditLook(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, form LookForm) error {
	if wrong := CheckLook(form); wrong != nil {
		return wrong
	}
	form.Clean()
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		return edit(ctx, tx, now, staff, "organisation", o.ID, o.LookForm(), form, form.Seen, func() error {
			o.Accent = form.Accent
			_, err := tx.NewUpdate().Model(o).Column("accent").WherePK().Exec(ctx)
			return err
		})
	})
}
