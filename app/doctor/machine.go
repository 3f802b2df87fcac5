// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"ultimaparola/app/database"
)

const (
	littleSpace  = 2 << 30 // bytes
	littlePart   = 10      // percent
	noSpace      = 200 << 20
	gigabyte     = 1 << 30
	readByOthers = fs.FileMode(0o007)
)

// secretFile looks who may read the file of the secret.
func (p *Patient) secretFile() []Finding {
	const about = "secret"
	if p.SecretFile == "" {
		return nil
	}
	info, err := os.Stat(p.SecretFile)
	if err != nil {
		return []Finding{{Problem, about, "Its file cannot be looked at: " + err.Error(), "Put it back from a copy."}}
	}
	if mode := info.Mode().Perm(); mode&readByOthers != 0 {
		return []Finding{{Problem, about, fmt.Sprintf("Every account of this machine may read or change %s (%v).", p.SecretFile, mode), "chmod o-rwx " + p.SecretFile}}
	}
	return nil
}

// clock looks at this machine's.
func (p *Patient) clock(ctx context.Context) []Finding {
	const about = "clock"
	now := p.Now()
	if now.Before(database.Newest()) {
		return []Finding{{Problem, about, "It says " + now.UTC().Format(time.RFC1123) + ", and this program was made later.", "Set it by the network: timedatectl set-ntp true"}}
	}
	synchronised, err := p.Ask(ctx, "timedatectl", "show", "--property=NTPSynchronized", "--value")
	switch {
	case err == nil && synchronised == "no":
		return []Finding{{Warning, about, "Nothing sets it by the network.", "timedatectl set-ntp true; where that is not known: apt install systemd-timesyncd"}}
	case err == nil && synchronised == "yes":
		return []Finding{{Fine, about, "It is set by the network.", ""}}
	}
	return []Finding{{Fine, about, "It says " + now.UTC().Format(time.RFC1123) + "; who sets it cannot be told here.", ""}}
}

// disk looks at the space where data are kept.
func (p *Patient) disk(context.Context) []Finding {
	findings := []Finding{p.space(p.DataDir, "DATA_DIR")}
	if p.BackupDir != "" {
		findings = append(findings, p.space(p.BackupDir, "BACKUP_DIR"))
	}
	return findings
}

func (p *Patient) space(folder, setting string) Finding {
	const about = "disk"
	free, total, err := p.Space(folder)
	if err != nil {
		return Finding{Problem, about, folder + " cannot be looked at: " + err.Error(), "Look whether it is there, and " + setting + "."}
	}
	f := Finding{Fine, about, fmt.Sprintf("%.1f of %.1f GB are free at %s.", float64(free)/gigabyte, float64(total)/gigabyte, folder), ""}
	switch {
	case free < noSpace:
		f.Level, f.Next = Problem, "Make room now: without it nothing that people send can be saved."
	case free < littleSpace || free*100 < total*littlePart:
		f.Level, f.Next = Warning, "Make room, or give the machine a larger disk: journalctl --vacuum-size=200M, apt clean."
	}
	return f
}

// Space returns the space of the disk that a folder is on, for a Patient on this machine.
func Space(folder string) (free, total uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, 0, err
	}
	return s.Bavail * uint64(s.Bsize), s.Blocks * uint64(s.Bsize), nil
}
