// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/go-webauthn/webauthn/protocol"
	"golang.org/x/mod/sumdb/note"

	"ultimaparola/app/backup"
	"ultimaparola/app/web"
)

// shortestSecret is 32 bytes: as many as the HMAC-SHA256 that it keys.
const shortestSecret = 32

// settings is the program's environment. Each has a working default; an empty variable counts as not set.
type settings struct {
	Port        int    `env:"PORT" envDefault:"3000"`
	Listen      string `env:"LISTEN" envDefault:"127.0.0.1"`
	BaseURL     string `env:"BASE_URL"`     // default http://localhost:PORT
	DatabaseURL string `env:"DATABASE_URL"` // default: a PostgreSQL of the program's own, in DATA_DIR
	DataDir     string `env:"DATA_DIR" envDefault:"data"`
	SMTPURL     string `env:"SMTP_URL"`  // default, in development only: mails are read at /posta
	MailFrom    string `env:"MAIL_FROM"` // default noreply@ the host of BASE_URL
	Demo        bool   `env:"DEMO"`
	Secret      string `env:"SECRET"` // default, in development only: made once and kept in DATA_DIR
	SecretFile  string `env:"SECRET_FILE"`
	// FormerAuditKeys are the public keys of secrets that were there before: the heads of the log they signed stay good.
	FormerAuditKeys []string `env:"FORMER_AUDIT_KEYS"`
	LogRequests     bool     `env:"LOG_REQUESTS"`
	// MetricsListen is host:port; empty: there are none. MetricsOpen lets it be one that other machines reach.
	MetricsListen string `env:"METRICS_LISTEN"`
	MetricsOpen   bool   `env:"METRICS_OPEN"`

	BackupDir       string `env:"BACKUP_DIR"`       // default: no backup each night
	BackupRecipient string `env:"BACKUP_RECIPIENT"` // needed with BACKUP_DIR
	BackupKeep      int    `env:"BACKUP_KEEP" envDefault:"14"`
}

// config is what the settings come to.
type config struct {
	web.Config
	address     string // host:port to listen on
	databaseURL string
	mailFrom    string // who e-mails come from
	secretFile  string // where the secret is; empty: in the environment
	metrics     string // host:port where the metrics are read; empty: nowhere
	backups     backup.Plan
}

// readConfig turns environment, a list of NAME=value, into the program's configuration. Its error
// lists, a sentence a line, everything that has to be changed. In development it makes the secret on first use.
func readConfig(environment []string) (config, error) {
	set := map[string]string{}
	for name, value := range env.ToMap(environment) {
		if value != "" {
			set[name] = value
		}
	}
	s, err := env.ParseAsWithOptions[settings](env.Options{Environment: set})
	if err != nil {
		return config{}, fmt.Errorf("a setting is not of the right kind: PORT and BACKUP_KEEP must be numbers, DEMO, LOG_REQUESTS and METRICS_OPEN true or false: %w", err)
	}
	var problems []error
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }

	if s.Port < 1 || s.Port > 65535 {
		refuse("PORT is %d: it must be a number from 1 to 65535.", s.Port)
	}
	if s.Listen != "localhost" && net.ParseIP(s.Listen) == nil {
		refuse("LISTEN is %q: it must be an address of this machine, such as 127.0.0.1 or 0.0.0.0.", s.Listen)
	}
	if s.BaseURL == "" {
		s.BaseURL = "http://localhost:" + strconv.Itoa(s.Port)
	}
	base, err := url.Parse(strings.TrimSuffix(s.BaseURL, "/"))
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.Path != "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
		refuse("BASE_URL is %q: it must be the address people reach the program at, such as https://partecipa.example.it, with nothing after the name.", s.BaseURL)
		return config{}, errors.Join(problems...)
	}

	// Passkeys belong to a name (Web Authentication, § 5.1.2): its rules are the library's.
	if err := protocol.ValidateRPID(base.Hostname()); err != nil {
		refuse("BASE_URL is %q: it must have a name such as partecipa.example.it (or localhost), to which the staff's passkeys can belong: %w.", s.BaseURL, err)
	}
	if s.MailFrom == "" {
		s.MailFrom = "noreply@" + base.Hostname()
	} else if address, err := mail.ParseAddress(s.MailFrom); err != nil || address.Address != s.MailFrom {
		refuse("MAIL_FROM is %q: it must be an e-mail address, such as noreply@example.it.", s.MailFrom)
	}

	c := config{address: net.JoinHostPort(s.Listen, strconv.Itoa(s.Port)), databaseURL: s.DatabaseURL, mailFrom: s.MailFrom, secretFile: s.SecretFile, metrics: s.MetricsListen}
	c.Config = web.Config{
		BaseURL: base, Demo: s.Demo, Version: version, DataDir: s.DataDir, SMTPURL: s.SMTPURL, LogRequests: s.LogRequests,
		Development: isLoopback(base.Hostname()) && isLoopback(s.Listen),
	}
	if c.Secret, err = secretOf(s); err != nil {
		problems = append(problems, err)
	}
	if c.backups, err = backupsOf(s); err != nil {
		problems = append(problems, err)
	}
	for _, key := range s.FormerAuditKeys {
		verifier, err := note.NewVerifier(strings.TrimSpace(key))
		if err != nil {
			refuse("FORMER_AUDIT_KEYS has %q, which is not a key of the log: copy it whole, with commas between several.", key)
			continue
		}
		c.FormerAuditKeys = append(c.FormerAuditKeys, verifier)
	}
	if s.SMTPURL != "" && !isMailServer(s.SMTPURL) {
		refuse("SMTP_URL is not a mail server's address: it must look like smtp://user:password@mail.example.it:587 or smtps://….")
	}
	if s.MetricsListen != "" {
		host, port, err := net.SplitHostPort(s.MetricsListen)
		if number, wrong := strconv.ParseUint(port, 10, 16); err != nil || wrong != nil || number == 0 || host != "localhost" && net.ParseIP(host) == nil {
			refuse("METRICS_LISTEN is %q: it must be an address of this machine and a port, such as 127.0.0.1:9464.", s.MetricsListen)
		} else if !isLoopback(host) && !s.MetricsOpen {
			refuse("METRICS_LISTEN is %s, which other machines may reach, and the metrics ask nobody for a password: choose 127.0.0.1, or set METRICS_OPEN=true if that is meant.", s.MetricsListen)
		}
	}
	if !c.Development {
		why := fmt.Sprintf("This is production, because BASE_URL is %s and LISTEN is %s (development is where both are this machine alone)", base, s.Listen)
		if s.Demo {
			refuse("%s: invented data do not belong here; remove DEMO.", why)
		}
		if s.SMTPURL == "" {
			refuse("%s: set SMTP_URL to the mail server, such as smtp://user:password@mail.example.it:587.", why)
		}
		if s.Secret == "" && s.SecretFile == "" {
			refuse("%s: set SECRET, or SECRET_FILE to a file that holds it; `openssl rand -hex 32` makes one.", why)
		}
	}
	if len(problems) > 0 {
		return config{}, errors.Join(problems...)
	}
	if c.Secret == nil {
		c.secretFile = filepath.Join(s.DataDir, "secret")
		c.Secret, err = keptSecret(c.secretFile)
	}
	return c, err
}

// links makes the addresses that are printed and mailed.
func (c config) links() web.Links { return web.Links{Base: c.BaseURL.String(), Secret: c.Secret} }

// isLoopback tells whether only this machine reaches host.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func isMailServer(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "smtp" || u.Scheme == "smtps") && u.Hostname() != ""
}

// secretOf returns the secret that the settings give, nil when they give none.
func secretOf(s settings) ([]byte, error) {
	secret := s.Secret
	if s.SecretFile != "" {
		if secret != "" {
			return nil, errors.New("SECRET and SECRET_FILE are both set: keep one of them.")
		}
		text, err := os.ReadFile(s.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("SECRET_FILE cannot be read: %w.", err)
		}
		secret = strings.TrimSpace(string(text))
	} else if secret == "" {
		return nil, nil
	}
	if len(secret) < shortestSecret {
		return nil, fmt.Errorf("The secret is too short: it must have at least %d characters; `openssl rand -hex 32` makes one.", shortestSecret)
	}
	return []byte(secret), nil
}

// backupsOf returns how the settings want backups made.
func backupsOf(s settings) (backup.Plan, error) {
	plan := backup.Plan{Dir: s.BackupDir, Keep: s.BackupKeep, Version: version}
	if s.BackupKeep < 1 {
		return plan, fmt.Errorf("BACKUP_KEEP is %d: it must be the number of days whose backups are kept, at least 1.", s.BackupKeep)
	}
	if s.BackupRecipient == "" {
		if s.BackupDir != "" {
			return plan, errors.New("BACKUP_DIR is set, but not to whom the backups are encrypted: set BACKUP_RECIPIENT to a public key; `ultimaparola backup key` makes one.")
		}
		return plan, nil
	}
	var err error
	if plan.Recipients, err = backup.Recipients(s.BackupRecipient); err != nil {
		return plan, fmt.Errorf("%w.", err)
	}
	return plan, nil
}

// keptSecret returns the secret kept at path in the data folder, made at the first start: links already mailed stay good
// over a restart.
func keptSecret(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err == nil {
		secret, err := secretOf(settings{Secret: strings.TrimSpace(string(text))})
		if err == nil && secret == nil {
			err = errors.New("it is empty")
		}
		if err != nil {
			return nil, fmt.Errorf("%s does not hold a secret; remove it and a new one is made: %w", path, err)
		}
		return secret, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	random := make([]byte, shortestSecret)
	rand.Read(random)
	secret := []byte(hex.EncodeToString(random))
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil { // passable: the database's account lives below it
		return nil, fmt.Errorf("DATA_DIR cannot be made: %w", err)
	}
	return secret, os.WriteFile(path, append(secret, '\n'), 0o600)
}
