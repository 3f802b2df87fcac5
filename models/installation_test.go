// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

func TestADatabaseKnowsTheSecretThatItIsUsedWith(t *testing.T) {
	t.Parallel()
	db, now := databasetest.New(t), time.Now()
	first, second := []byte(strings.Repeat("a", 32)), []byte(strings.Repeat("b", 32))
	if err := models.CheckSecret(t.Context(), db, first); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("an unused database: %v", err)
	}
	for range 2 {
		if err := models.KnowSecret(t.Context(), db, now, first); err != nil {
			t.Errorf("its secret: %v", err)
		}
	}
	for _, know := range []error{models.KnowSecret(t.Context(), db, now, second), models.CheckSecret(t.Context(), db, second)} {
		if !errors.Is(know, models.ErrOtherSecret) {
			t.Errorf("another secret: %v", know)
		}
	}
	var stored []byte
	if err := db.NewRaw("SELECT secret_salt || secret_check FROM installation").Scan(t.Context(), &stored); err != nil {
		t.Fatal(err)
	}
	if len(stored) != 64 || bytes.Contains(stored, first[:4]) {
		t.Errorf("the database holds %x", stored)
	}

	if err := models.AcceptSecret(t.Context(), db, now, second); err != nil {
		t.Fatal(err)
	}
	if err := models.CheckSecret(t.Context(), db, second); err != nil {
		t.Errorf("the secret accepted: %v", err)
	}
	if err := models.CheckSecret(t.Context(), db, first); !errors.Is(err, models.ErrOtherSecret) {
		t.Errorf("the one before it: %v", err)
	}
}
