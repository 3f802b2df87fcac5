// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ultimaparola/app/jobs"
)

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../deploy/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var settingRE = regexp.MustCompile(`(?m)^#?([A-Z][A-Z_]*)=(.*)$`)

func TestThePackagesFileNamesEverySettingAndNoOther(t *testing.T) {
	named := map[string]bool{}
	for _, match := range settingRE.FindAllStringSubmatch(deployed(t, "ultimaparola.env"), -1) {
		named[match[1]] = true
	}
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[settings]()) {
		name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
		known[name] = true
	}
	if difference := cmp.Diff(known, named); difference != "" {
		t.Errorf("the program knows (-), deploy/ultimaparola.env names (+):\n%s", difference)
	}
}

// As the package leaves it the program refuses to start, as production without a mail server, and says what to write;
// that written, it starts.
func TestThePackagesFileIsProductionWithTheMailServerToBeSet(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(aSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for _, match := range settingRE.FindAllStringSubmatch(deployed(t, "ultimaparola.env"), -1) {
		if !strings.HasPrefix(match[0], "#") {
			set[match[1]] = match[2]
		}
	}
	set["SECRET_FILE"] = secret
	read := func() (config, error) {
		var environment []string
		for _, name := range slices.Sorted(maps.Keys(set)) {
			environment = append(environment, name+"="+set[name])
		}
		return readConfig(environment)
	}
	if _, err := read(); err == nil || !strings.Contains(err.Error(), "set SMTP_URL") || strings.Contains(err.Error(), "\n") {
		t.Errorf("as it is, it says: %v", err)
	}
	set["SMTP_URL"] = "smtp://mail.example.it"
	if c, err := read(); err != nil || c.Development || c.address != "127.0.0.1:3000" || c.DataDir != "/var/lib/ultimaparola" {
		t.Errorf("with a mail server: development %v, listening on %s, data in %s (%v)", c.Development, c.address, c.DataDir, err)
	}
}

func TestTheProxyTakesAsMuchAsTheProgram(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	want := fmt.Sprintf("client_max_body_size %dm;", v.server.Config().BodyLimit>>20)
	if !strings.Contains(deployed(t, "nginx.conf"), want) {
		t.Errorf("deploy/nginx.conf does not say %s", want)
	}
}

// What opens a registration or confirms a mailbox stands in an address, and must not stand in the proxy's log.
func TestTheProxysLogKnowsNoTokens(t *testing.T) {
	t.Parallel()
	match := regexp.MustCompile(`~(\^\S+) \$start\*;`).FindStringSubmatch(deployed(t, "nginx.conf"))
	if match == nil {
		t.Fatal("deploy/nginx.conf has no map of addresses")
	}
	masked := regexp.MustCompile(match[1])
	v := newVisitor(t)
	seen := 0
	for _, r := range routes(v.deps, jobs.New(v.deps, v.mailer)) {
		if !strings.Contains(r.path, ":token") && !strings.HasPrefix(r.path, "/conferme/") {
			continue
		}
		for _, language := range []string{"", "/en"} {
			seen++
			address := language + strings.ReplaceAll(r.path, ":", "")
			start := masked.FindString(address)
			if start == "" || strings.Contains(start, "token") || strings.Contains(start, "id") {
				t.Errorf("of %s the log would keep %q", address, start)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d addresses with a token", seen)
	}
}
