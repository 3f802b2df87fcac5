// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quietZone is the white border that readers need around a code, in modules (ISO/IEC 18004).
const quietZone = 4

// QRImage returns the code of text as a PNG image with its border, for where no SVG is shown.
func QRImage(text string) ([]byte, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("QR code: %w", err)
	}
	return code.PNG(), nil
}

// qrShape returns the side of the code of text, with its border, and the path that draws its dark modules. The level M
// withstands a crease or a stain on paper.
func qrShape(text string) (side int, path string, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return 0, "", fmt.Errorf("QR code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from+quietZone, y+quietZone, x-from, x-from)
		}
	}
	return code.Size + 2*quietZone, b.String(), nil
}
