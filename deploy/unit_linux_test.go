// SPDX-License-Identifier: AGPL-3.0-or-later

package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheUnitIsWellFormed(t *testing.T) {
	text, err := os.ReadFile("ultimaparola.service")
	if err != nil {
		t.Fatal(err)
	}
	const program = "/usr/lib/ultimaparola/ultimaparola"
	if !strings.Contains(string(text), "ExecStart="+program+" serve\n") {
		t.Errorf("it does not start %s", program)
	}
	// The check wants the program to exist, and it is not installed here.
	here, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "ultimaparola.service")
	if err := os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), program, here)), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit).CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
}

// systemd counts from 0 (nothing can be reached) to 10; a service that says nothing has 9.6.
func TestTheUnitIsExposedToLittle(t *testing.T) {
	said, err := exec.CommandContext(t.Context(), "systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", "ultimaparola.service").CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, said)
	}
}
