// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ultimaparola/app/database"
)

// An office's way: a key, a backup beside the running program, everything lost, another machine, the data back.
func TestBackupWreckRestoreThroughTheProgram(t *testing.T) {
	t.Parallel()
	i := install(t)
	text, err := i.run(t, "backup", "key")
	if err != nil {
		t.Fatalf("%s (%v)", text, err)
	}
	folder := t.TempDir()
	key := filepath.Join(folder, "key.txt")
	if err := os.WriteFile(key, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	recipient := regexp.MustCompile(`BACKUP_RECIPIENT=age1\w+`).FindString(text)
	backups := filepath.Join(folder, "backups")
	run := func(i installation, says string, works bool, arguments ...string) string {
		t.Helper()
		command := i.command(t, arguments...)
		command.Env = append(command.Env, recipient, "BACKUP_DIR="+backups)
		said, err := command.CombinedOutput()
		if (err == nil) != works || !strings.Contains(string(said), says) {
			t.Errorf("%v: %v\n%s", arguments, err, said)
		}
		return string(said)
	}
	run(i, "applied", true, "migrate", "up")
	run(i, "no backup has been made yet", true, "backup", "list")

	demo := i.command(t, "seed")
	demo.Env = append(demo.Env, "DEMO=1")
	if said, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("%s (%v)", said, err)
	}
	program, _ := i.serve(t)
	said := run(i, backups, true, "backup")
	path, _, _ := strings.Cut(said, ": ")
	run(i, filepath.Base(path), true, "backup", "list")
	run(i, "is there already", false, "backup", "--to", path)
	run(i, "backup --to FILE", false, "backup", "away")
	before := dumped(t, i)
	run(i, "move "+filepath.Join(i.dir, "postgres")+" away", false, "restore", path, "--identity", key)

	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // killed
	other := install(t)
	run(other, "restore FILE --identity KEY", false, "restore", "--identity", key)
	run(other, "the key cannot be read", false, "restore", path, "--identity", key+".absent")
	secret, err := os.ReadFile(filepath.Join(i.dir, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.dir, "secret"), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	said = run(other, "SECRET is the one of then", true, "restore", path, "--identity", key)
	for _, table := range []string{"comments", "registrations", "constraints", "triggers", "migrations"} {
		if !regexp.MustCompile(`(?m)^` + table + ` +\d+ +as it was$`).MatchString(said) {
			t.Errorf("it does not tell of %s:\n%s", table, said)
		}
	}
	program, _ = other.serve(t)
	if difference := cmp.Diff(before, dumped(t, other)); difference != "" {
		t.Errorf("not the same rows:\n%s", difference)
	}
	_ = program.Process.Kill()
	_ = program.Wait() // killed
	run(other, "", true, "audit", "verify")

	// Without its secret the data come back too, and the program says what to do.
	third := install(t)
	restore := third.command(t, "restore", "--identity", "-", path)
	restore.Stdin = strings.NewReader(text)
	if said, err := restore.CombinedOutput(); err != nil || !strings.Contains(string(said), "SECRET is not the one of then") {
		t.Errorf("with the key typed in: %s (%v)", said, err)
	}
}

// dumped returns how many rows the tables of a serving installation have and a hash of them, but for those that it writes by itself and the log.
func dumped(t *testing.T, i installation) (counts []string) {
	t.Helper()
	dsn, err := database.RunningDSN(i.dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Connect(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	if err := db.NewRaw("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('backups', 'confirmations') AND tablename NOT LIKE 'audit%' ORDER BY 1").Scan(t.Context(), &tables); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var count string
		if err := db.NewRaw("SELECT ? || ' ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM "+table+" t", table).Scan(t.Context(), &count); err != nil {
			t.Fatal(err)
		}
		counts = append(counts, count)
	}
	return counts
}
