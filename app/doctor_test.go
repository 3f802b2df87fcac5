// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

func TestTheDoctorLooksBesideTheProgram(t *testing.T) {
	t.Parallel()
	i := install(t)
	look := func(code int, words ...string) {
		t.Helper()
		said, err := i.run(t, "doctor")
		var ended *exec.ExitError
		got := 0
		if errors.As(err, &ended) {
			got = ended.ExitCode()
		}
		// What sets this machine's clock is not the program's business.
		if got != code && !(code == 0 && got == 2 && strings.Contains(said, "warning  clock")) {
			t.Errorf("exit code %d, want %d:\n%s", got, code, said)
		}
		for _, want := range words {
			if !strings.Contains(said, want) {
				t.Errorf("it does not say %q:\n%s", want, said)
			}
		}
	}
	look(1, "There is none yet", "problem  program")
	program, _ := i.serve(t)
	look(2, "ok       settings   Development", "ok       program", "warning  staff")
	if said, err := i.run(t, "staff", "add", "--name", "Ada", "--email", "ada@example.it", "--role", "administrator"); err != nil {
		t.Fatalf("%s (%v)", said, err)
	}
	look(0, "ok       staff", "e-mails are read at /posta")
	if said, err := i.run(t, "jobs", "retry"); err != nil || !strings.Contains(said, "0 are tried again now") {
		t.Errorf("jobs retry says %q (%v)", said, err)
	}
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err != nil {
		t.Error(err)
	}
	look(1, "The program's own does not run", "does not answer on this machine")
}

func TestTheDoctorNamesWrongSettings(t *testing.T) {
	t.Parallel()
	command := install(t).command(t, "doctor")
	command.Env = append(command.Env, "BASE_URL=https://partecipa.example.it")
	said, err := command.CombinedOutput()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || ended.ExitCode() != 1 {
		t.Errorf("it ends with %v", err)
	}
	for _, want := range []string{"problem  settings", "set SMTP_URL", "set SECRET", "2 to mend"} {
		if !strings.Contains(string(said), want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
}

func TestTheProgramIsAskedWhereItListens(t *testing.T) {
	for listen, local := range map[string]string{"127.0.0.1": "http://127.0.0.1:3000", "0.0.0.0": "http://localhost:3000", "::": "http://localhost:3000", "::1": "http://[::1]:3000"} {
		c, err := readConfig([]string{"LISTEN=" + listen, "SMTP_URL=smtp://mail.example.it", "SECRET=" + aSecret})
		if err != nil || c.local() != local {
			t.Errorf("listening on %s it is asked at %s (%v)", listen, c.local(), err)
		}
	}
}
