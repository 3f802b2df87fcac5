// SPDX-License-Identifier: AGPL-3.0-or-later

package mailtest

import (
	"bytes"
	"mime"

	"ultimaparola/app/mail"
)

func read(raw []byte) (Delivered, error) {
	opened, err := mail.Open(bytes.NewReader(raw))
	return Delivered{Raw: string(raw), Text: opened.Text, HTML: opened.HTML, Files: opened.Files, Header: func(name string) string {
		value, err := new(mime.WordDecoder).DecodeHeader(opened.Header.Get(name))
		if err != nil {
			return opened.Header.Get(name)
		}
		return value
	}}, err
}
