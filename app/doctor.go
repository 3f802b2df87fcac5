// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uptrace/bun"
	"github.com/urfave/cli/v3"

	"ultimaparola/app/database"
	"ultimaparola/app/doctor"
	"ultimaparola/app/mail"
	"ultimaparola/models"
)

// doctorCommand examines the installation of the settings and ends with what doctor.Report says.
func doctorCommand(ctx context.Context, command *cli.Command) error {
	var findings []doctor.Finding
	c, err := readConfig(os.Environ())
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			findings = append(findings, doctor.Finding{Level: doctor.Problem, About: "settings", Found: strings.TrimSpace(line)})
		}
	} else if findings, err = examine(ctx, c, command.String("mail-to")); err != nil {
		return err
	}
	if code := doctor.Report(command.Root().Writer, findings); code != 0 {
		return cli.Exit("", code)
	}
	return nil
}

func examine(ctx context.Context, c config, mailTo string) ([]doctor.Finding, error) {
	mailer, err := mail.New(c.SMTPURL, c.mailFrom, filepath.Join(c.DataDir, "posta"))
	if err != nil {
		return nil, err
	}
	settings := doctor.Finding{About: "settings", Found: fmt.Sprintf("Production: %s, listening on %s.", c.BaseURL, c.address)}
	if c.Development {
		settings.Found = fmt.Sprintf("Development, as BASE_URL and LISTEN are this machine alone: %s, listening on %s.", c.BaseURL, c.address)
	}
	patient := doctor.Patient{
		Version: c.Version, Production: !c.Development, BaseURL: c.BaseURL, Local: c.local(), DataDir: c.DataDir, BackupDir: c.backups.Dir,
		SecretFile: c.secretFile, Secret: c.Secret, Database: c.visitDatabase, Mailer: mailer, MailsKept: c.SMTPURL == "", MailTo: mailTo,
		Now: time.Now, Space: doctor.Space, Client: &http.Client{Timeout: 10 * time.Second}, Ask: doctor.Ask,
	}
	return append([]doctor.Finding{settings}, patient.Examine(ctx)...), nil
}

// local is where the program answers on this machine.
func (c config) local() string {
	host, port, _ := net.SplitHostPort(c.address)
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// visitDatabase connects to the database as it is: it starts none, and makes none.
func (c config) visitDatabase() (*bun.DB, error) {
	if c.databaseURL != "" {
		return database.Connect(c.databaseURL)
	}
	_, err := os.Stat(c.DataDir)
	var dsn string
	if err == nil {
		dsn, err = database.RunningDSN(c.DataDir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is none yet: it is made when the program is first started.")
	}
	if err != nil {
		return nil, err
	}
	db, err := database.Connect(dsn)
	if err != nil && !errors.Is(err, database.ErrUnsafeCommit) {
		return nil, fmt.Errorf("the program's own does not run, as the program does not (sudo systemctl start ultimaparola): %w", err)
	}
	return db, err
}

func retryJobs(ctx context.Context, command *cli.Command, _ config, db *bun.DB) error {
	retried, err := models.RetryJobs(ctx, db, time.Now())
	if err == nil {
		fmt.Fprintf(command.Root().Writer, "%d are tried again now\n", retried)
	}
	return err
}
