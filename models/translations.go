// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Translatable is one of the things that citizens read, such as an act or a meeting, with those of its texts that have
// Italian words: at least one.
type Translatable struct {
	// Kind is how the log names it, and ID what the log knows it by.
	Kind  string
	ID    uuid.UUID
	Texts []TranslatableText // in the order they are read
	// Generated says that the program writes it in every language it has: it can be approved, but not written here.
	Generated bool
}

// TranslatableText is one text of a Translatable. Field is its name in a TranslationForm.
type TranslatableText struct {
	Field string
	Text

	row any // the model that holds it
}

// column is where the text's row holds it.
func (t TranslatableText) column() string {
	switch t.Field {
	case "service":
		return "name" // that of a guideline's service
	case "why":
		return "reason" // that the end of a phase was moved for
	}
	return t.Field
}

// with returns it with a text of a row, where that has words.
func (t Translatable) with(row any, field string, text Text) Translatable {
	if text.typed("it") != "" {
		t.Texts = append(t.Texts, TranslatableText{Field: field, Text: text, row: row})
	}
	return t
}

// TranslatablesOf returns all that can be translated: the consultation's, in the order of its pages, then the
// organisation's own pages. A zero consultationID leaves the former out. A meeting that staff do not serve is not
// theirs to translate. ErrNotFound: it is no consultation of their organisation.
func TranslatablesOf(ctx context.Context, db bun.IDB, staff *Staff, consultationID uuid.UUID) ([]Translatable, error) {
	var all []Translatable
	if consultationID != uuid.Nil {
		var err error
		if all, err = consultationTranslatables(ctx, db, staff, consultationID); err != nil {
			return nil, err
		}
	}
	switch n, err := LatestNotice(ctx, db, staff.OrganisationID); {
	case err == nil:
		all = append(all, Translatable{Kind: "privacy", ID: keyedSubject(n.OrganisationID, "privacy", "notice"), Generated: true}.
			with(n, "title", n.Title).with(n, "body", n.Body))
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	pages, err := PagesOf(ctx, db, staff.OrganisationID)
	for i := range pages {
		p := &pages[i]
		all = append(all, Translatable{Kind: "page", ID: keyedSubject(p.OrganisationID, "page", p.Slug)}.
			with(p, "title", p.Title).with(p, "body", p.Body))
	}
	return slices.DeleteFunc(all, func(t Translatable) bool { return len(t.Texts) == 0 }), err
}

func consultationTranslatables(ctx context.Context, db bun.IDB, staff *Staff, id uuid.UUID) (all []Translatable, err error) {
	var slug string
	err = db.NewSelect().Model((*Consultation)(nil)).Column("slug").Where("id = ? AND organisation_id = ?", id, staff.OrganisationID).Scan(ctx, &slug)
	if err != nil {
		return nil, found(err)
	}
	c, err := ConsultationBySlug(ctx, db, slug)
	if err != nil {
		return nil, err
	}
	all = append(all, Translatable{Kind: "consultation", ID: c.ID}.
		with(c, "title", c.Title).with(c, "summary", c.Summary).with(c, "body", c.Body))
	for i := range c.Guidelines {
		g := &c.Guidelines[i]
		all = append(all, Translatable{Kind: "guideline", ID: g.ID}.with(g, "service", g.Name).with(g.Current, "title", g.Current.Title).
			with(g.Current, "in_brief", g.Current.InBrief).with(g.Current, "body", g.Current.Body))
	}
	meetings, err := MeetingsForStaff(ctx, db, staff, c.ID)
	if err != nil {
		return nil, err
	}
	for i := range meetings {
		m := &meetings[i]
		all = append(all, Translatable{Kind: "meeting", ID: m.ID}.with(m, "title", m.Title).with(m, "body", m.Body).
			with(m, "programme", m.Programme).with(m, "speakers", m.Speakers).with(m, "access_note", m.AccessNote).
			with(m, "child_care", m.ChildCare).with(m, "cancel_reason", m.CancelReason))
	}
	for i := range c.Phases {
		p := &c.Phases[i]
		all = append(all, Translatable{Kind: "phase", ID: phaseSubject(c.ID, p.Number)}.with(p, "title", p.Title).with(p, "body", p.Body))
		for j := range p.Extensions {
			e := &p.Extensions[j]
			id := keyedSubject(c.ID, "extension", strconv.Itoa(p.Number)+"/"+e.MadeAt.UTC().Format(time.RFC3339Nano))
			all = append(all, Translatable{Kind: "phase", ID: id}.with(e, "why", e.Reason))
		}
	}
	documents, err := documentTranslatables(ctx, db, c.ID)
	return append(all, documents...), err
}

func documentTranslatables(ctx context.Context, db bun.IDB, consultationID uuid.UUID) (all []Translatable, err error) {
	acts, err := ActsOf(ctx, db, consultationID)
	if err != nil {
		return nil, err
	}
	for i := range acts {
		a := &acts[i]
		all = append(all, Translatable{Kind: "act", ID: a.ID}.with(a, "title", a.Title).with(a, "kind", a.Kind).with(a, "body", a.Body))
	}
	faqs, err := FAQsOf(ctx, db, consultationID)
	if err != nil {
		return nil, err
	}
	for i := range faqs {
		q := &faqs[i]
		all = append(all, Translatable{Kind: "faq", ID: q.ID}.with(q, "question", q.Question).with(q, "answer", q.Answer))
	}
	notices, err := NoticesOf(ctx, db, consultationID)
	for i := range notices {
		n := &notices[i]
		all = append(all, Translatable{Kind: "notice", ID: n.ID}.with(n, "title", n.Title).with(n, "body", n.Body))
	}
	return all, err
}

// States of a Translatable in a language.
const (
	TranslationMissing   = "missing"
	TranslationToApprove = "to_approve"
	TranslationApproved  = "approved"
)

// TranslationStates are all of them: what is to be done first.
var TranslationStates = []string{TranslationToApprove, TranslationMissing, TranslationApproved}

// State tells how its translation into lang stands: whether there is any, and whether all there is is approved, by whom
// and when last.
func (t Translatable) State(lang string, approvals Approvals) (state string, last Approval) {
	state = TranslationMissing
	for _, text := range t.translatedInto(lang) {
		approval, approved := approvals[text.hashIn(lang)]
		if !approved {
			return TranslationToApprove, Approval{}
		}
		if state = TranslationApproved; approval.At.After(last.At) {
			last = approval
		}
	}
	return state, last
}

// Seal stands for its words in Italian and in lang: as long as it is the same, so are they.
func (t Translatable) Seal(lang string) string {
	hash := sha256.New()
	hash.Write(t.ID[:])
	for _, text := range t.Texts {
		words := text.hashIn(lang)
		hash.Write(words[:])
	}
	return hex.EncodeToString(hash.Sum(nil)[:12])
}

func (t Translatable) translatedInto(lang string) []TranslatableText {
	var translated []TranslatableText
	for _, text := range t.Texts {
		if text.typed(lang) != "" {
			translated = append(translated, text)
		}
	}
	return translated
}

// TranslationForm is a Translatable's words in one language as staff write them, each in the field of its text.
type TranslationForm struct {
	Service  string `form:"service" validate:"max=200,oneline"`
	Title    string `form:"title" validate:"max=200,oneline"`
	Kind     string `form:"kind" validate:"max=100,oneline"`
	Question string `form:"question" validate:"max=300,oneline"`
	Summary  string `form:"summary" validate:"max=3000"`
	Why      string `form:"why" validate:"max=1000"`
	InBrief  string `form:"in_brief" validate:"max=3000"`
	Answer   string `form:"answer" validate:"max=10000"`
	Body     string `form:"body" validate:"max=50000"`
	// Of a meeting.
	Programme    string `form:"programme" validate:"max=10000"`
	Speakers     string `form:"speakers" validate:"max=5000"`
	AccessNote   string `form:"access_note" validate:"max=1000"`
	ChildCare    string `form:"child_care" validate:"max=1000"`
	CancelReason string `form:"cancel_reason" validate:"max=500"`
	Basis
}

// Words returns the form's field of that name.
func (f *TranslationForm) Words(field string) *string {
	return map[string]*string{"service": &f.Service, "title": &f.Title, "kind": &f.Kind, "question": &f.Question,
		"summary": &f.Summary, "why": &f.Why, "in_brief": &f.InBrief, "answer": &f.Answer, "body": &f.Body, "programme": &f.Programme,
		"speakers": &f.Speakers, "access_note": &f.AccessNote, "child_care": &f.ChildCare, "cancel_reason": &f.CancelReason}[field]
}

// Form returns its words in lang, to be edited.
func (t Translatable) Form(lang string) TranslationForm {
	f := TranslationForm{Basis: Basis{Seen: t.Seal(lang)}}
	for _, text := range t.Texts {
		*f.Words(text.Field) = text.typed(lang)
	}
	return f
}

// TranslatableByID returns one of those that TranslatablesOf does, unless it is generated; ErrNotFound.
func TranslatableByID(ctx context.Context, db bun.IDB, staff *Staff, consultationID, id uuid.UUID) (Translatable, error) {
	all, err := TranslatablesOf(ctx, db, staff, consultationID)
	for _, t := range all {
		if err == nil && t.ID == id && !t.Generated {
			return t, nil
		}
	}
	if err == nil {
		err = ErrNotFound
	}
	return Translatable{}, err
}

// Translate writes a translation, or takes away what is left empty. The Italian words stay, so that it makes no new
// version of a guideline and tells nobody. FieldErrors, ErrChanged, ErrNotFound; that too of what is generated.
func Translate(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, consultationID, id uuid.UUID, lang string, form TranslationForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		t, err := TranslatableByID(ctx, tx, staff, consultationID, id)
		if err != nil {
			return err
		}
		// Its first text is held by the row that everybody who edits it locks; then it is read again.
		if err := tx.NewSelect().Model(t.Texts[0].row).WherePK().For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		if t, err = TranslatableByID(ctx, tx, staff, consultationID, id); err != nil {
			return err
		}
		if t.Seal(lang) != form.Seen {
			return ErrChanged
		}
		before, after := map[string]any{}, map[string]any{}
		for _, text := range t.Texts {
			words := *form.Words(text.Field)
			if words == text.typed(lang) {
				continue
			}
			before[text.Field+"_"+lang], after[text.Field+"_"+lang] = text.typed(lang), words
			if err := text.save(ctx, tx, lang, words); err != nil {
				return err
			}
		}
		if len(after) == 0 {
			return nil
		}
		return audit(ctx, tx, now, staff, "edit", t.Kind, t.ID, before, after)
	})
}

func (t TranslatableText) save(ctx context.Context, tx bun.IDB, lang, words string) error {
	return changedOne(tx.NewUpdate().Model(t.row).Set("? = ?", bun.Ident(t.column()), t.translated(lang, words)).WherePK().Exec(ctx))
}
