// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"ultimaparola/models"
)

const second = "/consultazioni/una-biblioteca-per-tutti"

// another adds a draft as an administrator does, and returns it.
func (v *visitor) another(title string) *models.Consultation {
	v.t.Helper()
	first, err := models.ConsultationBySlug(v.t.Context(), v.deps.DB, "servizi-associati")
	if err != nil {
		v.t.Fatal(err)
	}
	c, err := models.CopyConsultation(v.t.Context(), v.deps.DB, *v.now, models.ByProgram(first.OrganisationID), first.ID,
		models.CopyForm{TitleIT: title})
	if err != nil {
		v.t.Fatal(err)
	}
	return c
}

type turning func(ctx context.Context, db bun.IDB, now time.Time, staff *models.Staff, id uuid.UUID) error

// turn publishes or archives a consultation.
func (v *visitor) turn(c *models.Consultation, verb turning) {
	v.t.Helper()
	if err := verb(v.t.Context(), v.deps.DB, *v.now, models.ByProgram(c.OrganisationID), c.ID); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) status(path string) int {
	v.t.Helper()
	answer, _ := v.send(path, nil)
	return answer.StatusCode
}

func TestADraftIsSeenByStaffAlone(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	c := v.another("Una biblioteca per tutti")
	pages := []string{second, second + "/linee-guida", second + "/linee-guida/anagrafe", second + "/domande-frequenti", "/en" + second}
	for _, path := range pages {
		if got := v.status(path); got != http.StatusNotFound {
			t.Errorf("%s of a draft, to anybody: %d", path, got)
		}
	}
	for _, path := range []string{"/", "/mappa-del-sito"} {
		if strings.Contains(v.get(path).Text(), "Una biblioteca") {
			t.Errorf("%s names a draft", path)
		}
	}
	v.signIn("Anna")
	if got := v.status(second); got != http.StatusNotFound {
		t.Errorf("a draft, to a citizen: %d", got)
	}
	v.enter(models.RoleObserver, "")
	for _, path := range pages {
		if page := v.get(path); page.Find("main .alert:contains('Bozza'), main .alert:contains('Draft')").Length() != 1 {
			t.Errorf("%s does not say that it is a draft", path)
		}
	}
	v.post(second+"/linee-guida/anagrafe/contributi", http.StatusConflict, says("Anna", models.InFavour, "Sì.")...)
	v.cookie = ""
	v.turn(c, models.PublishConsultation)
	for _, path := range pages {
		if page := v.get(path); page.Find(".alert:contains('Bozza')").Length() != 0 {
			t.Errorf("%s is still a draft", path)
		}
	}
}

func TestADraftsDocumentsAreNotPublic(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	c := v.another("Una biblioteca per tutti")
	office := v.cookie
	act := "/segreteria/testi/atti/nuovo"
	to, _ := v.post(act, http.StatusSeeOther, typed(v.get(act), "title_it", "Delibera", "body_it", "Testo.", "dated", "2017-11-24",
		"issuer", "Giunta", "kind_it", "Delibera", "consultazione", c.Slug)...)
	to, _, _ = strings.Cut(to, "#")
	if answer, _ := v.attach(to+"/documento", "delibera.pdf", []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")); answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("attached: %d", answer.StatusCode)
	}
	file := v.get(second+"/atti").Find("a[href^='/documenti/']").AttrOr("href", "")
	if file == "" || v.status(file) != http.StatusOK {
		t.Fatalf("staff do not get the document %q", file)
	}
	v.cookie = ""
	if got := v.status(file); got != http.StatusNotFound {
		t.Errorf("a draft's document, to anybody: %d", got)
	}
	v.turn(c, models.PublishConsultation)
	if got := v.status(file); got != http.StatusOK {
		t.Errorf("after publishing: %d", got)
	}
	v.cookie = office
}

func TestTheFirstPageListsWhatIsOpenAndWhatIsPast(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	first, err := models.TheConsultation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	c := v.another("Una biblioteca per tutti")
	if page := v.get("/"); page.Find("#proposals").Length() != 1 || page.Find("#concluse").Length() != 0 {
		t.Error("with one open, the first page is not its own")
	}
	v.turn(c, models.PublishConsultation)
	page := v.get("/")
	if page.Find(".it-card a").Length() != 2 || page.Find("nav#menu").Length() != 0 || page.Find(".it-card a[href='"+second+"']").Length() != 1 {
		t.Errorf("with two open: %s", text(page.Find("main")))
	}
	if v.get(second).Find("nav#menu a").Length() == 0 || v.get("/regole").Find("nav#menu").Length() != 0 {
		t.Error("a consultation's page has no navigation, or a general page has one of two")
	}
	v.turn(first, models.ArchiveConsultation)
	page = v.get("/")
	if page.Find("#proposals").Length() != 1 || !strings.Contains(page.Find("h1").Text(), "biblioteca") ||
		page.Find("#concluse ~ .card-list a[href='/consultazioni/servizi-associati']").Length() != 1 {
		t.Errorf("with one open and one past: %s", text(page.Find("main")))
	}
	if v.get(second).Find("#concluse").Length() != 0 {
		t.Error("the consultation's own page speaks of others")
	}
	v.turn(c, models.ArchiveConsultation)
	page = v.get("/")
	if !strings.Contains(page.Find(".lead").Text(), "nessuna consultazione aperta") || page.Find("#concluse ~ .card-list article").Length() != 2 {
		t.Errorf("with two past: %s", text(page.Find("main")))
	}
	if n := v.get("/mappa-del-sito").Find("main a[href^='/consultazioni/']").Length(); n != 2 {
		t.Errorf("the map of the site leads to %d consultations", n)
	}
}

func TestNothingIsSentToAPastConsultation(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	v.open("10")
	office := v.cookie
	v.signIn("Anna")
	v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", models.InFavour, "Un commento.")...)
	conversation := anagrafe + "/commenti/" + strings.TrimPrefix(v.get(anagrafe).Find(".comment").First().AttrOr("id", ""), "c-")
	first, err := models.TheConsultation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	const evening = "/consultazioni/servizi-associati/incontri/carmignano"
	posts := map[string][]string{
		anagrafe + "/contributi":   says("Bruno", models.Against, "No."),
		anagrafe + "/avvisami":     {"email", "bruno@example.org"},
		conversation + "/risposte": says("Bruno", models.Against, "No."),
		conversation + "/sostegni": {"value", models.Agree, "email", "bruno@example.org"},
		evening + "/iscrizioni":    {"name", "Bruno", "email", "bruno@example.org", "seats", "1"},
		evening + "/avvisami":      {"email", "bruno@example.org"},
	}
	v.turn(first, models.ArchiveConsultation)
	for _, who := range []string{"nobody", "a citizen"} {
		if v.cookie = ""; who == "a citizen" {
			v.signIn("Bruno")
		}
		for path, form := range posts {
			if answer, _ := v.send(path, values(form)); answer.StatusCode != http.StatusConflict {
				t.Errorf("%s posts to %s: %d", who, path, answer.StatusCode)
			}
		}
		for _, path := range []string{"/consultazioni/servizi-associati", anagrafe, conversation, evening} {
			page := v.get(path)
			if page.Find("main .alert:contains('è conclusa')").Length() != 1 {
				t.Errorf("%s does not say that it is over", path)
			}
			if forms := page.Find("main form[method=post]:not([action$='/valutazioni'])"); forms.Length() != 0 {
				t.Errorf("%s still has the form of %s", path, forms.First().AttrOr("action", ""))
			}
		}
	}
	v.cookie = office
	v.post(carmignano+"/iscrizioni/nuova", http.StatusConflict, "name", "Bruno", "seats", "1", "channel", "phone")
	v.turn(first, models.UnarchiveConsultation)
	v.post(carmignano+"/iscrizioni/nuova", http.StatusSeeOther, "name", "Bruno", "seats", "1", "channel", "phone")
}

func values(pairs []string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

// A member of staff who has gone on to another consultation in a second window loses nothing in the first: what is posted
// there is done on the consultation it was shown for, which is then the one they work on.
func TestTwoWindowsOnTwoConsultations(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	if v.get("/segreteria").Find(".worked-on").Length() != 0 {
		t.Error("with one consultation the desk speaks of choosing")
	}
	c := v.another("Una biblioteca per tutti")
	const phase = "/segreteria/testi/fasi/2"
	shown := func() string { return text(v.get("/segreteria").Find(".worked-on strong")) }
	if got := shown(); got != c.Title["it"] {
		t.Errorf("the desk begins with %q", got)
	}
	window := v.get(phase)
	if to, _ := v.post("/segreteria/consultazione", http.StatusSeeOther, "consultazione", "servizi-associati"); to != "/segreteria" {
		t.Errorf("choosing leads to %q", to)
	}
	if got := shown(); strings.Contains(got, "biblioteca") {
		t.Errorf("after choosing another, the desk shows %q", got)
	}
	other := v.get(phase).Find("[name=title_it]").AttrOr("value", "")
	v.post(phase, http.StatusSeeOther, typed(window, "title_it", "Serate in biblioteca")...)
	if got := shown(); got != c.Title["it"] {
		t.Errorf("after posting in the first window, the desk shows %q", got)
	}
	if got := v.get(phase).Find("[name=title_it]").AttrOr("value", ""); got != "Serate in biblioteca" {
		t.Errorf("the phase of the one posted for is %q", got)
	}
	v.post("/segreteria/consultazione", http.StatusSeeOther, "consultazione", "servizi-associati")
	if got := v.get(phase).Find("[name=title_it]").AttrOr("value", ""); got != other {
		t.Errorf("the other's phase has become %q", got)
	}
	if answer, _ := v.send("/segreteria/consultazione", values([]string{"consultazione", "nessuna"})); answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown one: %d", answer.StatusCode)
	}
	for _, path := range []string{"/segreteria", "/segreteria/testi", "/segreteria/registro", "/segreteria/commenti", phase, carmignano, carmignano + "/modifica"} {
		page := v.get(path)
		if got := text(page.Find(".worked-on strong")); got == "" || got == c.Title["it"] {
			t.Errorf("%s is of %q", path, got)
		}
		page.Find("main form[method=post]:has(button)").Each(func(_ int, form *goquery.Selection) {
			if action := form.AttrOr("action", ""); form.Find("[name=consultazione]").Length() != 1 {
				t.Errorf("%s: the form of %s does not say which consultation it is for", path, action)
			}
		})
	}
}

const toSetUp = "/amministrazione/consultazioni"

func TestAnAdministratorCreatesPublishesAndEndsAConsultation(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	add := toSetUp + "/nuovo"
	_, page := v.post(add, http.StatusUnprocessableEntity, typed(v.get(add), "title_it", "Una biblioteca per tutti")...)
	if page.Find("[name=title_it]").AttrOr("value", "") != "Una biblioteca per tutti" || page.Find(".error-summary a").Length() != 2 {
		t.Error("what was typed is lost, or what is missing is not told")
	}
	to, _ := v.post(add, http.StatusSeeOther, typed(v.get(add), "title_it", "Una biblioteca per tutti", "summary_it", "In breve.", "body_it", "Testo.")...)
	one, _, _ := strings.Cut(to, "?")
	if one != toSetUp+"/una-biblioteca-per-tutti" || v.audited() != "add consultation" {
		t.Fatalf("it leads to %q, audited %q", to, v.audited())
	}
	if text(v.get("/segreteria").Find(".worked-on strong")) != "Una biblioteca per tutti" {
		t.Error("who created it does not work on it")
	}
	phases := v.get("/segreteria/testi").Find("#phases ~ ul li")
	if phases.Length() != 5 || strings.Contains(phases.Text(), "Carmignano") || strings.Contains(v.get("/segreteria/testi/fasi/2").Find("form").Text(), "Poggio") {
		t.Errorf("its phases: %s", text(phases))
	}
	texts := "/segreteria/testi/consultazione"
	v.post(texts, http.StatusSeeOther, typed(v.get(texts), "summary_it", "Si decide della biblioteca.")...)

	if lacks := v.get(one + "/pubblicazione").Find(".alert li").Length(); lacks != 4 {
		t.Errorf("before publishing, %d things are said to be missing", lacks)
	}
	v.post(one+"/pubblicazione", http.StatusSeeOther)
	if got := v.audited(); got != "publish consultation" {
		t.Errorf("audited %q", got)
	}
	office := v.cookie
	v.cookie = ""
	if page := v.get(second); !strings.Contains(page.Find(".page-heading").Text(), "Si decide della biblioteca.") || page.Find("#proposals, #meetings").Length() != 0 {
		t.Errorf("its page: %s", text(page.Find("main")))
	}
	v.cookie = office
	v.post(one+"/archiviazione", http.StatusSeeOther)
	if got := text(v.get(one).Find(".page-heading .badge")); got != "conclusa" || v.audited() != "archive consultation" {
		t.Errorf("it is %q, audited %q", got, v.audited())
	}
	v.post(one+"/archiviazione/annullamento", http.StatusSeeOther)
	if got := text(v.get(one).Find(".page-heading .badge")); got != "aperta" {
		t.Errorf("it is %q", got)
	}
	copied := one + "/copia"
	to, _ = v.post(copied, http.StatusSeeOther, append([]string{"consultazione", "una-biblioteca-per-tutti"}, "title_it", "Una biblioteca per tutti")...)
	if !strings.HasPrefix(to, toSetUp+"/una-biblioteca-per-tutti-2?") || v.audited() != "copy consultation" {
		t.Errorf("the copy is at %q, audited %q", to, v.audited())
	}
	if n := v.get(toSetUp).Find("main .desk-list .badge").Length(); n != 3 {
		t.Errorf("%d consultations are listed", n)
	}
	for _, path := range []string{toSetUp, add, one, one + "/pubblicazione", one + "/archiviazione", copied, one + "/regole", texts} {
		if english := v.get("/en" + path).Find("main").Text(); strings.Contains(english, "administration.") || strings.Contains(english, "editing.") {
			t.Errorf("%s shows the key of a message", path)
		}
	}
}

func TestOnlyAdministratorsSetConsultationsUp(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	for _, role := range models.Roles {
		v.enter(role, "")
		for _, path := range []string{toSetUp, toSetUp + "/nuovo", toSetUp + "/servizi-associati", toSetUp + "/servizi-associati/regole"} {
			want := http.StatusNotFound
			if role == models.RoleAdministrator {
				want = http.StatusOK
			}
			if got := v.status(path); got != want {
				t.Errorf("%s at %s: %d", role, path, got)
			}
		}
		if role == models.RoleAdministrator || role == models.RoleOrganiser {
			if got := v.status("/segreteria/testi/consultazione"); got != http.StatusOK {
				t.Errorf("%s at the texts: %d", role, got)
			}
		}
	}
}

func TestTheTimelineSaysThatAPhaseWasExtendedAndWhy(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	const phase = "/segreteria/testi/fasi/1"
	if v.get(phase).Find("[name=why_it]").Length() != 0 {
		t.Error("it asks why an end is moved that there is not")
	}
	v.post(phase, http.StatusSeeOther, typed(v.get(phase), "ends_on", "2017-12-20")...)
	longer := []string{"ends_on", "2018-01-15"}
	_, page := v.post(phase, http.StatusUnprocessableEntity, typed(v.get(phase), longer...)...)
	if page.Find("[name=why_it][aria-invalid=true]").Length() != 1 || page.Find("[name=ends_on]").AttrOr("value", "") != "2018-01-15" {
		t.Error("it does not ask why, or what was typed is lost")
	}
	v.post(phase, http.StatusSeeOther, typed(page, "why_it", "Molti ci hanno chiesto più tempo.", "why_en", "Many asked us for more time.")...)
	if got := text(v.get("/").Find(".phase-moved")); got != "Prorogata dal 20 dicembre 2017 al 15 gennaio 2018. Molti ci hanno chiesto più tempo." {
		t.Errorf("the timeline says %q", got)
	}
	if got := text(v.get("/en").Find(".phase-moved")); !strings.HasSuffix(got, "Many asked us for more time.") {
		t.Errorf("in English %q", got)
	}
	if v.get(phase).Find("#moved ~ ul li").Length() != 1 || v.audited() != "edit phase" {
		t.Errorf("staff do not see it, or audited %q", v.audited())
	}
}

func TestGuidelinesAreAddedMovedAndTakenAway(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	const list = "/segreteria/testi/linee-guida"
	add := list + "/nuovo"
	form := []string{"proposal_name_it", "Biblioteca", "title_it", "Una biblioteca per due comuni", "in_brief_it", "- Una riga.", "body_it", "Testo.", "plan", "awaited"}
	_, page := v.post(add, http.StatusUnprocessableEntity, typed(v.get(add), form[:4]...)...)
	if page.Find("[name=title_it]").AttrOr("value", "") != form[3] || page.Find(".error-summary a").Length() != 2 {
		t.Error("what was typed is lost, or what is missing is not told")
	}
	v.post(add, http.StatusSeeOther, typed(v.get(add), form...)...)
	order := func() (names []string) {
		v.get("/segreteria/testi").Find("#guidelines ~ ul > li > a").Each(func(_ int, a *goquery.Selection) { names = append(names, text(a)) })
		return names
	}
	if got := strings.Join(order(), ", "); got != "Anagrafe, Informatica, Polizia municipale, Biblioteca" {
		t.Errorf("the list: %s", got)
	}
	if buttons := v.get("/segreteria/testi").Find("#guidelines ~ ul button"); buttons.Length() != 6 || text(buttons.First()) != "Sposta giù : Anagrafe" {
		t.Errorf("%d buttons, the first %q", buttons.Length(), text(buttons.First()))
	}
	v.post(list+"/biblioteca/posizione", http.StatusSeeOther, "verso", "su")
	v.post(list+"/biblioteca/posizione", http.StatusSeeOther, "verso", "su")
	if got := strings.Join(order(), ", "); got != "Anagrafe, Biblioteca, Informatica, Polizia municipale" {
		t.Errorf("the list after moving: %s", got)
	}
	if got := text(v.get("/consultazioni/servizi-associati/linee-guida").Find("main article h2").Eq(1)); got != "Biblioteca" {
		t.Errorf("citizens read %q second", got)
	}
	office := v.cookie
	v.signIn("Anna")
	v.post("/consultazioni/servizi-associati/linee-guida/biblioteca/contributi", http.StatusSeeOther, says("Anna", models.InFavour, "")...)
	v.cookie = office
	_, page = v.post(list+"/biblioteca/rimozione", http.StatusConflict)
	if got := page.Find(".error-summary").Text(); !strings.Contains(got, "ci sono pareri su di lei") {
		t.Errorf("it does not say why it stays: %q", got)
	}
	v.post(list+"/polizia-municipale/rimozione", http.StatusSeeOther)
	if got := strings.Join(order(), ", "); got != "Anagrafe, Biblioteca, Informatica" || v.audited() != "remove guideline" {
		t.Errorf("the list after one is taken away: %s, audited %q", got, v.audited())
	}
	v.post(list+"/nessuna/rimozione", http.StatusNotFound)
}

func TestMeetingsAreAddedAndTakenAway(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.enter(models.RoleOrganiser, "poggio-a-caiano")
	const add = "/segreteria/incontri/nuovo"
	if towns := v.get(add).Find("[name=town]"); towns.Length() != 1 || towns.AttrOr("value", "") != "poggio-a-caiano" {
		t.Errorf("staff of one town choose among %d", towns.Length())
	}
	form := []string{"title_it", "Incontro in biblioteca", "body_it", "Si parla della biblioteca.", "capacity", "50", "town", "poggio-a-caiano"}
	_, page := v.post(add, http.StatusUnprocessableEntity, form[:6]...)
	if page.Find("[name=title_it]").AttrOr("value", "") != form[1] || page.Find(".error-summary a[href='#field-town']").Length() != 1 {
		t.Errorf("what was typed is lost, or what is missing is not told: %s", text(page.Find(".error-summary")))
	}
	v.post(add, http.StatusUnprocessableEntity, append(form[:6:6], "town", "carmignano")...)
	to, _ := v.post(add, http.StatusSeeOther, form...)
	const evening = "/segreteria/incontri/incontro-in-biblioteca"
	if !strings.HasPrefix(to, evening+"?") || v.audited() != "add meeting" {
		t.Errorf("it leads to %q, audited %q", to, v.audited())
	}
	v.post(evening+"/testi", http.StatusSeeOther, typed(v.get(evening+"/testi"), "title_it", "Una sera in biblioteca")...)
	v.post(evening+"/pubblicazione", http.StatusSeeOther)
	public := v.get("/consultazioni/servizi-associati/incontri/incontro-in-biblioteca")
	if text(public.Find("h1")) != "Una sera in biblioteca" || !strings.Contains(public.Text(), "da confermare") {
		t.Errorf("citizens read %q", text(public.Find("h1")))
	}
	office := v.cookie
	v.signIn("Anna")
	v.post("/consultazioni/servizi-associati/incontri/incontro-in-biblioteca/avvisami", http.StatusSeeOther, "website", "")
	v.cookie = office
	_, page = v.post(evening+"/rimozione", http.StatusConflict)
	if !strings.Contains(page.Find(".error-summary").Text(), "ha chiesto di sapere la data") {
		t.Errorf("it does not say why it stays: %q", page.Find(".error-summary").Text())
	}
	v.post("/segreteria/incontri/carmignano/rimozione", http.StatusNotFound) // the other town's
	v.post("/segreteria/incontri/poggio-a-caiano/rimozione", http.StatusSeeOther)
	if v.status("/consultazioni/servizi-associati/incontri/poggio-a-caiano") != http.StatusNotFound || v.audited() != "remove meeting" {
		t.Errorf("it is still there, or audited %q", v.audited())
	}
}

func TestTheRulesAreToldWhereTheyCount(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleAdministrator)
	v.open("10")
	rules := toSetUp + "/servizi-associati/regole"
	if got := v.get("/regole").Find(".in-brief li"); got.Length() != 6 || !strings.Contains(got.Text(), "Chiunque può dire il suo parere") || !strings.Contains(got.Text(), "al massimo 5 posti") {
		t.Errorf("the rules in brief: %s", text(got))
	}
	form := typed(v.get(rules), "participants", "residents", "largest_party", "2")
	for i := 0; i+1 < len(form); i += 2 {
		if form[i] == "replies" {
			form = append(form[:i], form[i+2:]...)
			break
		}
	}
	v.post(rules, http.StatusSeeOther, form...)
	if got := text(v.get("/regole").Find(".in-brief")); !strings.Contains(got, "solo chi abita in uno dei Comuni") || !strings.Contains(got, "al massimo 2 posti") ||
		!strings.Contains(got, "rispondono solo gli uffici") || !strings.Contains(got, "senza pubblicarlo") {
		t.Errorf("the rules in brief: %s", got)
	}
	office := v.cookie
	v.cookie = ""
	if page := v.get(anagrafe); page.Find("[name=municipality]").Length() != 2 || !strings.Contains(page.Find("#di-la-tua").Text(), "solo chi abita") {
		t.Error("the form still asks who lives elsewhere, or does not say that it is for residents")
	}
	elsewhere := append(says("Anna", models.InFavour, "Un commento."), "municipality", models.Elsewhere)
	_, page := v.post(anagrafe+"/contributi", http.StatusUnprocessableEntity, append(elsewhere[:4:4], elsewhere[6:]...)...)
	if !strings.Contains(page.Find(".error-summary").Text(), "partecipa solo chi abita") {
		t.Errorf("it does not say why: %s", text(page.Find(".error-summary")))
	}
	const evening = "/consultazioni/servizi-associati/incontri/carmignano"
	if n := v.get(evening).Find("select[name=seats] option").Length(); n != 2 {
		t.Errorf("one can ask for %d seats", n)
	}
	_, page = v.post(evening+"/iscrizioni", http.StatusUnprocessableEntity, "name", "Anna", "email", "anna@example.org", "seats", "3")
	if !strings.Contains(page.Find(".error-summary").Text(), "al massimo 2") {
		t.Errorf("it does not say how many: %s", text(page.Find(".error-summary")))
	}
	v.cookie = office
	if n := v.get(carmignano + "/iscrizioni/nuova").Find("[name=seats]").Length(); n != 2 {
		t.Errorf("staff can ask for %d seats", n)
	}
	// Somebody of the town writes; nobody answers them, and who did not say where they live cannot support.
	person := v.signIn("Anna")
	if _, err := v.deps.DB.ExecContext(t.Context(), "UPDATE people SET elsewhere = false, municipality_id = (SELECT id FROM municipalities WHERE slug = 'carmignano') WHERE id = ?", person); err != nil {
		t.Fatal(err)
	}
	v.post(anagrafe+"/contributi", http.StatusSeeOther, says("Anna", models.InFavour, "Un commento.")...)
	conversation := anagrafe + "/commenti/" + strings.TrimPrefix(v.get(anagrafe).Find(".comment").First().AttrOr("id", ""), "c-")
	v.signIn("Bruno")
	if page := v.get(conversation); page.Find("form[action$='/risposte']").Length() != 0 || page.Find("a[href$='#risposta']").Length() != 0 {
		t.Error("one is invited to reply")
	}
	v.post(conversation+"/risposte", http.StatusConflict, says("Bruno", models.Against, "No.")...)
	_, page = v.post(conversation+"/sostegni", http.StatusUnprocessableEntity, "value", models.Agree)
	if !strings.Contains(page.Find(".error-summary").Text(), "Prima di' il tuo parere") {
		t.Errorf("it does not say what to do: %s", text(page.Find(".error-summary")))
	}
	v.cookie = ""
	to, _ := v.post(conversation+"/sostegni", http.StatusSeeOther, "value", models.Agree, "email", "carlo@example.org")
	id, err := uuid.Parse(to[strings.LastIndex(to, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	link, err := url.Parse(v.deps.Links.Confirm("it", &models.Confirmation{ID: id}))
	if err != nil {
		t.Fatal(err)
	}
	if answer, page := v.send(link.Path, url.Values{}); answer.StatusCode != http.StatusConflict || page.Find("[data-failure=residents_only]").Length() != 1 {
		t.Errorf("confirming it: %d", answer.StatusCode)
	}
}

func TestOneIsToldWhetherACommentWaits(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	settings := "/segreteria/impostazioni"
	says := func() string { return text(v.get(anagrafe).Find("[data-checking]")) }
	if got := says(); got != "" {
		t.Errorf("where it appears at once: %q", got)
	}
	v.post(settings, http.StatusSeeOther, typed(v.get(settings), "publication", "after_check_out_of_hours")...)
	if _, err := v.deps.DB.ExecContext(t.Context(), `UPDATE municipalities SET hours = '{"mon": "9:00-13:00"}' WHERE slug = 'carmignano'`); err != nil {
		t.Fatal(err)
	}
	v.cookie = ""
	*v.now = time.Date(2017, 11, 27, 11, 59, 50, 0, time.UTC) // 12:59:50 in Rome
	if got := says(); !strings.Contains(got, "adesso sono aperti") {
		t.Errorf("within hours: %q", got)
	}
	*v.now = time.Date(2017, 11, 27, 12, 0, 0, 0, time.UTC)
	if got := says(); !strings.Contains(got, "adesso sono chiusi") {
		t.Errorf("out of hours: %q", got)
	}
}

func TestTheLogLeadsToTheConsultationThatWasChanged(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	const phase = "/segreteria/testi/fasi/2"
	v.post(phase, http.StatusSeeOther, typed(v.get(phase), "title_it", "Le serate")...)
	c := v.another("Una biblioteca per tutti")
	if strings.Contains(v.get("/segreteria").Find(".worked-on strong").Text(), "biblioteca") {
		t.Error("a new one takes the place of the one that is worked on")
	}
	v.post("/segreteria/consultazione", http.StatusSeeOther, "consultazione", c.Slug)
	entries := v.get("/segreteria/registro").Find(".desk-cards > li .desk-card-head")
	if got := entries.Eq(0).Find("a").AttrOr("href", ""); got != "/segreteria/testi/consultazione" {
		t.Errorf("the copy is found at %q", got)
	}
	link := entries.Eq(1).Find("a").AttrOr("href", "")
	if link != phase+"?consultazione=servizi-associati" {
		t.Fatalf("the phase is found at %q", link)
	}
	page := v.get(link)
	if page.Find("[name=title_it]").AttrOr("value", "") != "Le serate" || strings.Contains(page.Find(".worked-on strong").Text(), "biblioteca") {
		t.Error("the log leads to another consultation's phase")
	}
	if text(v.get("/segreteria").Find(".worked-on strong")) != "Una biblioteca per tutti" {
		t.Error("opening a link changed what is worked on")
	}
	if got := v.status(phase + "?consultazione=nessuna"); got != http.StatusNotFound {
		t.Errorf("of no consultation: %d", got)
	}
}
