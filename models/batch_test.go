// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"context"
	"strings"
	"testing"

	"ultimaparola/models"
)

func TestAPanicIsTheErrorOfItsBatchAndNotOfTheNext(t *testing.T) {
	b := models.NewBatcher(10, func(_ context.Context, items []string) ([]string, error) {
		if items[0][0] == 'b' {
			panic("broken by " + items[0])
		}
		return items, nil
	})
	if _, err := b.Do(t.Context(), "broken"); err == nil || !strings.Contains(err.Error(), "batch_test.go") || strings.Contains(err.Error(), "broken by") {
		t.Errorf("a panic gave %v, which should tell where it happened, and no words", err)
	}
	if _, err := b.Do(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("a panic of the runtime's gave %v", err)
	}
	if got, err := b.Do(t.Context(), "whole"); err != nil || got != "whole" {
		t.Errorf("the next one: %q, %v", got, err)
	}
}
