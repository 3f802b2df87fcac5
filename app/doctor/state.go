// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// longWait is how long no job should wait: they are done at once.
const longWait = 5 * time.Minute

// jobs looks at what the worker has to do, such as e-mails to send.
func (p *Patient) jobs(ctx context.Context, db *bun.DB) []Finding {
	const about = "jobs"
	queue, err := models.QueueNow(ctx, db, p.Now())
	if err != nil {
		return []Finding{unread(about, err)}
	}
	troubles, err := models.TroublesNow(ctx, db)
	if err != nil {
		return []Finding{unread(about, err)}
	}
	var findings []Finding
	if wait := p.Now().Sub(queue.OldestDue); queue.Due > 0 && wait > longWait {
		findings = append(findings, Finding{Problem, about, fmt.Sprintf("%d wait to be done, the oldest for %s.", queue.Due, words(wait)), "Look whether the program runs: systemctl status ultimaparola"})
	}
	for _, t := range troubles {
		what := t.Kind
		if t.Template != "" {
			what = "e-mail " + t.Template
		}
		findings = append(findings, Finding{Warning, about, fmt.Sprintf("%s: %d given up, %d to be tried again. The last cause: %s", what, t.Failed, t.Delayed, t.LastError),
			"Mend the cause, then: ultimaparola jobs retry"})
	}
	if len(findings) == 0 {
		findings = []Finding{{Fine, about, fmt.Sprintf("%d wait to be done, none has failed.", queue.Due), ""}}
	}
	return findings
}

// log looks at the last check that the worker made of the log of what staff did.
func (p *Patient) log(ctx context.Context, db *bun.DB) []Finding {
	const about = "log"
	check, err := models.LastAuditCheck(ctx, db)
	ago := words(p.Now().Sub(check.CheckedAt))
	switch {
	case errors.Is(err, models.ErrNotFound):
		return []Finding{{Fine, about, "The log of what staff did has not been checked yet: the worker does it within the hour.", ""}}
	case err != nil:
		return []Finding{unread(about, err)}
	case check.Found > 0:
		return []Finding{{Problem, about, fmt.Sprintf("The log of what staff did was altered: %d found %s ago.", check.Found, ago), "See what: ultimaparola audit verify"}}
	case p.Now().Sub(check.CheckedAt) > 3*24*time.Hour:
		return []Finding{{Warning, about, "The log of what staff did was last checked " + ago + " ago.", "Look whether the program runs: systemctl status ultimaparola"}}
	}
	return []Finding{{Fine, about, fmt.Sprintf("The log of what staff did is in order: %d entries, checked %s ago.", check.Entries, ago), ""}}
}

// people looks whether somebody can look after the installation, and whether what it shows is real.
func (p *Patient) people(ctx context.Context, db *bun.DB) []Finding {
	var findings []Finding
	administrators, err := models.Administrators(ctx, db)
	switch {
	case err != nil:
		findings = append(findings, unread("staff", err))
	case administrators == 0:
		findings = append(findings, Finding{Warning, "staff", "Nobody is an administrator.", "The program printed where the first one begins (journalctl -u ultimaparola -g primo-accesso). Or:\n" +
			"ultimaparola staff add --role administrator --name … --email …"})
	default:
		findings = append(findings, Finding{Fine, "staff", fmt.Sprintf("Administrators: %d.", administrators), ""})
	}
	organisation, err := models.TheOrganisation(ctx, db)
	switch {
	case errors.Is(err, models.ErrNotFound):
		findings = append(findings, Finding{Warning, "contents", "Nothing has been set up yet.", "Sign in as an administrator and go on from there."})
	case err != nil:
		findings = append(findings, unread("contents", err))
	case !organisation.DemoSince.IsZero() && p.Production:
		findings = append(findings, Finding{Problem, "contents", "Invented people and comments are shown to the public.", "The segreteria empties them: /segreteria/dati-di-prova"})
	}
	return findings
}

// privacy looks whether the information notice is complete, without which nothing is taken from people in production.
func (p *Patient) privacy(ctx context.Context, db *bun.DB) []Finding {
	const about = "privacy"
	organisation, err := models.TheOrganisation(ctx, db)
	if errors.Is(err, models.ErrNotFound) {
		return nil // as people has told
	}
	if err != nil {
		return []Finding{unread(about, err)}
	}
	missing, err := models.PrivacyMissing(ctx, db, organisation)
	switch {
	case err != nil:
		return []Finding{unread(about, err)}
	case len(missing) == 0:
		return []Finding{{Fine, about, "The information notice is complete, and the citizens' forms are open.", ""}}
	case !p.Production:
		return []Finding{{Fine, about, fmt.Sprintf("The information notice lacks %d things; in production no form would open.", len(missing)), ""}}
	}
	english := locale.With(ctx, "en")
	var lines strings.Builder
	for _, key := range missing {
		lines.WriteString("\n– " + locale.T(english, key))
	}
	return []Finding{{Problem, about, "The citizens' forms are closed, as the information notice lacks:" + lines.String(), "An administrator fills it in: /amministrazione/privacy"}}
}

func unread(about string, err error) Finding {
	return Finding{Problem, about, "It cannot be looked at: " + err.Error(), "Look into the database's log."}
}
