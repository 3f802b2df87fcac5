// SPDX-License-Identifier: AGPL-3.0-or-later

package backup_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ultimaparola/app/backup"
	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

func rome(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, models.Rome)
	if err != nil {
		panic(err)
	}
	return at
}

func TestOneBackupANight(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	for _, step := range []struct {
		at   string
		made bool
	}{
		{"2026-11-23 17:00", true}, // the first, at once
		{"2026-11-23 17:01", false},
		{"2026-11-24 02:29", false},
		{"2026-11-24 02:30", true},
		{"2026-11-24 02:31", false},
		{"2026-11-25 02:29", false},
		{"2026-11-27 11:00", true}, // three nights down
		{"2026-11-27 23:59", false},
		{"2026-11-28 02:30", true},
		// The nights on which the clocks change.
		{"2027-03-27 02:30", true},
		{"2027-03-28 03:31", true},
		{"2027-03-28 12:00", false},
		{"2027-03-29 02:29", false},
		{"2027-03-29 02:30", true},
		{"2027-10-30 02:30", true},
		{"2027-10-31 03:00", true},
		{"2027-10-31 12:00", false},
		{"2027-11-01 02:29", false},
		{"2027-11-01 02:30", true},
	} {
		made, err := o.Nightly(t.Context(), db, rome(step.at))
		if err != nil || (made != nil) != step.made {
			t.Errorf("%s: %+v (%v)", step.at, made, err)
		}
	}
}

func TestProgramsBesideEachOtherMakeOneBackup(t *testing.T) {
	t.Parallel()
	o, dsn := newOffice(t), databasetest.DSN(t)
	const programs = 4
	type outcome struct {
		made *models.Backup
		err  error
	}
	outcomes := make(chan outcome, programs)
	for n := range programs {
		db, err := database.Connect(dsn)
		must(t, err)
		defer db.Close()
		go func() {
			made, err := o.Nightly(t.Context(), db, night.Add(time.Duration(n)*time.Second)) // each would have its own file
			outcomes <- outcome{made, err}
		}()
	}
	made := 0
	for range programs {
		got := <-outcomes
		if got.err != nil {
			t.Error(got.err)
		}
		if got.made != nil {
			made++
		}
	}
	files, err := os.ReadDir(o.Dir)
	if err != nil || made != 1 || len(files) != 1 {
		t.Errorf("%d were made; the files are %v (%v)", made, files, err)
	}
}

func TestABackupByHandWaitsForAnother(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	nightly, byHand := make(chan error, 1), make(chan error, 1)
	release := inTheMiddle(t, db, func() {
		go func() {
			_, err := o.Nightly(t.Context(), db, night)
			nightly <- err
		}()
	})
	path := filepath.Join(o.Dir, "by-hand.age")
	go func() {
		_, err := o.Make(t.Context(), db, night.Add(time.Minute), path)
		byHand <- err
	}()
	for !waiting(t, db, "%pg_advisory_lock%") {
	}
	if made, err := o.Nightly(t.Context(), db, night.Add(time.Hour)); made != nil || err != nil {
		t.Errorf("another program's, meanwhile: %+v (%v)", made, err)
	}
	release()
	must(t, <-nightly)
	must(t, <-byHand)
	for _, file := range []string{path, o.Path(night)} {
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
}

func TestAFailedNightIsTriedAgainAnHourLater(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	must(t, os.WriteFile(o.Dir, nil, 0o600)) // where the folder should be
	if _, err := o.Nightly(t.Context(), db, night); err == nil {
		t.Fatal("it does not fail")
	}
	must(t, os.Remove(o.Dir))
	for _, after := range []time.Duration{time.Minute, 59 * time.Minute} {
		if made, err := o.Nightly(t.Context(), db, night.Add(after)); made != nil || err == nil || !strings.Contains(err.Error(), o.Dir) {
			t.Errorf("%s later: %+v (%v)", after, made, err)
		}
	}
	if made, err := o.Nightly(t.Context(), db, night.Add(time.Hour)); made == nil || err != nil {
		t.Errorf("an hour later: %+v (%v)", made, err)
	}
	if all, err := models.Backups(t.Context(), db, 10); err != nil || len(all) != 2 {
		t.Errorf("noted are %+v (%v)", all, err)
	}
}

func TestWithoutAFolderNothingIsDone(t *testing.T) {
	t.Parallel()
	if made, err := (backup.Plan{}).Nightly(t.Context(), databasetest.New(t), night); made != nil || err != nil {
		t.Errorf("%+v (%v)", made, err)
	}
}

func TestOldBackupsGo(t *testing.T) {
	t.Parallel()
	o, db := newOffice(t), databasetest.New(t)
	o.Keep = 3
	must(t, os.MkdirAll(o.Dir, 0o700))
	for _, name := range []string{
		"ultimaparola-20261101T013000Z.age",
		"ultimaparola-20261110T013000Z.age", // the oldest day to stay: between it and the next nobody made any
		"ultimaparola-20261110T090000Z.age", // by hand, the same day
		"ultimaparola-20261122T230500Z.age", // 23 November in Rome, already
		"ultimaparola-20261123T013000Z.age",
		"ultimaparola-20261123T120000Z.age.partial", // may be under way
		"ultimaparola-20261122T013000Z.age.partial", // of a program that was killed
		"before-the-upgrade.age", "ultimaparola-notes.txt",
	} {
		must(t, os.WriteFile(filepath.Join(o.Dir, name), nil, 0o600))
	}
	_, err := o.Nightly(t.Context(), db, night)
	must(t, err)
	entries, err := os.ReadDir(o.Dir)
	must(t, err)
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	want := []string{
		"before-the-upgrade.age",
		"ultimaparola-20261110T013000Z.age",
		"ultimaparola-20261110T090000Z.age",
		"ultimaparola-20261122T230500Z.age",
		"ultimaparola-20261123T013000Z.age",
		"ultimaparola-20261123T120000Z.age.partial",
		"ultimaparola-20261124T013100Z.age",
		"ultimaparola-notes.txt",
	}
	if !slices.Equal(left, want) {
		t.Errorf("there are\n%s", strings.Join(left, "\n"))
	}
}
