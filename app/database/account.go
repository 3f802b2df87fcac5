// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// systemPlace is where root's servers live when their account cannot reach the data folder itself.
const systemPlace = "/var/lib/ultimaparola"

// account is who the server runs as when the program is root, which PostgreSQL refuses.
type account struct {
	uid, gid int
	name     string
}

// place returns the folder for the cluster of the program's data folder, and whom it belongs to.
// That is dir/postgres; but root's PostgreSQL runs as another account, which cannot enter for example root's home:
// then it is a folder under systemPlace named after dir, so that each data folder has one of its own.
func place(dir string) (string, *account, error) {
	here := filepath.Join(dir, "postgres")
	if os.Geteuid() != 0 {
		return here, nil, nil
	}
	sum := sha256.Sum256([]byte(dir))
	there := filepath.Join(systemPlace, filepath.Base(dir)+"-"+hex.EncodeToString(sum[:4]), "postgres")
	for _, path := range []string{here, there} {
		info, err := os.Stat(filepath.Join(path, "data"))
		if err != nil {
			continue
		}
		owner, err := accountOf(info)
		if err != nil {
			return "", nil, err
		}
		if !owner.reaches(path) {
			return "", nil, fmt.Errorf("the account %s, to which the database in %s belongs, cannot reach it: give the folders above it the permission to pass (chmod o+x)", owner.name, path)
		}
		return path, owner, nil
	}
	owner, err := serverAccount()
	if err != nil {
		return "", nil, err
	}
	if owner.reaches(here) {
		return here, owner, nil
	}
	return there, owner, nil
}

// serverAccount returns postgres or else nobody: initdb wants an account with a name.
func serverAccount() (*account, error) {
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return newAccount(found)
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and this machine has neither the account postgres nor nobody: start the program as an ordinary user, or set DATABASE_URL")
}

// accountOf returns the owner of existing data.
func accountOf(info fs.FileInfo) (*account, error) {
	uid := info.Sys().(*syscall.Stat_t).Uid
	if uid == 0 {
		return serverAccount()
	}
	found, err := user.LookupId(strconv.Itoa(int(uid)))
	if err != nil {
		return nil, fmt.Errorf("the database belongs to an account that this machine does not know: %w", err)
	}
	return newAccount(found)
}

func newAccount(found *user.User) (*account, error) {
	uid, err := strconv.Atoi(found.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(found.Gid)
	return &account{uid, gid, found.Username}, err
}

// reaches tells whether the account may pass through every folder that exists on the way to path.
func (a *account) reaches(path string) bool {
	for ; ; path = filepath.Dir(path) {
		if whole, err := filepath.EvalSymlinks(path); err == nil {
			path = whole
			break
		}
	}
	for {
		info, err := os.Stat(path)
		if err != nil {
			return false
		}
		stat, mode := info.Sys().(*syscall.Stat_t), info.Mode()
		switch {
		case int(stat.Uid) == a.uid:
			mode >>= 6
		case int(stat.Gid) == a.gid:
			mode >>= 3
		}
		if mode&1 == 0 {
			return false
		}
		if path == filepath.Dir(path) {
			return true
		}
		path = filepath.Dir(path)
	}
}
