// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/notice"
)

const translations = "/segreteria/testi/traduzioni"

// marks tells on which of the pages a text is said to be unofficial.
func (v *visitor) marks(paths ...string) (marked []string) {
	v.t.Helper()
	for _, path := range paths {
		if v.get(path).Find("main .unofficial").Length() > 0 {
			marked = append(marked, path)
		}
	}
	return marked
}

// translatable finds what is listed under that name in a language.
func (v *visitor) translatable(lang, name string) *goquery.Selection {
	v.t.Helper()
	found := v.get(translations + "/" + lang).Find("main .desk-cards > li").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return text(s.Find(".form-check")) == name
	})
	if found.Length() != 1 {
		v.t.Fatalf("%d are called %q in %s", found.Length(), name, lang)
	}
	return found
}

func (v *visitor) seal(lang, name string) string {
	v.t.Helper()
	return v.translatable(lang, name).Find("[name=seal]").AttrOr("value", "")
}

func (v *visitor) approve(lang string, names ...string) {
	v.t.Helper()
	var pairs []string
	for _, name := range names {
		pairs = append(pairs, "seal", v.seal(lang, name))
	}
	v.post(translations+"/"+lang+"/approvazioni", http.StatusSeeOther, pairs...)
}

func TestATranslationIsUnofficialUntilItsVeryWordsAreApproved(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	const edit = "/segreteria/testi/linee-guida/anagrafe"
	want := func(when string, marked ...string) {
		t.Helper()
		got := v.marks(anagrafe, "/en"+anagrafe, "/zh"+anagrafe, "/en/note-legali", "/en/regole")
		if strings.Join(got, " ") != strings.Join(marked, " ") {
			t.Errorf("%s, unofficial: %v, want %v", when, got, marked)
		}
	}
	want("at first", "/en"+anagrafe, "/en/note-legali", "/en/regole")
	v.approve("en", "Anagrafe", "Note legali")
	want("after two are approved", "/en/regole")
	if got := text(v.translatable("en", "Anagrafe").Find("p.desk-note")); !strings.Contains(got, "Approvata da Prova, 25 novembre 2017") {
		t.Errorf("by whom and when: %s", got)
	}
	if got := v.audited(); got != "approve page" {
		t.Errorf("audited %q", got)
	}

	v.post(edit, http.StatusSeeOther, typed(v.get(edit), "body_it", "Parole nuove", "change_note", "Nuove")...)
	want("after the Italian words have changed", "/en"+anagrafe, "/en/regole")
	v.approve("en", "Anagrafe")
	want("approved again", "/en/regole")
	v.post(edit, http.StatusSeeOther, typed(v.get(edit), "body_en", "New words", "change_note", "Nuove")...)
	want("after the English words have changed", "/en"+anagrafe, "/en/regole")
	v.approve("en", "Anagrafe")
	v.post(translations+"/en/approvazioni/ritiro", http.StatusSeeOther, "seal", v.seal("en", "Anagrafe"))
	want("taken back", "/en"+anagrafe, "/en/regole")
	if got := v.audited(); got != "take_back guideline" {
		t.Errorf("audited %q", got)
	}
	v.post(edit, http.StatusSeeOther, typed(v.get(edit), "title_en", "", "in_brief_en", "", "body_en", "", "change_note", "Solo in italiano")...)
	want("without a translation", "/en/regole")
}

func TestNothingIsApprovedThatWasNotRead(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	const page = "/segreteria/testi/pagine/note-legali"
	read := []string{"seal", v.seal("en", "Note legali"), "seal", v.seal("en", "Anagrafe")}
	v.post(page, http.StatusSeeOther, typed(v.get(page), "body_en", "Other words")...)
	_, answer := v.post(translations+"/en/approvazioni", http.StatusConflict, read...)
	if answer.Find("main [role=alert]").Length() != 1 || answer.Find("[name=seal][checked]").Length() != 1 {
		t.Errorf("not told, or what was chosen is lost: %s", text(answer.Find("main [role=alert]")))
	}
	v.post(translations+"/en/approvazioni", http.StatusUnprocessableEntity)
	if got := v.marks("/en"+anagrafe, "/en/note-legali"); len(got) != 2 {
		t.Errorf("unofficial is only %v", got)
	}
	for _, lang := range []string{"it", "fr"} {
		if answer, _ := v.send(translations+"/"+lang, nil); answer.StatusCode != http.StatusNotFound {
			t.Errorf("translations into %s: %d", lang, answer.StatusCode)
		}
	}
}

func TestEverythingThatIsReadCanBeTranslated(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	consultation, err := models.TheConsultation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	moved := &models.PhaseExtension{ConsultationID: consultation.ID, Number: 1, MadeAt: *v.now, FromDay: models.Day(*v.now),
		ToDay: models.Day(v.now.AddDate(0, 0, 7)), Reason: models.Text{"it": "Serve una settimana in più."}}
	if _, err := v.deps.DB.NewInsert().Model(moved).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	list := translations + "/zh"
	rows := v.get(list).Find("main .desk-cards > li > p > a")
	for _, href := range rows.EachIter() {
		path := href.AttrOr("href", "")
		form := v.get(path)
		var fields []string
		for _, field := range form.Find("main .field [name]").EachIter() {
			name := field.AttrOr("name", "")
			fields = append(fields, name, "译文 "+name)
		}
		v.post(path, http.StatusSeeOther, typed(form, fields...)...)
		again := v.get(path)
		for i := 0; i < len(fields); i += 2 {
			field := again.Find("[name=" + fields[i] + "]")
			if got := strings.TrimSpace(field.AttrOr("value", field.Text())); got != fields[i+1] {
				t.Errorf("%s: %s is %q", text(again.Find("h1")), fields[i], got)
			}
		}
	}
	if n := v.get(list + "?stato=to_approve").Find("[name=seal]").Length(); n != rows.Length() || n < 25 {
		t.Errorf("%d of %d wait to be approved", n, rows.Length())
	}
	for path, want := range map[string]string{"/zh": "h1 [lang]", "/zh" + anagrafe: "h1 [lang]", "/zh/note-legali": "h1 [lang]", "/zh/consultazioni/servizi-associati/domande-frequenti": "summary [lang]"} {
		if page := v.get(path); page.Find("main .unofficial").Length() == 0 || page.Find("main "+want).Length() != 0 || !strings.Contains(page.Find("main").Text(), "译文") {
			t.Errorf("%s is not read in Chinese, as unofficial", path)
		}
	}
	if got := v.get("/sq" + anagrafe).Find("h1").Text(); strings.Contains(got, "译文") {
		t.Errorf("in Albanian: %s", got)
	}
}

func TestATranslationTellsNobodyAndMakesNoVersion(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	path := v.translatable("ro", "Anagrafe").Find("p > a[href^='/segreteria']").AttrOr("href", "")
	mine := v.get(path)
	if got := text(mine.Find("#original").Parent()); !strings.Contains(got, "Anagrafe: che cosa si propone") {
		t.Errorf("the Italian text is not beside: %s", got)
	}
	_, wrong := v.post(path, http.StatusUnprocessableEntity, typed(mine, "title", strings.Repeat("ă", 201), "body", "Corpul")...)
	if wrong.Find("#field-title[aria-invalid=true]").Length() != 1 || strings.TrimSpace(wrong.Find("[name=body]").Text()) != "Corpul" {
		t.Error("a title that is too long is taken, or what was typed is lost")
	}
	v.post(path, http.StatusSeeOther, typed(mine, "title", "Evidența populației")...)
	_, conflict := v.post(path, http.StatusConflict, typed(mine, "title", "Registrul populației")...)
	if got := text(conflict.Find(".desk-theirs")); got != "Evidența populației" {
		t.Errorf("somebody else's translation is not shown: %q", got)
	}
	v.post(path, http.StatusSeeOther, typed(conflict)...)
	if got := text(v.get("/ro" + anagrafe).Find("h1")); got != "Registrul populației" {
		t.Errorf("in Romanian: %s", got)
	}
	if got := text(v.get("/segreteria/registro").Find("main")); !strings.Contains(got, "Titolo – rumeno") || !strings.Contains(got, "Prima: Evidența populației") {
		t.Errorf("the log: %s", got)
	}
	for table, query := range map[string]string{
		"versions": "SELECT count(*) - (SELECT count(*) FROM guidelines) FROM guideline_versions", "notifications": "SELECT count(*) FROM jobs",
	} {
		var n int
		if err := v.deps.DB.NewRaw(query).Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d new %s (%v)", n, table, err)
		}
	}
	v.post(path, http.StatusSeeOther, typed(v.get(path), "title", "")...)
	if got := v.get("/ro" + anagrafe).Find("h1 [lang=it]").Length(); got != 1 {
		t.Error("a translation that was taken away is still read")
	}
}

func TestTranslationsAreReadByObserversAndOfOnesOwnMeetings(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleObserver)
	page := v.get(translations + "/en")
	if n := page.Find("main .desk-cards > li").Length(); n < 25 || page.Find("main [name=seal], main button, main .desk-cards p > a[href^='/segreteria']").Length() != 0 {
		t.Errorf("an observer sees %d, and can do something", n)
	}
	counts := text(v.get(translations).Find("main .desk-list li").First())
	if want := locale.In("it", "translations.counts", "ToApprove", page.Find("main .desk-cards > li").Length(), "Missing", 0, "Approved", 0); !strings.HasSuffix(counts, want) {
		t.Errorf("counted %q, want %q", counts, want)
	}
	v.enter(models.RoleOrganiser, "poggio-a-caiano")
	listed := text(v.get(translations + "/en").Find("main .form-check"))
	if strings.Contains(listed, "Incontro pubblico a Carmignano") || !strings.Contains(listed, "Incontro pubblico a Poggio a Caiano") {
		t.Errorf("an organiser of Poggio a Caiano translates %s", listed)
	}
}

// The information notice is generated, in Italian and English: its English words are unofficial too.
func TestTheInformationNoticeIsApprovedAsItWasKept(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	organisation, err := models.TheOrganisation(t.Context(), v.deps.DB)
	if err != nil {
		t.Fatal(err)
	}
	settings, err := models.PrivacyOf(t.Context(), v.deps.DB, organisation.ID)
	if err != nil {
		t.Fatal(err)
	}
	title, body, err := notice.Of(organisation, settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := models.KeepNotice(t.Context(), v.deps.DB, *v.now, organisation.ID, title, body); err != nil {
		t.Fatal(err)
	}
	if got := v.marks("/privacy", "/en/privacy", "/zh/privacy"); strings.Join(got, " ") != "/en/privacy" {
		t.Errorf("unofficial: %v", got)
	}
	row := v.translatable("en", title["it"])
	if row.Find("p > a[href^='/segreteria']").Length() != 0 {
		t.Error("what is generated can be written")
	}
	v.post(translations+"/en/approvazioni", http.StatusSeeOther, "seal", row.Find("[name=seal]").AttrOr("value", ""))
	if got := v.marks("/en/privacy"); len(got) != 0 {
		t.Errorf("approved, and unofficial: %v", got)
	}
}
