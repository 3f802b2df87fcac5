// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"strings"
	"testing"

	"ultimaparola/models"
)

// Letters are signed by who writes them: the municipalities, or the legal person that they make up.
func TestLettersAreSignedByWhoWritesThem(t *testing.T) {
	sender := Sender{Organisation: &models.Organisation{Name: "Unione delle Valli", Phone: "06 1", Email: "info@valli.example",
		Municipalities: []models.Municipality{{Name: "Alta", Phone: "06 2"}, {Name: "Bassa"}}}}
	says := func() string {
		_, text, html, err := Render(context.Background(), sender, Letter{Subject: "Prova", Why: "Perché sì."})
		if err != nil || !strings.Contains(html, sender.Name(context.Background())) {
			t.Errorf("the HTML is not signed (%v): %s", err, html)
		}
		return text
	}
	if text := says(); !strings.Contains(text, "Comuni di Alta e Bassa") || !strings.Contains(text, "Comune di Alta, telefono 06 2") || strings.Contains(text, "Valli") {
		t.Errorf("by the municipalities: %s", text)
	}
	sender.Organisation.LegalPerson = true
	if text := says(); strings.Contains(text, "Comuni di") || !strings.Contains(text, "Unione delle Valli, telefono 06 1, info@valli.example") {
		t.Errorf("by the union: %s", text)
	}
}
