// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"ultimaparola/app/database"
)

// With AS_PROGRAM set the test binary is the program itself.
func TestMain(m *testing.M) {
	if os.Getenv("AS_PROGRAM") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// installation is a data folder and a port of a test's own.
type installation struct{ dir, port string }

func install(t *testing.T) installation {
	t.Helper()
	dir, err := os.MkdirTemp("", "ultimaparola-program-") // not t.TempDir, which as root only root can enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	return installation{dir, fmt.Sprint(free.Addr().(*net.TCPAddr).Port)}
}

func (i installation) command(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], arguments...)
	command.Env = []string{"AS_PROGRAM=1", "DATA_DIR=" + i.dir, "PORT=" + i.port, "PATH=" + os.Getenv("PATH")}
	return command
}

// run runs a command to its end and returns what it printed.
func (i installation) run(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	said, err := i.command(t, arguments...).CombinedOutput()
	return string(said), err
}

// serve starts the program, with settings besides its own, and returns once it has told its address.
func (i installation) serve(t *testing.T, settings ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	command := i.command(t, "serve")
	command.Env = append(command.Env, settings...)
	said := new(bytes.Buffer)
	command.Stderr = said
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "http://localhost:"+i.port) {
			go func() {
				for lines.Scan() { // what it prints later must not block it
				}
			}()
			return command, said
		}
	}
	_ = command.Wait()
	t.Fatalf("the program ends without telling its address: %s", said)
	return nil, nil
}

func TestServeStopsCleanly(t *testing.T) {
	t.Parallel()
	for _, sign := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		i := install(t)
		program, said := i.serve(t)
		response, err := http.Get("http://localhost:" + i.port + "/")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if err := program.Process.Signal(sign); err != nil {
			t.Fatal(err)
		}
		if err := program.Wait(); err != nil {
			t.Errorf("%v: %v\n%s", sign, err, said)
		}
		if _, err := os.Stat(i.dir + "/postgres/data/postmaster.pid"); !os.IsNotExist(err) {
			t.Errorf("%v: PostgreSQL was not stopped (%v)", sign, err)
		}
	}
}

func TestStaffAddedBesideAServingProgramOutlivesItsKilling(t *testing.T) {
	t.Parallel()
	i := install(t)
	program, _ := i.serve(t)
	said, err := i.run(t, "staff", "add", "--name", "Ada Prova", "--email", "ada@example.it", "--role", "mayor", "--municipality", "carmignano")
	if err != nil || !strings.Contains(said, "http://localhost:"+i.port+"/") {
		t.Errorf("staff add says %q (%v)", said, err)
	}
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // killed

	program, _ = i.serve(t)
	dsn, err := database.RunningDSN(i.dir)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Connect(dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var accounts int
	if err := db.QueryRow("SELECT count(*) FROM staff WHERE email = 'ada@example.it'").Scan(&accounts); err != nil || accounts != 1 {
		t.Errorf("%d accounts after the restart (%v)", accounts, err)
	}
	if said, err := i.run(t, "staff", "add", "--name", "Ada Prova", "--email", "ADA@example.it"); err == nil || !strings.Contains(said, "ada@example.it has an account already") {
		t.Errorf("the same address again: %q (%v)", said, err)
	}
	if said, err := i.run(t, "staff", "reset", "ada@example.it"); err != nil || !strings.Contains(said, "/conferme/") {
		t.Errorf("a new way in for who lost the second factor: %q (%v)", said, err)
	}
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err != nil {
		t.Error(err)
	}
}

func TestDemonstrationPrintsSignInLinks(t *testing.T) {
	t.Parallel()
	i := install(t)
	program := i.command(t, "serve")
	program.Env = append(program.Env, "DEMO=true")
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	var links []string
	for lines := bufio.NewScanner(output); len(links) < 4 && lines.Scan(); {
		if strings.Contains(lines.Text(), "/conferme/") {
			links = append(links, lines.Text()[strings.Index(lines.Text(), "http://"):])
		}
	}
	for _, link := range links {
		response, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", link, response.Status)
		}
	}
	if len(links) != 4 { // organiser, administrator and two mayors' offices
		t.Errorf("there are %d links", len(links))
	}
	if err := program.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := program.Wait(); err != nil {
		t.Error(err)
	}
}

func TestCommandsRefuseInOneSentence(t *testing.T) {
	t.Parallel()
	i := install(t)
	taken, err := net.Listen("tcp", "127.0.0.1:"+i.port)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, test := range map[string]struct {
		arguments []string
		says      string
	}{
		"port in use":              {[]string{"serve"}, "already in use by another program"},
		"unknown role":             {[]string{"staff", "add", "--name", "A", "--email", "a@example.it", "--role", "king"}, "choose one of administrator, organiser"},
		"staff before the case":    {[]string{"staff", "add", "--name", "A", "--email", "a@example.it"}, "ultimaparola seed"},
		"no address":               {[]string{"staff", "add", "--name", "A", "--email", "ada"}, "not an e-mail address"},
		"nobody to let in":         {[]string{"staff", "reset", "ada"}, "ultimaparola staff reset EMAIL"},
		"nobody to close":          {[]string{"staff", "close"}, "ultimaparola staff close EMAIL"},
		"unknown command of staff": {[]string{"staff", "dismiss"}, "dismiss"},
	} {
		t.Run(name, func(t *testing.T) {
			said, err := i.run(t, test.arguments...)
			if err == nil || !strings.Contains(said, test.says) {
				t.Errorf("it says %q (%v)", said, err)
			}
			if strings.Contains(said, "goroutine") {
				t.Errorf("a stack trace: %s", said)
			}
		})
	}
}

func TestMigrateAndSeedCommands(t *testing.T) {
	t.Parallel()
	i := install(t)
	for _, step := range []struct{ command, says string }{
		{"migrate up", "applied 2"},
		{"migrate up", "up to date"},
		{"migrate down", "taken back 2"},
		{"seed", ""},
		{"staff add --name Ada --email ada@example.it", "/conferme/"},
		{"staff close ADA@example.it", "the account of Ada (ada@example.it) is closed"},
		{"staff add --name Ada --email eva@example.it --role mayor", ""},
	} {
		said, err := i.run(t, strings.Fields(step.command)...)
		if refused := strings.HasSuffix(step.command, "mayor"); refused {
			if err == nil || !strings.Contains(said, "--municipality") {
				t.Errorf("%s: %q (%v)", step.command, said, err)
			}
			continue
		}
		if err != nil || !strings.Contains(said, step.says) {
			t.Errorf("%s: %q (%v)", step.command, said, err)
		}
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	t.Parallel()
	i := install(t)
	for _, command := range []string{"", "serve", "migrate", "migrate up", "migrate down", "seed", "staff", "staff add", "staff close", "postgres", "backup", "backup key", "backup list", "restore", "audit", "audit verify", "audit export"} {
		said, err := i.run(t, append(strings.Fields(command), "--help")...)
		if err != nil || !strings.Contains(said, "USAGE") {
			t.Errorf("%q --help: %q (%v)", command, said, err)
		}
	}
}

func TestAnotherSecretIsRefusedUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	i := install(t)
	if said, err := i.run(t, "seed"); err != nil {
		t.Fatalf("%s (%v)", said, err)
	}
	if err := os.WriteFile(i.dir+"/secret", []byte(strings.Repeat("s", 32)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range []string{"serve", "staff add --name Ada --email ada@example.it"} {
		if said, err := i.run(t, strings.Fields(arguments)...); err == nil || !strings.Contains(said, "not the secret that the database has been used with") {
			t.Errorf("%s says %q (%v)", arguments, said, err)
		}
	}
	for _, arguments := range []string{"secret accept", "staff add --name Ada --email ada@example.it"} {
		if said, err := i.run(t, strings.Fields(arguments)...); err != nil {
			t.Errorf("%s says %q (%v)", arguments, said, err)
		}
	}
}
