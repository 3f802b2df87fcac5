// SPDX-License-Identifier: AGPL-3.0-or-later

package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// retryAfter is how long a night's backup that failed waits for the next try.
const retryAfter = time.Hour

// Nightly makes the last night's backup when there is none yet, takes old ones away, and returns the one it made: nil
// when there is nothing to do. It may be called as often as one likes, by several programs on one database.
//
// A night's backup is due from 02:30 in Rome until there is one, so that a program that was down makes up for it. After
// one that failed the next try is an hour later; until then its error is returned again.
func (p Plan) Nightly(ctx context.Context, db *bun.DB, now time.Time) (made *models.Backup, err error) {
	if p.Dir == "" {
		return nil, nil
	}
	err = alone(ctx, db, "pg_try_advisory_lock", func() error {
		due, err := due(ctx, db, now)
		if err != nil || !due {
			return err
		}
		if made, err = p.note(ctx, db, now, p.Path(now)); err != nil {
			return err
		}
		return p.rotate(now)
	})
	if errors.Is(err, errUnderWay) {
		return nil, nil
	}
	return made, err
}

// due tells whether there is no backup since the last 02:30 in Rome. Its error may be that of the last try.
func due(ctx context.Context, db *bun.DB, now time.Time) (bool, error) {
	night := now.In(models.Rome)
	night = time.Date(night.Year(), night.Month(), night.Day(), 2, 30, 0, 0, models.Rome)
	if night.After(now) {
		night = night.AddDate(0, 0, -1)
	}
	last, err := models.LastBackup(ctx, db)
	switch {
	case err == nil && !last.StartedAt.Before(night):
		return false, nil
	case err != nil && !errors.Is(err, models.ErrNotFound):
		return false, err
	}
	tries, err := models.Backups(ctx, db, 1)
	if err == nil && len(tries) == 1 && tries[0].Error != "" && now.Before(tries[0].StartedAt.Add(retryAfter)) {
		err = fmt.Errorf("the last try, at %s, failed: %s", tries[0].StartedAt.Format(time.RFC3339), tries[0].Error)
	}
	return err == nil, err
}

// rotate removes from Dir what is older than the newest Keep days that have a backup, and what a program that was killed
// has left unfinished. Of a day of several it keeps them all. Other files it leaves alone.
func (p Plan) rotate(now time.Time) error {
	entries, err := os.ReadDir(p.Dir) // in order of name, which is that of time
	if err != nil {
		return err
	}
	days := map[string]bool{}
	var problems []error
	for i := len(entries) - 1; i >= 0; i-- {
		name := entries[i].Name()
		whole := strings.TrimSuffix(name, partial)
		at, err := time.Parse(named, whole)
		if err != nil {
			continue
		}
		day := at.In(models.Rome).Format(time.DateOnly)
		if whole == name && (days[day] || len(days) < p.Keep) {
			days[day] = true
			continue
		}
		if whole != name && now.Sub(at) < 24*time.Hour { // it may be under way
			continue
		}
		if err := os.Remove(filepath.Join(p.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}
