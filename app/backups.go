// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/uptrace/bun"
	"github.com/urfave/cli/v3"

	"ultimaparola/app/backup"
	"ultimaparola/app/database"
	"ultimaparola/models"
)

func backupCommand() *cli.Command {
	return &cli.Command{
		Name: "backup", Usage: "write the whole database into one file, encrypted to the office's key (BACKUP_RECIPIENT)",
		Action: withDatabase(makeBackup),
		Flags:  []cli.Flag{&cli.StringFlag{Name: "to", Usage: "file to write; when absent, one named after the time in BACKUP_DIR"}},
		Commands: []*cli.Command{
			{Name: "key", Usage: "print a new key: to be kept away from the server, which knows its public half alone", Action: printBackupKey},
			{Name: "list", Usage: "tell of the last backups", Action: withDatabase(listBackups)},
		},
	}
}

func restoreCommand() *cli.Command {
	return &cli.Command{
		Name: "restore", Usage: "fill an empty database from a backup, and check that nothing is missing", ArgsUsage: "FILE",
		Action: withDatabase(restoreBackup),
		Flags:  []cli.Flag{&cli.StringFlag{Name: "identity", Usage: "file with the key that `backup key` printed; - reads it from standard input", Required: true}},
	}
}

func printBackupKey(_ context.Context, command *cli.Command) error {
	return backup.NewKey(command.Root().Writer)
}

func makeBackup(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	if command.Args().Present() {
		return fmt.Errorf("%q is no command of backup; to name the file: `ultimaparola backup --to FILE`", command.Args().First())
	}
	now := time.Now()
	path := command.String("to")
	if path == "" {
		if c.backups.Dir == "" {
			return errors.New("say where the backup goes: set BACKUP_DIR, or `ultimaparola backup --to FILE`")
		}
		path = c.backups.Path(now)
	}
	made, err := c.backups.Make(ctx, db, now, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(command.Root().Writer, "%s: %s, SHA-256 %s\n", path, size(made.Size), made.SHA256)
	return nil
}

func listBackups(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	all, err := models.Backups(ctx, db, 30)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(command.Root().Writer, "no backup has been made yet")
		return nil
	}
	w := columns(command.Root().Writer)
	for _, b := range all {
		what := size(b.Size)
		if b.Error != "" {
			what = "failed: " + b.Error
		} else if info, err := os.Stat(filepath.Join(c.backups.Dir, b.Name)); err != nil {
			what += ", no longer in BACKUP_DIR, or never was"
		} else if info.Size() != b.Size {
			what += fmt.Sprintf(", but in BACKUP_DIR it has %s: it is damaged", size(info.Size()))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", b.StartedAt.In(models.Rome).Format("2006-01-02 15:04"), b.Name, what)
	}
	return w.Flush()
}

func restoreBackup(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	if command.Args().Len() != 1 {
		return errors.New("say which backup: `ultimaparola restore FILE --identity KEY`")
	}
	keys, err := backup.Identities(command.String("identity"))
	if err != nil {
		return err
	}
	restored, err := backup.Restore(ctx, db, command.Args().First(), keys, c.Secret)
	if errors.Is(err, backup.ErrNotEmpty) {
		where := "make another one (createdb) and name it in DATABASE_URL"
		if c.databaseURL == "" {
			where = fmt.Sprintf("stop the program and move %s away, or choose another DATA_DIR", filepath.Join(c.DataDir, "postgres"))
		}
		return fmt.Errorf("%w: %s", err, where)
	}
	if restored == nil {
		return err
	}
	if err := errors.Join(tellRestored(command.Root().Writer, restored), err); err != nil {
		return err
	}
	if _, err := database.Migrate(ctx, db); err != nil {
		return fmt.Errorf("the database is restored, but cannot be brought up to date: %w", err)
	}
	return models.NoteRestored(ctx, db, time.Now())
}

// tellRestored prints what a restore has looked at.
func tellRestored(out io.Writer, r *backup.Restored) error {
	fmt.Fprintf(out, "Restored the backup of %s, made by version %s. Compared with it:\n\n", r.MadeAt.In(models.Rome).Format("2006-01-02 15:04"), r.Program)
	w := columns(out)
	for _, check := range r.Checks {
		says := "as it was"
		switch {
		case check.Differs != "":
			says = "DIFFERS: " + check.Differs
		case check.EmptyByRule:
			says = "empty: its rows are in no backup"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", check.What, check.Rows, says)
	}
	fmt.Fprintln(w)
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, secretSays(r.Secret))
	if len(r.Pending) > 0 {
		fmt.Fprintf(out, "This program is newer, and now brings the tables up to date, in %d steps.\n", len(r.Pending))
	}
	return nil
}

// secretSays tells what to do about the program's secret, which no backup holds, by models.CheckSecret's answer.
func secretSays(answer error) string {
	switch {
	case answer == nil:
		return "SECRET is the one of then."
	case errors.Is(answer, models.ErrOtherSecret):
		return "SECRET is not the one of then, and the program will not start with it: put the old one back."
	case errors.Is(answer, models.ErrNotFound):
		return "The backup does not say with which SECRET it was used: put the old one back before you start the program."
	}
	return "SECRET could not be checked: " + answer.Error()
}

func columns(out io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 0, 2, ' ', 0) }

func size(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%.1f kB", float64(bytes)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
}
