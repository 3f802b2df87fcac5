// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Minutes (verbale) is one version of what was said and decided at a meeting; the highest number is the current one.
// Citizens read it once the meeting is closed.
type Minutes struct {
	bun.BaseModel `bun:"table:minutes"`

	MeetingID uuid.UUID `bun:",pk"`
	Number    int       `bun:",pk"`
	Body      Text      `bun:"type:jsonb"`
	// ChangeNote says what a correction changes, and why.
	ChangeNote string
	WrittenAt  time.Time
	StaffID    uuid.UUID `bun:",nullzero"`

	Staff *Staff `bun:"rel:belongs-to,join:staff_id=id"`
}

// MinutesForm is what staff write after a meeting: its minutes, and where its recording is.
type MinutesForm struct {
	MinutesIT    string `form:"minutes_it" validate:"required,max=100000"`
	MinutesEN    string `form:"minutes_en" validate:"max=100000"`
	RecordingURL string `form:"recording_url" validate:"omitempty,max=500,https_url"`
	// ChangeNote says to the citizens what changed; required once they can read the minutes.
	ChangeNote string `form:"minutes_note" validate:"max=500"`
	Basis
}

// MinutesForm returns the meeting's minutes, nil while there are none, as the form has them.
func (m *Meeting) MinutesForm(current *Minutes) MinutesForm {
	f := MinutesForm{RecordingURL: m.RecordingURL}
	if current != nil {
		f.MinutesIT, f.MinutesEN = current.Body.typed("it"), current.Body.typed("en")
	}
	f.Seen = seenOf(f)
	return f
}

// WriteMinutes saves what staff changed of a meeting's minutes as a new version, and where the recording is. FieldErrors
// (headings with nothing below them, a correction of closed minutes without a note), ErrChanged, ErrNotFound.
func WriteMinutes(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id uuid.UUID, form MinutesForm) error {
	form.MinutesIT, form.MinutesEN, form.ChangeNote = cleanText(form.MinutesIT), cleanText(form.MinutesEN), cleanText(form.ChangeNote)
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	if onlyHeadings(form.MinutesIT) {
		return Wrong("minutes_it", "errors.only_headings")
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, id)
		if err != nil {
			return err
		}
		current, err := MinutesOf(ctx, tx, id)
		if errors.Is(err, ErrNotFound) {
			current, err = nil, nil
		}
		if err != nil {
			return err
		}
		before := m.MinutesForm(current)
		same := form.MinutesIT == before.MinutesIT && form.MinutesEN == before.MinutesEN
		if same {
			form.ChangeNote = "" // there is nothing it would speak of
		} else if m.Closed() && form.ChangeNote == "" {
			return Wrong("minutes_note", "errors.required")
		}
		return edit(ctx, tx, now, staff, "meeting", id, before, form, form.Seen, func() error {
			m.RecordingURL, m.UpdatedAt = form.RecordingURL, now
			_, err := tx.NewUpdate().Model(m).Column("recording_url", "updated_at").WherePK().Exec(ctx)
			if err != nil || same {
				return err
			}
			_, err = tx.NewInsert().Model(form.version(m, current, now, staff)).Exec(ctx)
			return err
		})
	})
}

// onlyHeadings tells whether a text says nothing below its headings, like the outline with which the minutes begin.
func onlyHeadings(markdown string) bool {
	for line := range strings.Lines(markdown) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

// version is the form's text as the version that follows the current one.
func (f MinutesForm) version(m *Meeting, current *Minutes, now time.Time, staff *Staff) *Minutes {
	next := &Minutes{MeetingID: m.ID, Number: 1, ChangeNote: f.ChangeNote, WrittenAt: now, StaffID: staff.ID}
	if current != nil {
		next.Number, next.Body = current.Number+1, current.Body
	}
	next.Body = next.Body.with(f.MinutesIT, f.MinutesEN)
	return next
}

// MinutesOf returns a meeting's current minutes; ErrNotFound while nobody has written any.
func MinutesOf(ctx context.Context, db bun.IDB, meetingID uuid.UUID) (*Minutes, error) {
	current := new(Minutes)
	return current, found(db.NewSelect().Model(current).Where("minutes.meeting_id = ?", meetingID).Order("minutes.number DESC").Limit(1).Scan(ctx))
}

// MinutesVersions returns every version of a meeting's minutes, the newest first, with who wrote it.
func MinutesVersions(ctx context.Context, db bun.IDB, meetingID uuid.UUID) ([]Minutes, error) {
	var versions []Minutes
	err := db.NewSelect().Model(&versions).Relation("Staff").Where("minutes.meeting_id = ?", meetingID).Order("minutes.number DESC").Scan(ctx)
	return versions, err
}

// MinutesVersion returns one version of a meeting's minutes.
func MinutesVersion(ctx context.Context, db bun.IDB, meetingID uuid.UUID, number int) (*Minutes, error) {
	version := new(Minutes)
	return version, found(db.NewSelect().Model(version).Where("minutes.meeting_id = ? AND minutes.number = ?", meetingID, number).Scan(ctx))
}

// Corrections returns when and why a closed meeting's minutes were changed since they are public, the newest first; not
// what they say.
func Corrections(ctx context.Context, db bun.IDB, m *Meeting) ([]Minutes, error) {
	var versions []Minutes
	err := db.NewSelect().Model(&versions).Column("number", "change_note", "written_at").
		Where("meeting_id = ? AND written_at > ?", m.ID, m.ClosedAt).Order("number DESC").Scan(ctx)
	return versions, err
}
