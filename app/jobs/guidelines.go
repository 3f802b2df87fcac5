// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/emails"
	"ultimaparola/views/locale"
)

// followed returns the guideline in SubjectID with its page, and the link that ends following it. Who has stopped
// following gets no mail.
func (d *draft) followed(ctx context.Context) (g *models.Guideline, page, unsubscribe string, err error) {
	follow, err := models.FollowOf(ctx, d.DB, d.PersonID, d.SubjectID)
	if err != nil {
		return nil, "", "", err
	}
	if g, err = models.MailedGuideline(ctx, d.DB, d.SubjectID); err != nil {
		return nil, "", "", err
	}
	page, err = d.guidelinePage(ctx, g)
	return g, page, d.Links.Unsubscribe(d.language, follow.ID), err
}

func (d *draft) guidelinePage(ctx context.Context, g *models.Guideline) (string, error) {
	return d.page(ctx, g.ConsultationID, "/linee-guida/"+g.Slug)
}

func (d *draft) guidelineUpdated(ctx context.Context) (emails.Letter, error) {
	g, page, unsubscribe, err := d.followed(ctx)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.GuidelineUpdated(ctx, g, page, unsubscribe), nil
}

func (d *draft) guidelineResponse(ctx context.Context) (emails.Letter, error) {
	g, page, unsubscribe, err := d.followed(ctx)
	if err != nil {
		return emails.Letter{}, err
	}
	responses, err := models.ResponsesOf(ctx, d.DB, g.ConsultationID, g.ID)
	if err == nil && len(responses) == 0 {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	organisation, err := models.TheOrganisation(ctx, d.DB)
	if err != nil {
		return emails.Letter{}, err
	}
	var offices []emails.OfficeResponse
	for _, m := range organisation.Municipalities {
		for _, r := range responses {
			if r.MunicipalityID == m.ID {
				offices = append(offices, emails.OfficeResponse{Municipality: m.Name, Outcome: r.Outcome})
			}
		}
	}
	return emails.GuidelineResponse(ctx, g, offices, page, unsubscribe), nil
}

// guidelineOf returns the guideline that a comment is on.
func (d *draft) guidelineOf(ctx context.Context, commentID uuid.UUID) (*models.Guideline, error) {
	c, err := models.MailedComment(ctx, d.DB, commentID)
	if err != nil {
		return nil, err
	}
	return models.MailedGuideline(ctx, d.DB, c.GuidelineID)
}

// commentAnswered brings the official answer in SubjectID to the author of the comment it answers.
func (d *draft) commentAnswered(ctx context.Context) (emails.Letter, error) {
	answer, err := models.MailedComment(ctx, d.DB, d.SubjectID)
	if err == nil && answer.State == models.Hidden {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	g, err := models.MailedGuideline(ctx, d.DB, answer.GuidelineID)
	if err != nil {
		return emails.Letter{}, err
	}
	organisation, err := models.TheOrganisation(ctx, d.DB)
	if err != nil {
		return emails.Letter{}, err
	}
	office := organisation.Municipality(answer.OfficeID)
	if office == nil {
		return emails.Letter{}, models.ErrNotFound
	}
	page, err := d.page(ctx, g.ConsultationID, "/linee-guida/"+g.Slug+"/commenti/"+answer.ID.String())
	return emails.CommentAnswered(ctx, g, office.Name, answer.Body, page), err
}

func (d *draft) commentHidden(ctx context.Context) (emails.Letter, error) {
	c, err := models.MailedComment(ctx, d.DB, d.SubjectID)
	if err == nil && c.State != models.Hidden {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	g, err := models.MailedGuideline(ctx, d.DB, c.GuidelineID)
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.CommentHidden(ctx, g, c.HiddenReason, d.Links.Base+locale.PathIn(d.language, "/regole")), nil
}
