// SPDX-License-Identifier: AGPL-3.0-or-later

// Package layout is the frame around every page: head, header with its
// navigation, the question about clarity, footer.
package layout

import (
	"context"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Page is what the frame needs to know. A page of the site is a struct with this
// one in it. The language is the context's.
type Page struct {
	Title       string // what the page is, without the site's name
	Description string // a sentence for search engines, or ""
	Path        string // address without the language's prefix and without query
	BaseURL     string // of the program, without a slash at the end
	Crumbs      []parts.Crumb
	Section     Section
	// Hero is shown over the whole width, above the page's own content; nil on most pages.
	Hero templ.Component

	Organisation *models.Organisation // with its municipalities; nil on an empty database
	Consultation *models.Consultation // whose navigation is shown; nil where it is about none
	Sections     Sections
	// Consultations are all there are, drafts too, the newest first, without their longer texts.
	Consultations []models.Consultation
	// Working: staff work here on Consultation, and may choose another one.
	Working bool

	// Approved are the translations that count as official.
	Approved models.Approvals

	Person *models.Person // who is signed in, or nil
	Staff  *models.Staff  // who works here, or nil

	// PrivacyMissing is what the information notice lacks, by message keys; FormsClosed, that nothing personal is taken
	// before it is complete.
	PrivacyMissing []string
	FormsClosed    bool

	// Preview is a colour to show the page in that is not kept yet.
	Preview *models.Colour

	Demo    bool // invented data are loaded
	NoIndex bool // nothing for search engines

	// Script is what the page needs of the browser beside app.js: a file of public/js, or "".
	Script string

	Rateable Rateable
	Feedback Feedback
}

// Section is the item of the navigation that the page belongs to.
type Section string

const (
	NoSection       Section = ""
	TheConsultation Section = "consultation"
	Guidelines      Section = "guidelines"
	Meetings        Section = "meetings"
	Acts            Section = "acts"
	FAQs            Section = "faqs"
	Notices         Section = "notices"
)

// Sections says which of the sections that may be empty have something in them.
type Sections struct{ Acts, FAQs, Notices bool }

// Rateable says which question about clarity stands at the end of the page.
type Rateable string

const (
	NotRateable     Rateable = ""
	RateablePage    Rateable = "page"
	RateableService Rateable = "service"
)

// Feedback is what became of the answer to that question.
type Feedback string

const (
	NoFeedback      Feedback = ""
	FeedbackThanks  Feedback = "thanks"
	FeedbackMissing Feedback = "missing" // sent without stars
)

// Reasons are the values that the field "reason" of a rating may have after that
// many stars. The field is optional.
func Reasons(stars int) []string {
	sign := "positive-"
	if stars <= 3 {
		sign = "negative-"
	}
	return []string{sign + "clear", sign + "complete", sign + "steps", sign + "technical", sign + "other"}
}

// site is the program's name, the same in every language.
const site = "Ultima Parola"

func (p Page) fullTitle() string {
	if p.Title == "" {
		return site
	}
	return p.Title + " – " + site
}

func (p Page) address(lang string) string { return p.BaseURL + locale.PathIn(lang, p.Path) }

// In returns the address of a page of the consultation in the reader's language:
// In(ctx, "/incontri").
func (p Page) In(ctx context.Context, rest string) string { return In(ctx, p.Consultation, rest) }

// In returns the address of a page of a consultation in the reader's language.
func In(ctx context.Context, c *models.Consultation, rest string) string {
	return locale.Path(ctx, "/consultazioni/"+c.Slug+rest)
}

type item struct {
	section     Section
	label, href string
}

// navigation lists the sections that exist.
func (p Page) navigation(ctx context.Context) []item {
	if p.Consultation == nil {
		return nil
	}
	entry := func(s Section, rest string) item {
		return item{s, locale.T(ctx, "layout.nav."+string(s)), p.In(ctx, rest)}
	}
	items := []item{entry(TheConsultation, "")}
	if len(p.Consultation.Guidelines) > 0 {
		items = append(items, entry(Guidelines, "/linee-guida"))
	}
	if len(p.Consultation.Meetings) > 0 {
		items = append(items, entry(Meetings, "/incontri"))
	}
	if p.Sections.Acts {
		items = append(items, entry(Acts, "/atti"))
	}
	if p.Sections.FAQs {
		items = append(items, entry(FAQs, "/domande-frequenti"))
	}
	if p.Sections.Notices {
		items = append(items, entry(Notices, "/avvisi"))
	}
	return items
}

// Municipalities are those of the organisation, none before there is one.
func (p Page) Municipalities() []models.Municipality {
	if p.Organisation == nil {
		return nil
	}
	return p.Organisation.Municipalities
}

// meeting is the consultation's meeting with that id, as far as everybody sees it; nil: none.
func (p Page) meeting(id uuid.UUID) *models.Meeting {
	for i := range p.Consultation.Meetings {
		if p.Consultation.Meetings[i].ID == id {
			return &p.Consultation.Meetings[i]
		}
	}
	return nil
}

// Workplace is where somebody of the staff works.
func Workplace(s *models.Staff) string {
	switch s.Role {
	case models.RoleAdministrator:
		return "/amministrazione"
	case models.RoleMayor, models.RoleObserver:
		return "/sindaci"
	case models.RoleModerator:
		return "/segreteria/commenti"
	}
	return "/segreteria"
}
