// SPDX-License-Identifier: AGPL-3.0-or-later

package models_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"ultimaparola/models"
)

func (e *evening) guideline(slug string) {
	e.Helper()
	_, err := e.db.NewRaw(`INSERT INTO guidelines (id, consultation_id, slug, position, name) VALUES (?, ?, ?, 1, '{"it": "Nome"}')`,
		uuid.New(), e.meeting.ConsultationID, slug).Exec(e.ctx)
	e.must(err)
}

func (e *evening) details() models.MeetingDetailsForm {
	e.Helper()
	discussed, err := models.GuidelinesDiscussed(e.ctx, e.db, e.meeting.ID)
	e.must(err)
	return e.read().DetailsForm(discussed)
}

func TestWhatAMeetingOffersIsEditedTogether(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	e.guideline("biblioteca")
	e.guideline("anagrafe")
	form := e.details()
	form.ProgrammeIT, form.SpeakersIT, form.Guidelines = "Ore 21: si comincia", "Il sindaco", []string{"biblioteca", "anagrafe"}
	form.Access, form.Interpreters, form.Recorded, form.StreamURL = []string{"step_free", "bus"}, []string{"zh"}, "audio", "https://video.example.org/1"
	e.must(models.EditMeetingDetails(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form))
	got := e.details()
	if got.ProgrammeIT != form.ProgrammeIT || !slices.Equal(got.Access, form.Access) || !slices.Equal(got.Interpreters, form.Interpreters) ||
		got.Recorded != "audio" || len(got.Guidelines) != 2 || got.StreamURL != form.StreamURL {
		t.Errorf("%+v", got)
	}
	if err := models.EditMeetingDetails(e.ctx, e.db, e.now, e.staff, e.meeting.ID, form); !errors.Is(err, models.ErrChanged) {
		t.Errorf("a form that somebody else overtook: %v", err)
	}
	e.must(models.EditMeetingDetails(e.ctx, e.db, e.now, e.staff, e.meeting.ID, got)) // nothing changes
	got.Access, got.Guidelines, got.Recorded = nil, nil, models.NotRecorded
	e.must(models.EditMeetingDetails(e.ctx, e.db, e.now, e.staff, e.meeting.ID, got))
	if got = e.details(); len(got.Access)+len(got.Guidelines) != 0 || e.read().Recorded != "" {
		t.Errorf("%+v", got)
	}
	if m := e.read(); m.Sequence != 0 || m.SeatsTaken != 0 || len(e.notices()) != 0 {
		t.Errorf("somebody is told: %+v", m)
	}
	for field, spoil := range map[string]func(*models.MeetingDetailsForm){
		"guidelines":   func(f *models.MeetingDetailsForm) { f.Guidelines = []string{"biblioteca", "altrove"} },
		"access":       func(f *models.MeetingDetailsForm) { f.Access = []string{"helicopter"} },
		"interpreters": func(f *models.MeetingDetailsForm) { f.Interpreters = []string{"tlh"} },
		"stream_url":   func(f *models.MeetingDetailsForm) { f.StreamURL = "http://video.example.org" },
		"recorded":     func(f *models.MeetingDetailsForm) { f.Recorded = "smell" },
	} {
		bad := got
		spoil(&bad)
		var wrong models.FieldErrors
		if err := models.EditMeetingDetails(e.ctx, e.db, e.now, e.staff, e.meeting.ID, bad); !errors.As(err, &wrong) || wrong[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	stranger := *e.staff
	stranger.MunicipalityID = uuid.New()
	if err := models.EditMeetingDetails(e.ctx, e.db, e.now, &stranger, e.meeting.ID, got); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("staff of another town: %v", err)
	}
}

func TestADocumentIsPublicWithItsMeetingAndOneOfTheMinutesOnceItIsClosed(t *testing.T) {
	t.Parallel()
	e := newEvening(t, 10, 0)
	id := e.meeting.ID
	file := models.File{Name: "slide.pdf", MediaType: "application/pdf", Content: []byte("%PDF")}
	e.must(models.AddMeetingDocument(e.ctx, e.db, e.now, e.staff, id, false, models.MeetingDocumentForm{TitleIT: "Le pagine proiettate"}, file))
	e.must(models.AddMeetingDocument(e.ctx, e.db, e.now, e.staff, id, false, models.MeetingDocumentForm{TitleIT: "Il volantino"}, file))
	e.must(models.AddMeetingDocument(e.ctx, e.db, e.now, e.staff, id, true, models.MeetingDocumentForm{TitleIT: "Allegato"}, file))
	list := func(minutes bool) []models.MeetingDocument {
		documents, err := models.MeetingDocuments(e.ctx, e.db, id, minutes)
		e.must(err)
		return documents
	}
	handed, minuted := list(false), list(true)
	if len(handed) != 2 || handed[0].Title["it"] != "Le pagine proiettate" || handed[0].Size != 4 || handed[0].File.Name != "slide.pdf" || len(minuted) != 1 {
		t.Fatalf("%+v and %+v", handed, minuted)
	}
	public := func(d models.MeetingDocument) bool {
		_, err := models.PublicFile(e.ctx, e.db, d.FileID)
		return err == nil
	}
	if !public(handed[0]) || public(minuted[0]) {
		t.Error("the documents of an open meeting are not public, or those of its minutes are")
	}
	set := func(what string) {
		_, err := e.db.NewUpdate().Model(&e.meeting).Set(what).WherePK().Exec(e.ctx)
		e.must(err)
	}
	if set("closed_at = now()"); !public(minuted[0]) {
		t.Error("the documents of the minutes of a closed meeting are not public")
	}
	if set("draft = true"); public(handed[0]) || public(minuted[0]) {
		t.Error("a draft's documents are public")
	}
	stranger := *e.staff
	stranger.MunicipalityID = uuid.New()
	if err := models.RemoveMeetingDocument(e.ctx, e.db, e.now, &stranger, id, handed[0].ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("staff of another town: %v", err)
	}
	e.must(models.RemoveMeetingDocument(e.ctx, e.db, e.now, e.staff, id, handed[0].ID))
	e.must(models.RemoveMeetingDocument(e.ctx, e.db, e.now, e.staff, id, handed[0].ID))
	if files, _ := e.db.NewSelect().Model((*models.File)(nil)).Count(e.ctx); len(list(false)) != 1 || files != 2 {
		t.Errorf("%d files stay", files)
	}
	e.must(models.RemoveMeeting(e.ctx, e.db, e.now, e.staff, id))
	if files, _ := e.db.NewSelect().Model((*models.File)(nil)).Count(e.ctx); files != 0 {
		t.Errorf("%d files stay of a meeting that is gone", files)
	}
}
