// SPDX-License-Identifier: AGPL-3.0-or-later

// Package crest takes the coats of arms that offices upload and draws them anew, so that what the site serves is its own
// work: pixels decoded and encoded again, or an SVG written from the few elements and attributes that can only draw.
// Pure: no HTTP, no SQL.
package crest

import (
	"bytes"
	"errors"
	"image"
	"image/png"

	"golang.org/x/image/draw"
)

// Kinds of coat of arms, as media types.
const (
	PNG = "image/png"
	SVG = "image/svg+xml"
)

// Limits on what is taken, and on what is made of it.
const (
	// Largest is how many bytes may be uploaded.
	Largest = 512 << 10
	// LargestSide is how many pixels a PNG may be wide or high; shownSide how many are kept: no page shows more.
	LargestSide = 2000
	shownSide   = 256
)

// Why a coat of arms is refused.
var (
	ErrKind   = errors.New("neither PNG nor SVG by its content")
	ErrLarge  = errors.New("too many bytes")
	ErrPixels = errors.New("too many pixels, or none")
	ErrBroken = errors.New("cannot be read")
	// ErrComplex: deeper, longer or more repeated than a drawing needs to be.
	ErrComplex = errors.New("too complex")
	// ErrStyled: styled by rules that cannot be written beside each shape.
	ErrStyled = errors.New("styled by rules of its own")
	// ErrEmpty: nothing that draws is left of it.
	ErrEmpty = errors.New("nothing to draw")
)

// Clean returns a coat of arms drawn anew, and what it is: PNG or SVG. What it is follows from its content, whatever it
// was called. The errors above say why it is refused.
func Clean(content []byte) (kind string, clean []byte, err error) {
	switch {
	case len(content) > Largest:
		return "", nil, ErrLarge
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		clean, err = cleanPNG(content)
		return PNG, clean, err
	case looksLikeSVG(content):
		clean, err = cleanSVG(content)
		return SVG, clean, err
	}
	return "", nil, ErrKind
}

// cleanPNG keeps the pixels alone. The header is read before room is made for what it announces.
func cleanPNG(content []byte) ([]byte, error) {
	header, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, ErrBroken
	}
	if header.Width < 1 || header.Height < 1 || header.Width > LargestSide || header.Height > LargestSide {
		return nil, ErrPixels
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, ErrBroken
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, smaller(picture))
	return out.Bytes(), err
}

// smaller returns the picture with no side longer than what is shown.
func smaller(picture image.Image) image.Image {
	size := picture.Bounds().Size()
	longest := max(size.X, size.Y)
	if longest <= shownSide {
		return picture
	}
	to := image.NewNRGBA(image.Rect(0, 0, max(1, size.X*shownSide/longest), max(1, size.Y*shownSide/longest)))
	draw.CatmullRom.Scale(to, to.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	return to
}
