// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	stopPatience  = 30 * time.Second       // for the last checkpoint; after it the server is cut off and recovers at the next start
	restartPause  = 250 * time.Millisecond // so that a server that cannot start does not fill the log
	readyInterval = 3 * time.Millisecond   // between two looks whether it is ready
)

// ServerOptions say where a Server keeps its data and how.
type ServerOptions struct {
	Dir    string       // the program's data folder, made when missing; the server uses its subfolder "postgres"
	NoSync bool         // no fsync: fast, and lost with the machine; for tests alone
	Log    *slog.Logger // nil means slog.Default()
}

// Server is a PostgreSQL that belongs to this program: started with it, started again when it dies,
// ended with it, reachable only through a socket in a private folder.
type Server struct {
	options ServerOptions
	cluster cluster

	programLock *os.File      // held while this Server lives: one program a data folder
	done        chan struct{} // closed when the server has ended for good

	mu       sync.Mutex
	ready    bool  // it has accepted connections once
	failure  error // how its last process ended
	stopping bool
	process  *os.Process
}

// ErrInUse means that another program's Server uses the data folder.
var ErrInUse = errors.New("another program is already using this data folder")

// RunningDSN returns the address of the program's database on the Server that another program runs on the data
// folder dir, for a command beside it. It fails when there has never been one.
func RunningDSN(dir string) (string, error) {
	cluster, err := openCluster(dir)
	if err != nil {
		return "", err
	}
	if cluster.password, err = cluster.readPassword(); err != nil {
		return "", err
	}
	return (&Server{cluster: cluster}).DSN(), nil
}

// StartServer starts PostgreSQL on the data in options.Dir, made on first use, and returns when it
// accepts connections. After a crash, of the server, of the program or of both, it recovers first.
// It refuses, leaving everything as it is, a folder with other files, data of a PostgreSQL version that
// is not on this machine, and with ErrInUse a folder in use by another program; with no PostgreSQL at all the error says how
// to get one. The caller calls Stop.
func StartServer(ctx context.Context, options ServerOptions) (*Server, error) {
	if options.Log == nil {
		options.Log = slog.Default()
	}
	cluster, err := openCluster(options.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, cluster: cluster, done: make(chan struct{})}
	if s.programLock, err = tryLock(cluster.path("program.lock")); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("%w: %s; stop it first, or give this one its own DATA_DIR", ErrInUse, options.Dir)
		}
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		_ = s.programLock.Close()
		return nil, err
	}

	go s.supervise()
	if err := s.awaitReady(ctx); err != nil {
		_ = s.Stop()
		return nil, err
	}
	return s, nil
}

// prepare ends what an earlier program may have left running and makes the cluster when there is none.
func (s *Server) prepare(ctx context.Context) error {
	patient, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	lock, err := s.cluster.lockServer(patient)
	if err != nil {
		return err
	}
	defer lock.Close()
	return s.cluster.prepare(ctx, lock, s.options.NoSync)
}

// DSN returns the address of the program's database, as the role that owns it.
func (s *Server) DSN() string { return s.dsn(roleName, databaseName) }

// SuperuserDSN returns the address of the maintenance database as the role that may do anything.
func (s *Server) SuperuserDSN() string { return s.dsn("postgres", "postgres") }

func (s *Server) dsn(role, name string) string {
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, s.cluster.password), Path: "/" + name,
		RawQuery: url.Values{"host": {s.cluster.socket}, "sslmode": {"disable"}}.Encode(),
	}
	return address.String()
}

// Stop ends the server after its last checkpoint. It may be called more than once.
func (s *Server) Stop() error {
	s.mu.Lock()
	s.stopping = true
	signal(s.process, syscall.SIGINT) // "fast shutdown": transactions under way are rolled back
	s.mu.Unlock()

	defer s.programLock.Close()
	select {
	case <-s.done:
		return nil
	case <-time.After(stopPatience):
		s.mu.Lock()
		signal(s.process, syscall.SIGQUIT)
		s.mu.Unlock()
		<-s.done
		return fmt.Errorf("PostgreSQL did not stop within %s and was cut off; it recovers at the next start", stopPatience)
	}
}

func signal(process *os.Process, what os.Signal) {
	if process != nil {
		_ = process.Signal(what) // it may have ended by itself
	}
}

// supervise keeps a server running until Stop. One that has never been ready is left to awaitReady.
func (s *Server) supervise() {
	// Linux ties the parent-death signal to the thread that forked, so the thread must stay.
	runtime.LockOSThread()
	defer close(s.done)
	for {
		command, err := s.spawn()
		if errors.Is(err, errStopping) {
			return
		}
		if err == nil {
			err = command.Wait()
		}
		s.mu.Lock()
		s.process = nil
		s.failure = err
		again := s.ready && !s.stopping
		s.mu.Unlock()
		if !again {
			return
		}
		s.options.Log.Error("PostgreSQL ended by itself and is started again", "cause", err, "said", s.cluster.lastWords())
		time.Sleep(restartPause)
	}
}

var errStopping = errors.New("stopping")

// spawn starts one server process once the last process of the one before is gone.
func (s *Server) spawn() (*exec.Cmd, error) {
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	lock, err := s.cluster.lockServer(ctx)
	if err != nil {
		return nil, err
	}
	defer lock.Close() // the server has its own copy
	s.cluster.removeStale()

	output, err := s.cluster.openLog()
	if err != nil {
		return nil, err
	}
	defer output.Close()
	command := s.cluster.command("postgres", lock, s.cluster.settings(s.options.NoSync)...)
	command.Stdout, command.Stderr = output, output

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return nil, errStopping
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	s.process = command.Process
	return command, nil
}

// awaitReady returns when the server accepts connections. PostgreSQL writes its state into the
// eighth line of its pid file, which costs less to ask than a connection.
func (s *Server) awaitReady(ctx context.Context) error {
	tick := time.NewTicker(readyInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL was not ready in time: %w", ctx.Err())
		case <-s.done:
			return fmt.Errorf("PostgreSQL does not start (%w): %s", s.failure, s.cluster.lastWords())
		case <-tick.C:
		}
		text, err := os.ReadFile(filepath.Join(s.cluster.data, "postmaster.pid"))
		if lines := strings.Split(string(text), "\n"); err == nil && len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready" {
			s.mu.Lock()
			s.ready = true
			s.mu.Unlock()
			return nil
		}
	}
}
