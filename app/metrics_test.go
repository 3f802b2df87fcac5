// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ultimaparola/app/jobs"
	"ultimaparola/app/metrics"
	"ultimaparola/models"
)

func TestMetricsAreReadOnTheirOwnPort(t *testing.T) {
	t.Parallel()
	i, own := install(t), install(t)
	program, _ := i.serve(t, "METRICS_LISTEN=127.0.0.1:"+own.port)
	get := func(port, path string) (int, string) {
		t.Helper()
		response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%s%s", port, path))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	get(i.port, "/status")
	wanted := []string{
		`ultimaparola_requests_total{method="GET",route="/status",status="200"} 1`, "\nultimaparola_database_up 1\n",
		"\nultimaparola_jobs_due 0\n", "\nultimaparola_jobs_failed 0\n", "\nultimaparola_worker_beat_timestamp_seconds ",
		`ultimaparola_batches_total{verb="register"} 0`, `go_sql_open_connections{db_name="ultimaparola"}`,
	}
	missing := func() (missed []string) {
		_, numbers := get(own.port, "/metrics")
		for _, want := range wanted {
			if !strings.Contains(numbers, want) {
				missed = append(missed, want)
			}
		}
		return missed
	}
	// The worker looks for jobs for the first time when the pages are there already.
	missed := missing()
	for late := time.Now().Add(30 * time.Second); len(missed) > 0 && time.Now().Before(late); {
		missed = missing()
	}
	if len(missed) > 0 {
		t.Errorf("they are without %q", missed)
	}
	if status, _ := get(own.port, "/"); status != http.StatusNotFound {
		t.Errorf("the pages are on the port of the metrics too: status %d", status)
	}
	if status, _ := get(i.port, "/metrics"); status != http.StatusNotFound {
		t.Errorf("the metrics are on the port of the pages too: status %d", status)
	}

	second := install(t)
	command := second.command(t, "serve")
	command.Env = append(command.Env, "METRICS_LISTEN=127.0.0.1:"+own.port)
	if said, err := command.CombinedOutput(); err == nil || !strings.Contains(string(said), "choose another METRICS_LISTEN") {
		t.Errorf("a second program on that port says %q (%v)", said, err)
	}
	if _, err := os.Stat(second.dir + "/postgres"); !os.IsNotExist(err) {
		t.Errorf("it has begun nevertheless (%v)", err)
	}
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err != nil {
		t.Error(err)
	}
}

func TestMetricsTellThatTheDatabaseIsAway(t *testing.T) {
	v := newVisitor(t)
	worker := jobs.New(v.deps, nil)
	value := func(name string) (float64, bool) {
		found := state(t.Context(), v.deps.Batches, worker)
		n := slices.IndexFunc(found, func(s metrics.Sample) bool { return s.Name == name })
		if n < 0 {
			return 0, false
		}
		return found[n].Value, true
	}
	at := v.now.Add(-time.Minute)
	if err := models.Enqueue(t.Context(), v.deps.DB, at, at, "kind", struct{}{}); err != nil {
		t.Fatal(err)
	}
	if due, _ := value("jobs_due"); due != 1 {
		t.Errorf("%v jobs are due", due)
	}
	if waiting, _ := value("jobs_oldest_due_seconds"); waiting != 60 {
		t.Errorf("for %v seconds", waiting)
	}
	if _, told := value("backup_timestamp_seconds"); told {
		t.Error("there is a backup before there is one")
	}
	if err := models.NoteBackup(t.Context(), v.deps.DB, &models.Backup{StartedAt: at, FinishedAt: *v.now, Size: 7, SHA256: "00"}); err != nil {
		t.Fatal(err)
	}
	if when, _ := value("backup_timestamp_seconds"); when != float64(at.Unix()) {
		t.Errorf("the last backup is of %v", when)
	}
	if err := v.deps.DB.Close(); err != nil {
		t.Fatal(err)
	}
	if up, told := value("database_up"); up != 0 || !told {
		t.Errorf("without a database database_up is %v (%v)", up, told)
	}
	if _, told := value("jobs_due"); told {
		t.Error("it counts the jobs of a database that is away")
	}
}
