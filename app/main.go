// SPDX-License-Identifier: AGPL-3.0-or-later

// Command ultimaparola is the whole consultation: pages, worker and, where none is configured, the
// database. Its commands are declared here, its settings in config.go, its addresses in routes.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // Europe/Rome, also where the system has no time zones (the container)

	"github.com/uptrace/bun"
	"github.com/urfave/cli/v3"

	"ultimaparola/app/database"
	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// version is set by the Makefile.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := commands().Run(ctx, os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "ultimaparola:", err)
		os.Exit(1)
	}
}

func commands() *cli.Command {
	return &cli.Command{
		Name:    "ultimaparola",
		Usage:   "a public consultation, from the guidelines to the report",
		Version: version,
		Description: "Settings are environment variables: PORT, LISTEN, BASE_URL, DATABASE_URL, DATA_DIR,\n" +
			"SMTP_URL, MAIL_FROM, DEMO, SECRET or SECRET_FILE, FORMER_AUDIT_KEYS, METRICS_LISTEN, METRICS_OPEN,\n" +
			"LOG_REQUESTS, BACKUP_DIR, BACKUP_RECIPIENT, BACKUP_KEEP. The README says what each is for.",
		Commands: []*cli.Command{
			{Name: "serve", Usage: "bring the database up to date and serve the pages until stopped", Action: withConfig(serve)},
			{Name: "migrate", Usage: "change the database's tables", Commands: []*cli.Command{
				{Name: "up", Usage: "bring them up to this program's version", Action: withDatabase(migrateUp)},
				{Name: "down", Usage: "take the last change back, with the data it holds", Action: withDatabase(migrateDown)},
			}},
			{Name: "postgres", Usage: "print the folder of the PostgreSQL programs that the embedded database uses", Action: withConfig(printBinaryFolder)},
			{Name: "doctor", Usage: "look whether everything is well, and say what to do; exits 0 when it is, 1 with problems, 2 with warnings alone", Action: doctorCommand,
				Flags: []cli.Flag{&cli.StringFlag{Name: "mail-to", Usage: "send a trial e-mail to this address", Validator: plainAddress}}},
			{Name: "jobs", Usage: "look after what the worker does", Commands: []*cli.Command{
				{Name: "retry", Usage: "try again now what has not succeeded, such as e-mails that no server took", Action: withDatabase(retryJobs)},
			}},
			{Name: "secret", Usage: "look after the secret that links and keys depend on", Commands: []*cli.Command{
				{Name: "accept", Usage: "use the database with the present secret from now on, when the one before it is lost", Action: withDatabase(acceptSecret)},
			}},
			{Name: "seed", Usage: "load the case into an empty database; with DEMO set, invented participants too", Action: withDatabase(seedCommand)},
			{Name: "staff", Usage: "manage the accounts of who works on the consultation", Commands: []*cli.Command{{
				Name: "add", Usage: "open an account and print its one-time sign-in link", Action: withDatabase(addStaff),
				Flags: []cli.Flag{
					&cli.StringFlag{Name: "name", Usage: "name and surname", Required: true},
					&cli.StringFlag{Name: "email", Usage: "e-mail address", Required: true, Validator: plainAddress},
					&cli.StringFlag{Name: "role", Usage: strings.Join(models.Roles, ", "), Value: models.RoleOrganiser, Validator: knownRole},
					&cli.StringSliceFlag{Name: "municipality", Usage: "slug of a municipality, as often as there are; one for a mayor's office, for others all when absent"},
				},
			}, {
				Name: "close", Usage: "close an account and end its sessions; what it did stays in the log", ArgsUsage: "EMAIL",
				Action: withDatabase(closeStaff),
			}, {
				Name: "reset", Usage: "take away the second factor of who has lost it, and print a new one-time sign-in link", ArgsUsage: "EMAIL",
				Action: withDatabase(resetStaff),
			}}},
			backupCommand(), restoreCommand(), auditCommand(),
		},
	}
}

// withConfig reads the settings and hands them to a command.
func withConfig(run func(ctx context.Context, c config, log *slog.Logger) error) cli.ActionFunc {
	return func(ctx context.Context, _ *cli.Command) error {
		c, err := readConfig(os.Environ())
		if err != nil {
			return err
		}
		return run(ctx, c, newLog(c))
	}
}

// withDatabase opens the database for a command that ends by itself.
func withDatabase(run func(ctx context.Context, command *cli.Command, c config, db *bun.DB) error) cli.ActionFunc {
	return func(ctx context.Context, command *cli.Command) error {
		c, err := readConfig(os.Environ())
		if err != nil {
			return err
		}
		db, closeDatabase, err := openDatabase(ctx, c, newLog(c))
		if errors.Is(err, database.ErrInUse) { // by `serve`, beside which the command works
			db, closeDatabase, err = joinDatabase(c)
		}
		if err != nil {
			return err
		}
		return errors.Join(run(ctx, command, c, db), closeDatabase())
	}
}

// newLog returns the program's log: for people in development, for machines in production.
func newLog(c config) *slog.Logger { return web.NewLog(os.Stderr, c.Development) }

func printBinaryFolder(ctx context.Context, c config, _ *slog.Logger) error {
	folder, err := database.BinaryFolder(ctx, c.DataDir)
	if err == nil {
		fmt.Println(folder)
	}
	return err
}

func migrateUp(ctx context.Context, command *cli.Command, _ config, db *bun.DB) error {
	applied, err := database.Migrate(ctx, db)
	for _, name := range applied {
		fmt.Fprintln(command.Root().Writer, "applied", name)
	}
	if err == nil && len(applied) == 0 {
		fmt.Fprintln(command.Root().Writer, "nothing to do: the tables are up to date")
	}
	return err
}

func migrateDown(ctx context.Context, command *cli.Command, _ config, db *bun.DB) error {
	name, err := database.Rollback(ctx, db)
	if err != nil {
		return err
	}
	if name == "" {
		fmt.Fprintln(command.Root().Writer, "nothing to do: no change has been applied")
		return nil
	}
	fmt.Fprintln(command.Root().Writer, "taken back", name)
	return nil
}

// migrated brings the tables up to date, and makes sure that the database is used with the secret that it was used with.
func migrated(ctx context.Context, db *bun.DB, c config) error {
	if _, err := database.Migrate(ctx, db); err != nil {
		return err
	}
	err := models.KnowSecret(ctx, db, time.Now(), c.Secret)
	if errors.Is(err, models.ErrOtherSecret) {
		return errors.New("this is not the secret that the database has been used with: put the right SECRET, or the file that SECRET_FILE names, back from a copy. " +
			"If it is lost, `ultimaparola secret accept` goes on with this one; links already mailed then stop working, and whatever was sealed with the old one is lost")
	}
	return err
}

func acceptSecret(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	if _, err := database.Migrate(ctx, db); err != nil {
		return err
	}
	if err := models.AcceptSecret(ctx, db, time.Now(), c.Secret); err != nil {
		return err
	}
	fmt.Fprintln(command.Root().Writer, "the database is used with this secret from now on")
	return nil
}

func seedCommand(ctx context.Context, _ *cli.Command, c config, db *bun.DB) error {
	if err := migrated(ctx, db, c); err != nil {
		return err
	}
	return loadData(ctx, db, c)
}

func knownRole(role string) error {
	if !slices.Contains(models.Roles, role) {
		return fmt.Errorf("%q is not a role: choose one of %s", role, strings.Join(models.Roles, ", "))
	}
	return nil
}

func plainAddress(address string) error {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return fmt.Errorf("%q is not an e-mail address", address)
	}
	return nil
}

func addStaff(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	if err := migrated(ctx, db, c); err != nil {
		return err
	}
	organisation, err := models.TheOrganisation(ctx, db)
	if errors.Is(err, models.ErrNotFound) {
		return errors.New("the database is empty: run `ultimaparola seed` first, or open the link that `ultimaparola serve` prints")
	}
	if err != nil {
		return err
	}
	form := models.StaffForm{Role: command.String("role"), Name: command.String("name"), Email: command.String("email"),
		Municipalities: command.StringSlice("municipality")}
	invitation, err := models.InviteColleague(ctx, db, time.Now(), models.ByProgram(organisation.ID), form)
	var wrong models.FieldErrors
	switch {
	case errors.Is(err, models.ErrStaffExists):
		return fmt.Errorf("%s has an account already", models.NormalAddress(models.Email, form.Email))
	case errors.As(err, &wrong) && wrong[0].Field == "municipalities":
		return fmt.Errorf("--municipality must name one of this installation's municipalities, and just one for a mayor's office, not %q",
			strings.Join(form.Municipalities, ", "))
	case err != nil:
		return err
	}
	fmt.Fprintf(command.Root().Writer, "%s signs in, once, at %s\n", form.Name, c.links().Confirm(locale.Default, invitation))
	return nil
}

// accountNamed returns the account whose e-mail address is the command's one argument.
func accountNamed(ctx context.Context, command *cli.Command, db *bun.DB) (*models.Staff, error) {
	email := command.Args().First()
	if err := plainAddress(email); err != nil || command.Args().Len() != 1 {
		return nil, fmt.Errorf("say whose account: `ultimaparola staff %s EMAIL`", command.Name)
	}
	account, err := models.StaffByEmail(ctx, db, email)
	if errors.Is(err, models.ErrNotFound) {
		return nil, fmt.Errorf("%s has no account", email)
	}
	return account, err
}

func closeStaff(ctx context.Context, command *cli.Command, _ config, db *bun.DB) error {
	account, err := accountNamed(ctx, command, db)
	if err != nil {
		return err
	}
	err = models.CloseStaff(ctx, db, time.Now(), models.ByProgram(account.OrganisationID), account.ID)
	if errors.Is(err, models.ErrLastAdministrator) {
		return fmt.Errorf("%s is the only administrator: add another first", account.Email)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(command.Root().Writer, "the account of %s (%s) is closed\n", account.Name, account.Email)
	return nil
}

func resetStaff(ctx context.Context, command *cli.Command, c config, db *bun.DB) error {
	account, err := accountNamed(ctx, command, db)
	if err != nil {
		return err
	}
	invitation, err := models.ResetFactors(ctx, db, time.Now(), models.ByProgram(account.OrganisationID), account.ID)
	if errors.Is(err, models.ErrNotFound) || errors.Is(err, models.ErrClosed) {
		return fmt.Errorf("the account of %s is closed", account.Email)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(command.Root().Writer, "%s signs in, once, and sets up a second factor anew, at %s\n", account.Name, c.links().Confirm(locale.Default, invitation))
	return nil
}
