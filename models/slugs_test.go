// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import "testing"

func TestAnAddressIsMadeOfAName(t *testing.T) {
	t.Parallel()
	long := "Una proposta molto lunga per la gestione associata dei servizi scolastici e sportivi dei tre comuni"
	for _, c := range []struct {
		name  string
		taken []string
		want  string
	}{
		{"Mobilità & scuole: che cosa cambia?", nil, "mobilita-e-scuole-che-cosa-cambia"},
		{"Anagrafe", []string{"anagrafe"}, "anagrafe-2"},
		{"ANAGRAFE", []string{"anagrafe", "anagrafe-2"}, "anagrafe-3"},
		{"«…»", nil, "x"},
		{"图书馆", nil, "tu-shu-guan"},
		{"uno_due", nil, "uno-due"},
		{"Unione dell'Orso", nil, "unione-dell-orso"},
		{long, nil, "una-proposta-molto-lunga-per-la-gestione-associata-dei"},
		{long, []string{"una-proposta-molto-lunga-per-la-gestione-associata-dei"}, "una-proposta-molto-lunga-per-la-gestione-associata-dei-2"},
	} {
		if got := newSlug(c.name, c.taken); got != c.want {
			t.Errorf("%q among %v: %q, want %q", c.name, c.taken, got, c.want)
		}
	}
}
