// SPDX-License-Identifier: AGPL-3.0-or-later

package jobs

import (
	"context"

	"ultimaparola/models"
	"ultimaparola/views/emails"
)

// dailyDigest tells somebody of the office what came in, as it stands now; it no longer concerns who works there no more.
func (d *draft) dailyDigest(ctx context.Context) (emails.Letter, error) {
	account, err := models.StaffByID(ctx, d.DB, d.StaffID)
	if err != nil {
		return emails.Letter{}, err
	}
	news, err := models.DigestFor(ctx, d.DB, account, d.Now(), d.Since, d.Until)
	if err == nil && (news.Empty() || !account.Digested()) {
		err = errSuperseded
	}
	if err != nil {
		return emails.Letter{}, err
	}
	return emails.DailyDigest(ctx, d.Links.Base, d.Since, d.Until, news), nil
}
