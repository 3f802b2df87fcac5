// SPDX-License-Identifier: AGPL-3.0-or-later

package backup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
)

// Recipients reads public keys (age1…), separated by commas: each opens the backups made for them.
func Recipients(text string) ([]age.Recipient, error) {
	if strings.Contains(strings.ToUpper(text), "AGE-SECRET-KEY-") {
		return nil, errors.New("BACKUP_RECIPIENT holds a secret key, which must not be on the server: put the public one there, which begins with age1")
	}
	lines := strings.Fields(strings.ReplaceAll(text, ",", " "))
	found, err := age.ParseRecipients(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		return nil, errors.New("BACKUP_RECIPIENT is not a public key of age, such as `ultimaparola backup key` prints: it begins with age1")
	}
	return found, nil
}

// NewKey writes a fresh key to w: a file that Identities reads, and age too. The key is nowhere else.
func NewKey(w io.Writer) error {
	// X25519 and not age's newer kind, whose public half has 2,000 letters and which the age of Debian 12 cannot open.
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "# The key to the backups of Ultima Parola. Keep it in two places, none of them the server:\n"+
		"# without it no backup can be opened, and whoever has it can open them all.\n"+
		"# On the server goes the public half alone: BACKUP_RECIPIENT=%s\n%s\n", key.Recipient(), key)
	return err
}

// Identities reads the keys that NewKey, or age-keygen, has written: from the file at path, or when that is "-" from
// standard input, so that they need not be on this machine.
func Identities(path string) ([]age.Identity, error) {
	from := os.Stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("the key cannot be read: %w", err)
		}
		defer file.Close()
		from = file
	}
	found, err := age.ParseIdentities(from)
	if err != nil { // which it might be told with the key
		return nil, errors.New("this is no key to a backup: it has a line that begins with AGE-SECRET-KEY-")
	}
	return found, nil
}
