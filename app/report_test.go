// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"ultimaparola/app/seed"
	"ultimaparola/models"
)

// council is a town whose offices read the report.
type council struct {
	*town
	consultation *models.Consultation
	organisation *models.Organisation
}

func newCouncil(t *testing.T) *council {
	t.Helper()
	v := &council{town: newTown(t)}
	var err error
	v.consultation, err = models.TheConsultation(v.ctx, v.DB)
	v.must(err)
	v.organisation, err = models.TheOrganisation(v.ctx, v.DB)
	v.must(err)
	return v
}

// as returns the browser of a member of staff; place is a municipality's slug, or "".
func (v *council) as(role, place string) *browser {
	v.Helper()
	s := &models.Staff{OrganisationID: v.organisation.ID, Role: role, Name: "Prova", Email: uuid.NewString() + "@example.org"}
	if m := v.organisation.MunicipalityBySlug(place); m != nil {
		s.MunicipalityID = m.ID
	}
	v.must(models.AddStaff(v.ctx, v.DB, v.Now(), s))
	token, err := models.SignInStaff(v.ctx, v.DB, v.Now(), s.ID, "Prova", true)
	v.must(err)
	b := v.browser()
	b.cookies["ufficio"] = token
	return b
}

// person makes somebody who lives in place and can be written to.
func (v *council) person(pseudonym, place string) uuid.UUID {
	v.Helper()
	p := &models.Person{ID: uuid.New(), Pseudonym: pseudonym, Elsewhere: place == models.Elsewhere, Language: "it", CreatedAt: v.Now()}
	if m := v.organisation.MunicipalityBySlug(place); m != nil {
		p.MunicipalityID = m.ID
	}
	a := &models.Address{ID: uuid.New(), PersonID: p.ID, Kind: models.Email, Value: strings.ToLower(pseudonym) + "@segreto.example", VerifiedAt: v.Now()}
	for _, row := range []any{p, a} {
		_, err := v.DB.NewInsert().Model(row).Exec(v.ctx)
		v.must(err)
	}
	return p.ID
}

// says has a person give an opinion at a moment, with a comment unless body is empty.
func (v *council) says(at time.Time, person uuid.UUID, guideline, opinion, body string, published bool) uuid.UUID {
	v.Helper()
	g, err := models.GuidelineBySlug(v.ctx, v.DB, v.consultation.ID, guideline)
	v.must(err)
	results, err := models.Contribute(v.ctx, v.DB, at, []models.ContributionBy{{PersonID: person, Contribution: models.Contribution{
		ConsultationID: v.consultation.ID, GuidelineID: g.ID, Opinion: opinion, Body: body, Published: published}}})
	v.must(err)
	v.must(results[0].Err)
	return results[0].CommentID
}

// smallCase is worked out by hand in the tests below. It returns Acero's comment.
func (v *council) smallCase() uuid.UUID {
	v.Helper()
	v.fix(50, 5)
	day := v.Now() // 21 November 2017, 10 in Rome
	acero, betulla := v.person("Acero", "carmignano"), v.person("Betulla", "carmignano")
	cedro, dalia, faggio := v.person("Cedro", "poggio-a-caiano"), v.person("Dalia", models.Elsewhere), v.person("Faggio", "poggio-a-caiano")
	comment := v.says(day, acero, "anagrafe", models.InFavour, "Uno sportello per paese.", true)
	v.says(day, acero, "informatica", models.Against, "", true)
	v.says(day, betulla, "anagrafe", models.Against, "=SOMMA(A1)", false)
	// Half past midnight in Rome: the 22nd. A change of mind on the 23rd is no second participation.
	v.says(time.Date(2017, 11, 21, 23, 30, 0, 0, time.UTC), cedro, "anagrafe", models.InFavour, "", true)
	v.says(day.AddDate(0, 0, 2), cedro, "anagrafe", models.Against, "", true)
	_, err := models.ReplyAs(v.ctx, v.DB, day.AddDate(0, 0, 2), cedro, models.Reply{ConsultationID: v.consultation.ID, CommentID: comment, Body: "Anche da noi."})
	v.must(err)
	_, err = models.GiveSupports(v.ctx, v.DB, day.AddDate(0, 0, 2), []models.SupportBy{{PersonID: dalia,
		SupportGiven: models.SupportGiven{ConsultationID: v.consultation.ID, CommentID: comment, Value: models.Agree}}})
	v.must(err)
	// Whoever takes everything back takes no part.
	v.says(day, faggio, "anagrafe", models.Unsure, "", true)
	v.must(models.WithdrawOpinion(v.ctx, v.DB, day, faggio, v.consultation.Guidelines[0].ID))
	// Ernesta only registers; Acero registers too, and is still one person.
	for _, party := range []models.StaffRegistrationForm{
		{Name: "Ernesta Segreta", Email: "ernesta@segreto.example", Phone: "0574 111222", Seats: 2, Channel: models.AtCounter},
		{Name: "Anna Nascosta", Email: "acero@segreto.example", Seats: 1, Channel: models.ByPhone},
	} {
		r, err := models.RegisterByStaff(v.ctx, v.DB, day, v.staff, v.meeting.ID, party)
		v.must(err)
		if party.Seats == 2 {
			v.must(models.MarkAttendance(v.ctx, v.DB, day, v.staff, r.ID, 2))
		}
	}
	_, err = models.AddWalkIn(v.ctx, v.DB, day, v.staff, v.meeting.ID, models.WalkInForm{People: 3})
	v.must(err)
	return comment
}

// figures writes down what a report says, for comparison.
func figures(r *models.Report) map[string]int {
	f := map[string]int{"people": r.Participants("", time.Time{}), "opinions": r.OpinionsOn("", "", ""),
		"comments": r.CommentsOn("", "", "", ""), "private": r.CommentsOn("", "", "", models.Private), "awaiting": r.Awaiting("")}
	for _, p := range r.People {
		f["people "+p.Place+" "+p.Day.Format(time.DateOnly)] = p.Count
	}
	for _, o := range r.Opinions {
		f["opinions "+o.Guideline+" "+o.Place+" "+o.Value] = o.Count
	}
	for _, c := range r.Comments {
		f["comments "+c.Guideline+" "+c.Place+" "+c.Opinion+" "+c.State] = c.Count
	}
	for _, m := range r.Meetings {
		f["seated "+m.Slug], f["came "+m.Slug] = m.States[models.Seated].People, m.Came.People+m.WalkIns.People
	}
	return f
}

func TestReportOfTheSmallCase(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	v.smallCase()
	for place, want := range map[string]map[string]int{
		"": {
			"people": 5, "opinions": 4, "comments": 3, "private": 1, "awaiting": 2,
			"people carmignano 2017-11-21": 2, "people non-indicato 2017-11-21": 1,
			"people poggio-a-caiano 2017-11-22": 1, "people altrove 2017-11-23": 1,
			"opinions anagrafe carmignano favorevole": 1, "opinions anagrafe carmignano contrario": 1,
			"opinions anagrafe poggio-a-caiano contrario": 1, "opinions informatica carmignano contrario": 1,
			"comments anagrafe carmignano favorevole published": 1, "comments anagrafe carmignano contrario private": 1,
			"comments anagrafe poggio-a-caiano contrario published": 1,
			"seated carmignano": 3, "came carmignano": 5, "seated poggio-a-caiano": 0, "came poggio-a-caiano": 0,
		},
		"carmignano": {
			"people": 2, "opinions": 3, "comments": 2, "private": 1, "awaiting": 2, "people carmignano 2017-11-21": 2,
			"opinions anagrafe carmignano favorevole": 1, "opinions anagrafe carmignano contrario": 1, "opinions informatica carmignano contrario": 1,
			"comments anagrafe carmignano favorevole published": 1, "comments anagrafe carmignano contrario private": 1,
			"seated carmignano": 3, "came carmignano": 5,
		},
	} {
		r, err := models.ReportOf(v.ctx, v.DB, v.Now(), v.consultation.ID, place)
		v.must(err)
		if diff := cmp.Diff(want, figures(r)); diff != "" {
			t.Errorf("report of %q (-want +got):\n%s", place, diff)
		}
	}
}

// demonstrate loads the demonstration and returns the browser of an office.
func (v *council) demonstrate() *browser {
	v.Helper()
	// Where the demonstration's staff is known it is not loaded again.
	_, err := v.DB.NewDelete().Model(v.staff).WherePK().Exec(v.ctx)
	v.must(err)
	v.must(seed.Demo(v.ctx, v.DB, v.Now()))
	return v.as(models.RoleMayor, "carmignano")
}

func TestReportAgreesWithASecondComputation(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	v.demonstrate()
	r, err := models.ReportOf(v.ctx, v.DB, v.Now(), v.consultation.ID, "")
	v.must(err)
	count := func(query string, args ...any) (n int) {
		v.Helper()
		v.must(v.DB.NewRaw(query, args...).Scan(v.ctx, &n))
		return n
	}
	const took = `(SELECT person_id FROM opinions UNION SELECT person_id FROM supports
		UNION SELECT person_id FROM comments WHERE state <> 'withdrawn' UNION
		SELECT person_id FROM registrations WHERE state IN ('seated', 'waiting', 'offered'))`
	for _, m := range v.organisation.Municipalities {
		want := count(`SELECT count(*) FROM people WHERE municipality_id = ? AND id IN `+took, m.ID)
		if got := r.Participants(m.Slug, time.Time{}); got != want || got == 0 {
			t.Errorf("%d people from %s, want %d", got, m.Slug, want)
		}
		want = count(`SELECT count(*) FROM comments c JOIN people p ON p.id = c.person_id WHERE p.municipality_id = ?
			AND c.root_id IS NULL AND c.state IN ('published', 'private') AND NOT EXISTS (
				SELECT FROM comments a WHERE a.parent_id = c.id AND a.office_id IS NOT NULL)`, m.ID)
		if got := r.Awaiting(m.Slug); got != want || got == 0 {
			t.Errorf("%d comments from %s await an answer, want %d", got, m.Slug, want)
		}
	}
	if got, want := r.Participants("", time.Time{}), count(`SELECT count(*) FROM people WHERE id IN `+took); got != want {
		t.Errorf("%d people, want %d", got, want)
	}
	if got, want := r.CommentsOn("", "", "", ""), count(`SELECT count(*) FROM comments WHERE office_id IS NULL AND state <> 'withdrawn'`); got != want {
		t.Errorf("%d comments, want %d", got, want)
	}
	// The citizens' pages count opinions with OpinionTotals: both say the same.
	totals, err := models.OpinionTotals(v.ctx, v.DB, v.consultation.ID)
	v.must(err)
	for _, total := range totals {
		guideline, place := "", models.Elsewhere
		for _, g := range v.consultation.Guidelines {
			if g.ID == total.GuidelineID {
				guideline = g.Slug
			}
		}
		if m := v.organisation.Municipality(total.MunicipalityID); m != nil {
			place = m.Slug
		}
		got := []int{r.OpinionsOn(guideline, place, models.InFavour), r.OpinionsOn(guideline, place, models.Against), r.OpinionsOn(guideline, place, models.Unsure)}
		if diff := cmp.Diff([]int{total.InFavour, total.Against, total.Unsure}, got); diff != "" {
			t.Errorf("%s, %s (-page +report):\n%s", guideline, place, diff)
		}
	}
}

var firstNumber = regexp.MustCompile(`\d[\d.]*`)

func numberIn(text string) int {
	n, err := strconv.Atoi(strings.ReplaceAll(firstNumber.FindString(text), ".", ""))
	if err != nil {
		return -1
	}
	return n
}

// rowsFrom counts the rows of a list over all its pages.
func (b *browser) rowsFrom(path string) (n int) {
	b.Helper()
	for pages := 0; path != "" && pages < 100; pages++ {
		page := b.get(path)
		if page.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d", path, page.StatusCode)
		}
		n += page.Find(".rows-table tbody tr, #rows > li").Length()
		path = page.Find("a[rel=next]").AttrOr("href", "")
	}
	return n
}

func TestEveryFigureLeadsToItsRows(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	b := v.demonstrate()
	counted := map[string]int{}
	for _, path := range []string{"/sindaci", "/sindaci/comuni/poggio-a-caiano", "/sindaci/proposte/anagrafe"} {
		for _, link := range b.get(path).Find("a[href*='/sindaci/righe/']").EachIter() {
			href, figure := link.AttrOr("href", ""), numberIn(text(link))
			if _, known := counted[href]; !known {
				counted[href] = b.rowsFrom(href)
			}
			if figure != counted[href] {
				t.Errorf("%s says %q, %s has %d rows", path, text(link), href, counted[href])
			}
			if total := numberIn(text(b.get(href).Find("#total"))); total != figure {
				t.Errorf("%s says of itself %d rows, want %d", href, total, figure)
			}
		}
	}
	if len(counted) < 60 {
		t.Errorf("only %d figures lead to rows", len(counted))
	}
	if english := b.get("/en/sindaci"); english.Find("a[href^='/en/sindaci/righe/']").Length() < 60 {
		t.Error("the English report leads nowhere")
	}
}

func TestReportNamesNobody(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	v.smallCase()
	var secrets []string
	v.must(v.DB.NewRaw(`SELECT value FROM addresses UNION SELECT name FROM registrations`).Scan(v.ctx, &secrets))
	b := v.as(models.RoleMayor, "carmignano")
	for _, path := range []string{"/sindaci", "/sindaci/comuni/carmignano", "/sindaci/righe/persone", "/sindaci/righe/pareri",
		"/sindaci/righe/commenti", "/sindaci/righe/iscrizioni", "/sindaci/righe/presenze", "/sindaci/proposte/anagrafe",
		"/sindaci/esportazioni/pareri.csv", "/sindaci/esportazioni/commenti.csv", "/sindaci/esportazioni/iscrizioni.csv", "/sindaci/esportazioni/partecipazione.csv"} {
		page := b.get(path)
		if page.StatusCode != http.StatusOK || page.body == "" {
			t.Fatalf("%s: %d", path, page.StatusCode)
		}
		for _, secret := range append(secrets, "0574111222", "0574 111222") {
			if strings.Contains(page.body, secret) {
				t.Errorf("%s tells %q", path, secret)
			}
		}
	}
}

func TestTablesAreForSpreadsheets(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	v.smallCase()
	b := v.as(models.RoleOrganiser, "")
	table := func(name string) (*http.Response, [][]string) {
		v.Helper()
		answer := b.get("/sindaci/esportazioni/" + name + ".csv")
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/csv") || strings.Count(answer.body, "\r\n") != strings.Count(answer.body, "\n") {
			t.Errorf("%s is not CSV with CRLF: %q", name, answer.Header)
		}
		records, err := csv.NewReader(strings.NewReader(answer.body)).ReadAll()
		v.must(err)
		return answer.Response, records
	}
	_, comments := table("commenti")
	if len(comments) != 4 {
		t.Fatalf("%d records, want a header and three comments", len(comments))
	}
	if got := comments[2][len(comments[2])-1]; got != "'=SOMMA(A1)" {
		t.Errorf("a formula is exported as %q", got)
	}
	if got := comments[2][6]; got != "non-pubblicato" {
		t.Errorf("the state of a text for the offices: %q", got)
	}
	_, opinions := table("pareri")
	if len(opinions) != 1+3*4*3 || !cmp.Equal(opinions[1], []string{"anagrafe", "carmignano", "favorevole", "1"}) {
		t.Errorf("opinions: %d records, first %q", len(opinions), opinions[1])
	}
	_, registrations := table("iscrizioni")
	if got := registrations[1]; !cmp.Equal(got, []string{"carmignano", "carmignano", "2017-12-12 21:00", "50", "con-posto", "2", "3"}) {
		t.Errorf("registrations: %q", got)
	}
	_, days := table("partecipazione")
	if len(days) != 1+3*4 {
		t.Errorf("participation: %d records", len(days))
	}
	_, err := v.DB.NewUpdate().Model(v.organisation).Set("demo_since = ?", v.Now()).WherePK().Exec(v.ctx)
	v.must(err)
	v.Sites.Forget()
	answer, marked := table("pareri")
	if !strings.Contains(answer.Header.Get("Content-Disposition"), "dati-inventati") || marked[1][4] != "DATI INVENTATI" {
		t.Errorf("invented data are not marked: %q, %q", answer.Header.Get("Content-Disposition"), marked[1])
	}
}

func TestWhoReadsAndWhoAnswers(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	comment := v.smallCase()
	answer, respond := fmt.Sprintf("/sindaci/commenti/%s/risposte", comment), "/sindaci/proposte/anagrafe/risposte"
	readers := map[string]*browser{"nobody": v.browser(), "organiser": v.as(models.RoleOrganiser, ""),
		"administrator": v.as(models.RoleAdministrator, ""), "office": v.as(models.RoleMayor, "carmignano")}
	for _, want := range []struct {
		who        string
		reads, can int
	}{{"nobody", 401, 401}, {"organiser", 200, 404}, {"administrator", 200, 404}, {"office", 200, 303}} {
		b := readers[want.who]
		for _, path := range []string{"/sindaci", "/sindaci/comuni/carmignano", "/sindaci/righe/commenti", "/sindaci/esportazioni/commenti.csv", strings.TrimSuffix(answer, "/risposte")} {
			if got := b.get(path).StatusCode; got != want.reads {
				t.Errorf("%s gets %d on %s, want %d", want.who, got, path, want.reads)
			}
		}
		if got := b.post(answer, "body", "Grazie.", "passo", "pubblica").StatusCode; got != want.can {
			t.Errorf("%s answers with %d, want %d", want.who, got, want.can)
		}
		if got := b.post(respond, "outcome", models.Partly, "reasons", "Perché.", "passo", "pubblica").StatusCode; got != want.can {
			t.Errorf("%s responds with %d, want %d", want.who, got, want.can)
		}
	}
	for _, path := range []string{"/sindaci/comuni/prato", "/sindaci/righe/pareri?comune=prato", "/sindaci/righe/commenti?stato=x",
		"/sindaci/righe/persone?giorno=ieri", "/sindaci/righe/persone?giorno=0000-01-01", "/sindaci/commenti/x", "/sindaci/commenti/" + uuid.NewString(), "/sindaci/proposte/x"} {
		if got := readers["office"].get(path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, got)
		}
	}
	if got := readers["office"].get("/sindaci/righe/pareri?dopo=zzzzzzzzzzzzz.x.y").StatusCode; got != http.StatusOK {
		t.Errorf("a cursor that is none: %d", got)
	}
}

func TestOfficeAnswersInItsOwnName(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	comment := v.smallCase()
	path := "/sindaci/commenti/" + comment.String()
	b := v.as(models.RoleMayor, "poggio-a-caiano")
	carmignano, poggio := v.organisation.MunicipalityBySlug("carmignano").ID, v.organisation.MunicipalityBySlug("poggio-a-caiano").ID

	if wrong := b.post(path+"/risposte", "body", " ", "passo", "pubblica"); wrong.StatusCode != 422 || wrong.Find("#field-body-error").Length() != 1 {
		t.Errorf("an empty answer: %d", wrong.StatusCode)
	}
	long := strings.Repeat("a", 5001)
	if wrong := b.post(path+"/risposte", "body", long, "passo", "pubblica"); wrong.StatusCode != 422 || strings.TrimSpace(wrong.Find("#field-body").Text()) != long {
		t.Errorf("what was typed too long is not given back: %d", wrong.StatusCode)
	}
	preview := b.post(path+"/risposte", "body", "Lo sportello resta.", "passo", "anteprima")
	if got := text(preview.Find(".preview")); preview.StatusCode != 200 || !strings.Contains(got, "Ufficio del sindaco di Poggio a Caiano") || !strings.Contains(got, "Lo sportello resta.") {
		t.Errorf("the preview: %d %q", preview.StatusCode, got)
	}
	if n := b.get(path).Find(".official-answer").Length(); n != 0 {
		t.Error("a preview was published")
	}
	// No field of the form can speak for the other office.
	done := b.follow(b.post(path+"/risposte", "body", "Lo sportello resta.", "passo", "pubblica",
		"office_id", carmignano.String(), "municipality", "carmignano", "OfficeID", carmignano.String()))
	if got := text(done.Find(".official-answer")); !strings.Contains(got, "Ufficio del sindaco di Poggio a Caiano") || !strings.Contains(got, "Risposta ufficiale") {
		t.Errorf("the answer stands as %q", got)
	}
	var offices []uuid.UUID
	v.must(v.DB.NewRaw("SELECT office_id FROM comments WHERE office_id IS NOT NULL").Scan(v.ctx, &offices))
	if !cmp.Equal(offices, []uuid.UUID{poggio}) {
		t.Errorf("answered by %v, want %v alone", offices, poggio)
	}
	var mails, audited int
	v.must(v.DB.NewRaw("SELECT count(*) FROM jobs WHERE payload ->> 'template' = ?", models.MailCommentAnswered).Scan(v.ctx, &mails))
	v.must(v.DB.NewRaw("SELECT count(*) FROM audit_entries WHERE action = 'comment.answer'").Scan(v.ctx, &audited))
	if mails != 1 || audited != 1 {
		t.Errorf("%d mails and %d audit rows, want one of each", mails, audited)
	}
	if got := numberIn(text(b.get("/sindaci").Find("#f-awaiting"))); got != 1 {
		t.Errorf("%d comments await an answer, want 1", got)
	}
}

func TestOfficeRespondsToAProposal(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	v.smallCase()
	const path = "/sindaci/proposte/anagrafe"
	b := v.as(models.RoleMayor, "carmignano")
	wrong := b.post(path+"/risposte", "reasons", "Lo sportello resta.", "passo", "pubblica")
	if wrong.StatusCode != 422 || strings.TrimSpace(wrong.Find("#field-reasons").Text()) != "Lo sportello resta." || wrong.Find("#field-outcome-error").Length() != 1 {
		t.Errorf("without an outcome: %d", wrong.StatusCode)
	}
	preview := b.post(path+"/risposte", "outcome", models.Partly, "reasons", "Lo sportello resta.", "passo", "anteprima")
	if got := text(preview.Find(".preview")); !strings.Contains(got, "Accolto in parte") || preview.Find("input[value=partly][checked]").Length() != 1 {
		t.Errorf("the preview: %q", got)
	}
	b.follow(b.post(path+"/risposte", "outcome", models.Partly, "reasons", "Lo sportello resta.", "passo", "pubblica", "municipality_id", v.organisation.Municipalities[1].ID.String()))
	page := b.follow(b.post(path+"/risposte", "outcome", models.Accepted, "reasons", "Ci avete convinti.", "passo", "pubblica"))
	if got := text(page.Find(".response").First()); !strings.Contains(got, "Ufficio del sindaco di Carmignano") || !strings.Contains(got, "Ci avete convinti.") {
		t.Errorf("in force is %q", got)
	}
	if got := text(page.Find(".response-history")); !strings.Contains(got, "Accolto in parte") {
		t.Errorf("the history says %q", got)
	}
	if got := text(b.get("/sindaci/comuni/poggio-a-caiano").Find(".response")); strings.Contains(got, "Ci avete convinti.") {
		t.Errorf("one office speaks for the other: %q", got)
	}
}

func TestReportSaysWhatItIs(t *testing.T) {
	t.Parallel()
	v := newCouncil(t)
	b := v.as(models.RoleMayor, "carmignano")
	empty := b.get("/sindaci")
	if got := text(empty.Find("main")); !strings.Contains(got, "Ancora niente.") {
		t.Error("a report of nothing does not say so")
	}
	v.smallCase()
	page := b.get("/sindaci")
	for _, want := range []string{"Calcolato il 21 novembre 2017, ore 10:00.", "Non è un voto né un campione.",
		"Tutti i partecipanti: Carmignano + Poggio a Caiano + altrove + comune non indicato", "non pubblicato"} {
		if !strings.Contains(text(page.Find("main")), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if n := page.Find("[style], main script").Length(); n != 0 {
		t.Errorf("%d elements that the security policy forbids", n)
	}
}
