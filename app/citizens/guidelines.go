// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
	"ultimaparola/views/layout"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Guidelines lists the proposals.
func (z *Citizens) Guidelines(c *fiber.Ctx) error {
	page, err := z.page(c, layout.Guidelines, "conversation.guidelines.title")
	if err != nil {
		return err
	}
	totals, err := models.OpinionTotals(c.UserContext(), z.DB, page.Consultation.ID)
	if err != nil {
		return err
	}
	return web.RenderStored(c, citizens.Guidelines(citizens.GuidelinesPage{Page: page, Guidelines: page.Consultation.Guidelines, Totals: totals}))
}

// Guideline shows a proposal with its text, the offices' responses, the opinions, the form and the comments.
func (z *Citizens) Guideline(c *fiber.Ctx) error {
	d, err := z.discussion(c)
	if err != nil {
		return err
	}
	page := citizens.GuidelinePage{Discussion: d, Form: models.ContributionForm{Published: "true"}}
	page.Form.AuthorForm = z.authorForm(c, d)
	return z.guidelinePage(c, fiber.StatusOK, page)
}

// guidelinePage answers with a guideline's page, whose forms stand in page already.
func (z *Citizens) guidelinePage(c *fiber.Ctx, status int, page citizens.GuidelinePage) (err error) {
	ctx, consultation, guideline := c.UserContext(), page.Consultation.ID, page.Guideline.ID
	if page.Responses, err = models.ResponsesOf(ctx, z.DB, consultation, guideline); err != nil {
		return err
	}
	if page.Totals, err = models.OpinionTotalsOf(ctx, z.DB, consultation, guideline); err != nil {
		return err
	}
	if page.Comments, err = z.comments(c, page.Discussion); err != nil {
		return err
	}
	if page.Comments.Shows(page.Posted) {
		page.PostedAt = citizens.Anchor(page.Posted)
	}
	if page.Person != nil {
		if err := z.showMine(c, &page); err != nil {
			return err
		}
	}
	if status != fiber.StatusOK {
		return web.Render(c, status, citizens.Guideline(page))
	}
	return web.RenderStored(c, citizens.Guideline(page))
}

// showMine adds what the person signed in gave and asked on the guideline.
func (z *Citizens) showMine(c *fiber.Ctx, page *citizens.GuidelinePage) (err error) {
	page.Follow.SignedIn = true
	if page.Mine, err = models.OpinionOf(c.UserContext(), z.DB, page.Guideline.ID, page.Person.ID); err != nil {
		return err
	}
	if page.Form.Opinion == "" {
		page.Form.Opinion = page.Mine
	}
	follow, err := models.FollowOf(c.UserContext(), z.DB, page.Person.ID, page.Guideline.ID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err == nil {
		page.Unfollow = z.Links.Unsubscribe(web.Lang(c), follow.ID)
	}
	return err
}

// discussion returns what the pages of a guideline and of its comments share.
func (z *Citizens) discussion(c *fiber.Ctx) (citizens.Discussion, error) {
	page, err := z.page(c, layout.Guidelines, "conversation.guidelines.title")
	if err != nil {
		return citizens.Discussion{}, err
	}
	guideline := page.Consultation.Guideline(c.Params("guideline"))
	if guideline == nil {
		return citizens.Discussion{}, models.ErrNotFound
	}
	d := citizens.Discussion{Page: page, Guideline: guideline, Open: page.Consultation.InPhase(models.PhaseOpinions, z.Now()),
		Checked: page.Consultation.ChecksFirst(page.Organisation, z.Now())}
	ctx := c.UserContext()
	d.Path = "/consultazioni/" + page.Consultation.Slug + "/linee-guida/" + guideline.Slug
	d.Title = web.InLanguage(c, guideline.Current.Title)
	d.Crumbs = z.crumbs(c, page, parts.Crumb{Label: page.Title, Href: page.In(ctx, "/linee-guida")}, titled(c, guideline.Name, ""))
	d.Here = locale.Path(ctx, c.Path())
	if query := string(c.Request().URI().QueryString()); query != "" && c.Query("fatto") == "" {
		d.Here += "?" + query
	}
	if done := c.Query("fatto"); slices.Contains([]string{models.ConfirmContribution, models.ConfirmReply, models.ConfirmSupport, models.ConfirmFollow}, done) {
		d.Done, d.Renamed = done, c.Query("nome") == "usato"
		if id, err := uuid.Parse(c.Query("commento")); err == nil {
			d.Posted, d.PostedAt = id, d.At(ctx, "/commenti/"+id.String())
		}
	}
	return d, nil
}

// below makes d a page below the guideline's: rest is its address, title what it is.
func (z *Citizens) below(c *fiber.Ctx, d citizens.Discussion, rest, title string) citizens.Discussion {
	last := len(d.Crumbs) - 1
	d.Crumbs = append(slices.Clone(d.Crumbs[:last]), titled(c, d.Guideline.Name, d.At(c.UserContext(), "")), parts.Crumb{Label: title})
	d.Path, d.Title = d.Path+rest, title
	return d
}

// authorForm is the form's part that asks who writes, as it stands before anything is typed.
func (z *Citizens) authorForm(c *fiber.Ctx, d citizens.Discussion) models.AuthorForm {
	var f models.AuthorForm
	person := web.Person(c)
	if f.For(person); person == nil {
		return f
	}
	f.Pseudonym = person.Pseudonym
	if m := d.Organisation.Municipality(person.MunicipalityID); m != nil {
		f.Municipality = m.Slug
	} else if person.Elsewhere {
		f.Municipality = models.Elsewhere
	}
	return f
}

// orders are the orders of comments by their name in addresses.
var orders = map[string]string{"recenti": models.Recent, "primi": models.Oldest, "sostenuti": models.Supported}

// comments returns the page of comments that the address asks for, as the reader may see it.
func (z *Citizens) comments(c *fiber.Ctx, d citizens.Discussion) (list citizens.CommentList, err error) {
	list.Order, list.First = c.Query("ordine"), c.Query("dopo") == ""
	if orders[list.Order] == "" {
		list.Order = citizens.Orders[0]
	}
	asked := models.CommentsAsked{ConsultationID: d.Consultation.ID, GuidelineID: d.Guideline.ID,
		Order: orders[list.Order], After: c.Query("dopo"), Viewer: viewer(c)}
	if list.CommentPage, err = models.CommentsOf(c.UserContext(), z.DB, asked); err != nil {
		return list, err
	}
	list.Count, err = models.CommentCount(c.UserContext(), z.DB, d.Consultation.ID, d.Guideline.ID)
	return list, err
}

func viewer(c *fiber.Ctx) uuid.UUID {
	if p := web.Person(c); p != nil {
		return p.ID
	}
	return uuid.Nil
}

// backTo is the address posted as "back" when it is a page of the guideline, else the guideline's own.
func backTo(c *fiber.Ctx, d citizens.Discussion) string {
	own := d.At(c.UserContext(), "")
	if back := c.FormValue("back"); strings.HasPrefix(back, own) && !strings.ContainsAny(back, "\\#\r\n") {
		return back
	}
	return own
}
