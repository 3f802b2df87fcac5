// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// initialise makes the cluster with its role and database in data.new, which becomes data when complete:
// whatever interrupts it, there is either no data folder or a whole one.
func (c *cluster) initialise(ctx context.Context, lock *os.File, major int, noSync bool) error {
	whole := c.data
	defer func() { c.data = whole }()
	c.data = whole + ".new"
	if err := os.RemoveAll(c.data); err != nil {
		return err
	}
	if err := c.ownFolder(c.data); err != nil {
		return err
	}
	password := filepath.Join(c.socket, "initial-password") // where the server's account can read it
	if err := os.WriteFile(password, []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	defer os.Remove(password)
	if c.owner != nil {
		if err := os.Chown(password, c.owner.uid, c.owner.gid); err != nil {
			return err
		}
	}

	arguments := []string{"-D", c.data, "--username=postgres", "--pwfile=" + password, "--auth=scram-sha-256",
		"--encoding=UTF8", "--data-checksums", "--no-instructions", "--text-search-config=simple"}
	arguments = append(arguments, locale(major)...)
	if noSync {
		arguments = append(arguments, "--no-sync")
	}
	if err := c.run(ctx, c.command("initdb", lock, arguments...)); err != nil {
		return fmt.Errorf("PostgreSQL's database cannot be made: %w", err)
	}
	single := c.command("postgres", lock, "--single", "-D", c.data, "-c", "exit_on_error=on", "postgres")
	single.Stdin = strings.NewReader(
		"CREATE ROLE " + roleName + " LOGIN PASSWORD '" + c.password + "'\n" +
			"CREATE DATABASE " + databaseName + " OWNER " + roleName + "\n")
	if err := c.run(ctx, single); err != nil {
		return fmt.Errorf("PostgreSQL's database cannot be made: %w", err)
	}
	_ = os.Remove(whole) // an empty folder; anything else has been refused, and stays
	if err := os.Rename(c.data, whole); err != nil {
		return err
	}
	return syncFolder(c.dir)
}

// locale returns initdb's choice of letters: Unicode's, with plain byte order, from PostgreSQL's own tables where it has them.
func locale(major int) []string {
	system := "C.UTF-8"
	if runtime.GOOS == "darwin" {
		system = "en_US.UTF-8"
	}
	if major >= 17 {
		return []string{"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=" + system}
	}
	return []string{"--locale=" + system}
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
