// SPDX-License-Identifier: AGPL-3.0-or-later

// Package journeys_test walks the ways of the program's audiences from end to end: the true program with its database
// and a true mail server, looked at with a true browser.
package journeys_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/mail/mailtest"
)

// patience bounds every wait for what should come soon: on a busy machine too.
const patience = 30 * time.Second

// built is the program's file, made once for all tests; TestMain removes its folder.
var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workFolder, "ultimaparola")
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", path, "ultimaparola/app")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, said)
	}
	return path, nil
})

// workFolder holds what the tests of this process share.
var workFolder string

func TestMain(m *testing.M) {
	var err error
	if workFolder, err = os.MkdirTemp("", "ultimaparola-journeys-"); err != nil {
		panic(err)
	}
	if err := os.Chmod(workFolder, 0o711); err != nil { // the embedded database's account passes through
		panic(err)
	}
	code := m.Run()
	closeBrowser()
	if err := os.RemoveAll(workFolder); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// program is an installation of a test's own: data folder, port, mail server, and the program running on them.
type program struct {
	t           testing.TB
	url, folder string
	mails       *mailtest.Server // nil: the mails are at /posta
	db          *bun.DB          // nil: the database is the program's own
	binary      string           // empty: this program
	environment []string

	command *exec.Cmd
	ended   chan struct{}
	printed *printed

	scriptsOff bool            // its visitors browse without JavaScript
	read       map[string]bool // the mails that a test has opened, by Message-ID: sent twice, a mailbox shows it once
}

// start starts the program on an empty database and a mail server of the test's own. settings, each NAME=value, go
// before what it sets.
func start(t testing.TB, settings ...string) *program {
	t.Helper()
	// In this order, so that at the end the program stops before what it works with goes away.
	dsn, mails := databasetest.DSN(t), mailtest.New(t)
	db, err := database.Connect(dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := install(t)
	p.db, p.mails = db, mails
	p.environment = append(p.environment, append([]string{"DATABASE_URL=" + dsn, "SMTP_URL=" + p.mails.URL}, settings...)...)
	p.run()
	return p
}

// install makes a data folder and finds a port; nothing runs yet.
func install(t testing.TB) *program {
	t.Helper()
	folder, err := os.MkdirTemp(workFolder, "data-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(folder, 0o711); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer free.Close()
	port := fmt.Sprint(free.Addr().(*net.TCPAddr).Port)
	p := &program{t: t, url: "http://localhost:" + port, folder: folder, read: map[string]bool{}, printed: newPrinted()}
	p.environment = []string{"PATH=" + os.Getenv("PATH"), "DATA_DIR=" + folder, "PORT=" + port}
	t.Cleanup(p.stop)
	return p
}

// run starts the program and returns once it answers.
func (p *program) run() {
	p.t.Helper()
	p.command = p.call("serve")
	p.command.Stdout, p.command.Stderr = p.printed, p.printed
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	ended, command := make(chan struct{}), p.command
	p.ended = ended
	go func() { _ = command.Wait(); close(ended) }()
	p.says("Ultima Parola ")
}

// call prepares a command of the program.
func (p *program) call(arguments ...string) *exec.Cmd {
	p.t.Helper()
	path := p.binary
	if path == "" {
		var err error
		if path, err = built(); err != nil {
			p.t.Fatal(err)
		}
	}
	command := exec.Command(path, arguments...)
	command.Env = p.environment
	return command
}

// kill ends the program at once, with no time for anything; its own database ends with it.
func (p *program) kill() {
	_ = p.command.Process.Kill()
	<-p.ended
	p.command = nil
}

// stop ends the program as Ctrl-C does, and fails the test where the program met a defect of its own.
func (p *program) stop() {
	if p.command == nil {
		return
	}
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Errorf("the program has not stopped %v after SIGTERM", patience)
		p.kill()
	}
	for _, line := range p.printed.all() {
		if strings.Contains(line, "level=ERROR") {
			p.t.Errorf("the program logged: %s", line)
		}
	}
}

// says waits for a line that begins with prefix, and returns the rest of it.
func (p *program) says(prefix string) string {
	p.t.Helper()
	late := time.After(patience)
	for seen := 0; ; {
		lines, more := p.printed.after(seen)
		for _, line := range lines {
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return rest
			}
		}
		seen += len(lines)
		select {
		case <-more:
		case <-p.ended:
			p.t.Fatalf("the program ended before it said %q:\n%s", prefix, strings.Join(p.printed.all(), "\n"))
		case <-late:
			p.t.Fatalf("the program never said %q:\n%s", prefix, strings.Join(p.printed.all(), "\n"))
		}
	}
}

// prints waits until something that the program prints holds words.
func (p *program) prints(words string) {
	p.t.Helper()
	late := time.After(patience)
	for seen := 0; ; {
		lines, more := p.printed.after(seen)
		for _, line := range lines {
			if strings.Contains(line, words) {
				return
			}
		}
		seen += len(lines)
		select {
		case <-more:
		case <-late:
			p.t.Fatalf("the program never printed %q:\n%s", words, strings.Join(p.printed.all(), "\n"))
		}
	}
}

// staff opens an account with the program's own command and returns its one-time sign-in link.
func (p *program) staff(arguments ...string) string {
	p.t.Helper()
	said, err := p.call(append([]string{"staff", "add"}, arguments...)...).CombinedOutput()
	link := linkPattern.FindString(string(said))
	if err != nil || link == "" {
		p.t.Fatalf("staff add: %v\n%s", err, said)
	}
	return link
}

// get returns the answer to a plain GET with its body read.
func (p *program) get(path string) (*http.Response, string) {
	p.t.Helper()
	answer, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer, string(body)
}

// count returns what a query that counts on the program's database finds.
func (p *program) count(query string, arguments ...any) int {
	p.t.Helper()
	var n int
	if err := p.db.NewRaw(query, arguments...).Scan(p.t.Context(), &n); err != nil {
		p.t.Fatal(err)
	}
	return n
}

var (
	linkPattern = regexp.MustCompile(`http://localhost:\S+`)
	codePattern = regexp.MustCompile(`: (\d{6})\b`)
)

// letter is an e-mail that somebody opened.
type letter struct{ mailtest.Delivered }

// letterTo waits for the first mail to address that no test has opened yet.
func (p *program) letterTo(address string) letter {
	p.t.Helper()
	for seen := 0; ; {
		taken := p.mails.Wait(seen + 1)
		for _, delivered := range taken {
			if id := delivered.Header("Message-Id"); delivered.To == address && !p.read[id] {
				p.read[id] = true
				return letter{delivered}
			}
		}
		seen = len(taken)
	}
}

// link returns the first address in the letter that holds part.
func (l letter) link(t testing.TB, part string) string {
	t.Helper()
	for _, link := range linkPattern.FindAllString(l.Text, -1) {
		if strings.Contains(link, part) {
			return link
		}
	}
	t.Fatalf("no link with %q in the letter:\n%s", part, l.Text)
	return ""
}

// code returns the six digits of the letter.
func (l letter) code(t testing.TB) string {
	t.Helper()
	found := codePattern.FindStringSubmatch(l.Text)
	if found == nil {
		t.Fatalf("no code in the letter:\n%s", l.Text)
	}
	return found[1]
}

// printed is what the program printed, line by line.
type printed struct {
	mu      sync.Mutex
	partial []byte
	lines   []string
	more    chan struct{} // closed and replaced at each line
}

func newPrinted() *printed { return &printed{more: make(chan struct{})} }

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	reader := bufio.NewReader(bytes.NewReader(append(p.partial, b...)))
	for {
		line, err := reader.ReadString('\n')
		if errors.Is(err, io.EOF) {
			p.partial = []byte(line)
			break
		}
		p.lines = append(p.lines, strings.TrimSuffix(line, "\n"))
	}
	close(p.more)
	p.more = make(chan struct{})
	return len(b), nil
}

func (p *printed) after(seen int) ([]string, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines[seen:]...), p.more
}

func (p *printed) all() []string {
	lines, _ := p.after(0)
	return lines
}
