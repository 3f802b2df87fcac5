// SPDX-License-Identifier: AGPL-3.0-or-later

// Package deploy_test holds what the program is installed with to what systemd and a container builder make of it.
// Installing it for true is `make test-package`.
package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// instructions returns the Containerfile's, each with what follows it.
func instructions(t *testing.T) [][2]string {
	t.Helper()
	text, err := os.ReadFile("Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	var found [][2]string
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		if name, rest, _ := strings.Cut(strings.TrimSpace(line), " "); name != "" && !strings.HasPrefix(name, "#") {
			found = append(found, [2]string{name, rest})
		}
	}
	return found
}

// What it copies out of the repository is enough for the commands that it runs: make knows how to make each thing there,
// and Go finds every package of the program and every file that is built into it.
func TestTheContainerIsBuildable(t *testing.T) {
	work := t.TempDir()
	within := func(name string, arguments ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), name, arguments...)
		command.Dir = work
		if said, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, said)
		}
	}
	made := 0
	for _, i := range instructions(t) {
		switch name, rest := i[0], i[1]; {
		case name == "COPY" && !strings.HasPrefix(rest, "--from="):
			names := strings.Fields(rest)
			for _, source := range names[:len(names)-1] {
				if err := os.CopyFS(filepath.Join(work, source), os.DirFS(filepath.Join("..", source))); err == nil {
					continue // a folder
				}
				text, err := os.ReadFile(filepath.Join("..", source))
				if err == nil {
					err = os.WriteFile(filepath.Join(work, source), text, 0o600)
				}
				if err != nil {
					t.Error(err)
				}
			}
		case name == "RUN" && strings.HasPrefix(rest, "make "):
			made++
			within("make", append(strings.Fields(rest)[1:], "--dry-run")...)
		}
	}
	if made == 0 {
		t.Error("it makes nothing")
	}
	within("go", "list", "-deps", "-f", `{{""}}`, "./app")
}

func TestTheContainerIsBuiltWithTheGoOfTheModule(t *testing.T) {
	module, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(module)
	if version == nil {
		t.Fatal("go.mod names no Go")
	}
	text, err := os.ReadFile("Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "FROM docker.io/library/golang:"+string(version[1])+"-") {
		t.Errorf("it does not take Go %s", version[1])
	}
}

// The image holds nothing but the program: no shell, no account but a number that is not root's.
func TestTheContainersLastStageIsBare(t *testing.T) {
	var last [][2]string
	for _, i := range instructions(t) {
		if i[0] == "FROM" {
			last = nil
		}
		last = append(last, i)
	}
	if last[0][1] != "scratch" {
		t.Errorf("it begins from %s", last[0][1])
	}
	user := ""
	for _, i := range last {
		switch i[0] {
		case "RUN":
			t.Errorf("it cannot run %s: there is no shell", i[1])
		case "USER":
			user = i[1]
		}
	}
	if !regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`).MatchString(user) {
		t.Errorf("it runs as %q", user)
	}
}
