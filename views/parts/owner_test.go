// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"context"
	"testing"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

func TestTheOwnerIsNamedByItselfOrByItsMunicipalities(t *testing.T) {
	named := func(legal bool, short string, towns ...string) *models.Organisation {
		o := &models.Organisation{Name: "Unione delle Valli", LegalPerson: legal, ShortName: short}
		for _, name := range towns {
			o.Municipalities = append(o.Municipalities, models.Municipality{Name: name})
		}
		return o
	}
	english := locale.With(context.Background(), "en")
	for _, c := range []struct {
		organisation   *models.Organisation
		it, en, header string
	}{
		{nil, "", "", ""},
		{named(false, ""), "Unione delle Valli", "Unione delle Valli", "Unione delle Valli"},
		{named(false, "", "Alta"), "Comune di Alta", "Municipality of Alta", "Comune di Alta"},
		{named(false, "", "Alta", "Bassa"), "Comuni di Alta e Bassa", "Municipalities of Alta and Bassa", "Comuni di Alta e Bassa"},
		{named(false, "Le Valli", "Alta", "Bassa", "Media"), "Comuni di Alta, Bassa e Media", "Municipalities of Alta, Bassa and Media", "Le Valli"},
		{named(true, "", "Alta", "Bassa"), "Unione delle Valli", "Unione delle Valli", "Unione delle Valli"},
	} {
		if it, en, header := Owner(context.Background(), c.organisation), Owner(english, c.organisation), OwnerInBrief(context.Background(), c.organisation); it != c.it || en != c.en || header != c.header {
			t.Errorf("%+v: %q, %q, in the header %q", c.organisation, it, en, header)
		}
	}
}
