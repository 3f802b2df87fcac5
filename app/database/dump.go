// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
)

// Tools are the pg_dump and pg_restore of this machine that suit the server of one database.
type Tools struct {
	binaries
	server  int    // the server's major version
	address string // the database's
}

// FindTools returns the programs that dump and load db. They must be as new as db's server, and as oldest, the major
// version of the pg_dump whose work they are to load (0: any); among these it takes the oldest. Its error says what to install.
func FindTools(ctx context.Context, db *bun.DB, oldest int) (Tools, error) {
	var t Tools
	if err := db.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&t.server); err != nil {
		return t, err
	}
	conn, err := db.DB.Conn(ctx)
	if err != nil {
		return t, err
	}
	defer conn.Close()
	err = conn.Raw(func(driver any) error {
		t.address = driver.(*stdlib.Conn).Conn().Config().ConnString()
		return nil
	})
	if err != nil {
		return t, err
	}
	oldest = max(oldest, t.server)
	for folder := range binaryFolders(ctx, "pg_dump") {
		found, err := inspect(ctx, folder, "pg_dump")
		if err != nil || found.major < oldest || t.folder != "" && found.major >= t.major {
			continue
		}
		if _, err := os.Stat(filepath.Join(folder, "pg_restore")); err == nil {
			t.binaries = found
		}
	}
	if t.folder == "" {
		return t, fmt.Errorf("no pg_dump and pg_restore of PostgreSQL %d or newer on this machine: install them (Debian, Ubuntu: apt-get install postgresql-client, or postgresql-client-%d of apt.postgresql.org where that is older; macOS: brew install postgresql@%d)", oldest, oldest, oldest)
	}
	return t, nil
}

// Major is the major version of the programs.
func (t Tools) Major() int { return t.major }

// Server is the major version of the database's server.
func (t Tools) Server() int { return t.server }

// Dump writes the database as snapshot (see pg_export_snapshot) shows it to w, in pg_dump's custom format; of the tables
// in without no rows. When its error is not nil, what it has written is worth nothing.
func (t Tools) Dump(ctx context.Context, snapshot string, without []string, w io.Writer) error {
	arguments := []string{"--format=custom", "--snapshot=" + snapshot, fmt.Sprintf("--lock-wait-timeout=%d", lockPatience.Milliseconds())}
	for _, table := range without {
		arguments = append(arguments, "--exclude-table-data="+table)
	}
	return t.run(ctx, "pg_dump", nil, w, arguments...)
}

// lockPatience is how long Dump waits for a table that somebody is changing the columns of.
const lockPatience = time.Minute

// Load fills the empty database with what Dump wrote, all of it or, when its error is not nil, nothing. What is loaded
// belongs to the database's role, whoever it belonged to.
func (t Tools) Load(ctx context.Context, r io.Reader) error {
	return t.run(ctx, "pg_restore", r, nil, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
}

// run runs one of the programs on the database. Its error holds what the program said.
func (t Tools) run(ctx context.Context, program string, r io.Reader, w io.Writer, arguments ...string) error {
	address, password := withoutPassword(t.address)
	command := exec.CommandContext(ctx, filepath.Join(t.folder, program), append(arguments, "--no-password", "--dbname="+address)...)
	command.Env = append(os.Environ(), "LC_ALL=C")
	if password != "" {
		command.Env = append(command.Env, "PGPASSWORD="+password)
	}
	command.SysProcAttr = attributes(nil) // it ends with this program, so that nothing half is loaded
	runtime.LockOSThread()                // see supervise
	defer runtime.UnlockOSThread()
	var said bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = r, w, &said
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(said.String()))
	}
	return nil
}

// withoutPassword splits a database's address, of either form, into what every account of this machine may see among
// the processes, and the password. Of a URL's parameters it keeps those that PostgreSQL's own programs know.
func withoutPassword(address string) (string, string) {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		parsed, err := url.Parse(address)
		if err != nil {
			return address, "" // pgx has parsed it before
		}
		parameters := parsed.Query()
		password, _ := parsed.User.Password()
		if p := parameters.Get("password"); p != "" {
			password = p
		}
		if parsed.User != nil {
			parsed.User = url.User(parsed.User.Username())
		}
		for name := range parameters {
			if !libpqRE.MatchString(name) {
				parameters.Del(name)
			}
		}
		parsed.RawQuery = parameters.Encode()
		return parsed.String(), password
	}
	password := ""
	if match := passwordRE.FindStringSubmatch(address); match != nil {
		password = escapeRE.ReplaceAllString(strings.TrimSuffix(strings.TrimPrefix(match[2], "'"), "'"), "$1")
	}
	return passwordRE.ReplaceAllString(address, "$1"), password
}

var (
	libpqRE    = regexp.MustCompile(`^(host|hostaddr|port|user|dbname|passfile|service|options|connect_timeout|target_session_attrs|channel_binding|gssencmode|krbsrvname|keepalives.*|ssl.*)$`)
	passwordRE = regexp.MustCompile(`(^|\s)password\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)`)
	escapeRE   = regexp.MustCompile(`\\(.)`)
)
