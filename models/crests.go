// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/crest"
)

// Crest is a coat of arms as it is served. Its id follows from its content, so that what an address of it gives never
// changes.
type Crest struct {
	bun.BaseModel `bun:"table:crests"`

	ID        string `bun:",pk"`
	MediaType string
	Content   []byte
}

// LargestCrest is how many bytes of a coat of arms are taken.
const LargestCrest = crest.Largest

// CrestByID returns a coat of arms that somebody bears; ErrNotFound.
func CrestByID(ctx context.Context, db bun.IDB, id string) (*Crest, error) {
	c := new(Crest)
	return c, found(db.NewSelect().Model(c).Where("id = ?", id).Scan(ctx))
}

// crestRefusals are the words for each reason why a coat of arms is refused.
var crestRefusals = map[error]string{
	crest.ErrKind: "errors.crest_kind", crest.ErrLarge: "errors.crest_large", crest.ErrPixels: "errors.crest_pixels", crest.ErrBroken: "errors.crest_broken",
	crest.ErrComplex: "errors.crest_complex", crest.ErrStyled: "errors.crest_styled", crest.ErrEmpty: "errors.crest_empty",
}

// SetCrest gives a municipality of the staff's organisation, or the organisation itself when the id is zero, a coat of
// arms drawn anew from what was uploaded, in place of the one it had. FieldErrors on "crest"; ErrNotFound.
func SetCrest(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID, content []byte) error {
	kind, clean, err := crest.Clean(content)
	for reason, key := range crestRefusals {
		if errors.Is(err, reason) {
			return Wrong("crest", key)
		}
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(clean)
	return changeCrest(ctx, db, now, staff, municipalityID, &Crest{ID: hex.EncodeToString(sum[:16]), MediaType: kind, Content: clean})
}

// RemoveCrest takes the coat of arms away that SetCrest gave; where there is none it changes nothing. ErrNotFound.
func RemoveCrest(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID) error {
	return changeCrest(ctx, db, now, staff, municipalityID, &Crest{})
}

func changeCrest(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, municipalityID uuid.UUID, c *Crest) error {
	return changeOrganisation(ctx, db, staff, func(ctx context.Context, tx bun.IDB, o *Organisation) error {
		m := &Municipality{ID: municipalityID}
		subject, id, bearer, old := "organisation", o.ID, any(o), &o.CrestID
		if municipalityID != uuid.Nil {
			if err := tx.NewSelect().Model(m).WherePK().Where("organisation_id = ?", o.ID).For("NO KEY UPDATE").Scan(ctx); err != nil {
				return found(err)
			}
			subject, id, bearer, old = "municipality", m.ID, m, &m.CrestID
		}
		before := *old
		if before == c.ID {
			return nil
		}
		if c.ID != "" {
			if _, err := tx.NewInsert().Model(c).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
				return err
			}
		}
		*old = c.ID
		if _, err := tx.NewUpdate().Model(bearer).Column("crest_id").WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := forgetCrest(ctx, tx, before); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "edit", subject, id, map[string]any{"crest": before}, map[string]any{"crest": c.ID})
	})
}

// forgetCrest deletes a coat of arms that nobody bears any more.
func forgetCrest(ctx context.Context, tx bun.IDB, id string) error {
	_, err := tx.NewDelete().Model((*Crest)(nil)).Where("id = ?", id).
		Where("NOT EXISTS (SELECT FROM organisations WHERE crest_id = crest.id) AND NOT EXISTS (SELECT FROM municipalities WHERE crest_id = crest.id)").Exec(ctx)
	return err
}
