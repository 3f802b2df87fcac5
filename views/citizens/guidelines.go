// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"context"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// GuidelinesPage lists the proposals; Totals are the opinions on all of them.
type GuidelinesPage struct {
	layout.Page
	Guidelines []models.Guideline // with their current versions
	Totals     []models.OpinionTotal
}

// texts are those of the proposals that the list shows.
func (p GuidelinesPage) texts() []models.Text {
	var texts []models.Text
	for _, g := range p.Guidelines {
		texts = append(texts, g.Name, g.Current.Title, g.Current.InBrief)
	}
	return texts
}

// given is how many gave an opinion on a guideline.
func (p GuidelinesPage) given(guideline uuid.UUID) int {
	n := 0
	for _, t := range p.Totals {
		if t.GuidelineID == guideline {
			n += t.All()
		}
	}
	return n
}

// Discussion is what the comments of a guideline need to know: whose page it is, and what the reader may do.
type Discussion struct {
	layout.Page
	Guideline *models.Guideline
	// Open tells whether opinions and comments are taken today; taking, whether their forms are shown.
	Open bool
	// Checked tells whether a comment sent now waits for a check.
	Checked bool
	// Here is the address of this page with its query, to come back to.
	Here string
	// Done is the kind of what the reader has just done or confirmed; empty: nothing.
	Done string
	// Posted is the published comment that came of it, and PostedAt where it is read; zero and empty: none.
	Posted   uuid.UUID
	PostedAt string
	// Renamed tells that the name the reader asked for was taken, so that they have got another.
	Renamed bool
}

// mine tells whether the reader wrote the comment.
func (d Discussion) mine(c *models.PostedComment) bool {
	return d.Person != nil && c.PersonID == d.Person.ID
}

// At returns an address below the guideline's.
func (d Discussion) At(ctx context.Context, rest string) string {
	return d.In(ctx, "/linee-guida/"+d.Guideline.Slug+rest)
}

// place is where the author of a comment says they live.
func (d Discussion) place(ctx context.Context, municipality uuid.UUID, elsewhere bool) string {
	if m := d.Organisation.Municipality(municipality); m != nil {
		return m.Name
	}
	if elsewhere {
		return locale.T(ctx, "conversation.elsewhere")
	}
	return ""
}

// places are the answers to "where do you live?".
func (d Discussion) places(ctx context.Context) []parts.Option {
	var options []parts.Option
	for _, m := range d.Municipalities() {
		options = append(options, parts.Option{Value: m.Slug, Label: m.Name})
	}
	if d.Consultation.Participants == models.Residents {
		return options
	}
	return append(options, parts.Option{Value: models.Elsewhere, Label: locale.T(ctx, "conversation.elsewhere_choice")})
}

// checking says when a comment appears, where that is not at once; "" where it is.
func (d Discussion) checking(ctx context.Context) string {
	switch {
	case d.Consultation.Publication == models.PublicationAfterCheck:
		return locale.T(ctx, "conversation.checking.after_check")
	case d.Consultation.Publication == models.PublicationOutOfHours && d.Checked:
		return locale.T(ctx, "conversation.checking.closed_now")
	case d.Consultation.Publication == models.PublicationOutOfHours:
		return locale.T(ctx, "conversation.checking.open_now")
	}
	return ""
}

// replying tells whether citizens may answer each other's comments now.
func (d Discussion) replying() bool { return d.taking() && !d.Consultation.RepliesClosed }

// GuidelinePage is a proposal with everything people said about it.
type GuidelinePage struct {
	Discussion
	Responses []models.Response
	Totals    []models.OpinionTotal // of this guideline
	Comments  CommentList
	Form      models.ContributionForm
	Wrong     models.FieldErrors
	// Mine is the reader's current parere; empty: none.
	Mine      string
	Follow    models.FollowForm
	NotFollow models.FieldErrors
	// Unfollow is where the reader who follows can stop; empty: they do not follow.
	Unfollow string
}

// bars are the opinions of each municipality in order and, when there are any, of those from elsewhere.
func (p GuidelinePage) bars(ctx context.Context) []parts.Totals {
	of := func(id uuid.UUID, label string) parts.Totals {
		bar := parts.Totals{ID: "pareri-" + id.String(), Label: label}
		for _, t := range p.Totals {
			if t.MunicipalityID == id {
				bar.InFavour, bar.Against, bar.Unsure = t.InFavour, t.Against, t.Unsure
			}
		}
		return bar
	}
	var bars []parts.Totals
	for _, m := range p.Municipalities() {
		bars = append(bars, of(m.ID, m.Name))
	}
	if other := of(uuid.Nil, locale.T(ctx, "conversation.elsewhere")); other.InFavour+other.Against+other.Unsure > 0 {
		bars = append(bars, other)
	}
	return bars
}

func (p GuidelinePage) opinions(ctx context.Context) []parts.Option {
	options := make([]parts.Option, len(models.Opinions))
	for i, value := range models.Opinions {
		options[i] = parts.Option{Value: value, Label: locale.T(ctx, "parts.opinion."+value)}
	}
	return options
}

func publishing(ctx context.Context) []parts.Option {
	return []parts.Option{
		{Value: "true", Label: locale.T(ctx, "conversation.form.publish"), Hint: locale.T(ctx, "conversation.form.publish_hint")},
		{Value: "false", Label: locale.T(ctx, "conversation.form.keep"), Hint: locale.T(ctx, "conversation.form.keep_hint")},
	}
}

// CommentList is a page of a guideline's comments in one order.
type CommentList struct {
	*models.CommentPage
	// Order is the order as addresses name it, Count how many comments there are in all.
	Order string
	Count int
	// First is false on every page after the first.
	First bool
}

// Shows tells whether a comment stands on the page.
func (l CommentList) Shows(id uuid.UUID) bool { return shows(l.Comments, id) }

func shows(comments []*models.PostedComment, id uuid.UUID) bool {
	return slices.ContainsFunc(comments, func(c *models.PostedComment) bool { return c.ID == id || shows(c.Replies, id) })
}

// Orders are the orders of comments as addresses name them, the usual one first.
var Orders = []string{"recenti", "primi", "sostenuti"}

// all is the address of the list in an order, from after a comment on.
func (d Discussion) all(ctx context.Context, order, after string) string {
	query := url.Values{}
	if order != Orders[0] {
		query.Set("ordine", order)
	}
	if after != "" {
		query.Set("dopo", after)
	}
	if len(query) == 0 {
		return d.At(ctx, "/commenti")
	}
	return d.At(ctx, "/commenti?"+query.Encode())
}

// CommentsPage is the list of all comments on a guideline, a page at a time.
type CommentsPage struct {
	Discussion
	Comments CommentList
}

// ConversationPage is one comment in its conversation, with the forms to reply and to support it.
type ConversationPage struct {
	Discussion
	Top, Comment *models.PostedComment
	Reply        models.ReplyForm
	NotReply     models.FieldErrors
	Support      models.SupportForm
	NotSupport   models.FieldErrors
}

func supports(ctx context.Context) []parts.Option {
	options := make([]parts.Option, len(models.SupportValues))
	for i, value := range models.SupportValues {
		options[i] = parts.Option{Value: value, Label: locale.T(ctx, "conversation.support."+value)}
	}
	return options
}

func (d Discussion) taking() bool { return d.Open && !d.FormsClosed }

// Writer is how a comment's author is named: a pseudonym, an office, or nobody any more.
func (d Discussion) Writer(ctx context.Context, c *models.PostedComment) string {
	switch {
	case c.Official():
		if m := d.Organisation.Municipality(c.OfficeID); m != nil {
			return d.office(ctx, m.Name)
		}
		return locale.T(ctx, "parts.official")
	case c.State == models.Withdrawn, c.State == models.Hidden, c.State == models.Expired:
		return locale.T(ctx, "conversation.participant")
	}
	return c.Pseudonym
}

// office is how a mayor's office is named. In a demonstration its words are invented, and its name says so too.
func (d Discussion) office(ctx context.Context, municipality string) string {
	if d.Demo {
		return locale.T(ctx, "conversation.office_demo", "Name", municipality)
	}
	return locale.T(ctx, "conversation.office", "Name", municipality)
}

// foreign is the comment's language when it is not the page's, for screen readers.
func foreign(ctx context.Context, c *models.PostedComment) string {
	if c.Language != locale.Lang(ctx) {
		return c.Language
	}
	return ""
}

func anchor(id uuid.UUID) string { return "c-" + id.String() }

// Anchor is where a comment stands on the page that shows it.
func Anchor(id uuid.UUID) string { return "#" + anchor(id) }
