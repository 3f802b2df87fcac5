// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"errors"

	"ultimaparola/models"
	"ultimaparola/views/notice"
)

// keepNotice writes down how the information notice reads now, whatever made it read differently: its settings, a
// municipality's address, a new version of the program. While invented data are loaded nobody is told anything.
func keepNotice(ctx context.Context, w *Worker) error {
	organisation, err := models.TheOrganisation(ctx, w.DB)
	if errors.Is(err, models.ErrNotFound) || err == nil && !organisation.DemoSince.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	settings, err := models.PrivacyOf(ctx, w.DB, organisation.ID)
	if err != nil {
		return err
	}
	title, body, err := notice.Of(organisation, settings)
	if err != nil {
		return err
	}
	return models.KeepNotice(ctx, w.DB, w.Now(), organisation.ID, title, body)
}
