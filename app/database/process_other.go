// SPDX-License-Identifier: AGPL-3.0-or-later

//go:build !linux

package database

import "syscall"

// attributes keeps a child away from the terminal's signals and runs it as owner when there is one.
// Only Linux can end it when this program dies: elsewhere the next start does (lockServer).
func attributes(owner *account) *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Setpgid: true}
	if owner != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(owner.uid), Gid: uint32(owner.gid)}
	}
	return attributes
}
