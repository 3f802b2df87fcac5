// SPDX-License-Identifier: AGPL-3.0-or-later

package mail

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// Kept is an e-mail in the folder, as somebody's mailbox would show it.
type Kept struct {
	ID          uuid.UUID
	To, Subject string
	Date        time.Time
	// Text, HTML and Files are empty in lists.
	Text, HTML string
	Files      []File
}

var decoder mime.WordDecoder

// listed bounds a list of the folder.
const listed = 200

// keep writes the message whole or not at all; writing it again replaces it.
func (m *Mailer) keep(id uuid.UUID, built *gomail.Msg) error {
	if err := os.MkdirAll(m.folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(m.folder, "writing-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // gone already when all went well
	_, err = built.WriteTo(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), m.path(id))
}

func (m *Mailer) path(id uuid.UUID) string { return filepath.Join(m.folder, id.String()+".eml") }

// List returns the newest 200 messages of the folder, newest first, without their texts.
func (m *Mailer) List() ([]Kept, error) {
	entries, err := os.ReadDir(m.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var kept []Kept
	// Ids are UUIDv7, so names sort by time.
	for _, entry := range slices.Backward(entries) {
		name, isMail := strings.CutSuffix(entry.Name(), ".eml")
		id, err := uuid.Parse(name)
		if !isMail || err != nil {
			continue
		}
		k, err := m.head(id)
		if err != nil {
			return nil, err
		}
		if kept = append(kept, k); len(kept) == listed {
			break
		}
	}
	return kept, nil
}

// EmptyFolder takes all messages of the folder away, and nothing else that is in it.
func (m *Mailer) EmptyFolder() error {
	entries, err := os.ReadDir(m.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".eml" {
			continue
		}
		if gone := os.Remove(filepath.Join(m.folder, entry.Name())); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

func (m *Mailer) head(id uuid.UUID) (Kept, error) {
	file, err := os.Open(m.path(id))
	if err != nil {
		return Kept{}, err
	}
	defer file.Close()
	read, err := netmail.ReadMessage(file)
	if err != nil {
		return Kept{}, fmt.Errorf("reading %s: %w", file.Name(), err)
	}
	return newKept(id, read.Header)
}

func newKept(id uuid.UUID, header netmail.Header) (Kept, error) {
	subject, errSubject := decoder.DecodeHeader(header.Get("Subject"))
	to, errTo := netmail.ParseAddress(header.Get("To"))
	date, errDate := header.Date()
	if err := errors.Join(errSubject, errTo, errDate); err != nil {
		return Kept{}, err
	}
	return Kept{ID: id, To: to.Address, Subject: subject, Date: date}, nil
}

// Read returns one message of the folder; fs.ErrNotExist when there is none with that id.
func (m *Mailer) Read(id uuid.UUID) (Kept, error) {
	file, err := os.Open(m.path(id))
	if err != nil {
		return Kept{}, err
	}
	defer file.Close()
	opened, err := Open(file)
	if err != nil {
		return Kept{}, fmt.Errorf("reading %s: %w", file.Name(), err)
	}
	kept, err := newKept(id, opened.Header)
	kept.Text, kept.HTML, kept.Files = opened.Text, opened.HTML, opened.Files
	return kept, err
}
