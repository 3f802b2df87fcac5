// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"ultimaparola/app/mail"
	"ultimaparola/models"
)

const seatedMail = "/amministrazione/email/iscrizione-confermata"

func TestEmailTextsAreForOrganisersToo(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	list := v.get("/amministrazione/email").Find("main .desk-list a")
	if list.Length() != len(models.EditableMails) {
		t.Errorf("%d e-mails of %d", list.Length(), len(models.EditableMails))
	}
	list.Each(func(_ int, link *goquery.Selection) {
		page := v.get(link.AttrOr("href", ""))
		if text := page.Find("main").Text(); strings.Contains(text, "mails.") || page.Find("[name=subject_it], [name=opening_en]").Length() != 2 {
			t.Errorf("%s: %s", link.AttrOr("href", ""), text)
		}
	})
	if v.get("/segreteria/testi").Find("a[href='/amministrazione/email']").Length() != 1 {
		t.Error("the texts do not lead to the e-mails")
	}
	if answer, _ := v.send("/amministrazione/email/staff_sign_in", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("an e-mail that staff cannot change: %d", answer.StatusCode)
	}
	v.enter(models.RoleObserver, "")
	for _, path := range []string{"", "/iscrizione-confermata", "/iscrizione-confermata/prova"} {
		if answer, _ := v.send("/amministrazione/email"+path, url.Values{}); path != "" && answer.StatusCode != http.StatusNotFound {
			t.Errorf("an observer at %q: %d", path, answer.StatusCode)
		}
	}
}

func TestAnEmailTextIsChangedAndGoesBack(t *testing.T) {
	t.Parallel()
	v := newOfficer(t, models.RoleOrganiser)
	_, page := v.post(seatedMail, http.StatusUnprocessableEntity, typed(v.get(seatedMail), "opening_it", "Ciao {nome}, {cognome}")...)
	if text := page.Find("#field-opening_it-error").Text(); !strings.Contains(text, "{cognome} non si può usare") || page.Find("[name=opening_it]").Text() == "" {
		t.Errorf("it says %q", text)
	}
	wrong := typed(v.get(seatedMail), "subject_it", "{cognome}")
	wrong[1] = "preview"
	if _, page = v.post(seatedMail, http.StatusUnprocessableEntity, wrong...); page.Find(".mail").Length() != 0 {
		t.Error("what cannot be saved is previewed")
	}
	to, _ := v.post(seatedMail, http.StatusSeeOther, typed(v.get(seatedMail), "opening_it", "Ciao {nome}")...)
	if page = v.get(to); page.Find("[role=status]").Length() != 1 || strings.TrimSpace(page.Find("[name=opening_it]").Text()) != "Ciao {nome}" {
		t.Errorf("after saving: %s", page.Find("main").Text())
	}
	if v.get("/amministrazione/email").Find("main .badge").Length() != 1 || v.audited() != "edit mail_text" {
		t.Errorf("not said to be changed, or not logged: %q", v.audited())
	}
	v.post(seatedMail+"/originale", http.StatusSeeOther)
	if page = v.get(seatedMail); strings.TrimSpace(page.Find("[name=opening_it]").Text()) != "" || page.Find("main details").Length() != 0 {
		t.Error("it does not say the program's words again")
	}
	for range 10 {
		v.post(seatedMail+"/prova", http.StatusSeeOther, "language", "it")
	}
	v.post(seatedMail+"/prova", http.StatusTooManyRequests, "language", "it")
	if log := v.get("/segreteria/registro").Find("main"); !strings.Contains(log.Text(), "E-mail di prova") || !strings.Contains(log.Text(), "testo di una e-mail") {
		t.Errorf("the log: %s", log.Text())
	}
}

// The preview holds what a mail program is sent, word for word.
func TestThePreviewIsWhatIsSent(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, true)
	now := time.Now()
	v := &visitor{t: t, deps: p.deps, server: newServer(p.deps, p.worker), mailer: p.mailer, now: &now}
	v.enter(models.RoleOrganiser, "")
	form := typed(v.get(seatedMail), "subject_it", "{nome}: <ci vediamo>", "opening_it", "Ciao {nome}.\n\nEcco {incontro}.", "closing_it", "A presto & buon viaggio.", "opening_en", "Hello {nome}.")
	form[1] = "preview"
	_, previewed := v.post(seatedMail, http.StatusOK, form...)
	form[1] = "save"
	v.post(seatedMail, http.StatusSeeOther, form...)
	for i, lang := range []string{"it", "en"} {
		v.post(seatedMail+"/prova", http.StatusSeeOther, "language", lang)
		p.send(1)
		sent := p.kept([]string{"[Prova]", "[Trial]"}[i])
		shown := previewed.Find(".mail").Eq(i)
		if got, want := sent.Subject, shown.Find(".mail-subject").Text(); !strings.HasSuffix(got, "] "+want) || want == "" {
			t.Errorf("%s: sent %q, previewed %q", lang, got, want)
		}
		mail, err := goquery.NewDocumentFromReader(strings.NewReader(sent.HTML))
		p.must(err)
		mail.Find("h1").Remove()
		// A page draws the code of a seat; the mail, for programs that show no drawing, brings it as a picture.
		if shown.Find("svg.qr").Length() != 1 || mail.Find("img[src^='cid:']").Length() != 1 {
			t.Errorf("%s: the code of the seat is not in both", lang)
		}
		mail.Find("p:has(img)").Remove()
		shown.Find("svg.qr").Remove()
		for place, in := range map[string]string{"main": ".mail-body", "footer": ".mail-foot"} {
			if got, want := inner(t, mail.Find(place)), strings.ReplaceAll(inner(t, shown.Find(in)), "> <", "><"); got != want || want == "" {
				t.Errorf("%s, %s: sent\n%s\npreviewed\n%s", lang, place, got, want)
			}
		}
		if got, want := strings.Fields(sent.Text), strings.Fields(previewed.Find(".mail-text").Eq(i).Text()); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: sent %q, previewed %q", lang, got, want)
		}
	}
}

func inner(t *testing.T, s *goquery.Selection) string {
	t.Helper()
	html, err := s.Html()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(html)
}

// kept returns the e-mail whose subject begins so.
func (p *postOffice) kept(subject string) mail.Kept {
	p.Helper()
	all, err := p.mailer.List()
	p.must(err)
	for _, k := range all {
		if strings.HasPrefix(k.Subject, subject) {
			whole, err := p.mailer.Read(k.ID)
			p.must(err)
			return whole
		}
	}
	p.Fatalf("no e-mail %q among %d", subject, len(all))
	return mail.Kept{}
}
