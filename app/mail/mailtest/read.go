// SPDX-License-Identifier: AGPL-3.0-or-later

package mailtest

import (
	"bytes"
	"mime"
	netmail "net/mail"

	gomail "github.com/wneessen/go-mail"
)

func read(raw []byte) (Delivered, error) {
	head, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Delivered{}, err
	}
	whole, err := gomail.EMLToMsgFromReader(bytes.NewReader(raw))
	if err != nil {
		return Delivered{}, err
	}
	d := Delivered{Raw: string(raw), Header: func(name string) string {
		value, err := new(mime.WordDecoder).DecodeHeader(head.Header.Get(name))
		if err != nil {
			return head.Header.Get(name)
		}
		return value
	}}
	for _, part := range whole.GetParts() {
		content, err := part.GetContent()
		if err != nil {
			return Delivered{}, err
		}
		switch part.GetContentType() {
		case gomail.TypeTextPlain:
			d.Text = string(content)
		case gomail.TypeTextHTML:
			d.HTML = string(content)
		}
	}
	return d, nil
}
