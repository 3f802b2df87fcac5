// SPDX-License-Identifier: AGPL-3.0-or-later

package database_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/database"
)

// As a program with PROGRAM_DIR set, the test binary is one that uses a Server until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PROGRAM_DIR"); dir != "" {
		if err := program(dir); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// program notes rows, telling each on standard output once it is committed, until standard input ends.
func program(dir string) error {
	server, err := database.StartServer(context.Background(), database.ServerOptions{Dir: dir})
	if err != nil {
		return err
	}
	db, err := database.Connect(server.DSN())
	if err != nil {
		return err
	}
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY)"); err != nil {
		return err
	}
	for {
		var id int64
		if err := db.QueryRow("INSERT INTO notes DEFAULT VALUES RETURNING id").Scan(&id); err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// folder returns a data folder that, as root, also the server's account can reach.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ultimaparola-server-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, dir string) *database.Server {
	t.Helper()
	server, err := database.StartServer(t.Context(), database.ServerOptions{Dir: dir, NoSync: true})
	if err != nil {
		t.Fatalf("starting: %v", err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	return server
}

func connect(t *testing.T, dsn string) *bun.DB {
	t.Helper()
	db, err := database.Connect(dsn)
	if err != nil {
		t.Fatalf("connecting: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func value[T any](t *testing.T, db *bun.DB, query string) (result T) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&result); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return result
}

func execute(t *testing.T, db *bun.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestServerKeepsDataOverARestart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	server := start(t, dir)
	execute(t, connect(t, server.DSN()), "CREATE TABLE kept AS SELECT 'perché no' AS word")
	if err := server.Stop(); err != nil {
		t.Fatalf("stopping: %v", err)
	}
	if err := server.Stop(); err != nil {
		t.Errorf("stopping again: %v", err)
	}
	if word := value[string](t, connect(t, start(t, dir).DSN()), "SELECT word FROM kept"); word != "perché no" {
		t.Errorf("after the restart the row reads %q", word)
	}
}

func TestServerIsSafeAndPrivate(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	server, err := database.StartServer(t.Context(), database.ServerOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	db := connect(t, server.DSN())
	for query, want := range map[string]string{
		"SHOW fsync":                            "on",
		"SHOW synchronous_commit":               "on",
		"SHOW data_checksums":                   "on",
		"SHOW listen_addresses":                 "",
		"SHOW server_encoding":                  "UTF8",
		"SHOW timezone":                         "UTC",
		"SHOW is_superuser":                     "off",
		"SELECT lower('PERCHÉ')":                "perché",
		"SELECT current_user::text":             "ultimaparola",
		"SELECT current_database()::text":       "ultimaparola",
		"SELECT 'Ä' < 'b' COLLATE \"it-x-icu\"": "true",
	} {
		if got := value[string](t, db, query); got != want {
			t.Errorf("%s gives %q, want %q", query, got, want)
		}
	}
	for _, private := range []string{server.Data(), server.Socket()} {
		if info, err := os.Stat(private); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s is open to others (%v, %v)", private, info.Mode(), err)
		}
	}
	if _, err := database.Connect(strings.Replace(server.DSN(), "ultimaparola:", "ultimaparola:x", 1)); err == nil {
		t.Error("a wrong password is accepted")
	}
}

// PostgreSQL would note the statement that fails and the key that it doubles.
func TestServersLogHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	server := start(t, folder(t))
	db := connect(t, server.DSN())
	execute(t, db, "CREATE TABLE people (email text PRIMARY KEY)")
	execute(t, db, "INSERT INTO people VALUES ('ada@example.it')")
	if _, err := db.Exec("INSERT INTO people VALUES ('ada@example.it')"); err == nil {
		t.Fatal("a key is there twice")
	}
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	said, err := os.ReadFile(filepath.Join(filepath.Dir(server.Data()), "server.log"))
	if err != nil || !strings.Contains(string(said), "shut down") || strings.Contains(string(said), "ada@") {
		t.Errorf("the log says (%v):\n%s", err, said)
	}
}

func TestServerThatDiesIsStartedAgain(t *testing.T) {
	t.Parallel()
	server := start(t, folder(t))
	db := connect(t, server.DSN())
	execute(t, db, "CREATE TABLE kept AS SELECT 1 AS n")
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		var n int
		err := db.QueryRowContext(t.Context(), "SELECT n FROM kept").Scan(&n)
		if err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server did not come back: %v", err)
		}
	}
}

func TestNothingIsLostWhenKilled(t *testing.T) {
	for name, alsoServer := range map[string]bool{"the program": false, "the program and the server": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			told := runUntilKilled(t, dir, alsoServer)
			server := start(t, dir)
			kept := value[int64](t, connect(t, server.DSN()), "SELECT max(id) FROM notes")
			if kept < told {
				t.Errorf("row %d was told to be saved, but the last one is %d", told, kept)
			}
		})
	}
}

// runUntilKilled runs program, kills it -9 amidst its work and returns the last row it told.
func runUntilKilled(t *testing.T, dir string, alsoServer bool) (last int64) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "PROGRAM_DIR="+dir)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatalf("the program says %q", lines.Text())
		}
		if last == 50 {
			if alsoServer {
				kill(t, filepath.Join(dir, "postgres/data/postmaster.pid"))
			}
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = command.Wait() // killed
	if last < 50 {
		t.Fatalf("the program ended at row %d", last)
	}
	return last
}

func kill(t *testing.T, pidFile string) {
	t.Helper()
	file, err := os.Open(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var pid int
	if _, err := fmt.Fscan(file, &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

func TestServerRefusesForeignData(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, content, says string }{
		"other files":      {"letter.txt", "dear reader", "not a PostgreSQL database"},
		"unknown version":  {"PG_VERSION", "9\n", "PostgreSQL 9, which is not on this machine"},
		"damaged version":  {"PG_VERSION", "sixteen\n", "does not name a PostgreSQL version"},
		"negative version": {"PG_VERSION", "-1\n", "does not name a PostgreSQL version"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			data := filepath.Join(dir, "postgres", "data")
			if err := os.MkdirAll(data, 0o711); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, test.file), []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			server, err := database.StartServer(t.Context(), database.ServerOptions{Dir: dir, NoSync: true})
			if err == nil {
				_ = server.Stop()
				t.Fatal("it starts")
			}
			if !strings.Contains(err.Error(), test.says) {
				t.Errorf("it says %q, which does not tell that %s", err, test.says)
			}
			entries, err := os.ReadDir(data)
			if err != nil || len(entries) != 1 || entries[0].Name() != test.file {
				t.Errorf("the folder was changed: %v (%v)", entries, err)
			}
			if content, err := os.ReadFile(filepath.Join(data, test.file)); err != nil || string(content) != test.content {
				t.Errorf("the file was changed: %q (%v)", content, err)
			}
		})
	}
}

func TestOneProgramADataFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	server := start(t, dir)
	execute(t, connect(t, server.DSN()), "CREATE TABLE seen ()")
	if second, err := database.StartServer(t.Context(), database.ServerOptions{Dir: dir, NoSync: true}); !errors.Is(err, database.ErrInUse) {
		_ = second.Stop()
		t.Fatalf("a second server on the folder: %v", err)
	}
	dsn, err := database.RunningDSN(dir)
	if err != nil {
		t.Fatal(err)
	}
	if rows := value[int](t, connect(t, dsn), "SELECT count(*) FROM seen"); rows != 0 {
		t.Errorf("%d rows", rows)
	}
}

func TestServerStartsOverWhatAnInterruptionLeft(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	// An initdb that did not end.
	if err := os.MkdirAll(filepath.Join(dir, "postgres", "data.new", "base"), 0o711); err != nil {
		t.Fatal(err)
	}
	server := start(t, dir)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	// A pid file whose number another living process, this one, has got since, and a dead socket.
	for path, content := range map[string]string{
		filepath.Join(server.Data(), "postmaster.pid"):       fmt.Sprintf("%d\n%s\n", os.Getpid(), server.Data()),
		filepath.Join(server.Socket(), ".s.PGSQL.5432.lock"): fmt.Sprintf("%d\n", os.Getpid()),
		filepath.Join(server.Socket(), ".s.PGSQL.5432"):      "",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	connect(t, start(t, dir).DSN())
}

func TestServerInAFolderWithALongName(t *testing.T) {
	t.Parallel()
	server := start(t, filepath.Join(folder(t), strings.Repeat("cartella-", 12), "dati"))
	t.Cleanup(func() { _ = server.Stop(); _ = server.RemoveAll() })
	connect(t, server.DSN())
}

func TestServerWhereItsAccountCannotGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // as root: closed to all others, like root's home
	server := start(t, dir)
	t.Cleanup(func() { _ = server.Stop(); _ = server.RemoveAll() })
	execute(t, connect(t, server.DSN()), "CREATE TABLE kept ()")
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir)
	if again.Data() != server.Data() {
		t.Errorf("the data moved from %s to %s", server.Data(), again.Data())
	}
	execute(t, connect(t, again.DSN()), "DROP TABLE kept")
}

func TestServerSaysWhyItDoesNotStart(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	server := start(t, dir)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(server.Data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, "\nno_such_setting = 1\n"); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := database.StartServer(t.Context(), database.ServerOptions{Dir: dir, NoSync: true}); err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("it says %v", err)
	}
}
