// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// How the invented people lean, in order: in favour, against, not sure; by
// guideline and town.
var leanings = map[string]map[string][]int{
	"anagrafe":           {"carmignano": {48, 34, 18}, "poggio-a-caiano": {57, 24, 19}, elsewhere: {60, 12, 28}},
	"informatica":        {"carmignano": {56, 18, 26}, "poggio-a-caiano": {61, 15, 24}, elsewhere: {58, 14, 28}},
	"polizia-municipale": {"carmignano": {63, 22, 15}, "poggio-a-caiano": {46, 38, 16}, elsewhere: {52, 22, 26}},
}

var values = []string{models.InFavour, models.Against, models.Unsure}

// likelihood that a voice has an opinion on a guideline, out of a hundred.
var interest = map[string]int{"anagrafe": 84, "informatica": 58, "polizia-municipale": 77}

func (d *demonstration) voices() []*participant {
	var voices []*participant
	for _, p := range d.people {
		if p.voice() {
			voices = append(voices, p)
		}
	}
	return voices
}

// inventOpinions gives every voice opinions on the guidelines they care about,
// beside those they gave with a comment.
func (d *demonstration) inventOpinions() {
	for _, p := range d.voices() {
		came := p.row.CreatedAt
		if came.IsZero() {
			came = d.moment()
		}
		only := d.chance.IntN(len(d.consultation.Guidelines))
		for i, g := range d.consultation.Guidelines {
			_, has := p.parere[g.ID]
			if has || d.chance.IntN(100) >= interest[g.Slug] && (i != only || len(p.parere) > 0) {
				continue
			}
			value := values[pick(d.chance, leanings[g.Slug][p.town])]
			d.changeOfMind(p, g.ID, value, d.after(came, 0.2))
		}
	}
}

// changeOfMind gives an opinion that one in ten has changed since, and that
// one in a hundred has withdrawn.
func (d *demonstration) changeOfMind(p *participant, guideline uuid.UUID, value string, at time.Time) {
	switch n := d.chance.IntN(100); {
	case n == 0:
		d.note(p, guideline, value, at)
		d.note(p, guideline, "", d.after(at, 48))
		p.did(at)
	case n < 11:
		before := values[pick(d.chance, []int{2, 3, 5})]
		if before != value {
			d.note(p, guideline, before, at)
			p.did(at)
			at = d.after(at, 60)
		}
		d.giveOpinion(p, guideline, value, at)
	default:
		d.giveOpinion(p, guideline, value, at)
	}
}

// giveOpinion makes value the person's current opinion.
func (d *demonstration) giveOpinion(p *participant, guideline uuid.UUID, value string, at time.Time) {
	p.parere[guideline] = value
	p.did(at)
	d.opinions = append(d.opinions, models.Opinion{ConsultationID: d.consultation.ID, GuidelineID: guideline, PersonID: p.row.ID, Value: value, GivenAt: at})
	d.note(p, guideline, value, at)
}

// note adds a line to the opinion's history.
func (d *demonstration) note(p *participant, guideline uuid.UUID, value string, at time.Time) {
	d.history = append(d.history, models.OpinionChange{ConsultationID: d.consultation.ID, ID: d.idAt(at), GuidelineID: guideline, PersonID: p.row.ID, Value: value, GivenAt: at})
}
