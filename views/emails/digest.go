// SPDX-License-Identifier: AGPL-3.0-or-later

package emails

import (
	"context"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// DailyDigest tells the office in numbers what came in from since until until, and what waits; base is the address of the
// site, without a slash at the end.
func DailyDigest(ctx context.Context, base string, since, until time.Time, news *models.Digest) Letter {
	blocks := []Block{Paragraph(locale.T(ctx, "digest.lead", "Since", locale.LongDate(ctx, since)+", "+locale.Hour(ctx, since)))}
	for _, m := range news.Meetings {
		when, _ := whenAndWhere(ctx, &m.Meeting)
		blocks = append(blocks, Paragraph(title(ctx, &m.Meeting)+" – "+when), workFacts(ctx, m.MeetingWork),
			Link{locale.T(ctx, "digest.meeting"), base + locale.Path(ctx, "/segreteria/incontri/"+m.Meeting.Slug) + "?consultazione=" + m.Meeting.Consultation.Slug})
	}
	for _, c := range news.Comments {
		name, _ := c.Title.In(locale.Lang(ctx))
		blocks = append(blocks, Paragraph(name), counted(ctx, nil, "comments", c.Held),
			Link{locale.T(ctx, "digest.read_comments"), base + locale.Path(ctx, "/segreteria/commenti") + "?stato=held&consultazione=" + c.Slug})
	}
	return Letter{
		Subject: locale.T(ctx, "digest.subject", "Date", locale.LongDate(ctx, until)),
		Blocks:  append(blocks, Link{locale.T(ctx, "digest.stop"), base + locale.Path(ctx, "/il-mio-accesso")}),
		Why:     locale.T(ctx, "digest.why"),
	}
}

// workFacts are the numbers of a meeting that are not zero: first what came in, then what waits.
func workFacts(ctx context.Context, w models.MeetingWork) Facts {
	facts := counted(ctx, nil, "registered", w.Registered)
	facts = counted(ctx, facts, "cancelled", w.Cancelled)
	facts = counted(ctx, facts, "asked", w.Asked)
	facts = counted(ctx, facts, "to_call", w.ToCall)
	facts = counted(ctx, facts, "queue", w.Queue.Parties)
	facts = counted(ctx, facts, "offers", w.Offers)
	return counted(ctx, facts, "to_reconfirm", w.ToReconfirm)
}

func counted(ctx context.Context, facts Facts, what string, n int) Facts {
	if n == 0 {
		return facts
	}
	return append(facts, Fact{locale.T(ctx, "digest."+what), locale.Number(ctx, n)})
}
