// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"errors"
	"os"
	"path/filepath"
)

// MigrateAll is Migrate with the tests' own migrations.
var MigrateAll = migrateAll

// Kill ends the server's first process as a crash would.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.process.Kill()
}

// Data returns the folder of the server's data.
func (s *Server) Data() string { return s.cluster.data }

// Socket returns the folder of the server's socket.
func (s *Server) Socket() string { return s.cluster.socket }

// RemoveAll removes the server's folder, wherever it is.
func (s *Server) RemoveAll() error { return removeAll(filepath.Dir(s.cluster.dir), s.cluster.socket) }

func removeAll(paths ...string) error {
	var problems []error
	for _, path := range paths {
		problems = append(problems, os.RemoveAll(path))
	}
	return errors.Join(problems...)
}

// WithoutPassword is what PostgreSQL's programs are told.
var WithoutPassword = withoutPassword
