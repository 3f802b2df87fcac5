// SPDX-License-Identifier: AGPL-3.0-or-later

// Package web is what every page shares: the language, the session, forms, errors, security headers, stored pages and
// the links that e-mails carry. The audiences build on it; it knows none of them.
package web

import (
	"log/slog"
	"net/url"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/note"

	"ultimaparola/app/metrics"
	"ultimaparola/models"
)

// Config is what the pages need to know of the program's settings.
type Config struct {
	// BaseURL is the address people reach the program at, without a slash at the end.
	BaseURL *url.URL
	// Development is true only on loopback: /posta exists, cookies are plain.
	Development bool
	// Demo is true when invented data may be loaded into an empty database.
	Demo bool
	// Secret keys links, codes and unsubscribe tokens; at least 32 bytes.
	Secret []byte
	// FormerAuditKeys check what was signed in the log with secrets that were there before.
	FormerAuditKeys  []note.Verifier
	Version, DataDir string
	// SMTPURL is the mail server; empty (development only): mails are kept for /posta.
	SMTPURL string
	// LogRequests has a line in the log for each request, not only for those that fail or are slow.
	LogRequests bool
}

// Secure tells whether people reach the program by https.
func (c Config) Secure() bool { return c.BaseURL.Scheme == "https" }

// AuditKey returns the key that signs the heads of the log.
func (c Config) AuditKey() *models.AuditKey {
	return models.NewAuditKey(c.Secret, c.FormerAuditKeys...)
}

// Deps are what handlers work with.
type Deps struct {
	DB      *bun.DB
	Config  Config
	Links   Links
	Sites   *Sites
	Batches *models.Batches
	Now     func() time.Time
	Log     *slog.Logger
	Metrics *metrics.Metrics
}

// NewDeps returns what handlers work with, over one database and one clock.
func NewDeps(db *bun.DB, config Config, now func() time.Time, log *slog.Logger) Deps {
	return Deps{
		DB:      db,
		Config:  config,
		Links:   Links{Base: config.BaseURL.String(), Secret: config.Secret},
		Sites:   NewSites(),
		Batches: models.NewBatches(db, now),
		Now:     now,
		Log:     log,
		Metrics: metrics.New(config.Version),
	}
}
