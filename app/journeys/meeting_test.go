// SPDX-License-Identifier: AGPL-3.0-or-later

package journeys_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const inTheGarden = consultation + "/incontri/incontro-in-giardino"

// From a draft to an evening that moves, falls through and is held after all, on a phone: the organiser prepares it where
// nobody else sees it, and who has registered is told each time, with the calendar entry as it is then.
func TestAMeetingIsPreparedMovedCancelledAndHeld(t *testing.T) {
	t.Parallel()
	p := start(t)
	const desk = "/segreteria/incontri/incontro-in-giardino"
	office, anna := p.visit(t, phone), p.visit(t, phone)
	office.entersBy(p.staff("--name", "Segreteria", "--email", "segreteria@example.org"))
	office.opens("/segreteria/incontri/nuovo").form("/incontri/nuovo").chooses("Carmignano").writes("Titolo – italiano", "Incontro in giardino").
		writes("Testo – italiano", "Si parla all'aperto.").sends("Salva").sees("Bozza", "Lo vede solo chi lavora negli uffici").isAccessible()
	if answer, _ := p.get(inTheGarden); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a draft is public: %d", answer.StatusCode)
	}

	office.opens(desk + "/dettagli").isAccessible()
	details := office.form("/dettagli").writes("Programma – italiano", "- Ore 21: saluti").chooses("Anagrafe", "ingresso senza gradini", "cinese", "Si registra la voce").
		writes("Indirizzo della diretta", "ftp://video")
	details.sends("Salva").mistakes("Indirizzo della diretta: Scrivi un indirizzo che comincia con https://.").isAccessible()
	details.chosen("Anagrafe", "ingresso senza gradini", "Si registra la voce").writes("Indirizzo della diretta", "https://video.example.org/giardino").sends("Salva").sees("Salvato")
	office.opens(desk + "/documenti").isAccessible()
	office.confirmsTheEvening("incontro-in-giardino", "20")
	office.opens(inTheGarden).sees("Questa pagina la vede solo chi lavora negli uffici", "Ore 21: saluti")
	office.opens(desk).presses("Pubblica l'incontro").sees("adesso lo vedono tutti")

	anna.opens(inTheGarden).sees("Programma", "Ore 21: saluti", "ingresso senza gradini", "Interpreti: cinese", "Registriamo la voce").isAccessible()
	anna.form("/iscrizioni").writes("Nome e cognome", "Anna Bianchi").writes("E-mail", "anna@example.org").sends().confirmsTheSummary()
	anna.entersBy(p.letterTo("anna@example.org").link(t, "/conferme/")).sees("Posto confermato")
	received := p.letterTo("anna@example.org")

	moved := time.Now().AddDate(0, 0, 25)
	office.opens(desk+"/modifica").form("/modifica").writes("Data dell'incontro", moved.Format(time.DateOnly)).sends("Salva").sees("Salvato")
	news := p.letterTo("anna@example.org")
	if first, second := entryOf(t, received), entryOf(t, news); second["UID"] != first["UID"] || second["SEQUENCE"] != "2" || first["SEQUENCE"] != "1" ||
		second["DTSTART;TZID=Europe/Rome"] != moved.Format("20060102")+"T210000" {
		t.Errorf("the calendar entries: %v, then %v", first, second)
	}
	anna.opens(inTheGarden).sees("Iscriviti")

	office.opens(desk + "/annullamento").sees("Iscrizioni: 1").isAccessible()
	office.form("/annullamento").writes("Perché è annullato – italiano", "Piove da tre giorni.").sends("Sì, annulla l'incontro").sees("Incontro annullato", "Piove da tre giorni").isAccessible()
	gone := p.letterTo("anna@example.org")
	if entry := entryOf(t, gone); entry["STATUS"] != "CANCELLED" || entry["SEQUENCE"] != "3" || !strings.Contains(gone.Text, "Piove da tre giorni.") {
		t.Errorf("the letter says\n%s\nwith %v", gone.Text, entry)
	}
	anna.opens(consultation+"/incontri").sees("Annullato").opens(inTheGarden).sees("Annullato", "Piove da tre giorni").missing("Iscriviti").isAccessible()

	office.opens(desk).presses("Riapri l'incontro").sees("L'incontro si fa")
	if entry := entryOf(t, p.letterTo("anna@example.org")); entry["STATUS"] != "CONFIRMED" || entry["SEQUENCE"] != "4" {
		t.Errorf("held after all: %v", entry)
	}
	anna.opens(inTheGarden).sees("19 posti liberi", "Iscriviti").missing("Annullato")
}

// entryOf returns the lines of the calendar file that came with a letter.
func entryOf(t *testing.T, l letter) map[string]string {
	t.Helper()
	entry := map[string]string{}
	for _, file := range l.Files {
		if !strings.HasSuffix(file.Name, ".ics") {
			continue
		}
		_, event, _ := strings.Cut(string(file.Content), "BEGIN:VEVENT")
		event, _, _ = strings.Cut(event, "BEGIN:VALARM")
		for line := range strings.SplitSeq(strings.ReplaceAll(event, "\r\n", "\n"), "\n") {
			if name, value, found := strings.Cut(line, ":"); found {
				entry[name] = value
			}
		}
		return entry
	}
	t.Fatalf("no calendar file with the letter %q", l.Header("Subject"))
	return nil
}
