// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"ultimaparola/models"
)

// spoken is a line of the script once somebody has spoken it.
type spoken struct {
	author *participant // nil: an office
	at     time.Time
	id     uuid.UUID
}

// inventComments gives each line of the script an author, who holds the parere
// that the line shows, and a time after what it answers.
func (d *demonstration) inventComments() error {
	said := make([]spoken, len(d.script))
	for i, l := range d.script {
		guideline, err := d.guideline(l.guideline)
		if err != nil {
			return err
		}
		switch {
		case l.root < 0:
			said[i].at = d.moment()
			if i+1 < len(d.script) && d.script[i+1].root == i {
				said[i].at = d.earlyMoment()
			}
		case l.official:
			said[i].at = d.atWork(said[i-1].at)
		default:
			said[i].at = d.after(said[i-1].at, 9)
		}
		if l.again {
			said[i].author = said[l.root].author
		} else if !l.official {
			if said[i].author = d.author(l, guideline, said, i); said[i].author == nil {
				return fmt.Errorf("demonstration: nobody left to say %q", l.body)
			}
		}
		said[i].id = d.idAt(said[i].at)
		d.say(l, guideline, said, i)
	}
	return nil
}

// author returns somebody of the line's town and language who can hold its
// parere, has not spoken in the conversation yet and has said least so far.
func (d *demonstration) author(l line, guideline uuid.UUID, said []spoken, i int) *participant {
	var best *participant
	for _, p := range d.people {
		if p.town != l.town || best != nil && p.spoke >= best.spoke {
			continue
		}
		if held, has := p.parere[guideline]; has && held != l.opinion {
			continue
		}
		if (p.row.Language == "en") != (l.language == "en") && p.spoke > 0 {
			continue
		}
		if l.root >= 0 && inConversation(p, said[l.root:i]) {
			continue
		}
		best = p
	}
	return best
}

func inConversation(p *participant, said []spoken) bool {
	for _, s := range said {
		if s.author == p {
			return true
		}
	}
	return false
}

func (d *demonstration) say(l line, guideline uuid.UUID, said []spoken, i int) {
	s := said[i]
	c := models.Comment{
		ConsultationID: d.consultation.ID, ID: s.id, GuidelineID: guideline,
		Body: l.body, Language: l.language, State: l.state, HiddenReason: l.reason, CreatedAt: s.at,
	}
	if l.state == models.Withdrawn {
		c.Body = "–" // a text that is taken back is forgotten
	}
	if l.root >= 0 {
		c.ParentID, c.RootID = said[l.parent].id, said[l.root].id
	}
	if s.author == nil {
		c.OfficeID = d.town(l.town)
		d.comments = append(d.comments, c)
		return
	}
	c.PersonID = s.author.row.ID
	s.author.spoke++
	s.author.row.Language = l.language
	s.author.did(s.at)
	if _, has := s.author.parere[guideline]; !has {
		d.giveOpinion(s.author, guideline, l.opinion, s.at)
	}
	d.comments = append(d.comments, c)
}

// inventSupports has people answer others' comments: a few are carried by
// many, most by some, and some divide.
func (d *demonstration) inventSupports() {
	voices := d.voices()
	for i := range d.comments {
		c := &d.comments[i]
		if c.State != models.Published || c.OfficeID != uuid.Nil {
			continue
		}
		wanted := int(d.chance.ExpFloat64() * 11)
		if c.RootID != uuid.Nil {
			wanted /= 3
		}
		likes := 55 + d.chance.IntN(40)
		for _, who := range d.chance.Perm(len(voices))[:min(wanted, 60)] {
			p := voices[who]
			if p.row.ID == c.PersonID {
				continue
			}
			s := models.Support{ConsultationID: c.ConsultationID, CommentID: c.ID, PersonID: p.row.ID, GivenAt: d.after(c.CreatedAt, 40)}
			switch pick(d.chance, []int{likes, (100 - likes) * 2 / 3, 8}) {
			case 0:
				s.Value, c.Agree = models.Agree, c.Agree+1
			case 1:
				s.Value, c.Disagree = models.Disagree, c.Disagree+1
			default:
				s.Value, c.Unsure = models.Undecided, c.Unsure+1
			}
			p.did(s.GivenAt)
			d.supports = append(d.supports, s)
		}
	}
}
