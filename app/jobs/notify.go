// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"

	"ultimaparola/models"
)

// notify enqueues one mail for each person concerned, chunk after chunk.
func (w *Worker) notify(ctx context.Context, job models.Job) error {
	for {
		done, err := models.Notify(ctx, w.DB, w.Now(), job.ID)
		if done || err != nil {
			return err
		}
	}
}
