// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"strings"
	"syscall"
	"testing"

	"ultimaparola/app/database"
)

// Each start prints fresh links for the demonstration's four accounts; a second one takes up the same people.
func TestDemonstrationIsLoadedOnceAndSignsStaffIn(t *testing.T) {
	t.Parallel()
	i := install(t)
	printed := map[string]bool{}
	for start := range 2 {
		program := i.command(t, "serve")
		program.Env = append(program.Env, "DEMO=true")
		output, err := program.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		links := map[string]string{}
		lines := bufio.NewScanner(output)
		for len(links) < 4 && lines.Scan() {
			if name, link, found := strings.Cut(lines.Text(), ": "); found && strings.Contains(link, "/conferme/") {
				links[name] = link
				if printed[link] {
					t.Errorf("start %d prints a link again: %s", start, link)
				}
				printed[link] = true
			}
		}
		for _, name := range []string{
			"Segreteria (dimostrazione)", "Amministrazione (dimostrazione)",
			"Ufficio del sindaco di Carmignano (dimostrazione)", "Ufficio del sindaco di Poggio a Caiano (dimostrazione)",
		} {
			if !strings.HasPrefix(links[name], "http://localhost:"+i.port+"/") {
				t.Errorf("start %d: no link for %s, only %v", start, name, links)
			}
		}
		if got := i.people(t); got != 300 {
			t.Errorf("start %d: %d people, want 300", start, got)
		}
		if err := program.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := program.Wait(); err != nil {
			t.Error(err)
		}
	}
}

// people counts those in the running program's database.
func (i installation) people(t *testing.T) (n int) {
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
	if err := db.NewRaw("SELECT count(*) FROM people").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
