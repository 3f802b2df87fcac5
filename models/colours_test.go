// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"math"
	"testing"

	"ultimaparola/models"
)

func colour(t *testing.T, s string) models.Colour {
	t.Helper()
	c, ok := models.ParseColour(s)
	if !ok {
		t.Fatalf("%q is no colour", s)
	}
	return c
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000000", "#ffffff", 21}, {"#fff", "#ffffff", 1}, {"#0066cc", "#fff", 5.57}, {"767676", "FFF", 4.54}, {"#777777", "#fff", 4.48}, {"#ff0000", "#fff", 4.00},
		{"#008055", "#fff", 4.98}, {"#00ff00", "#000", 15.30},
	} {
		if got := models.Contrast(colour(t, c.a), colour(t, c.b)); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%s on %s: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
	for _, s := range []string{"", "blue", "#12", "#12345", "#1234567", "#0066cg", "rgb(0,0,0)", "#06c;"} {
		if c, ok := models.ParseColour(s); ok {
			t.Errorf("%q is %v", s, c)
		}
	}
}

// Whatever the colour, what is proposed can be read with all that follows from it, and is no darker than it must be.
func TestTheNearestLegibleColourIsProposed(t *testing.T) {
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				c := models.Colour{R: uint8(r), G: uint8(g), B: uint8(b)}
				legible := models.Legible(c)
				look := models.LookOf(legible)
				for _, shade := range []models.Colour{look.Accent, look.Strong, look.Deep, look.Deepest} {
					if ratio := models.Legibility(shade); ratio < 4.5 {
						t.Fatalf("%s: %s has a contrast of %.2f", c, shade, ratio)
					}
				}
				if models.Legibility(c) >= 4.5 && legible != c {
					t.Fatalf("%s can be read, and %s is proposed", c, legible)
				}
				if models.Legibility(c) < 4.5 && models.Legibility(legible) > 4.75 {
					t.Fatalf("%s: %s is darker than it must be, %.2f", c, legible, models.Legibility(legible))
				}
			}
		}
	}
}

func TestTheLookIsRefusedWhereItCannotBeRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	look := func(accent string) error {
		form := o.organisation().LookForm()
		form.Accent = accent
		return models.EditLook(t.Context(), o.db, o.now, o.staff, form)
	}
	for accent, want := range map[string]models.FieldError{
		"verde": {Field: "accent", Key: "errors.colour"}, "#ffcc00": {Field: "accent", Key: "errors.contrast", Param: models.Legible(colour(t, "#ffcc00")).String()},
	} {
		var wrong models.FieldErrors
		if err := look(accent); !errors.As(err, &wrong) || wrong[0] != want {
			t.Errorf("%s: %v, want %v", accent, err, want)
		}
	}
	o.must(look("A00"))
	if got := o.organisation().Accent; got != "#aa0000" {
		t.Errorf("the accent is %q", got)
	}
	stale := models.LookForm{Accent: "#000"}
	if err := models.EditLook(t.Context(), o.db, o.now, o.staff, stale); !errors.Is(err, models.ErrChanged) {
		t.Errorf("saved over what somebody else changed: %v", err)
	}
	o.must(look(""))
	if got := o.organisation().Accent; got != "" {
		t.Errorf("the accent is %q", got)
	}
}
