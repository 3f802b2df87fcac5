// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/urfave/cli/v3"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/organisers"
)

func auditCommand() *cli.Command {
	return &cli.Command{Name: "audit", Usage: "check or take away the log of what staff did", Commands: []*cli.Command{{
		Name: "verify", Usage: "check the whole log, its chain and its signatures; what is wrong is named", Action: withDatabase(verifyAudit),
		Flags: []cli.Flag{&cli.StringSliceFlag{Name: "head", Usage: "`FILE` with a signed head kept earlier, which the log must still have"}},
	}, {
		Name: "export", Usage: "write the log as CSV, with the hashes and the signatures, and without texts", Action: withDatabase(exportAudit),
		Flags: []cli.Flag{&cli.StringFlag{Name: "output", Usage: "`FILE` to write; the terminal when absent"}},
	}}}
}

// verifyAudit checks the log and says in words what is wrong with it; its error makes the program end with a 1.
func verifyAudit(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	key, out, words := c.AuditKey(), command.Root().Writer, locale.With(ctx, "en")
	var kept []*models.AuditHead
	for _, file := range command.StringSlice("head") {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		head, err := key.Open(strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")) + "\n") // as it was pasted
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		kept = append(kept, head)
	}
	report, err := models.VerifyAudit(ctx, db, key, kept, func(f models.AuditFinding) error {
		_, err := fmt.Fprintln(out, organisers.Finding(words, f))
		return err
	})
	if err != nil {
		return err
	}
	if report.Found > 0 {
		return fmt.Errorf("the log is not in order: %d found in %d entries", report.Found, report.Entries)
	}
	fmt.Fprintf(out, "the log is in order: %d entries, the last with hash %x\n", report.Entries, report.Head.Hash)
	if report.Signed == nil {
		fmt.Fprintln(out, "no head of it is signed yet: the worker does that every hour")
		return nil
	}
	fmt.Fprintf(out, "entry %d was signed on %s; keep this elsewhere, and hold the log to it with --head:\n%s",
		report.Signed.Number, report.Signed.SignedAt.UTC().Format(time.RFC3339), report.Signed.Note)
	return nil
}

// exportAudit writes the whole log, its own entry included, as comma-separated values.
func exportAudit(ctx context.Context, command *cli.Command, _ config, db *bun.DB) error {
	organisation, err := models.TheOrganisation(ctx, db)
	if err != nil {
		return err
	}
	if err := models.NoteAuditExport(ctx, db, time.Now(), models.ByProgram(organisation.ID)); err != nil {
		return err
	}
	file := command.String("output")
	if file == "" {
		return writeAudit(ctx, db, command.Root().Writer)
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(writeAudit(ctx, db, out), out.Close())
}

func writeAudit(ctx context.Context, db *bun.DB, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write(models.AuditColumns); err != nil {
		return err
	}
	err := models.EachAuditRow(ctx, db, 1, func(r *models.AuditRow) error { return out.Write(r.Record()) })
	out.Flush()
	return errors.Join(err, out.Error())
}
