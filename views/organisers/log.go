// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// LogPage shows what staff did, and how the log stands.
type LogPage struct {
	layout.Page
	Asked LogAsked
	Kinds *models.AuditKinds
	Wrong models.FieldErrors

	Entries  []models.AuditEntry               // with their numbers, staff and texts
	Subjects map[uuid.UUID]models.AuditSubject // what they are about, by id
	Next     int64                             // the number of the last one, when there are more; else 0

	// Check is the last check of the log, nil before the first; Signed is the last head signed with Key, or nil.
	Check     *models.AuditCheck
	Signed    *models.AuditHead
	Key       string
	MayExport bool
}

// LogAsked is by what the log is narrowed, as it was typed; empty: by nothing.
type LogAsked struct{ Who, Action, Subject, From, To string }

// TheProgram stands for who acted where nobody of the staff did.
const TheProgram = "programma"

func (p LogPage) narrowed() bool { return p.Asked != LogAsked{} }

// next is the address of the entries that follow; "" where there are none.
func (p LogPage) next(ctx context.Context) string {
	if p.Next == 0 {
		return ""
	}
	query := url.Values{"dopo": {strconv.FormatInt(p.Next, 10)}}
	for name, value := range map[string]string{"chi": p.Asked.Who, "azione": p.Asked.Action, "oggetto": p.Asked.Subject,
		"dal": p.Asked.From, "al": p.Asked.To} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return locale.Path(ctx, p.Path) + "?" + query.Encode()
}

func (p LogPage) field(ctx context.Context, name, value string) parts.Field {
	return parts.Field{Name: name, Label: locale.T(ctx, "log.field."+name), Value: value, Either: true, Error: parts.ErrorOf(ctx, p.Wrong, name)}
}

func (p LogPage) day(ctx context.Context, name, value string) parts.Field {
	f := p.field(ctx, name, value)
	f.Type = "date"
	return f
}

// The options of the form that narrows the log, "all" before the others.

func (p LogPage) staff(ctx context.Context) []parts.Option {
	options := []parts.Option{{Label: locale.T(ctx, "log.anybody")}}
	for _, s := range p.Kinds.Staff {
		options = append(options, parts.Option{Value: s.ID.String(), Label: s.Name})
	}
	return append(options, parts.Option{Value: TheProgram, Label: locale.T(ctx, "log.program")})
}

func (p LogPage) actions(ctx context.Context) []parts.Option {
	return options(ctx, "log.any_action", p.Kinds.Actions, action)
}

func (p LogPage) subjects(ctx context.Context) []parts.Option {
	return options(ctx, "log.any_subject", p.Kinds.Subjects, subjectKind)
}

func options(ctx context.Context, all string, values []string, label func(context.Context, string) string) []parts.Option {
	options := make([]parts.Option, len(values))
	for i, value := range values {
		options[i] = parts.Option{Value: value, Label: label(ctx, value)}
	}
	slices.SortFunc(options, func(a, b parts.Option) int { return strings.Compare(a.Label, b.Label) })
	return append([]parts.Option{{Label: locale.T(ctx, all)}}, options...)
}

// Finding says in words what was found wrong with the log.
func Finding(ctx context.Context, f models.AuditFinding) string {
	key := "log.finding." + f.Kind
	if f.Last > f.Number && locale.Has(key+".several") {
		key += ".several"
	}
	text := locale.T(ctx, key, "Number", f.Number, "Last", f.Last)
	if f.ID != uuid.Nil {
		text += " (" + f.ID.String() + ")"
	}
	if !f.At.IsZero() {
		text += " " + locale.T(ctx, "log.finding.signed", "At", locale.DateTime(ctx, f.At))
	}
	return text
}

// subjectPlaces are where the rows of each kind of subject are edited; their places follow.
var subjectPlaces = map[string]string{
	"meeting": "/segreteria/incontri/", "registration": "/segreteria/incontri/", "attendance": "/segreteria/incontri/", "question": "/segreteria/incontri/",
	"guideline": "/segreteria/testi/linee-guida/", "act": "/segreteria/testi/atti/", "faq": "/segreteria/testi/domande/",
	"notice": "/segreteria/testi/avvisi/", "municipality": "/segreteria/testi/comuni/", "page": "/segreteria/testi/pagine/",
	"phase": "/segreteria/testi/fasi/", "comment": "/segreteria/commenti/", "consultation": "/segreteria/testi/consultazione",
}

// place is where an entry's subject is found; "" when it is gone, or not the business of who reads.
func (p LogPage) place(e models.AuditEntry) string {
	if e.Subject == "organisation" && p.Staff.Role == models.RoleAdministrator {
		return "/amministrazione/organizzazione"
	}
	if e.Subject == "mail_text" {
		return "/amministrazione/email"
	}
	if e.Subject == "privacy" {
		return "/amministrazione/privacy"
	}
	s := p.Subjects[e.SubjectID]
	elsewhere := s.MunicipalityID != uuid.Nil && !p.Staff.Serves(s.MunicipalityID)
	switch place := subjectPlaces[e.Subject] + s.Place + p.on(s.Consultation); {
	case e.Subject == "consultation" && s.Consultation != "":
		return place
	case s.Place == "" || elsewhere:
		return ""
	default:
		return place
	}
}

// on shows a page for the consultation with that slug, where it is not the one that is worked on.
func (p LogPage) on(slug string) string {
	if slug == "" || p.Consultation != nil && p.Consultation.Slug == slug {
		return ""
	}
	return "?consultazione=" + slug
}

// subject says what an entry is about: "incontro «In piazza»", "iscrizione a «In piazza»". What was taken away is
// named as the entry's texts still do.
func (p LogPage) subject(ctx context.Context, e models.AuditEntry) string {
	kind := subjectKind(ctx, e.Subject)
	name := parts.Plain(ctx, p.Subjects[e.SubjectID].Name)
	if name == "" && e.Texts != nil {
		name = titleIn(e.Texts.Before) + titleIn(e.Texts.After)
	}
	if name == "" {
		return kind
	}
	if key := "organisers.subject_of." + e.Subject; locale.Has(key) {
		return locale.T(ctx, key, "Name", name)
	}
	return locale.T(ctx, "organisers.subject_named", "Kind", kind, "Name", name)
}

func titleIn(raw json.RawMessage) string {
	fields := values(raw)
	return fields["title_it"] + fields["question_it"]
}

// fieldsChanged names the fields that an entry says were changed.
func fieldsChanged(ctx context.Context, e models.AuditEntry) string {
	names := make([]string, len(e.Fields))
	for i, field := range e.Fields {
		names[i] = staff.FieldName(ctx, field)
	}
	return strings.Join(names, ", ")
}

// actor names who acted: a member of staff, or the program itself.
func actor(ctx context.Context, e models.AuditEntry) string {
	if e.Staff == nil {
		return locale.T(ctx, "log.program")
	}
	return e.Staff.Name
}

// action names what was done in words: "comment.hide" and "hide" are the same.
func action(ctx context.Context, name string) string {
	return known(ctx, "organisers.action.", name[strings.LastIndex(name, ".")+1:])
}

func subjectKind(ctx context.Context, name string) string {
	return known(ctx, "organisers.subject.", name)
}

func known(ctx context.Context, prefix, name string) string {
	if locale.Has(prefix + name) {
		return locale.T(ctx, prefix+name)
	}
	return name
}

// listed tells which list of personal data somebody read or took away, and how many rows of it; "" for other entries.
func listed(ctx context.Context, e models.AuditEntry) string {
	if e.Action != "read" && e.Action != "export" {
		return ""
	}
	var said map[string]string
	if e.Texts != nil {
		said = values(e.Texts.After)
	}
	var words []string
	for _, field := range e.Fields {
		rows, err := strconv.Atoi(said[field])
		switch name := "log.list." + field; {
		case field == "state":
			words = append(words, known(ctx, "log.state.", said[field]))
		case err != nil:
			words = append(words, locale.T(ctx, name))
		default:
			words = append(words, locale.T(ctx, name)+" ("+locale.Number(ctx, rows)+")")
		}
	}
	return strings.Join(words, ", ")
}

// change is one field as it was and as it became.
type change struct{ field, before, after string }

// changesOf returns what an entry's erasable texts say; none once they are erased.
func changesOf(ctx context.Context, e models.AuditEntry) []change {
	if e.Texts == nil {
		return nil
	}
	before, after := values(e.Texts.Before), values(e.Texts.After)
	names := slices.Collect(maps.Keys(after))
	for name := range before {
		if _, both := after[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	changes := make([]change, len(names))
	for i, name := range names {
		changes[i] = change{staff.FieldName(ctx, name), inWords(ctx, name, before[name]), inWords(ctx, name, after[name])}
	}
	return changes
}

// wordsOf are where the values of fields that have a few have their words.
var wordsOf = map[string][]string{
	"state":   {"organisers.state.", "organisers.comment_state.", "questions.state."},
	"channel": {"editing.channel."},
}

// inWords says a field's value as people do; what they wrote stays as it is.
func inWords(ctx context.Context, field, value string) string {
	switch value {
	case "true":
		return locale.T(ctx, "editing.yes")
	case "false":
		return locale.T(ctx, "editing.no")
	}
	for _, prefix := range wordsOf[field] {
		if locale.Has(prefix + value) {
			return locale.T(ctx, prefix+value)
		}
	}
	return value
}

func values(raw json.RawMessage) map[string]string {
	var fields map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	texts := make(map[string]string, len(fields))
	for name, value := range fields {
		texts[name] = fmt.Sprint(value)
	}
	return texts
}
