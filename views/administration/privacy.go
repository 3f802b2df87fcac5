// SPDX-License-Identifier: AGPL-3.0-or-later

package administration

import (
	"slices"
	"strings"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/parts"
)

// PrivacyPage is what the information notice is made of. Edits tells whether who reads it may fill it in.
type PrivacyPage struct {
	layout.Page
	Done  string
	Edits bool
}

// privacyPart is a part of the notice with a form of its own: its address, and the fields that what may be missing
// (without "privacy.missing.") is filled in at.
type privacyPart struct {
	name   string
	fields map[string]string
}

var privacyParts = []privacyPart{
	{"comuni", map[string]string{"addresses": "", "pecs": ""}},
	{"contitolari", map[string]string{"agreement": "agreement", "dpo": "dpo_name"}},
	{"basi", map[string]string{"act": "act", "law": "law", "needs_basis": "needs_basis"}},
	{"destinatari", map[string]string{"host": "host_name", "mail": "mail_name", "outside_eu": "outside_eu"}},
	{"conservazione", map[string]string{"contributions_months": "contributions_months", "log_months": "log_months", "server_log_days": "server_log_days"}},
	{"diritti", map[string]string{"rights_contact": "rights_contact"}},
}

func (part privacyPart) address() string { return "/amministrazione/privacy/" + part.name }

// missing are those of the keys that this part is about.
func (part privacyPart) missing(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool {
		_, mine := part.fields[strings.TrimPrefix(key, "privacy.missing.")]
		return !mine
	})
}

// place is where what a key names is filled in.
func (part privacyPart) place(key string) string {
	if field := part.fields[strings.TrimPrefix(key, "privacy.missing.")]; field != "" {
		return part.address() + "#" + parts.FieldID("", field)
	}
	return ""
}

// withoutContacts are the municipalities whose address or PEC the notice lacks.
func withoutContacts(o *models.Organisation) []models.Municipality {
	return slices.DeleteFunc(slices.Clone(o.Municipalities), func(m models.Municipality) bool { return m.HallAddress != "" && m.PEC != "" })
}
