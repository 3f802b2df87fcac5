// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// homeLead says how far setting up has come.
func homeLead(ctx context.Context, next int) string {
	if next > 0 {
		return locale.T(ctx, "setup.lead")
	}
	return locale.T(ctx, "setup.complete")
}

func stepState(s models.SetupStep) string {
	switch {
	case s.Done:
		return "setup.done"
	case s.Optional:
		return "setup.optional"
	}
	return "setup.to_do"
}
