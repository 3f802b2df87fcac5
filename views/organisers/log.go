// SPDX-License-Identifier: AGPL-3.0-or-later

package organisers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

// LogPage shows what staff changed.
type LogPage struct {
	layout.Page
	Entries  []models.AuditEntry               // with their staff and texts
	Subjects map[uuid.UUID]models.AuditSubject // what they are about, by id
	Next     string
}

// subjectPlaces are where the rows of each kind of subject are edited; their places follow.
var subjectPlaces = map[string]string{
	"meeting": "/segreteria/incontri/", "registration": "/segreteria/incontri/", "attendance": "/segreteria/incontri/",
	"guideline": "/segreteria/testi/linee-guida/", "act": "/segreteria/testi/atti/", "faq": "/segreteria/testi/domande/",
	"notice": "/segreteria/testi/avvisi/", "municipality": "/segreteria/testi/comuni/", "page": "/segreteria/testi/pagine/",
	"phase": "/segreteria/testi/fasi/", "comment": "/segreteria/commenti/",
}

// place is where an entry's subject is found; "" when it is gone, or not the business of who reads.
func (p LogPage) place(e models.AuditEntry) string {
	if e.Subject == "consultation" {
		return "/segreteria/impostazioni"
	}
	if e.Subject == "privacy" {
		return "/amministrazione/privacy"
	}
	s := p.Subjects[e.SubjectID]
	elsewhere := s.MunicipalityID != uuid.Nil && !p.Staff.Serves(s.MunicipalityID)
	if s.Place == "" || elsewhere {
		return ""
	}
	return subjectPlaces[e.Subject] + s.Place
}

// subject says what an entry is about: "incontro «In piazza»", "iscrizione a «In piazza»". What was taken away is
// named as the entry's texts still do.
func (p LogPage) subject(ctx context.Context, e models.AuditEntry) string {
	kind := known(ctx, "organisers.subject.", e.Subject)
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
func action(ctx context.Context, e models.AuditEntry) string {
	verb := e.Action[strings.LastIndex(e.Action, ".")+1:]
	return known(ctx, "organisers.action.", verb)
}

func known(ctx context.Context, prefix, name string) string {
	if locale.Has(prefix + name) {
		return locale.T(ctx, prefix+name)
	}
	return name
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
		changes[i] = change{staff.FieldName(ctx, name), before[name], after[name]}
	}
	return changes
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
