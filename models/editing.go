// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ErrChanged says that somebody else changed a text since it was read to be edited; nothing was saved.
var ErrChanged = errors.New("changed by somebody else meanwhile")

// Basis goes along with a form that edits a row: what the row held when it was read. It makes two people who edit the
// same text know of each other, whatever the table.
type Basis struct {
	Seen string `form:"seen"`
}

// seenOf returns what a form's Seen is as long as the row holds what the form does.
func seenOf(form any) string {
	raw, err := json.Marshal(fieldsOf(form))
	if err != nil {
		panic(err) // a form holds strings, numbers and booleans
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}

// fieldsOf returns a form's values by the names of its fields, as the audit shows them; those of a form within it too,
// but for its Basis.
func fieldsOf(form any) map[string]any {
	fields := map[string]any{}
	v := reflect.Indirect(reflect.ValueOf(form))
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i).Interface()
		_, basis := value.(Basis)
		if name := field.Tag.Get("form"); name != "" {
			fields[name] = value
		} else if field.Anonymous && !basis {
			maps.Copy(fields, fieldsOf(value))
		}
	}
	return fields
}

// edit saves what staff changed of a row that the transaction has locked, unless somebody else changed it since the
// form was read (ErrChanged), and audits the fields that differ. current is the row as a form. Nothing changed saves
// nothing.
func edit(ctx context.Context, tx bun.IDB, now time.Time, staff *Staff, subject string, id uuid.UUID, current, form any, seen string, save func() error) error {
	if seenOf(current) != seen {
		return ErrChanged
	}
	old, edited := changes(fieldsOf(current), fieldsOf(form))
	if len(edited) == 0 {
		return nil
	}
	if err := save(); err != nil {
		return err
	}
	return audit(ctx, tx, now, staff, "edit", subject, id, old, edited)
}

// typed returns the text of one language as a form gives it back, so that saving it untouched changes nothing.
func (t Text) typed(lang string) string { return cleanText(t[lang]) }
