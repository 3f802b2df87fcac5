// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/models"
)

const (
	oldBackup  = 30 * time.Hour // one is made each night, and takes a while
	lostBackup = 72 * time.Hour
)

// backups looks how old the last copy of everything is, and whether its file is there.
func (p *Patient) backups(ctx context.Context, db *bun.DB) []Finding {
	const about = "backup"
	var findings []Finding
	if p.BackupDir == "" {
		if !p.Production {
			return []Finding{{Fine, about, "None is made in development unless BACKUP_DIR is set.", ""}}
		}
		findings = append(findings, Finding{Warning, about, "None is made each night.",
			"Set BACKUP_DIR, and BACKUP_RECIPIENT to the office's key (ultimaparola backup key); or make sure that who keeps the database does it."})
	}
	tries, err := models.Backups(ctx, db, 1)
	if err != nil {
		return append(findings, unread(about, err))
	}
	if len(tries) == 1 && tries[0].Error != "" {
		findings = append(findings, Finding{Problem, about, "The last one failed: " + tries[0].Error, "Mend the cause; the program tries again each hour."})
	}
	last, err := models.LastBackup(ctx, db)
	if errors.Is(err, models.ErrNotFound) {
		if p.BackupDir == "" {
			return findings
		}
		return append(findings, Finding{Warning, about, "There is none yet.", "The first is made in the night, or now: ultimaparola backup"})
	}
	if err != nil {
		return append(findings, unread(about, err))
	}
	age := p.Now().Sub(last.StartedAt)
	f := Finding{Fine, about, fmt.Sprintf("The last one, of %.1f MB, was made %s ago.", float64(last.Size)/1e6, words(age)), ""}
	switch {
	case age > lostBackup:
		f.Level = Problem
	case age > oldBackup:
		f.Level = Warning
	}
	if f.Level > Fine {
		f.Next = "Make one now (ultimaparola backup), and look why the night's does not come: journalctl -u ultimaparola | grep backup"
	}
	findings = append(findings, f)
	if p.BackupDir == "" {
		return findings
	}
	file := filepath.Join(p.BackupDir, last.Name)
	switch info, err := os.Stat(file); {
	case err != nil:
		findings = append(findings, Finding{Warning, about, "Its file is not where the night's are: " + err.Error(), "If it was moved elsewhere, all is well; if not, make another: ultimaparola backup"})
	case info.Size() != last.Size:
		findings = append(findings, Finding{Problem, about, fmt.Sprintf("%s has %d bytes and not %d: it cannot be read any more.", file, info.Size(), last.Size), "Look after the disk, and make another: ultimaparola backup"})
	}
	return findings
}
