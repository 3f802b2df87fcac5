// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mayors holds the pages of the mayors' offices: the report, the rows behind its figures, and the desk where
// comments and proposals are answered.
package mayors

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Home is the address of the report.
const Home = "/sindaci"

// Lists of the rows behind the figures, as their addresses name them.
const (
	Participants  = "persone"
	Opinions      = "pareri"
	Comments      = "commenti"
	Registrations = "iscrizioni"
	Attendances   = "presenze"
	Questions     = "domande"
	Ratings       = "valutazioni"
)

// Fields of those addresses: which rows, in which order, after which one.
const (
	OfGuideline = "proposta"
	OfMeeting   = "incontro"
	FromPlace   = "comune"
	OfOpinion   = "parere"
	InState     = "stato"
	OnDay       = "giorno"
	Awaiting    = "attesa"
	FromHome    = "abita"
	Absent      = "assenti"
	Order       = "ordine"
	After       = "dopo"
)

// Step is the field of a form's button: Publish publishes, anything else shows the preview. Done says, in the address
// of the page that follows, that it was published.
const (
	Step    = "passo"
	Preview = "anteprima"
	Publish = "pubblica"
	Done    = "fatto"
)

// CommentPath is where a comment is answered.
func CommentPath(id uuid.UUID) string { return Home + "/commenti/" + id.String() }

// GuidelinePath is where a proposal is responded to.
func GuidelinePath(slug string) string { return Home + "/proposte/" + slug }

// townPath is where the report of a municipality is.
func townPath(slug string) string { return Home + "/comuni/" + slug }

// rowsPath is the address of a list with those fields, in pairs; fields without a value are left out.
func rowsPath(ctx context.Context, list string, fields ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i+1] != "" {
			query.Set(fields[i], fields[i+1])
		}
	}
	path := locale.Path(ctx, Home+"/righe/"+list)
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// placeName is how a place is called: a municipality, elsewhere, or not stated.
func placeName(ctx context.Context, o *models.Organisation, place string) string {
	if m := o.MunicipalityBySlug(place); m != nil {
		return m.Name
	}
	return locale.T(ctx, "mayors.place."+place)
}

// everybody says which places a sum adds up: "Tutti i partecipanti: Valle + Monte + altrove", and those
// who did not state any, where they are in it.
func everybody(ctx context.Context, o *models.Organisation, notStated bool) string {
	var names []string
	for _, m := range o.Municipalities {
		names = append(names, m.Name)
	}
	all := locale.T(ctx, "mayors.everybody", "Names", strings.Join(names, " + "))
	if notStated {
		all += locale.T(ctx, "mayors.everybody_not_stated")
	}
	return all
}

// guidelineName is the name of a proposal by its slug.
func guidelineName(ctx context.Context, p layout.Page, slug string) string {
	for _, g := range p.Consultation.Guidelines {
		if g.Slug == slug {
			return parts.Plain(ctx, g.Name)
		}
	}
	return slug
}

func guidelineByID(p layout.Page, id uuid.UUID) models.Guideline {
	for _, g := range p.Consultation.Guidelines {
		if g.ID == id {
			return g
		}
	}
	return models.Guideline{}
}

// meetingName is the title of a meeting by its slug.
func meetingName(ctx context.Context, p layout.Page, slug string) string {
	for _, m := range p.Consultation.Meetings {
		if m.Slug == slug {
			return parts.Plain(ctx, m.Title)
		}
	}
	return slug
}

// officeName is how the office of a municipality signs, here as on the pages for citizens.
func officeName(ctx context.Context, o *models.Organisation, municipalityID uuid.UUID) string {
	m := o.Municipality(municipalityID)
	switch {
	case m == nil:
		return ""
	case !o.DemoSince.IsZero():
		return locale.T(ctx, "conversation.office_demo", "Name", m.Name)
	}
	return locale.T(ctx, "conversation.office", "Name", m.Name)
}

// office is the municipality in whose name who is signed in answers; nil: they only read.
func office(p layout.Page) *models.Municipality {
	if p.Staff == nil || p.Staff.Role != models.RoleMayor {
		return nil
	}
	return p.Organisation.Municipality(p.Staff.MunicipalityID)
}

// who is the pseudonym of a person, or that they have none.
func who(ctx context.Context, pseudonym string) string {
	if pseudonym == "" {
		return locale.T(ctx, "mayors.no_pseudonym")
	}
	return pseudonym
}

// opinionName is the word for an opinion, or for none.
func opinionName(ctx context.Context, value string) string {
	if value == models.NoOpinion {
		return locale.T(ctx, "mayors.no_opinion")
	}
	return locale.T(ctx, "parts.opinion."+value)
}

// days is how many days of Rome lie between two moments.
func days(from, to time.Time) int {
	return int(models.Day(to).Sub(models.Day(from)).Hours() / 24)
}
