// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"
	"errors"
	"time"

	"ultimaparola/models"
)

// auditCheckEvery is how old the last check of the whole log becomes before it is checked again.
const auditCheckEvery = 24 * time.Hour

// signHead signs the head of the log. That the program's own log tells of it keeps a copy outside of the database.
func signHead(ctx context.Context, w *Worker) error {
	head, err := models.SignHead(ctx, w.DB, w.Now(), w.Config.AuditKey())
	if head != nil && err == nil {
		w.Log.Info("head of the log signed", "number", head.Number, "note", head.Note)
	}
	return err
}

// checkLog checks the whole log once a day, by whichever program comes first.
func checkLog(ctx context.Context, w *Worker) error {
	last, err := models.LastAuditCheck(ctx, w.DB)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if err == nil && w.Now().Sub(last.CheckedAt) < auditCheckEvery {
		return nil
	}
	check, err := models.CheckAudit(ctx, w.DB, w.Now(), w.Config.AuditKey())
	if err != nil {
		return err
	}
	for _, f := range check.Findings {
		w.Log.Error("the log is not in order", "found", f.Kind, "number", f.Number, "last", f.Last, "entry", f.ID)
	}
	return nil
}
