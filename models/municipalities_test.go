// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/models"
)

// office is an organisation without a municipality, and its administrator.
type office struct {
	t     *testing.T
	db    *bun.DB
	now   time.Time
	staff *models.Staff
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: databasetest.New(t), now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	organisation := &models.Organisation{ID: uuid.New(), Name: "Unione delle Valli"}
	if _, err := o.db.NewInsert().Model(organisation).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.staff = &models.Staff{OrganisationID: organisation.ID, Role: models.RoleAdministrator, Name: "Anna", Email: "anna@example.org"}
	o.must(models.AddStaff(t.Context(), o.db, o.now, o.staff))
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// town adds a municipality.
func (o *office) town(name, istat, cadastral string) *models.Municipality {
	o.t.Helper()
	slug, err := models.SaveMunicipality(o.t.Context(), o.db, o.now, o.staff, uuid.Nil, models.MunicipalityForm{Denomination: name, IstatCode: istat, CadastralCode: cadastral})
	o.must(err)
	return o.organisation().MunicipalityBySlug(slug)
}

func (o *office) organisation() *models.Organisation {
	o.t.Helper()
	organisation, err := models.TheOrganisation(o.t.Context(), o.db)
	o.must(err)
	return organisation
}

func (o *office) names() (names []string) {
	for _, m := range o.organisation().Municipalities {
		names = append(names, m.Slug)
	}
	return names
}

func TestAMunicipalityKeepsTheAddressItsFirstNameGaveIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	m := o.town("Valle dell'Òrso", "999001", "z001")
	if m.Slug != "valle-dell-orso" || m.CadastralCode != "Z001" || m.Position != 1 {
		t.Errorf("added as %+v", m)
	}
	form := m.Form()
	form.Denomination, form.PostalCodes, form.Hamlets, form.Latitude, form.Longitude = "Valle Nuova", "00010;00011, 00010", "Borgo\n\n  Pieve  alta \nBorgo\n", "41.9", "12.5"
	slug, err := models.SaveMunicipality(t.Context(), o.db, o.now, o.staff, m.ID, form)
	o.must(err)
	m = o.organisation().Municipality(m.ID)
	if slug != "valle-dell-orso" || m.Slug != slug || m.Name != "Valle Nuova" || !slices.Equal(m.PostalCodes, []string{"00010", "00011"}) ||
		!slices.Equal(m.Hamlets, []string{"Borgo", "Pieve alta"}) || *m.Latitude != 41.9 || *m.Longitude != 12.5 {
		t.Errorf("edited to %+v", m)
	}
	for name, want := range map[string]string{"Valle dell'Orso": "valle-dell-orso-2", "Nuovo": "nuovo-2", "Altrove": "altrove-2", "Non indicato": "non-indicato-2", "???": "x"} {
		code := map[string]string{"Valle dell'Orso": "2", "Nuovo": "3", "Altrove": "4", "Non indicato": "5", "???": "6"}[name]
		if got := o.town(name, "99900"+code, "Z00"+code).Slug; got != want {
			t.Errorf("%q is at %q, want %q", name, got, want)
		}
	}
	if _, err := models.SaveMunicipality(t.Context(), o.db, o.now, o.staff, m.ID, form); !errors.Is(err, models.ErrChanged) {
		t.Errorf("saved over what somebody else changed: %v", err)
	}
	stranger := &models.Staff{OrganisationID: uuid.New()}
	if _, err := models.SaveMunicipality(t.Context(), o.db, o.now, stranger, m.ID, m.Form()); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another organisation's staff: %v", err)
	}
}

func TestCodesOfMunicipalitiesAreCheckedAndTheirsAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.town("Valle", "999001", "Z001")
	good := models.MunicipalityForm{Denomination: "Monte", IstatCode: "999002", CadastralCode: "Z002"}
	for field, change := range map[string]func(*models.MunicipalityForm){
		"denomination":     func(f *models.MunicipalityForm) { f.Denomination = "" },
		"istat_code":       func(f *models.MunicipalityForm) { f.IstatCode = "99900" },
		"cadastral_code":   func(f *models.MunicipalityForm) { f.CadastralCode = "0Z02" },
		"ipa_code":         func(f *models.MunicipalityForm) { f.IPACode = "c-1" },
		"postal_codes":     func(f *models.MunicipalityForm) { f.PostalCodes = "00010, 123" },
		"latitude":         func(f *models.MunicipalityForm) { f.Latitude, f.Longitude = "91", "12" },
		"longitude":        func(f *models.MunicipalityForm) { f.Latitude = "41.9" },
		"albo_url":         func(f *models.MunicipalityForm) { f.AlboURL = "javascript:alert(1)" },
		"transparency_url": func(f *models.MunicipalityForm) { f.TransparencyURL = "ftp://example.org" },
	} {
		form := good
		change(&form)
		var wrong models.FieldErrors
		if _, err := models.SaveMunicipality(t.Context(), o.db, o.now, o.staff, uuid.Nil, form); !errors.As(err, &wrong) || len(wrong) != 1 || wrong[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for field, change := range map[string]func(*models.MunicipalityForm){
		"istat_code":     func(f *models.MunicipalityForm) { f.IstatCode = "999001" },
		"cadastral_code": func(f *models.MunicipalityForm) { f.CadastralCode = "Z001" },
	} {
		form := good
		change(&form)
		var wrong models.FieldErrors
		if _, err := models.SaveMunicipality(t.Context(), o.db, o.now, o.staff, uuid.Nil, form); !errors.As(err, &wrong) || wrong[0] != (models.FieldError{Field: field, Key: "errors.code_taken"}) {
			t.Errorf("the %s of another: %v", field, err)
		}
	}
}

func TestMunicipalitiesAreMovedAPlaceAtATime(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	alta := o.town("Alta", "999001", "Z001")
	o.town("Bassa", "999002", "Z002")
	media := o.town("Media", "999003", "Z003")
	for _, step := range []struct {
		of   *models.Municipality
		up   bool
		want []string
	}{
		{alta, true, []string{"alta", "bassa", "media"}},
		{alta, false, []string{"bassa", "alta", "media"}},
		{media, true, []string{"bassa", "media", "alta"}},
		{media, true, []string{"media", "bassa", "alta"}},
		{alta, false, []string{"media", "bassa", "alta"}},
	} {
		o.must(models.MoveMunicipality(t.Context(), o.db, o.now, o.staff, step.of.ID, step.up))
		if got := o.names(); !slices.Equal(got, step.want) {
			t.Errorf("%s, up %v: %v, want %v", step.of.Slug, step.up, got, step.want)
		}
	}
	if err := models.MoveMunicipality(t.Context(), o.db, o.now, o.staff, uuid.New(), true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a municipality that is not there: %v", err)
	}
}

func TestAMunicipalityInUseStaysAndSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	m := o.town("Alta", "999001", "Z001")
	id := m.ID.String()
	consultation, meeting := uuid.New(), uuid.New()
	user := func(table, add, remove string) {
		t.Helper()
		if _, err := o.db.ExecContext(t.Context(), add); err != nil {
			t.Fatal(err)
		}
		var use models.InUse
		if err := models.RemoveMunicipality(t.Context(), o.db, o.now, o.staff, m.ID); !errors.As(err, &use) || use.By != table {
			t.Errorf("used by %s: %v", table, err)
		}
		if _, err := o.db.ExecContext(t.Context(), remove); err != nil {
			t.Fatal(err)
		}
	}
	_, err := o.db.ExecContext(t.Context(), `INSERT INTO consultations (id, organisation_id, slug, title, summary, body, created_at)
		VALUES (?, ?, 'c', '{}', '{}', '{}', now())`, consultation, o.staff.OrganisationID)
	o.must(err)
	user("meetings", `INSERT INTO meetings (id, consultation_id, municipality_id, slug, title, body, capacity, updated_at)
		VALUES ('`+meeting.String()+`', '`+consultation.String()+`', '`+id+`', 'm', '{}', '{}', 0, now())`, `DELETE FROM meetings`)
	user("people", `INSERT INTO people (id, municipality_id, created_at) VALUES (gen_random_uuid(), '`+id+`', now())`, `DELETE FROM people`)
	user("staff", `UPDATE staff SET municipality_id = '`+id+`'`, `UPDATE staff SET municipality_id = NULL`)

	o.must(models.RemoveMunicipality(t.Context(), o.db, o.now, o.staff, m.ID))
	o.must(models.RemoveMunicipality(t.Context(), o.db, o.now, o.staff, m.ID))
	if left := o.names(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	entries, err := models.AuditOf(t.Context(), o.db, models.AuditAsked{OrganisationID: o.staff.OrganisationID, Limit: 10})
	if err != nil || len(entries) != 2 || entries[0].Action != "remove" || entries[1].Action != "add" {
		t.Errorf("audited %+v (%v)", entries, err)
	}
}

// Those who set the site up together neither take each other's place nor each other's address.
func TestMunicipalitiesAddedTogetherStandApart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const together = 5
	failed := make(chan error, together)
	for i := range together {
		go func() {
			code := fmt.Sprintf("%03d", i)
			_, err := models.SaveMunicipality(t.Context(), o.db, o.now, o.staff, uuid.Nil,
				models.MunicipalityForm{Denomination: "Valle", IstatCode: "999" + code, CadastralCode: "Z" + code})
			failed <- err
		}()
	}
	for range together {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	for i, m := range o.organisation().Municipalities {
		want := "valle"
		if i > 0 {
			want = fmt.Sprintf("valle-%d", i+1)
		}
		if m.Position != i+1 || m.Slug != want {
			t.Errorf("number %d is at %d, %q", i+1, m.Position, m.Slug)
		}
	}
}
