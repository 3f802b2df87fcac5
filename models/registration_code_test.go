// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func TestCodeNamesARegistrationHoweverPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"01939c3e-0000-7000-8000-000000000000": "0000-0000",
		"01939c3e-0000-7000-8000-00ffffffffff": "ZZZZ-ZZZZ",
		"01939c3e-0000-7000-8000-ab0000004020": "0000-0G10", // five bits a letter: 16, 1, 0
	} {
		if got := (&models.Registration{ID: uuid.MustParse(id)}).Code(); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	for range 1000 {
		r := models.Registration{ID: uuid.Must(uuid.NewV7())}
		code, hex := r.Code(), strings.ReplaceAll(r.ID.String(), "-", "")[22:]
		for _, written := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " "),
			"  " + code + " ", strings.NewReplacer("0", "o", "1", "l").Replace(code), strings.ReplaceAll(code, "1", "I")} {
			if got, end, ok := models.ParseCode(written); !ok || got != code || end != hex {
				t.Fatalf("%q: %q, %q, %v; want %q, %q", written, got, end, ok, code, hex)
			}
		}
	}
	for _, other := range []string{"", "Anna", "7K3M-9QX", "7K3M-9QXRR", "7K3M-9QXU", "àèìòùàèì", "12345678\x00"} {
		if code, _, ok := models.ParseCode(other); ok {
			t.Errorf("%q is read as the code %q", other, code)
		}
	}
}
