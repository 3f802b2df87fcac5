// SPDX-License-Identifier: AGPL-3.0-or-later

package seed

import (
	"context"

	"github.com/uptrace/bun"

	"ultimaparola/models"
)

// demoProgramme tells the meetings whose details are invented from those that staff have written themselves.
const demoProgramme = `- Ore 21: saluti e come funziona la serata
- Ore 21.10: le proposte, dieci minuti per una
- Ore 21.40: domande e interventi
- Ore 22.45: che cosa succede adesso`

// inventDetails gives both meetings what a meeting can offer, each something else.
func (d *demonstration) inventDetails() {
	for i := range d.consultation.Meetings {
		m := &d.consultation.Meetings[i]
		m.Programme = models.Text{"it": demoProgramme, "en": "- 9 pm: welcome, and how the evening works\n- 9.10 pm: the proposals, ten minutes each\n- 9.40 pm: questions and contributions\n- 10.45 pm: what happens next"}
		m.Speakers = models.Text{"it": "I sindaci dei due comuni e chi segue i servizi di cui si parla.", "en": "The mayors of both municipalities, and those who look after the services."}
		m.Access, m.Interpreters = []string{"step_free", "hearing_loop", "parking"}, []string{"zh"}
		m.ChildCare = models.Text{"it": "Per bambini da 3 a 10 anni, fino alle 23.", "en": "For children from 3 to 10, until 11 pm."}
		if i%2 == 1 {
			m.Access, m.Interpreters, m.ChildCare = []string{"step_free", "sign_language", "subtitles", "bus"}, []string{"en", "sq"}, models.Text{}
			m.AccessNote = models.Text{"it": "L'autobus ferma davanti alla sala; l'ultima corsa è alle 23.30.", "en": "The bus stops in front of the hall; the last one leaves at 11.30 pm."}
			m.Recorded = "audio"
		}
	}
}

// saveDetails writes the invented details; every meeting discusses every guideline.
func (d *demonstration) saveDetails(ctx context.Context, tx bun.Tx) error {
	for i := range d.consultation.Meetings {
		_, err := tx.NewUpdate().Model(&d.consultation.Meetings[i]).WherePK().
			Column("programme", "speakers", "access", "access_note", "interpreters", "child_care", "recorded").Exec(ctx)
		if err != nil {
			return err
		}
	}
	_, err := tx.NewRaw(`INSERT INTO meeting_guidelines (meeting_id, guideline_id)
		SELECT m.id, g.id FROM meetings m JOIN guidelines g USING (consultation_id) WHERE m.consultation_id = ?`, d.consultation.ID).Exec(ctx)
	return err
}

// forgetDetails takes the invented details away; what staff have written instead stays.
const forgetDetails = `WITH invented AS (SELECT id FROM meetings WHERE programme->>'it' = '` + demoProgramme + `'),
	undiscussed AS (DELETE FROM meeting_guidelines WHERE meeting_id IN (SELECT id FROM invented))
	UPDATE meetings SET programme = '{}', speakers = '{}', access = '{}', access_note = '{}', interpreters = '{}', child_care = '{}', recorded = ''
	WHERE id IN (SELECT id FROM invented)`
