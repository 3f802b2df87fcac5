// SPDX-License-Identifier: AGPL-3.0-or-later

package citizens

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/citizens"
)

// Contribute takes "Di' la tua": at once from somebody signed in, after the mailbox has confirmed from anybody else.
func (z *Citizens) Contribute(c *fiber.Ctx) error {
	d, err := z.discussion(c)
	if err != nil {
		return err
	}
	if !d.Open {
		return models.ErrClosed
	}
	form := new(models.ContributionForm)
	form.For(d.Person)
	wrong := web.Bind(c, form)
	if web.Trapped(c) {
		return backDone(c, d, models.ConfirmContribution, uuid.Nil)
	}
	author, wrong, err := z.author(c, d, &form.AuthorForm, wrong)
	if err != nil {
		return err
	}
	act := models.Contribution{ConsultationID: d.Consultation.ID, GuidelineID: d.Guideline.ID, Author: author,
		Opinion: form.Opinion, Body: form.Body, Published: form.Published == "true"}
	if wrong == nil && d.Person != nil {
		result, err := z.Batches.Contributions.Do(c.UserContext(), models.ContributionBy{PersonID: d.Person.ID, Contribution: act})
		if err != nil {
			return err
		}
		if wrong, err = refused(result.Err); err != nil {
			return err
		}
		if wrong == nil && result.State == models.Published {
			return backDone(c, d, models.ConfirmContribution, result.CommentID)
		}
		if wrong == nil {
			return backDone(c, d, models.ConfirmContribution, uuid.Nil)
		}
	}
	if wrong != nil {
		if form.Published != "true" {
			form.Published = "false"
		}
		return z.guidelinePage(c, fiber.StatusUnprocessableEntity, citizens.GuidelinePage{Discussion: d, Form: *form, Wrong: wrong})
	}
	return z.ask(c, form.Email, models.ConfirmContribution, act)
}

// ask keeps an act until the mailbox confirms it, and sends the browser to the page that waits.
func (z *Citizens) ask(c *fiber.Ctx, email, kind string, act any) error {
	asked, err := models.Ask(c.UserContext(), z.DB, z.Now(), z.Asker(c, email), kind, act)
	if err != nil {
		return err
	}
	return ToMailbox(c, asked.ID)
}

// backDone sends the browser back to the guideline's page, which says that kind is done and leads to the published comment
// that came of it, if any.
func backDone(c *fiber.Ctx, d citizens.Discussion, kind string, comment uuid.UUID) error {
	return c.Redirect(d.At(c.UserContext(), doneQuery(kind, comment, false)), fiber.StatusSeeOther)
}

// doneQuery is what follows the address of a page that says what has been done. renamed: the author's name was taken, and
// they have another.
func doneQuery(kind string, comment uuid.UUID, renamed bool) string {
	query := "?fatto=" + kind
	if comment != uuid.Nil {
		query += "&commento=" + comment.String()
	}
	if renamed {
		query += "&nome=usato"
	}
	return query + "#fatto"
}

// fieldOrder is the order of the fields in the forms of a discussion.
var fieldOrder = []string{"opinion", "value", "body", "published", "pseudonym", "municipality", "email"}

// author returns who writes, and wrong with what else is wrong about that, in the order of the form.
func (z *Citizens) author(c *fiber.Ctx, d citizens.Discussion, f *models.AuthorForm, wrong models.FieldErrors) (models.Author, models.FieldErrors, error) {
	has := func(field string) bool {
		return slices.ContainsFunc(wrong, func(w models.FieldError) bool { return w.Field == field })
	}
	author, err := f.Author(d.Organisation, web.Lang(c))
	more, err := refused(err)
	if err != nil {
		return author, wrong, err
	}
	if len(more) == 0 {
		if more, err = refused(d.Consultation.Admits(d.Person, author)); err != nil {
			return author, wrong, err
		}
	}
	if !has("municipality") {
		wrong = append(wrong, more...)
	}
	if !has("pseudonym") {
		more, err := refused(models.CheckPseudonym(c.UserContext(), z.DB, viewer(c), f.Pseudonym))
		if err != nil {
			return author, wrong, err
		}
		wrong = append(wrong, more...)
	}
	slices.SortStableFunc(wrong, func(a, b models.FieldError) int {
		return slices.Index(fieldOrder, a.Field) - slices.Index(fieldOrder, b.Field)
	})
	return author, wrong, nil
}

// refused turns what a verb says about a form into its FieldErrors, and gives back every other error.
func refused(err error) (models.FieldErrors, error) {
	var wrong models.FieldErrors
	switch {
	case errors.As(err, &wrong):
		return wrong, nil
	case errors.Is(err, models.ErrReserved):
		return models.Wrong("pseudonym", "errors.reserved"), nil
	case errors.Is(err, models.ErrPseudonymTaken):
		return models.Wrong("pseudonym", "errors.taken"), nil
	case errors.Is(err, models.ErrResidentsOnly):
		return models.Wrong("value", "errors.residents_support"), nil
	case errors.Is(err, models.ErrOwnComment):
		return models.Wrong("value", "errors.own_comment"), nil
	}
	return nil, err
}
