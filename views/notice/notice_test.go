// SPDX-License-Identifier: AGPL-3.0-or-later

package notice_test

import (
	"strings"
	"testing"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/notice"
	"ultimaparola/views/parts"
)

func of(t *testing.T, o *models.Organisation, p *models.Privacy) models.Text {
	t.Helper()
	title, body, err := notice.Of(o, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range locale.Languages {
		if title[lang] == "" || strings.HasPrefix(title[lang], "#") {
			t.Errorf("%s: title %q", lang, title[lang])
		}
		for _, wrong := range []string{"<no value>", "<nil>", " privacy.", "emails.", "%!"} {
			if strings.Contains(body[lang], wrong) {
				t.Errorf("%s holds %q", lang, wrong)
			}
		}
	}
	return body
}

func towns(names ...string) *models.Organisation {
	o := &models.Organisation{Name: "Unione Nomefinta"}
	for _, name := range names {
		o.Municipalities = append(o.Municipalities, models.Municipality{Name: name, HallAddress: "Piazza " + name + " 1", PEC: strings.ToLower(name) + "@pec.example.org"})
	}
	return o
}

func settings() *models.Privacy {
	days := 7
	return &models.Privacy{Agreement: "Accordo n. 7", AgreementOn: time.Date(2017, 11, 20, 0, 0, 0, 0, time.UTC), AgreementURL: "https://example.org/accordo",
		DPOName: "Studio Nomefinto", DPOContact: "dpo@example.org", Act: "Deliberazione n. 12", ActURL: "https://example.org/atto", Law: "articolo 3 dello statuto",
		NeedsBasis: "articolo 9, paragrafo 2, lettera g", HostName: "Server srl", HostCountry: "Italia", MailName: "Posta srl", MailCountry: "Irlanda",
		OutsideEU: "no", RightsContact: "diritti@example.org", ContributionsMonths: 12, RegistrationsDays: 45, LogMonths: 24, ServerLogDays: &days,
		DPIAOn: time.Date(2018, 3, 1, 0, 0, 0, 0, time.UTC), Further: models.Text{"it": "Altro **ancora**."}}
}

func TestTheNoticeIsPlainItalian(t *testing.T) {
	t.Parallel()
	full := settings()
	full.OutsideEU, full.Safeguards = "yes", "clausole contrattuali tipo"
	for name, p := range map[string]*models.Privacy{"filled in": full, "empty": {RegistrationsDays: 30}} {
		for _, o := range []*models.Organisation{towns("Alfa"), towns("Alfa", "Beta", "Gamma")} {
			read, ok := parts.Read(of(t, o, p)["it"])
			if !ok || read.Gulpease < parts.EasyToRead {
				t.Errorf("%s, %d towns: Gulpease %d", name, len(o.Municipalities), read.Gulpease)
			}
		}
	}
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("it does not say %q", w)
		}
	}
}

func TestTheNoticeSaysAllThatWasFilledIn(t *testing.T) {
	t.Parallel()
	body := of(t, towns("Alfa", "Beta", "Gamma"), settings())
	html, err := parts.HTML(body["it"])
	if err != nil {
		t.Fatal(err)
	}
	says(t, html, "Il Comune di Alfa, il Comune di Beta e il Comune di Gamma sono contitolari", "Accordo n. 7, del 20 novembre 2017",
		`<a href="https://example.org/accordo">`, "Piazza Beta 1", `<a href="mailto:gamma@pec.example.org">`, "(DPO): Studio Nomefinto",
		`<a href="mailto:dpo@example.org">`, "Deliberazione n. 12", "articolo 3 dello statuto", "lettera g", "1 marzo 2018",
		"45 giorni dopo l&#39;incontro", "altri 12 mesi", "dopo 24 mesi", "Lo teniamo 7 giorni", "Server srl (Italia)", "Posta srl (Irlanda)",
		"Non mandiamo i dati fuori", `<a href="mailto:diritti@example.org">`, "<strong>ancora</strong>")
	says(t, body["en"], "the Comune di Beta and the Comune di Gamma are joint controllers", "of 20 November 2017", "45 days", "12 months more", "Altro")
	for lang, open := range map[string]string{"it": "da completare", "en": "to be completed"} {
		if strings.Contains(body[lang], open) {
			t.Errorf("%s: complete, and yet %q", lang, open)
		}
	}
}

func TestTheNoticeSaysWhatIsStillToBeDecided(t *testing.T) {
	t.Parallel()
	o := towns("Alfa", "Beta")
	o.Municipalities[0].PEC = ""
	body := of(t, o, &models.Privacy{RegistrationsDays: 30})
	says(t, body["it"], "## In breve", "Le parti che leggi come «da completare»", "L'accordo tra i comuni è da completare", "PEC: da completare",
		"(DPO): da completare", "L'atto che avvia la consultazione è da completare", "La base precisa è da completare", "30 giorni dopo l'incontro",
		"Quanto durano i tempi della consultazione è da completare", "Chi fornisce il server: da completare", "L'indirizzo a cui scrivere è da completare")
	says(t, body["en"], "to be completed", "30 days after the meeting")
}

func TestTheNoticeNamesWhoAnswers(t *testing.T) {
	t.Parallel()
	one := of(t, towns("Alfa"), settings())["it"]
	says(t, one, "Il Comune di Alfa è il titolare", "Il comune usa i dati")
	if strings.Contains(one, "contitolar") || strings.Contains(one, "ccordo") {
		t.Error("one municipality has an agreement with itself")
	}
	says(t, of(t, towns(), &models.Privacy{})["it"], "Chi risponde dei tuoi dati è da completare")
	union := towns("Alfa", "Beta")
	union.LegalPerson, union.Address, union.PEC = true, "Via Unica 1", "unione@pec.example.org"
	says(t, of(t, union, settings())["it"], "Unione Nomefinta è il titolare", "- Unione Nomefinta: Via Unica 1")

	own := towns("Alfa", "Beta")
	own.Municipalities[1].DPOName, own.Municipalities[1].DPOContact = "DPO di Beta", "beta@example.org"
	says(t, of(t, own, settings())["it"], "(DPO) del Comune di Alfa: Studio Nomefinto", "(DPO) del Comune di Beta: DPO di Beta")
	if text := of(t, own, &models.Privacy{}); !strings.Contains(text["it"], "(DPO) del Comune di Alfa: da completare") {
		t.Error("the other town's officer is not said to be missing")
	}
}

func TestWhatStaffTypedIsPlainText(t *testing.T) {
	t.Parallel()
	p := settings()
	p.Act = "**Delibera** [qui](javascript:alert(1)) <script>x</script> _n._ 1\n## Titolo"
	p.ActURL = "https://example.org/a)b <script>"
	p.RightsContact = "a@b.it](https://evil.example)"
	p.OutsideEU, p.Safeguards = "yes", "{{.HostName}} `clausole`."
	html, err := parts.HTML(of(t, towns("Alfa", "Beta"), p)["it"])
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"<strong>Delibera", "javascript:alert(1)\"", "<script", "<em>", `href="https://evil`, "<code>"} {
		if strings.Contains(html, wrong) {
			t.Errorf("it holds %q", wrong)
		}
	}
	says(t, html, "**Delibera** [qui]", "{{.HostName}} `clausole`.")
}
