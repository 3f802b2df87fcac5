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
		if items[0] == "broken" {
			panic("at the third row")
		}
		return items, nil
	})
	if _, err := b.Do(t.Context(), "broken"); err == nil || !strings.Contains(err.Error(), "at the third row") {
		t.Errorf("a panic gave %v", err)
	}
	if got, err := b.Do(t.Context(), "whole"); err != nil || got != "whole" {
		t.Errorf("the next one: %q, %v", got, err)
	}
}
