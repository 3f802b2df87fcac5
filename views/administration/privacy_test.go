// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"testing"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

func TestEverythingThatMayBeMissingHasItsPlace(t *testing.T) {
	t.Parallel()
	o := &models.Organisation{Municipalities: make([]models.Municipality, 2)}
	listed := 0
	keys := new(models.Privacy).Missing(o)
	for _, part := range privacyParts {
		missing := part.missing(keys)
		if len(missing) != len(part.fields) {
			t.Errorf("%s: %v of %v", part.name, missing, part.fields)
		}
		listed += len(missing)
		if !locale.Has("privacy.part." + part.name) {
			t.Errorf("%s has no name", part.name)
		}
	}
	if listed != len(keys) {
		t.Errorf("%d of %d are listed: %v", listed, len(keys), keys)
	}
	for _, key := range keys {
		if !locale.Has(key) {
			t.Errorf("%s is not said in words", key)
		}
	}
}
