// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v3"

	"ultimaparola/app/jobs"
	"ultimaparola/app/metrics"
	"ultimaparola/models"
)

var (
	commandRE = regexp.MustCompile(`(?:sudo |bin/)ultimaparola ([a-z]+)(?: ([a-z]+)\b)?`)
	metricRE  = regexp.MustCompile(`\b(?:ultimaparola|go_sql)_[a-z_]+`)
)

func handbooks(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil || len(files) < 2 {
		t.Fatalf("the handbooks are %v (%v)", files, err)
	}
	books := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		books[filepath.Base(file)] = string(text)
	}
	return books
}

func TestTheHandbooksGiveCommandsThatThereAre(t *testing.T) {
	find := func(among []*cli.Command, name string) *cli.Command {
		for _, c := range among {
			if c.Name == name {
				return c
			}
		}
		return nil
	}
	found := 0
	for book, text := range handbooks(t) {
		for _, given := range commandRE.FindAllStringSubmatch(text, -1) {
			found++
			command := find(commands().Commands, given[1])
			if command == nil || given[2] != "" && command.ArgsUsage == "" && find(command.Commands, given[2]) == nil {
				t.Errorf("%s: there is no command %q", book, given[0])
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d commands are found", found)
	}
}

func TestTheHandbookNamesMetricsThatThereAre(t *testing.T) {
	v := newVisitor(t)
	now := time.Now()
	if err := models.NoteBackup(t.Context(), v.deps.DB, &models.Backup{StartedAt: now, FinishedAt: now, Name: "b", SHA256: "x"}); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer serveMetrics(listener, v.deps, jobs.New(v.deps, v.mailer))()
	v.deps.Metrics.Job(models.JobMail, metrics.Done)
	v.get("/")
	answered := httptest.NewRecorder()
	v.deps.Metrics.Handler().ServeHTTP(answered, httptest.NewRequest("GET", "/metrics", nil))
	worker := "ultimaparola_worker_beat_timestamp_seconds" // which has not looked for work here
	named := metricRE.FindAllString(handbooks(t)["esercizio.md"], -1)
	for _, name := range named {
		if name != worker && !strings.Contains(answered.Body.String(), "# TYPE "+name+" ") {
			t.Errorf("there is no %s", name)
		}
	}
	if len(named) < 8 {
		t.Errorf("only %d are found", len(named))
	}
}
