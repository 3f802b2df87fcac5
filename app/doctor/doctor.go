// SPDX-License-Identifier: AGPL-3.0-or-later

// Package doctor looks whether an installation is well, beside the program that serves it, and says in words what it
// finds and what to do about it. It changes nothing, but for the one e-mail that it may be asked to send.
package doctor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/mail"
)

// Level is how serious a finding is.
type Level int

const (
	Fine    Level = iota
	Warning       // it works, and will not for ever
	Problem       // something does not work, or nobody is protected from losing it
)

var levels = [...]string{"ok", "warning", "problem"}

// Finding is what one look found.
type Finding struct {
	Level Level
	// About names what was looked at; Found says what was found, and Next, for what is not fine, what to do.
	About, Found, Next string
}

// Patient is an installation, and the means to look at it.
type Patient struct {
	Version    string
	Production bool
	BaseURL    *url.URL // what people reach
	Local      string   // the same program on this machine, without what stands in front of it: http://127.0.0.1:3000
	DataDir    string
	BackupDir  string // "" when no backups are made each night
	SecretFile string // "" when the secret is in the environment
	Secret     []byte

	Database  func() (*bun.DB, error) // opens it; the doctor closes it
	Mailer    *mail.Mailer
	MailsKept bool   // nothing is sent: mails are read at /posta
	MailTo    string // whom to send a trial mail; "" nobody

	Now    func() time.Time
	Space  func(folder string) (free, total uint64, err error)
	Client *http.Client
	// Ask runs a command of this machine and returns what it says.
	Ask func(ctx context.Context, name string, arguments ...string) (string, error)
}

// patience bounds each look.
const patience = 15 * time.Second

// Examine looks at everything, in the order in which to mend it.
func (p *Patient) Examine(ctx context.Context) []Finding {
	findings := p.secretFile()
	db, err := p.Database()
	if err != nil {
		findings = append(findings, Finding{Problem, "database", sentence(err.Error()), ""})
	} else {
		defer db.Close()
		var last []Finding
		look := func(looks ...func(context.Context, *bun.DB) []Finding) {
			for _, at := range looks {
				last = p.patiently(ctx, func(ctx context.Context) []Finding { return at(ctx, db) })
				findings = append(findings, last...)
			}
		}
		look(p.database, p.databaseLog, p.tables)
		// Without its tables there is nothing to look at in it.
		if worst(last) < Problem {
			look(p.secret, p.jobs, p.backups, p.log, p.people, p.privacy)
		}
	}
	for _, look := range []func(context.Context) []Finding{p.clock, p.disk, p.mail, p.program, p.address} {
		findings = append(findings, p.patiently(ctx, look)...)
	}
	return findings
}

func (p *Patient) patiently(ctx context.Context, look func(context.Context) []Finding) []Finding {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return look(ctx)
}

func worst(findings []Finding) Level {
	level := Fine
	for _, f := range findings {
		level = max(level, f.Level)
	}
	return level
}

// Report writes the findings for who reads them, and returns the exit code: 0 all is well, 1 there are problems, 2 there
// are only warnings.
func Report(w io.Writer, findings []Finding) int {
	var counts [len(levels)]int
	for _, f := range findings {
		counts[f.Level]++
		fmt.Fprintf(w, "%-8s %-10s %s\n", levels[f.Level], f.About, indent(f.Found))
		if f.Next != "" {
			fmt.Fprintf(w, "%-8s %-10s → %s\n", "", "", indent(f.Next))
		}
	}
	fmt.Fprintf(w, "\n%d ok, %d to watch, %d to mend\n", counts[Fine], counts[Warning], counts[Problem])
	switch worst(findings) {
	case Problem:
		return 1
	case Warning:
		return 2
	}
	return 0
}

func indent(text string) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 20))
}

// sentence is text as the beginning of one.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// Ask runs a command and returns what it says, for a Patient on this machine.
func Ask(ctx context.Context, name string, arguments ...string) (string, error) {
	said, err := exec.CommandContext(ctx, name, arguments...).Output()
	return strings.TrimSpace(string(said)), err
}
