// SPDX-License-Identifier: AGPL-3.0-or-later

package database

import "syscall"

// attributes keeps a child away from the terminal's signals, runs it as owner when there is one, and
// has the kernel end it (fast shutdown) when this program dies.
func attributes(owner *account) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if owner != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(owner.uid), Gid: uint32(owner.gid)}
	}
	return attributes
}
