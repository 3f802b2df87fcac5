// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	roleName     = "ultimaparola" // owns the database and is no superuser
	databaseName = "ultimaparola"

	// A socket's address has 107 bytes on Linux and 103 on macOS; this is what the folder may take of it.
	longestSocketFolder = 103 - len("/.s.PGSQL.5432.lock")
)

// cluster is one PostgreSQL data folder and what stands around it:
//
//	postgres/            this program's
//	  data/              the server's own; made as data.new and renamed when complete
//	  password           of both roles
//	  program.lock       held by the program that uses the folder
//	  server.lock        held by every process of the server: who can take it knows that none lives
//	  server.log
type cluster struct {
	dir      string
	data     string
	socket   string   // the folder of the server's socket
	owner    *account // who the server runs as; nil means as the program itself
	binaries string
	password string
}

func (c *cluster) path(name string) string { return filepath.Join(c.dir, name) }

// openCluster finds the folder for the program's data folder dir and makes it when missing.
func openCluster(dir string) (cluster, error) {
	var c cluster
	dir, err := filepath.Abs(dir)
	if err != nil {
		return c, err
	}
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the server, which is not root, passes through
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return c, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	if c.dir, c.owner, err = place(dir); err != nil {
		return c, err
	}
	c.data = c.path("data")
	if err := os.MkdirAll(c.dir, mode); err != nil {
		return c, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	c.socket = c.path("run")
	if len(c.socket) > longestSocketFolder {
		sum := sha256.Sum256([]byte(c.dir))
		c.socket = "/tmp/ultimaparola-" + hex.EncodeToString(sum[:8])
	}
	return c, c.ownFolder(c.socket)
}

// ownFolder makes a folder that only the server's account enters, or checks that it is one.
func (c *cluster) ownFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if err == nil && c.owner != nil {
		err = os.Chown(path, c.owner.uid, c.owner.gid)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	uid := os.Geteuid()
	if c.owner != nil {
		uid = c.owner.uid
	}
	if !info.IsDir() || info.Mode().Perm() != 0o700 || int(info.Sys().(*syscall.Stat_t).Uid) != uid {
		return fmt.Errorf("%s should be a folder that only PostgreSQL's account (uid %d) can enter: remove it and start again", path, uid)
	}
	return nil
}

// prepare makes the cluster when there is none, and finds the binaries that fit its version.
// The caller holds the server's lock.
func (c *cluster) prepare(ctx context.Context, lock *os.File, noSync bool) error {
	major, err := c.version()
	if err != nil {
		return err
	}
	found, err := findBinaries(ctx, major)
	if err != nil {
		if major != 0 {
			return fmt.Errorf("the data in %s: %w", c.data, err)
		}
		return err
	}
	if c.binaries, err = found.reachableBy(c.owner); err != nil {
		return err
	}
	c.password, err = c.readPassword()
	switch {
	case err == nil:
	case !errors.Is(err, fs.ErrNotExist):
		return err
	case major != 0:
		return fmt.Errorf("the password of the database in %s is missing: put the file %s back from a backup", c.data, c.path("password"))
	default:
		c.password = rand.Text()
		if err := os.WriteFile(c.path("password"), []byte(c.password+"\n"), 0o600); err != nil {
			return err
		}
	}
	if major != 0 {
		return nil
	}
	return c.initialise(ctx, lock, found.major, noSync)
}

func (c *cluster) readPassword() (string, error) {
	text, err := os.ReadFile(c.path("password"))
	return strings.TrimSpace(string(text)), err
}

// version returns the major version of the data, 0 when there are none yet.
func (c *cluster) version() (int, error) {
	entries, err := os.ReadDir(c.data)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(c.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s holds files that are not a PostgreSQL database: move them away, or choose another DATA_DIR", c.data)
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || major <= 0 {
		return 0, fmt.Errorf("%s does not name a PostgreSQL version: put the folder back from a backup, or choose another DATA_DIR", filepath.Join(c.data, "PG_VERSION"))
	}
	return major, nil
}

// run executes a command that ends by itself; its error holds what the command said.
func (c *cluster) run(ctx context.Context, command *exec.Cmd) error {
	runtime.LockOSThread() // see supervise
	defer runtime.UnlockOSThread()
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Signal(syscall.SIGINT) })
	defer stop()
	if err := command.Wait(); err != nil {
		return fmt.Errorf("%w: %s", errors.Join(ctx.Err(), err), strings.TrimSpace(said.String()))
	}
	return nil
}

// command returns one of PostgreSQL's programs, to be run as the server's account, away from the
// terminal's signals, ended with this program, and holding the server's lock while it lives.
func (c *cluster) command(name string, lock *os.File, arguments ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(c.binaries, name), arguments...)
	command.Dir = c.data
	// Not ours: PGDATA, PGPORT, a translated language and the like would change what the server does.
	command.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	command.ExtraFiles = []*os.File{lock}
	command.SysProcAttr = attributes(c.owner)
	return command
}

// settings returns the server's arguments.
func (c *cluster) settings(noSync bool) []string {
	values := []string{
		"listen_addresses=", "unix_socket_directories=" + c.socket, "unix_socket_permissions=0700", "port=5432",
		"max_connections=100", "shared_buffers=128MB", "synchronous_commit=on", "jit=off",
		"timezone=UTC", "log_timezone=UTC", "logging_collector=off", "log_checkpoints=off",
		"cluster_name=ultimaparola",
		// Errors are the program's to log: here they would bring the statement, and what people wrote in it.
		"log_min_messages=log", "log_min_error_statement=panic", "log_error_verbosity=terse",
	}
	if noSync {
		values = append(values, "fsync=off", "full_page_writes=off", "autovacuum=off", "max_wal_size=4GB")
	}
	arguments := []string{"-D", c.data}
	for _, value := range values {
		arguments = append(arguments, "-c", value)
	}
	return arguments
}

// lockServer takes the lock that every process of the server holds, once the last of them has ended.
// A server whose program is gone is told to end: Linux has done so already, elsewhere nobody has.
func (c *cluster) lockServer(ctx context.Context) (*os.File, error) {
	told := false
	for {
		lock, err := tryLock(c.path("server.lock"))
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) {
			return lock, err
		}
		if !told {
			told = true
			if pid := c.postmaster(); pid > 1 {
				_ = syscall.Kill(pid, syscall.SIGINT)
			}
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the PostgreSQL of an earlier start still runs on %s: end it (its number is in %s/postmaster.pid) and start again", c.data, c.data)
		case <-time.After(readyInterval):
		}
	}
}

// postmaster returns the number of the server's first process by its pid file, 0 when there is none.
func (c *cluster) postmaster() int {
	text, _ := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	line, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(line))
	return pid
}

// removeStale removes what a killed server leaves, which another process with its old number would
// make the next one believe in. The caller holds the server's lock, so no server lives.
func (c *cluster) removeStale() {
	for _, path := range []string{
		filepath.Join(c.data, "postmaster.pid"),
		filepath.Join(c.socket, ".s.PGSQL.5432"),
		filepath.Join(c.socket, ".s.PGSQL.5432.lock"),
	} {
		_ = os.Remove(path) // if it cannot be removed, the server says so when it starts
	}
}

// tryLock opens the file at path and takes its lock, or fails at once with EWOULDBLOCK.
func tryLock(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

const longestLog = 1 << 20

// openLog opens the server's log for appending, empty when it has grown long.
func (c *cluster) openLog() (*os.File, error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_APPEND
	if info, err := os.Stat(c.path("server.log")); err == nil && info.Size() > longestLog {
		flags |= os.O_TRUNC
	}
	return os.OpenFile(c.path("server.log"), flags, 0o600)
}

// lastWords returns the end of the server's log, for an error's text.
func (c *cluster) lastWords() string {
	file, err := os.Open(c.path("server.log"))
	if err != nil {
		return ""
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > 600 {
		_, _ = file.Seek(-600, io.SeekEnd)
	}
	text, _ := io.ReadAll(file)
	return strings.TrimSpace(string(text))
}
