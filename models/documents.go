// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Act is an entry of the chronology: a decision, convention, report or event, with how precisely its date is known.
type Act struct {
	bun.BaseModel `bun:"table:acts"`

	ID             uuid.UUID `bun:",pk"`
	ConsultationID uuid.UUID
	Dated          time.Time `bun:"type:date"`
	// DatePrecision is day, month or year: how much of Dated is known.
	DatePrecision string
	Issuer        string
	Kind          Text `bun:"type:jsonb"`
	// Number is the act's number; empty: to be confirmed.
	Number string
	Title  Text `bun:"type:jsonb"`
	Body   Text `bun:"type:jsonb"`
	URL    string
	FileID uuid.UUID `bun:",nullzero"`
}

// File is a document that people can download.
type File struct {
	bun.BaseModel `bun:"table:files"`

	ID        uuid.UUID `bun:",pk"`
	Name      string
	MediaType string
	Content   []byte
	CreatedAt time.Time
}

// FAQ is a frequent question with its answer.
type FAQ struct {
	bun.BaseModel `bun:"table:faqs"`

	ID             uuid.UUID `bun:",pk"`
	ConsultationID uuid.UUID
	Position       int
	Question       Text `bun:"type:jsonb"`
	Answer         Text `bun:"type:jsonb"`
}

// Notice (avviso) is news about the consultation.
type Notice struct {
	bun.BaseModel `bun:"table:notices"`

	ID             uuid.UUID `bun:",pk"`
	ConsultationID uuid.UUID
	Title          Text `bun:"type:jsonb"`
	Body           Text `bun:"type:jsonb"`
	PublishedAt    time.Time
}

// ActsOf returns the chronology, oldest first.
func ActsOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]Act, error) {
	var acts []Act
	err := db.NewSelect().Model(&acts).Where("consultation_id = ?", consultationID).Order("dated", "id").Scan(ctx)
	return acts, err
}

// FAQsOf returns the frequent questions in order.
func FAQsOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]FAQ, error) {
	var faqs []FAQ
	err := db.NewSelect().Model(&faqs).Where("consultation_id = ?", consultationID).Order("position", "id").Scan(ctx)
	return faqs, err
}

// NoticesOf returns the notices, newest first.
func NoticesOf(ctx context.Context, db bun.IDB, consultationID uuid.UUID) ([]Notice, error) {
	var notices []Notice
	err := db.NewSelect().Model(&notices).Where("consultation_id = ?", consultationID).
		Order("published_at DESC", "id DESC").Scan(ctx)
	return notices, err
}

// PublicFile returns a document of a consultation that is no draft, with its content; one of a meeting that everybody sees,
// and with its minutes once it is closed.
func PublicFile(ctx context.Context, db bun.IDB, id uuid.UUID) (*File, error) {
	f := new(File)
	return f, found(db.NewSelect().Model(f).Where("file.id = ?", id).
		Where(`EXISTS (SELECT FROM acts JOIN consultations c ON c.id = acts.consultation_id
			WHERE acts.file_id = file.id AND c.published_at IS NOT NULL)
		OR EXISTS (SELECT FROM meeting_documents d JOIN meetings m ON m.id = d.meeting_id JOIN consultations c ON c.id = m.consultation_id
			WHERE d.file_id = file.id AND c.published_at IS NOT NULL AND NOT m.draft AND (NOT d.minutes OR m.closed_at IS NOT NULL))`).Scan(ctx))
}

// FileByID returns a document with its content, for staff.
func FileByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*File, error) {
	f := new(File)
	return f, found(db.NewSelect().Model(f).Where("id = ?", id).Scan(ctx))
}

// Contents says which sections of a consultation have something in them.
type Contents struct {
	Acts    bool `bun:",scanonly"`
	FAQs    bool `bun:"faqs,scanonly"`
	Notices bool `bun:",scanonly"`
}

// withContents has a query of consultations fill Contains.
func withContents(q *bun.SelectQuery) *bun.SelectQuery {
	for _, table := range []bun.Ident{"acts", "faqs", "notices"} {
		q.ColumnExpr("EXISTS (SELECT FROM ? AS t WHERE t.consultation_id = consultation.id) AS ?", table, "contains_"+table)
	}
	return q
}
