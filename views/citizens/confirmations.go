// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"

	"ultimaparola/views/locale"
)

// home is where the author says they live.
func (p ConfirmationPage) home(ctx context.Context) string {
	if m := p.Organisation.Municipality(p.Asked.Author.MunicipalityID); m != nil {
		return m.Name
	}
	return locale.T(ctx, "confirmation.about.elsewhere")
}
