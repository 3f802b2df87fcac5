// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// InterpreterLanguages are those into which somebody may interpret at a meeting, in the order of the form; their names are
// "meeting_language.<code>".
var InterpreterLanguages = []string{"en", "zh", "sq", "ro", "ar", "ur", "bn", "uk", "fr", "es"}

// RecordedKinds say what of a meeting is recorded, in the order of the form.
var RecordedKinds = []string{NotRecorded, "audio", "video"}

// NotRecorded stands, in a form, for a meeting of which nothing is recorded.
const NotRecorded = "none"

// MeetingDetailsForm is what a meeting offers, as staff edit it.
type MeetingDetailsForm struct {
	ProgrammeIT string `form:"programme_it" validate:"max=10000"`
	ProgrammeEN string `form:"programme_en" validate:"max=10000"`
	// Guidelines are the slugs of those that are discussed.
	Guidelines []string `form:"guidelines" validate:"max=100,unique"`
	SpeakersIT string   `form:"speakers_it" validate:"max=5000"`
	SpeakersEN string   `form:"speakers_en" validate:"max=5000"`
	// Access holds some of AccessKeys, and Interpreters some of InterpreterLanguages.
	Access       []string `form:"access" validate:"max=6,unique,dive,oneof=step_free hearing_loop sign_language subtitles parking bus"`
	AccessNoteIT string   `form:"access_note_it" validate:"max=1000"`
	AccessNoteEN string   `form:"access_note_en" validate:"max=1000"`
	Interpreters []string `form:"interpreters" validate:"max=10,unique,dive,oneof=en zh sq ro ar ur bn uk fr es"`
	ChildCareIT  string   `form:"child_care_it" validate:"max=1000"`
	ChildCareEN  string   `form:"child_care_en" validate:"max=1000"`
	Contact      string   `form:"contact" validate:"max=200,oneline"`
	StreamURL    string   `form:"stream_url" validate:"omitempty,max=500,https_url"`
	Recorded     string   `form:"recorded" validate:"oneof=none audio video"`
	Basis
}

// Clean makes no answer and an empty one the same.
func (f *MeetingDetailsForm) Clean() {
	for _, list := range []*[]string{&f.Guidelines, &f.Access, &f.Interpreters} {
		*list = append([]string{}, *list...)
	}
}

// DetailsForm returns what the meeting offers as the form has it; discussed are the guidelines that are.
func (m *Meeting) DetailsForm(discussed []Guideline) MeetingDetailsForm {
	f := MeetingDetailsForm{ProgrammeIT: m.Programme.typed("it"), ProgrammeEN: m.Programme.typed("en"),
		SpeakersIT: m.Speakers.typed("it"), SpeakersEN: m.Speakers.typed("en"), Access: m.Access,
		AccessNoteIT: m.AccessNote.typed("it"), AccessNoteEN: m.AccessNote.typed("en"), Interpreters: m.Interpreters,
		ChildCareIT: m.ChildCare.typed("it"), ChildCareEN: m.ChildCare.typed("en"), Contact: m.Contact, StreamURL: m.StreamURL,
		Recorded: m.Recorded}
	if f.Recorded == "" {
		f.Recorded = NotRecorded
	}
	for _, g := range discussed {
		f.Guidelines = append(f.Guidelines, g.Slug)
	}
	f.Clean()
	f.Seen = seenOf(f)
	return f
}

func (f *MeetingDetailsForm) apply(m *Meeting) {
	m.Programme, m.Speakers = m.Programme.with(f.ProgrammeIT, f.ProgrammeEN), m.Speakers.with(f.SpeakersIT, f.SpeakersEN)
	m.AccessNote, m.ChildCare = m.AccessNote.with(f.AccessNoteIT, f.AccessNoteEN), m.ChildCare.with(f.ChildCareIT, f.ChildCareEN)
	m.Access, m.Interpreters, m.Contact, m.StreamURL = f.Access, f.Interpreters, f.Contact, f.StreamURL
	if m.Recorded = f.Recorded; m.Recorded == NotRecorded {
		m.Recorded = ""
	}
}

// GuidelinesDiscussed returns the guidelines discussed at a meeting, without their texts, in their order.
func GuidelinesDiscussed(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Guideline, error) {
	var guidelines []Guideline
	err := db.NewSelect().Model(&guidelines).Where("id IN (SELECT guideline_id FROM meeting_guidelines WHERE meeting_id = ?)", meetingID).
		Order("position", "slug").Scan(ctx)
	return guidelines, err
}

// EditMeetingDetails changes what a meeting offers; nobody is told. FieldErrors, ErrChanged, ErrNotFound.
func EditMeetingDetails(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form MeetingDetailsForm) error {
	form.Clean()
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		discussed, err := GuidelinesDiscussed(ctx, tx, id)
		if err != nil {
			return err
		}
		return edit(ctx, tx, now, staff, "meeting", id, m.DetailsForm(discussed), form, form.Seen, func() error {
			form.apply(m)
			m.UpdatedAt = now
			if err := updateMeeting(ctx, tx, m, "programme", "speakers", "access", "access_note", "interpreters", "child_care",
				"contact", "stream_url", "recorded"); err != nil {
				return err
			}
			return discuss(ctx, tx, m, form.Guidelines)
		})
	})
}

// discuss has a meeting discuss the guidelines with these slugs and no others. FieldErrors when its consultation has none
// such.
func discuss(ctx context.Context, tx bun.IDB, m *Meeting, slugs []string) error {
	if _, err := tx.NewRaw("DELETE FROM meeting_guidelines WHERE meeting_id = ?", m.ID).Exec(ctx); err != nil || len(slugs) == 0 {
		return err
	}
	res, err := tx.NewRaw(`INSERT INTO meeting_guidelines (meeting_id, guideline_id)
		SELECT ?, id FROM guidelines WHERE consultation_id = ? AND slug IN (?)`, m.ID, m.ConsultationID, bun.List(slugs)).Exec(ctx)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && int(n) != len(slugs) {
		return Wrong("guidelines", "errors.oneof")
	}
	return err
}
