// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"strings"
)

// Opened is a message as a mail program takes it apart (RFC 2045).
type Opened struct {
	Header     netmail.Header
	Text, HTML string
	// Files go with it, in the order in which they came.
	Files []File
}

// Open takes a message apart, such as build makes them.
func Open(r io.Reader) (Opened, error) {
	message, err := netmail.ReadMessage(r)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Header: message.Header}
	err = o.take(textproto.MIMEHeader(message.Header), message.Body)
	return o, err
}

// take reads one part, or all within it.
func (o *Opened) take(header textproto.MIMEHeader, body io.Reader) error {
	contentType := header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := o.take(part.Header, part); err != nil {
				return err
			}
		}
	}
	// The parts in quoted-printable are decoded already.
	if header.Get("Content-Transfer-Encoding") == "base64" {
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	_, place, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	switch {
	case err == nil:
		o.Files = append(o.Files, File{Name: place["filename"], ContentType: contentType,
			ContentID: strings.Trim(header.Get("Content-Id"), "<>"), Content: content})
	case kind == "text/plain":
		o.Text = string(content)
	case kind == "text/html":
		o.HTML = string(content)
	}
	return nil
}
