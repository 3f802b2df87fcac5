// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages of the house and those each may import: one way down. What is not here has no room.
var rooms = map[string][]string{
	"app":                       {"app/backup", "app/citizens", "app/organisers", "app/mayors", "app/administration", "app/staff", "app/api", "app/doctor", "app/jobs", "app/mail", "app/metrics", "app/web", "app/seed", "app/database", "models", "public", "views/"},
	"app/citizens":              {"app/web", "models", "views/"},
	"app/organisers":            {"app/web", "app/seed", "models", "views/"},
	"app/doctor":                {"app/database", "app/mail", "models", "views/"},
	"app/journeys":              {},
	"app/mayors":                {"app/web", "models", "views/"},
	"app/administration":        {"app/web", "app/mail", "app/seed", "models", "views/"},
	"app/backup":                {"app/database", "models", "migrations"},
	"app/staff":                 {"app/web", "app/seed", "models", "views/"},
	"app/jobs":                  {"app/backup", "app/web", "app/mail", "app/metrics", "models", "views/"},
	"app/web":                   {"app/metrics", "models", "public", "views/"},
	"app/mail":                  {},
	"app/metrics":               {},
	"app/mail/mailtest":         {"app/mail"},
	"app/seed":                  {"models"},
	"app/bench":                 {"app/database", "models"},
	"app/database":              {"migrations"},
	"app/database/databasetest": {"app/database", "migrations"},
	"views/":                    {"models", "public", "views/"},
	"models":                    {"app/ballotbox", "app/groups", "app/crest"},
	"migrations":                {},
	"public":                    {},
	"app/ballotbox":             {},
	"app/groups":                {},
	"app/crest":                 {},
	"deploy":                    {},
}

func TestImportsGoOneWayDown(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "ultimaparola/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&pkg); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		room := roomOf(pkg.ImportPath)
		allowed, known := rooms[room]
		if !known {
			t.Errorf("%s has no room in the house", pkg.ImportPath)
		}
		for _, imported := range pkg.Imports {
			if !strings.HasPrefix(imported, "ultimaparola/") {
				if room == "models" && (strings.Contains(imported, "fiber") || strings.Contains(imported, "templ")) {
					t.Errorf("models imports %s: it knows no HTTP and no HTML", imported)
				}
				continue
			}
			if !slices.Contains(allowed, roomOf(imported)) {
				t.Errorf("%s imports %s: not its way down", pkg.ImportPath, imported)
			}
		}
	}
	if seen < 10 {
		t.Errorf("looked at %d packages only", seen)
	}
}

func roomOf(path string) string {
	room := strings.TrimPrefix(path, "ultimaparola/")
	if strings.HasPrefix(room, "views/") {
		return "views/"
	}
	return room
}
