// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"encoding/base32"
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

// codeLetters is Crockford's base32: without the letters that are taken for digits or for another letter.
var codeLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// codeBytes of a registration's id make its code. They are the random end of a UUIDv7: forty bits tell apart all who come
// to one meeting.
const codeBytes = 5

// Code is the short name of a registration, to be said aloud and typed at the door, such as "7K3M-9QXR". It is no secret:
// it opens nothing by itself.
func (r *Registration) Code() string { return CodeOf(r.ID) }

// CodeOf is the code of the registration with that id.
func CodeOf(id uuid.UUID) string {
	code := codeLetters.EncodeToString(id[len(id)-codeBytes:])
	return code[:4] + "-" + code[4:]
}

// mistaken are the letters that people write for others, and what they stand for between the groups.
var mistaken = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "")

// ParseCode reads a code as people write it: in small letters too, with or without the hyphen, with O for 0, I and L for
// 1. It returns the code as Code writes it, and the last ten hexadecimal digits of the registration's id; ok is false when
// the text is no code.
func ParseCode(text string) (code, idEnd string, ok bool) {
	letters := mistaken.Replace(strings.ToUpper(strings.TrimSpace(text)))
	end, err := codeLetters.DecodeString(letters)
	if err != nil || len(end) != codeBytes || codeLetters.EncodeToString(end) != letters {
		return "", "", false
	}
	var id uuid.UUID
	copy(id[len(id)-codeBytes:], end)
	return CodeOf(id), hex.EncodeToString(end), true
}
