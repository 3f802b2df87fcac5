// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"strings"
	"testing"
)

func TestReadabilityTellsPlainFromHard(t *testing.T) {
	for _, test := range []struct {
		text     string
		from, to int
	}{
		{"Leggi la proposta. Poi di' la tua. È facile.", 80, 100},
		{"L'amministrazione, nell'ambito delle proprie competenze istituzionali, provvederà " +
			"successivamente all'implementazione delle disposizioni regolamentari conseguentemente approvate.", 0, 39},
		// 2 sentences, 12 words, 83 letters: 89 + (600 - 830) / 12 = 69.8.
		{"## Titolo\n\nGli sportelli restano aperti dentro ognuno. Verranno spostati quando serviranno davvero, mattina.", 69, 69},
		{"- uno\n- due", 100, 100},
	} {
		if got, ok := Read(test.text); !ok || got.Gulpease < test.from || got.Gulpease > test.to {
			t.Errorf("%.40q: %d (%v), want %d to %d", test.text, got.Gulpease, ok, test.from, test.to)
		}
	}
	for _, text := range []string{"", "## Solo un titolo", "***"} {
		if got, ok := Read(text); ok {
			t.Errorf("%q has no words, but reads %d", text, got.Gulpease)
		}
	}
}

func TestLongSentencesAreNamed(t *testing.T) {
	long := strings.Repeat("parola ", 26) + "fine."
	got, _ := Read("Una frase breve. " + long + " Un'altra breve.\n\n- " + strings.Repeat("voce ", 25))
	if len(got.Long) != 1 || got.Long[0] != long {
		t.Errorf("long sentences: %q", got.Long)
	}
}
