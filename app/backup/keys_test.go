// SPDX-License-Identifier: AGPL-3.0-or-later

package backup_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"ultimaparola/app/backup"
)

func TestANewKeyOpensWhatItsRecipientCloses(t *testing.T) {
	t.Parallel()
	var key bytes.Buffer
	must(t, backup.NewKey(&key))
	public := regexp.MustCompile(`age1[a-z0-9]+`).FindString(key.String())
	other := newOffice(t)
	recipients, err := backup.Recipients(public + ", " + other.key.Recipient().String())
	if err != nil || len(recipients) != 2 {
		t.Fatalf("%v (%v)", recipients, err)
	}
	path := keep(t, key.Bytes())
	identities, err := backup.Identities(path)
	if err != nil || len(identities) != 1 {
		t.Fatalf("%v (%v)", identities, err)
	}
}

func TestWhatIsNoKeyIsRefusedAndNotRepeated(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for text, says := range map[string]string{
		o.key.String():                  "must not be on the server",
		strings.ToLower(o.key.String()): "must not be on the server",
		"age1abc":                       "begins with age1",
		"hello":                         "begins with age1",
		"":                              "begins with age1",
	} {
		_, err := backup.Recipients(text)
		if err == nil || !strings.Contains(err.Error(), says) || len(text) > 10 && strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "AGE-SECRET-KEY-1ABC", o.key.Recipient().String()} {
		_, err := backup.Identities(keep(t, []byte(text)))
		if err == nil || !strings.Contains(err.Error(), "no key to a backup") || strings.Contains(err.Error(), "1ABC") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := backup.Identities("/absent/key"); err == nil || !os.IsNotExist(err) && !strings.Contains(err.Error(), "/absent/key") {
		t.Errorf("absent: %v", err)
	}
}
