// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/gosimple/slug"
	"github.com/uptrace/bun"
)

// Addition stands, in an address, where the slug or id of a thing does, for one that is being added.
const Addition = "nuovo"

// reservedTownSlugs mean something else where the slug of a municipality stands.
var reservedTownSlugs = []string{Addition, Elsewhere, NotStated}

// apostrophes part words: "valle-dell-orso".
var apostrophes = strings.NewReplacer("'", " ", "’", " ")

// freeSlug returns the slug of a name, "valle-di-sopra", that no row of the table has yet and that is not reserved:
// with a number behind it where it must. A name without a letter or digit gives one too.
func freeSlug(ctx context.Context, tx bun.IDB, table, name string, reserved ...string) (string, error) {
	stem := slug.MakeLang(apostrophes.Replace(name), "it")
	if stem == "" {
		stem = "x"
	}
	for n := 1; ; n++ {
		candidate := stem
		if n > 1 {
			candidate += "-" + strconv.Itoa(n)
		}
		if slices.Contains(reserved, candidate) {
			continue
		}
		taken, err := tx.NewSelect().TableExpr("?", bun.Ident(table)).Where("slug = ?", candidate).Exists(ctx)
		if err != nil || !taken {
			return candidate, err
		}
	}
}
