// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import "github.com/google/uuid"

// noFile is the file of an act that has none.
var noFile uuid.UUID

// textElement is the name by which AgID's checks find a page of the organisation.
func textElement(slug string) string {
	if slug == "note-legali" {
		return "legal-notes-body"
	}
	return ""
}
