// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const aSecret = "0123456789abcdef0123456789abcdef"

func TestDevelopmentIsLoopbackAlone(t *testing.T) {
	for name, test := range map[string]struct {
		environment []string
		development bool
		base        string
		address     string
	}{
		"nothing set":      {nil, true, "http://localhost:3000", "127.0.0.1:3000"},
		"empty is not set": {[]string{"PORT=", "LISTEN=", "BASE_URL="}, true, "http://localhost:3000", "127.0.0.1:3000"},
		"another port":     {[]string{"PORT=8080"}, true, "http://localhost:8080", "127.0.0.1:8080"},
		"IPv6":             {[]string{"LISTEN=::1", "BASE_URL=http://localhost:3000/"}, true, "http://localhost:3000", "[::1]:3000"},
		"demonstration":    {[]string{"DEMO=true"}, true, "http://localhost:3000", "127.0.0.1:3000"},
		"behind a proxy": {[]string{"BASE_URL=https://partecipa.example.it", "SMTP_URL=smtp://mail.example.it", "SECRET=" + aSecret},
			false, "https://partecipa.example.it", "127.0.0.1:3000"},
		"open to the network": {[]string{"LISTEN=0.0.0.0", "SMTP_URL=smtp://mail.example.it", "SECRET=" + aSecret},
			false, "http://localhost:3000", "0.0.0.0:3000"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := readConfig(append(test.environment, "DATA_DIR="+t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			if c.Development != test.development || c.BaseURL.String() != test.base || c.address != test.address {
				t.Errorf("development %v at %s, listening on %s", c.Development, c.BaseURL, c.address)
			}
			if len(c.Secret) < 32 {
				t.Errorf("the secret has %d bytes", len(c.Secret))
			}
		})
	}
}

func TestSettingsAreRefusedWithWhatToDo(t *testing.T) {
	production := []string{"BASE_URL=https://partecipa.example.it"}
	for name, test := range map[string]struct {
		environment []string
		says        []string
	}{
		"production with nothing":       {production, []string{"set SMTP_URL", "set SECRET", "BASE_URL is https://partecipa.example.it"}},
		"production with demonstration": {append(production, "DEMO=1"), []string{"remove DEMO"}},
		"listening for others":          {[]string{"LISTEN=0.0.0.0"}, []string{"LISTEN is 0.0.0.0", "set SMTP_URL", "set SECRET"}},
		"a host that only looks local":  {[]string{"BASE_URL=http://localhost.example.it"}, []string{"This is production"}},
		"no key of the log":             {[]string{"FORMER_AUDIT_KEYS=ultimaparola/audit+1"}, []string{"FORMER_AUDIT_KEYS", "copy it whole"}},
		"short secret":                  {[]string{"SECRET=short"}, []string{"at least 32"}},
		"two secrets":                   {[]string{"SECRET=" + aSecret, "SECRET_FILE=/dev/null"}, []string{"keep one"}},
		"no secret in the file":         {[]string{"SECRET_FILE=/dev/null"}, []string{"at least 32"}},
		"no secret file":                {[]string{"SECRET_FILE=/absent/secret"}, []string{"SECRET_FILE cannot be read", "/absent/secret"}},
		"port out of range":             {[]string{"PORT=70000"}, []string{"1 to 65535"}},
		"port in words":                 {[]string{"PORT=three"}, []string{"Port"}},
		"listening on a name":           {[]string{"LISTEN=example.it"}, []string{"LISTEN is \"example.it\""}},
		"address without scheme":        {[]string{"BASE_URL=partecipa.example.it"}, []string{"BASE_URL is"}},
		"address without a name":        {[]string{"BASE_URL=http://127.0.0.1:3000"}, []string{"it must have a name", "IP address"}},
		"a name of this network alone":  {append(production, "BASE_URL=https://partecipa"), []string{"such as partecipa.example.it"}},
		"address with a path":           {[]string{"BASE_URL=https://example.it/partecipa"}, []string{"nothing after the name"}},
		"mail by the web":               {[]string{"SMTP_URL=https://mail.example.it"}, []string{"SMTP_URL is not"}},
		"metrics without a port":        {[]string{"METRICS_LISTEN=127.0.0.1"}, []string{"METRICS_LISTEN is", "127.0.0.1:9464"}},
		"metrics on a name":             {[]string{"METRICS_LISTEN=example.it:9464"}, []string{"METRICS_LISTEN is"}},
		"metrics for everybody":         {[]string{"METRICS_LISTEN=0.0.0.0:9464"}, []string{"METRICS_LISTEN is 0.0.0.0:9464", "METRICS_OPEN=true"}},
		"backups for nobody":            {[]string{"BACKUP_DIR=/var/backups"}, []string{"set BACKUP_RECIPIENT", "ultimaparola backup key"}},
		"backups for no key":            {[]string{"BACKUP_RECIPIENT=hello"}, []string{"BACKUP_RECIPIENT is not a public key"}},
		"backups kept for no day":       {[]string{"BACKUP_KEEP=0"}, []string{"at least 1"}},
		"sender that is no address":     {[]string{"MAIL_FROM=Comune <noreply@example.it>"}, []string{"MAIL_FROM is"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			_, err := readConfig(append([]string{"DATA_DIR=" + dir}, test.environment...))
			if err == nil {
				t.Fatal("it is accepted")
			}
			for _, words := range test.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("it does not say %q but:\n%v", words, err)
				}
			}
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("a refused start has made the data folder (%v)", err)
			}
		})
	}
}

func TestTheSecretOfDevelopmentIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := readConfig([]string{"DATA_DIR=" + dir})
	if err != nil {
		t.Fatal(err)
	}
	second, err := readConfig([]string{"DATA_DIR=" + dir})
	if err != nil || !bytes.Equal(first.Secret, second.Secret) {
		t.Errorf("another start has another secret (%v)", err)
	}
	path := filepath.Join(dir, "secret")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret is open to others (%v, %v)", info.Mode(), err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readConfig([]string{"DATA_DIR=" + dir}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("an emptied secret: %v", err)
	}
}

func TestTheSecretMayComeFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(aSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig([]string{"SECRET_FILE=" + path})
	if err != nil || string(c.Secret) != aSecret {
		t.Errorf("the secret is %q (%v)", c.Secret, err)
	}
}
