// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	publiccode "github.com/italia/publiccode-parser-go/v5"
)

func TestPubliccodePassesTheParser(t *testing.T) {
	parser, err := publiccode.NewParser(publiccode.ParserConfig{DisableNetwork: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse("../publiccode.yml"); err != nil {
		t.Error(err)
	}
}

func TestEverySourceFileNamesTheLicence(t *testing.T) {
	files, err := exec.Command("git", "-C", "..", "ls-files", "--cached", "--others", "--exclude-standard",
		"*.go", "*.templ", "*.sql", "*.scss", "*.js", "*.mjs").Output()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, name := range strings.Fields(string(files)) {
		if strings.HasSuffix(name, "_templ.go") {
			continue // generated
		}
		source, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		checked++
		if first, _, _ := bytes.Cut(source, []byte("\n")); !bytes.Contains(first, []byte("SPDX-License-Identifier: AGPL-3.0-or-later")) {
			t.Errorf("%s does not begin with its SPDX line", name)
		}
	}
	if checked < 50 {
		t.Errorf("checked %d files only", checked)
	}
}
