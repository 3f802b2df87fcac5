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

// freeSlug returns the slug of a name, "valle-di-sopra", that no row of the table has yet and that is not reserved, see
// newSlug.
func freeSlug(ctx context.Context, tx bun.IDB, table, name string, reserved ...string) (string, error) {
	return freeSlugAmong(ctx, tx.NewSelect().TableExpr("?", bun.Ident(table)), name, reserved...)
}

// freeSlugAmong is freeSlug among some rows alone.
func freeSlugAmong(ctx context.Context, rows *bun.SelectQuery, name string, reserved ...string) (string, error) {
	var taken []string
	err := rows.Column("slug").Scan(ctx, &taken)
	return newSlug(name, append(taken, reserved...)), err
}

// slugLength bounds the part of an address that is made of a name.
const slugLength = 60

// newSlug returns the slug of an Italian name that is not taken: with a number behind it where it must. A name without
// a letter or digit gives one too.
func newSlug(name string, taken []string) string {
	stem := slug.MakeLang(apostrophes.Replace(name), "it")
	if len(stem) > slugLength {
		stem = stem[:slugLength]
		if word := strings.LastIndex(stem, "-"); word > slugLength/2 {
			stem = stem[:word]
		}
	}
	stem = strings.ReplaceAll(strings.Trim(stem, "-_"), "_", "-")
	if stem == "" {
		stem = "x"
	}
	made := stem
	for n := 2; slices.Contains(taken, made); n++ {
		made = stem + "-" + strconv.Itoa(n)
	}
	return made
}
