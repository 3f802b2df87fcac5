// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/app/database"
	"ultimaparola/models"
)

const (
	oldestPostgres  = 14
	fewConnections  = 15 // as many as the program and a command beside it may want
	restlessClocks  = 2 * time.Second
	differentClocks = 30 * time.Second
)

// database looks at the server. That it forgets nothing (synchronous_commit) was asked when it was opened.
func (p *Patient) database(ctx context.Context, db *bun.DB) []Finding {
	var s server
	asked := time.Now()
	err := db.NewRaw(`SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
		current_setting('server_encoding') AS encoding, (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
		current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
		clock_timestamp() AS now`).Scan(ctx, &s)
	s.took = time.Since(asked)
	if err != nil {
		return []Finding{{Problem, "database", "PostgreSQL does not answer a question: " + err.Error(), "Look into its log, and whether its disk is full."}}
	}
	return s.findings(p.Now())
}

// server is what a PostgreSQL says of itself.
type server struct {
	Version, Encoding  string
	Number, Most, Used int       // its version as a number, the connections it allows and those that are taken
	Now                time.Time // by its clock
	took               time.Duration
}

func (s server) findings(now time.Time) []Finding {
	const about = "database"
	findings := []Finding{{Fine, about, fmt.Sprintf("PostgreSQL %s answers in %d ms; %d of %d connections are taken.", s.Version, s.took.Milliseconds(), s.Used, s.Most), ""}}
	if s.Number/10000 < oldestPostgres {
		findings = append(findings, Finding{Problem, about, "PostgreSQL " + s.Version + " is too old.", fmt.Sprintf("Move the data to PostgreSQL %d or newer.", oldestPostgres)})
	}
	if s.Encoding != "UTF8" {
		findings = append(findings, Finding{Problem, about, "Its texts are in " + s.Encoding + ", in which not every name can be written.",
			"Make a database with ENCODING 'UTF8', and load a copy of this one into it."})
	}
	if s.Most-s.Used < fewConnections {
		findings = append(findings, Finding{Warning, about, fmt.Sprintf("Only %d connections are left.", s.Most-s.Used),
			"Raise max_connections in postgresql.conf, or see who holds the others: SELECT * FROM pg_stat_activity."})
	}
	if off := now.Add(-s.took / 2).Sub(s.Now).Abs(); off > restlessClocks {
		level := Warning
		if off > differentClocks {
			level = Problem
		}
		findings = append(findings, Finding{level, "clock", fmt.Sprintf("This machine's clock and the database's differ by %s.", off.Round(time.Second/10)),
			"Have both machines set their clock by the network (timedatectl set-ntp true)."})
	}
	return findings
}

// databaseLog looks whether PostgreSQL would write down statements, in which is what people wrote.
func (p *Patient) databaseLog(ctx context.Context, db *bun.DB) []Finding {
	var said []string
	err := db.NewRaw(`SELECT name FROM pg_settings WHERE
		name = 'log_min_error_statement' AND setting NOT IN ('log', 'fatal', 'panic') OR
		name = 'log_min_messages' AND setting NOT IN ('log', 'fatal', 'panic') OR
		name = 'log_statement' AND setting NOT IN ('none', 'ddl') OR
		name IN ('log_min_duration_statement', 'log_min_duration_sample') AND setting <> '-1' ORDER BY name`).Scan(ctx, &said)
	if err != nil {
		return []Finding{{Problem, "database", "PostgreSQL does not tell what it logs: " + err.Error(), "Look into its log."}}
	}
	if len(said) == 0 {
		return nil
	}
	return []Finding{{Warning, "privacy", "PostgreSQL's log may hold what people wrote, because of " + strings.Join(said, ", ") + ".",
		"As the database's administrator: ALTER DATABASE " + p.databaseName(ctx, db) + " SET log_min_messages = 'log'; and likewise\n" +
			"log_min_error_statement = 'panic', log_error_verbosity = 'terse', log_statement = 'none', log_min_duration_statement = -1."}}
}

func (p *Patient) databaseName(ctx context.Context, db *bun.DB) string {
	var name string
	if err := db.NewRaw("SELECT quote_ident(current_database())").Scan(ctx, &name); err != nil {
		return "…"
	}
	return name
}

// tables looks whether program and tables belong together.
func (p *Patient) tables(ctx context.Context, db *bun.DB) []Finding {
	const about = "tables"
	unapplied, unknown, err := database.Outstanding(ctx, db)
	switch {
	case err != nil:
		return []Finding{{Problem, about, "They cannot be read: " + err.Error(), "Look whether the database's user may read them."}}
	case len(unknown) > 0:
		return []Finding{{Problem, about, "A newer program has changed them: " + strings.Join(unknown, ", ") + ".", "Install that version again, or take its changes back with it (ultimaparola migrate down)."}}
	case len(unapplied) > 0:
		return []Finding{{Problem, about, fmt.Sprintf("%d changes of this version have not been made yet.", len(unapplied)), "Start the program again, or run: ultimaparola migrate up"}}
	}
	return []Finding{{Fine, about, "They are those of this version.", ""}}
}

// secret looks whether the database is used with the secret that it knows.
func (p *Patient) secret(ctx context.Context, db *bun.DB) []Finding {
	const about = "secret"
	err := models.CheckSecret(ctx, db, p.Secret)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return []Finding{{Warning, about, "The database has not been used with any yet.", "Start the program once."}}
	case errors.Is(err, models.ErrOtherSecret):
		return []Finding{{Problem, about, "It is not the one that the database has been used with: links already mailed do not work, and what it sealed cannot be opened.",
			"Put SECRET, or the file that SECRET_FILE names, back from a copy. If it is lost: ultimaparola secret accept"}}
	case err != nil:
		return []Finding{{Problem, about, "It cannot be compared: " + err.Error(), "Look into the database's log."}}
	}
	return []Finding{{Fine, about, "It is the one that the database has been used with.", ""}}
}
