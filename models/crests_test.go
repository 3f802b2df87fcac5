// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func coat(colour string) []byte {
	return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x"><path d="M0 0h1z" fill="` + colour + `"/></svg>`)
}

func TestACoatOfArmsIsKeptAsLongAsSomebodyBearsIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	m := o.town("Alta", "999001", "Z001")
	kept := func() int64 {
		t.Helper()
		n, err := o.db.NewSelect().Model((*models.Crest)(nil)).Count(t.Context())
		o.must(err)
		return n
	}
	o.must(models.SetCrest(t.Context(), o.db, o.now, o.staff, uuid.Nil, coat("red")))
	o.must(models.SetCrest(t.Context(), o.db, o.now, o.staff, m.ID, coat("red")))
	organisation := o.organisation()
	id := organisation.CrestID
	if len(id) != 32 || organisation.Municipalities[0].CrestID != id || kept() != 1 {
		t.Fatalf("the same drawing is %q and %q, %d kept", id, organisation.Municipalities[0].CrestID, kept())
	}
	c, err := models.CrestByID(t.Context(), o.db, id)
	if err != nil || c.MediaType != "image/svg+xml" || strings.Contains(string(c.Content), "onload") || !strings.Contains(string(c.Content), "red") {
		t.Errorf("%+v: %s (%v)", c, c.Content, err)
	}
	o.must(models.SetCrest(t.Context(), o.db, o.now, o.staff, uuid.Nil, coat("blue")))
	if kept() != 2 || o.organisation().CrestID == id {
		t.Errorf("%d kept, the organisation bears %q", kept(), o.organisation().CrestID)
	}
	o.must(models.RemoveCrest(t.Context(), o.db, o.now, o.staff, uuid.Nil))
	o.must(models.RemoveCrest(t.Context(), o.db, o.now, o.staff, uuid.Nil))
	o.must(models.RemoveMunicipality(t.Context(), o.db, o.now, o.staff, m.ID))
	if kept() != 0 || o.organisation().CrestID != "" {
		t.Errorf("%d kept", kept())
	}
	if _, err := models.CrestByID(t.Context(), o.db, id); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("still served: %v", err)
	}
	entries, err := models.AuditOf(t.Context(), o.db, models.AuditAsked{OrganisationID: o.staff.OrganisationID, Limit: 10})
	if err != nil || len(entries) != 6 || !slices.Equal(entries[1].Fields, []string{"crest"}) {
		t.Errorf("audited %+v (%v)", entries, err)
	}
}

func TestWhatIsNoCoatOfArmsChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var wrong models.FieldErrors
	if err := models.SetCrest(t.Context(), o.db, o.now, o.staff, uuid.Nil, []byte("GIF89a")); !errors.As(err, &wrong) || wrong[0] != (models.FieldError{Field: "crest", Key: "errors.crest_kind"}) {
		t.Errorf("a GIF: %v", err)
	}
	if err := models.SetCrest(t.Context(), o.db, o.now, o.staff, uuid.New(), coat("red")); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a municipality that is not there: %v", err)
	}
	if n, err := o.db.NewSelect().Model((*models.Crest)(nil)).Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d kept (%v)", n, err)
	}
}
