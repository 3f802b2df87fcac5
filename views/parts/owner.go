// SPDX-License-Identifier: AGPL-3.0-or-later

package parts

import (
	"context"
	"strings"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// Owner names whose site this is and who signs its letters: a legal person by its own name, else the municipalities
// together, "Comuni di A, B e C". An organisation that has none yet goes by its own; nil is "".
func Owner(ctx context.Context, o *models.Organisation) string {
	if o == nil {
		return ""
	}
	if o.LegalPerson || len(o.Municipalities) == 0 {
		return o.Name
	}
	if len(o.Municipalities) == 1 {
		return Town(ctx, o.Municipalities[0].Name)
	}
	names := make([]string, len(o.Municipalities))
	for i, m := range o.Municipalities {
		names[i] = m.Name
	}
	return locale.T(ctx, "parts.municipalities", "Names", List(ctx, names))
}

// List joins names as a sentence has them: "A, B e C".
func List(ctx context.Context, names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + locale.T(ctx, "parts.and") + " " + names[last]
}

// OwnerInBrief is Owner for where there is little room: the short name, where there is one.
func OwnerInBrief(ctx context.Context, o *models.Organisation) string {
	if o != nil && o.ShortName != "" {
		return o.ShortName
	}
	return Owner(ctx, o)
}

// Town is what the administration of a municipality is called: "Comune di A".
func Town(ctx context.Context, name string) string {
	return locale.T(ctx, "parts.municipality", "Name", name)
}
