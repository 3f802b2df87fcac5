// SPDX-License-Identifier: AGPL-3.0-or-later

// Package parts holds the small pieces that the pages are made of: form fields,
// messages, cards, charts. Each follows Bootstrap Italia's markup, works without
// JavaScript, and takes texts that are already in the reader's language.
package parts

// Crumb is one step of the path to a page. The last one has no Href. Lang is the
// label's language where it is not the page's.
type Crumb struct{ Label, Href, Lang string }
