// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"strings"
	"testing"

	"ultimaparola/models"
)

// The steps are read off what there is: each is done when the thing is there, and the next one needed stands first.
func TestSettingUpSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	staff := v.enter(models.RoleAdministrator, "")
	state := func(step string) string {
		t.Helper()
		return text(v.get("/amministrazione").Find(".setup-steps li:has(a:contains('" + step + "')) .setup-state"))
	}
	next := func() string { return text(v.get("/amministrazione").Find("#next")) }
	for step, want := range map[string]string{"Il tuo accesso": "Da fare", "Comuni": "Fatto", "Consultazione e proposte": "Fatto",
		"Incontri": "Fatto", "Pubblicazione": "Fatto", "Privacy": "Da fare", "Personale": "Facoltativo", "E-mail": "Da fare"} {
		if got := state(step); got != want {
			t.Errorf("%s: %q, want %q", step, got, want)
		}
	}
	if got := next(); !strings.HasPrefix(got, "Passo 1 di 10: Il tuo accesso") {
		t.Errorf("first of all: %q", got)
	}
	key := models.Passkey{ID: []byte("k"), Name: "Prova", Credential: []byte("{}")}
	if err := models.AddPasskey(t.Context(), v.deps.DB, *v.now, staff, key); err != nil {
		t.Fatal(err)
	}
	if got := state("Il tuo accesso"); got != "Da fare" {
		t.Errorf("a passkey without recovery codes: %q", got)
	}
	if _, err := models.NewRecoveryCodes(t.Context(), v.deps.DB, *v.now, staff); err != nil {
		t.Fatal(err)
	}
	if got := next(); !strings.HasPrefix(got, "Passo 2 di 10") {
		t.Errorf("then: %q", got)
	}
}
