// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// MeetingDocument is a file handed out for a meeting, or (Minutes) one that goes with its minutes, which is public once the
// meeting is closed.
type MeetingDocument struct {
	bun.BaseModel `bun:"table:meeting_documents"`

	ID        uuid.UUID `bun:",pk"`
	MeetingID uuid.UUID
	Position  int
	Title     Text `bun:"type:jsonb"`
	FileID    uuid.UUID
	Minutes   bool

	File *File `bun:"rel:belongs-to,join:file_id=id"`
	// Size is the file's, in bytes.
	Size int64 `bun:",scanonly"`
}

// MeetingDocumentForm is what a document is called.
type MeetingDocumentForm struct {
	TitleIT string `form:"title_it" validate:"required,max=200,oneline"`
	TitleEN string `form:"title_en" validate:"max=200,oneline"`
}

// MeetingDocuments returns the documents of a meeting, those with its minutes or the others, in order, without the content
// of their files.
func MeetingDocuments(ctx context.Context, db bun.IDB, meetingID uuid.UUID, minutes bool) ([]MeetingDocument, error) {
	var documents []MeetingDocument
	err := db.NewSelect().Model(&documents).ColumnExpr("meeting_document.*, octet_length(file.content) AS size").
		Relation("File", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Column("id", "name", "media_type") }).
		Where("meeting_id = ? AND minutes = ?", meetingID, minutes).Order("meeting_document.position", "meeting_document.id").Scan(ctx)
	return documents, err
}

// AddMeetingDocument gives a meeting, or its minutes, one more document, the last in their list. FieldErrors, ErrNotFound.
func AddMeetingDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID uuid.UUID, minutes bool, form MeetingDocumentForm, file File) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, meetingID)
		if err != nil {
			return err
		}
		file.ID, file.CreatedAt = newID(), now
		if _, err := tx.NewInsert().Model(&file).Exec(ctx); err != nil {
			return err
		}
		d := &MeetingDocument{ID: newID(), MeetingID: meetingID, Title: Text{}.with(form.TitleIT, form.TitleEN), FileID: file.ID, Minutes: minutes}
		last := tx.NewSelect().Model((*MeetingDocument)(nil)).ColumnExpr("coalesce(max(position), 0)").Where("meeting_id = ? AND minutes = ?", meetingID, minutes)
		if err := last.Scan(ctx, &d.Position); err != nil {
			return err
		}
		d.Position++
		if _, err := tx.NewInsert().Model(d).Exec(ctx); err != nil {
			return err
		}
		m.UpdatedAt = now
		if err := updateMeeting(ctx, tx, m); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "edit", "meeting", meetingID, documentOf(nil), documentOf(&file))
	})
}

// RemoveMeetingDocument takes a document of a meeting away, with its file. Doing it again changes nothing. ErrNotFound
// where the meeting is not the staff's.
func RemoveMeetingDocument(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, meetingID, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		m, err := lockMeeting(ctx, tx, staff, meetingID)
		if err != nil {
			return err
		}
		d := new(MeetingDocument)
		err = found(tx.NewSelect().Model(d).Relation("File", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Column("id", "name") }).
			Where("meeting_document.id = ? AND meeting_id = ?", id, meetingID).Scan(ctx))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(d).WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := removeFile(ctx, tx, d.FileID); err != nil {
			return err
		}
		m.UpdatedAt = now
		if err := updateMeeting(ctx, tx, m); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "edit", "meeting", meetingID, documentOf(d.File), documentOf(nil))
	})
}

// removeMeetingFiles takes all documents of a meeting away that is about to go.
func removeMeetingFiles(ctx context.Context, tx bun.IDB, meetingID uuid.UUID) error {
	var files []uuid.UUID
	err := tx.NewRaw("DELETE FROM meeting_documents WHERE meeting_id = ? RETURNING file_id", meetingID).Scan(ctx, &files)
	if err != nil || len(files) == 0 {
		return err
	}
	_, err = tx.NewDelete().Model((*File)(nil)).Where("id IN (?)", bun.List(files)).Exec(ctx)
	return err
}
