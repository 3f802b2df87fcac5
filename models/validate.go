// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-playground/validator/v10"
)

// FieldError says that one field of a form is wrong. Key is a message key ("errors.required"), Param its number.
type FieldError struct {
	Field, Key, Param string
}

// FieldErrors are all that is wrong with a form, in the order of its fields. It is an error.
type FieldErrors []FieldError

// Error names the fields, for logs; people are shown the messages.
func (e FieldErrors) Error() string {
	names := make([]string, len(e))
	for i, f := range e {
		names[i] = f.Field + ": " + f.Key
	}
	return strings.Join(names, ", ")
}

// Wrong is one field's error, for a rule that only the verb can check.
func Wrong(field, key string) FieldErrors { return FieldErrors{{Field: field, Key: key}} }

var shapes = newShapes()

func newShapes() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("form") })
	must := func(tag string, fn validator.Func) {
		if err := v.RegisterValidation(tag, fn); err != nil {
			panic(err)
		}
	}
	must("phone", func(fl validator.FieldLevel) bool {
		digits := strings.TrimPrefix(NormalAddress(Phone, fl.Field().String()), "+")
		return len(digits) >= 6 && len(digits) <= 15 && !strings.ContainsAny(fl.Field().String(), "@")
	})
	must("oneline", func(fl validator.FieldLevel) bool {
		s := fl.Field().String()
		return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
	})
	must("company_code", func(fl validator.FieldLevel) bool { return validCompanyCode(fl.Field().String()) })
	must("ipa_code", func(fl validator.FieldLevel) bool { return ipaCode.MatchString(fl.Field().String()) })
	must("istat_code", func(fl validator.FieldLevel) bool { return istatCode.MatchString(fl.Field().String()) })
	must("cadastral_code", func(fl validator.FieldLevel) bool { return cadastralCode.MatchString(fl.Field().String()) })
	must("postal_codes", func(fl validator.FieldLevel) bool {
		return !slices.ContainsFunc(postalCodes(fl.Field().String()), func(code string) bool { return !postalCode.MatchString(code) })
	})
	must("headcount", func(fl validator.FieldLevel) bool {
		_, ok := Headcount(fl.Field().String())
		return ok
	})
	must("colour", func(fl validator.FieldLevel) bool { return hexColour.MatchString(fl.Field().String()) })
	must("hours", func(fl validator.FieldLevel) bool {
		_, ok := spansOf(fl.Field().String())
		return ok
	})
	return v
}

// Validate checks the shape of a form against its `validate` tags; nil when nothing is wrong. Fields are named by
// their `form` tags.
func Validate(form any) FieldErrors {
	var invalid validator.ValidationErrors
	if err := shapes.Struct(form); !errors.As(err, &invalid) {
		return nil
	}
	fields := make(FieldErrors, len(invalid))
	for i, f := range invalid {
		field, _, _ := strings.Cut(f.Field(), "[") // one of a list's values is the list's error
		fields[i] = FieldError{Field: field, Key: "errors." + f.Tag(), Param: f.Param()}
	}
	return fields
}
