// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	ics "github.com/arran4/golang-ical"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/jobs"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

const meetingPath = "/consultazioni/servizi-associati/incontri/carmignano"

// town is the program on the case's database, at a moment that the test moves.
type town struct {
	*testing.T
	web.Deps
	ctx     context.Context
	app     *fiber.App
	meeting *models.Meeting
	staff   *models.Staff
}

func newTown(t *testing.T) *town {
	t.Helper()
	v := &town{T: t, ctx: context.Background()}
	now := time.Date(2017, 11, 21, 9, 0, 0, 0, time.UTC)
	db := databasetest.New(t)
	v.must(seed.Case(v.ctx, db, now))
	base, _ := url.Parse("http://localhost:3000")
	config := web.Config{BaseURL: base, Secret: []byte(strings.Repeat("s", 32)), Development: true}
	v.Deps = web.NewDeps(db, config, func() time.Time { return now }, slog.New(slog.NewTextHandler(io.Discard, nil)))
	v.app = newServer(v.Deps, jobs.New(v.Deps, nil))
	organisation, err := models.TheOrganisation(v.ctx, db)
	v.must(err)
	v.staff = &models.Staff{OrganisationID: organisation.ID, Role: models.RoleOrganiser, Name: "Segreteria", Email: "segreteria@example.org"}
	v.must(models.AddStaff(v.ctx, db, now, v.staff))
	v.reload()
	return v
}

func (v *town) must(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

func (v *town) reload() {
	v.Helper()
	consultation, err := models.TheConsultation(v.ctx, v.DB)
	v.must(err)
	v.meeting, err = models.MeetingBySlug(v.ctx, v.DB, consultation.ID, "carmignano")
	v.must(err)
}

// fix gives the meeting a day, three weeks from now, and so many seats.
func (v *town) fix(capacity, walkIns int) {
	v.Helper()
	form := v.meeting.Form()
	form.Date, form.Starts, form.Ends, form.Confirmed = "2017-12-12", "21:00", "23:00", true
	form.Capacity, form.WalkInSeats = capacity, walkIns
	v.must(models.EditMeeting(v.ctx, v.DB, v.Now(), v.staff, v.meeting.ID, form))
	v.reload()
}

// browser keeps the cookies of one reader.
type browser struct {
	*town
	cookies map[string]string
}

func (v *town) browser() *browser { return &browser{v, map[string]string{}} }

type reply struct {
	*http.Response
	*goquery.Document
	body string
}

func (b *browser) send(r *http.Request) reply {
	b.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := b.app.Test(r, -1)
	b.must(err)
	defer response.Body.Close()
	for _, c := range response.Cookies() {
		b.cookies[c.Name] = c.Value
	}
	body, err := io.ReadAll(response.Body)
	b.must(err)
	document, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	b.must(err)
	return reply{response, document, string(body)}
}

func (b *browser) get(path string) reply {
	b.Helper()
	return b.send(httptest.NewRequest(http.MethodGet, path, nil))
}

func (b *browser) post(path string, pairs ...string) reply {
	b.Helper()
	fields := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		fields.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// follow gets where the reply sends the browser.
func (b *browser) follow(r reply) reply {
	b.Helper()
	if r.StatusCode != http.StatusSeeOther {
		b.Fatalf("status %d, want 303: %s", r.StatusCode, r.Find("main").Text())
	}
	return b.get(strings.TrimPrefix(r.Header.Get("Location"), "http://localhost:3000"))
}

var confirmationID = regexp.MustCompile(`/conferme/attesa/([0-9a-f-]{36})$`)

// confirm types the code that was mailed for what r began.
func (b *browser) confirm(r reply) reply {
	b.Helper()
	found := confirmationID.FindStringSubmatch(r.Header.Get("Location"))
	if found == nil {
		b.Fatalf("sent to %q, want the page that waits for the mailbox", r.Header.Get("Location"))
	}
	return b.follow(b.post("/conferme/attesa/"+found[1], "code", b.Links.Code(uuid.MustParse(found[1]))))
}

func (b *browser) register(email, seats string) reply {
	b.Helper()
	return b.post(meetingPath+"/iscrizioni", "name", "Anna Prova", "email", email, "seats", seats)
}

func text(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

func TestMeetingPageInTheOrderOfTheModel(t *testing.T) {
	v := newTown(t)
	v.fix(50, 10)
	page := v.browser().get(meetingPath)
	var titles []string
	page.Find("main .page h2").Each(func(_ int, s *goquery.Selection) { titles = append(titles, text(s)) })
	want := []string{"Cos'è", "A chi è rivolto", "Luogo", "Date e orari", "Costi", "Iscriviti", "Appuntamenti", "Contatti", "Patrocinio", "Ultimo aggiornamento"}
	if !slices.Equal(titles, want) {
		t.Errorf("sections %q, want %q", titles, want)
	}
	for selector, want := range map[string]string{
		".calendar-date-description": "martedì 12 dicembre 2017",
		"#date":                      "dalle 21:00 alle 23:00",
		".meeting-seats":             "40 posti liberi",
		".alert":                     "puoi venire anche senza iscrizione. Teniamo 10 posti",
		"#luogo":                     "Piazza Matteotti 1",
	} {
		if got := text(page.Find(selector).First()); !strings.Contains(got, want) {
			t.Errorf("%s says %q, want %q", selector, got, want)
		}
	}
	if href, _ := page.Find("#luogo a").Attr("href"); !strings.Contains(href, "mlat=43.81") {
		t.Errorf("map at %q", href)
	}
	if english := v.browser().get("/en" + meetingPath); !strings.Contains(text(english.Find("#date")), "Tuesday 12 December 2017") {
		t.Errorf("in English: %q", text(english.Find("#date")))
	}
}

func TestMeetingWithoutADate(t *testing.T) {
	v := newTown(t)
	b := v.browser()
	page := b.get(meetingPath)
	if !strings.Contains(text(page.Find(".page-heading")), "Data da confermare") {
		t.Errorf("heading %q", text(page.Find(".page-heading")))
	}
	if page.Find("form[action$='/iscrizioni']").Length() != 0 || page.Find("form[action$='/avvisami']").Length() != 1 {
		t.Error("want the form to be told, and none to register")
	}
	if page.Find(".telephone").Length() != 1 {
		t.Error("no telephone beside the form")
	}
	if home := b.get("/"); strings.Contains(text(home.Find(".actions")), "Iscriviti") {
		t.Error("the home page sends to register where nobody can")
	}
	if r := b.get(meetingPath + ".ics"); r.StatusCode != http.StatusNotFound {
		t.Errorf("calendar entry without a day: %d", r.StatusCode)
	}
	if r := b.register("anna@example.org", "1"); r.StatusCode != http.StatusConflict {
		t.Errorf("registering anyway: %d", r.StatusCode)
	}
	wrong := b.post(meetingPath+"/avvisami", "email", "nobody")
	if wrong.StatusCode != http.StatusUnprocessableEntity || wrong.Find("#avvisami-field-email[aria-invalid=true][value=nobody]").Length() != 1 {
		t.Errorf("wrong address: %d", wrong.StatusCode)
	}
	done := b.confirm(b.post(meetingPath+"/avvisami", "email", "anna@example.org"))
	if text(done.Find("#fatto")) == "" {
		t.Errorf("after confirming: %s", text(done.Find("main")))
	}
	if n, _ := v.DB.NewSelect().Table("follows").Count(v.ctx); n != 1 {
		t.Errorf("%d follows, want 1", n)
	}
}

func TestCalendarEntry(t *testing.T) {
	v := newTown(t)
	v.fix(50, 0)
	r := v.browser().get(meetingPath + ".ics")
	calendar, err := ics.ParseCalendar(strings.NewReader(r.body))
	v.must(err)
	event := calendar.Events()[0]
	starts, err := event.GetStartAt()
	v.must(err)
	if !starts.Equal(v.meeting.StartsAt) {
		t.Errorf("starts at %v, want %v", starts, v.meeting.StartsAt)
	}
	for _, want := range []string{"STATUS:CONFIRMED", "SEQUENCE:1", "GEO:43.810270;11.014940", "TZID:Europe/Rome",
		"DTSTART;TZID=Europe/Rome:20171212T210000", "UID:" + v.meeting.ID.String() + "@localhost"} {
		if !strings.Contains(r.body, want) {
			t.Errorf("no %s in\n%s", want, r.body)
		}
	}
	form := v.meeting.Form()
	form.Confirmed = false
	v.must(models.EditMeeting(v.ctx, v.DB, v.Now(), v.staff, v.meeting.ID, form))
	if r := v.browser().get(meetingPath + ".ics?ancora"); !strings.Contains(r.body, "STATUS:TENTATIVE") || !strings.Contains(r.body, "SEQUENCE:2") {
		t.Errorf("taken back:\n%s", r.body)
	}
}

func TestFromFormToSeatAndBack(t *testing.T) {
	v := newTown(t)
	v.fix(2, 0)
	b := v.browser()
	mine := b.confirm(b.register("anna@example.org", "2"))
	if got := text(mine.Find(".alert")); !strings.Contains(got, "Posto confermato") {
		t.Fatalf("got %q", text(mine.Find("main")))
	}
	if mine.Header.Get("Cache-Control") != "no-store" {
		t.Error("a personal page may be stored")
	}
	if full := v.browser().get(meetingPath + "?ancora"); !strings.Contains(text(full.Find("#iscrizione")), "lista d'attesa") {
		t.Errorf("full: %q", text(full.Find("#iscrizione")))
	}
	other := v.browser()
	theirs := other.confirm(other.register("rosa@example.org", "1"))
	if got := text(theirs.Find(".alert")); !strings.Contains(got, "Sei al numero 1 della lista d'attesa") {
		t.Errorf("second: %q", got)
	}
	cancel, _ := mine.Find("form[action$=cancellazione]").Attr("action")
	if gone := b.follow(b.post(cancel)); !strings.Contains(text(gone.Find(".alert")), "annullata") || gone.Find("form[action$=cancellazione]").Length() != 0 {
		t.Errorf("after cancelling: %q", text(gone.Find("main")))
	}
	offered := other.get(theirs.Request.URL.Path)
	accept, _ := offered.Find("form[action$=accettazione]").Attr("action")
	if seated := other.follow(other.post(accept)); !strings.Contains(text(seated.Find(".alert")), "Posto confermato") {
		t.Errorf("after accepting: %q", text(seated.Find("main")))
	}
	if late := other.follow(b.post(strings.Replace(cancel, "cancellazione", "accettazione", 1))); !strings.Contains(text(late.Find(".alert")), "annullata") {
		t.Errorf("accepting what was given up: %q", text(late.Find("main")))
	}
}

func TestRegisteredAddressLooksTheSame(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	owner := v.browser()
	owner.confirm(owner.register("anna@example.org", "1"))
	page := func(email string) string {
		b := v.browser()
		r := b.follow(b.register(email, "3"))
		r.Find("form").RemoveAttr("action")
		return strings.ReplaceAll(text(r.Find("main .page")), email, "…")
	}
	if known, unknown := page("anna@example.org"), page("rosa@example.org"); known != unknown {
		t.Errorf("who looks can tell them apart:\n%s\n%s", known, unknown)
	}
}

func TestRegisteringWithASession(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	b := v.browser()
	first := b.confirm(b.register("anna@example.org", "1"))
	cancel, _ := first.Find("form[action$=cancellazione]").Attr("action")
	b.post(cancel)
	if page := b.get(meetingPath); page.Find("#field-email[value='anna@example.org']").Length() != 1 {
		t.Error("the address is asked again")
	}
	if r := b.follow(b.register("anna@example.org", "2")); !strings.Contains(text(r.Find(".alert")), "Posto confermato") {
		t.Errorf("got %q", text(r.Find("main")))
	}
	if r := b.follow(b.register("anna@example.org", "3")); !strings.Contains(text(r.Find("[role=alert]")), "non abbiamo cambiato nulla") {
		t.Errorf("asked again for more seats: %q", text(r.Find("main")))
	}
}

func TestRegisteringByTelephone(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	b := v.browser()
	r := b.follow(b.post(meetingPath+"/iscrizioni", "name", "Rosa", "phone", "055 123 45 67", "seats", "2", "access_needs", "hearing", "access_needs", "call_me"))
	if r.StatusCode != http.StatusOK || text(r.Find("h1")) != "Ti chiamiamo noi" {
		t.Errorf("%d %q", r.StatusCode, text(r.Find("h1")))
	}
	found, err := models.RegistrationsOf(v.ctx, v.DB, v.meeting.ID, models.RegistrationFilter{Needs: true})
	v.must(err)
	if len(found) != 1 || found[0].Phone != "0551234567" || !slices.Equal(found[0].Needs.Needs, []string{"hearing", "call_me"}) {
		t.Errorf("kept %+v", found)
	}
}

func TestWrongRegistrationKeepsWhatWasTyped(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	r := v.browser().post(meetingPath+"/iscrizioni", "name", "", "email", "anna@", "phone", "12", "seats", "4", "access_needs", "large_print")
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", r.StatusCode)
	}
	for name, label := range map[string]string{"name": "Nome e cognome", "email": "E-mail", "phone": "Telefono"} {
		field := r.Find("#field-" + name)
		message, _ := field.Attr("aria-describedby")
		ids := strings.Fields(message)
		if field.AttrOr("aria-invalid", "") != "true" || len(ids) == 0 || text(r.Find("#"+ids[len(ids)-1])) == "" {
			t.Errorf("%s is not named as wrong", name)
		}
		if line := text(r.Find(".error-summary a[href='#field-" + name + "']")); !strings.HasPrefix(line, label+": ") {
			t.Errorf("the summary leads to %s with %q", name, line)
		}
	}
	if r.Find("#field-email").AttrOr("value", "") != "anna@" || r.Find("#field-seats option[selected]").AttrOr("value", "") != "4" ||
		r.Find("input[value=large_print][checked]").Length() != 1 {
		t.Error("something typed is lost")
	}
	neither := v.browser().post("/en"+meetingPath+"/iscrizioni", "name", "Anna", "seats", "1")
	if got := text(neither.Find("#field-email-error")); !strings.Contains(got, "e-mail or") {
		t.Errorf("in English, without any address: %q", got)
	}
	for _, seats := range []string{"0", "6", "-1", "many", "99999999999999999999"} {
		if r := v.browser().register("anna@example.org", seats); r.StatusCode != http.StatusUnprocessableEntity || r.Find("#field-seats[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s seats: %d", seats, r.StatusCode)
		}
	}
	if n, _ := v.DB.NewSelect().Table("registrations").Count(v.ctx); n != 0 {
		t.Errorf("%d registrations, want none", n)
	}
}

func TestBadInputAtTheMeetings(t *testing.T) {
	v := newTown(t)
	v.fix(10, 0)
	b := v.browser()
	for name, test := range map[string]struct {
		reply  reply
		status int
	}{
		"NUL":             {b.post(meetingPath+"/iscrizioni", "name", "a\x00b", "email", "anna@example.org", "seats", "1"), 400},
		"malformed UTF-8": {b.post(meetingPath+"/iscrizioni", "name", "\xff\xfe", "email", "anna@example.org", "seats", "1"), 400},
		"a long name":     {b.post(meetingPath+"/iscrizioni", "name", strings.Repeat("a", 5000), "email", "anna@example.org", "seats", "1"), 422},
		"two lines":       {b.post(meetingPath+"/iscrizioni", "name", "a\nb", "email", "anna@example.org", "seats", "1"), 422},
		"unknown need":    {b.post(meetingPath+"/iscrizioni", "name", "Anna", "email", "anna@example.org", "seats", "1", "access_needs", "throne"), 422},
		"nothing":         {b.post(meetingPath + "/iscrizioni"), 422},
		"unknown meeting": {b.post("/consultazioni/servizi-associati/incontri/firenze/iscrizioni", "name", "Anna", "email", "anna@example.org", "seats", "1"), 404},
		"unknown page":    {b.get("/consultazioni/servizi-associati/incontri/firenze"), 404},
		"tampered link":   {b.get("/iscrizioni/" + v.Links.Token(web.PurposeConfirm, uuid.New())), 404},
		"unknown link":    {b.get("/iscrizioni/" + v.Links.Token(web.PurposeRegistration, uuid.New())), 404},
		"unknown cancel":  {b.post("/iscrizioni/" + v.Links.Token(web.PurposeRegistration, uuid.New()) + "/cancellazione"), 404},
		"wrong method":    {b.get("/iscrizioni/x/cancellazione"), 405},
		"a reloaded form": {b.get(meetingPath + "/iscrizioni"), 303},
	} {
		if test.reply.StatusCode != test.status {
			t.Errorf("%s: status %d, want %d", name, test.reply.StatusCode, test.status)
		}
		if test.status >= 400 && text(test.reply.Find("h1")) == "" {
			t.Errorf("%s: no page says what happened", name)
		}
	}
	robot := b.post(meetingPath+"/iscrizioni", "name", "Anna", "email", "anna@example.org", "seats", "1", web.Trap, "https://example.org")
	if robot.StatusCode != http.StatusSeeOther {
		t.Errorf("a robot is told: %d", robot.StatusCode)
	}
	if n, _ := v.DB.NewSelect().Table("registrations").Count(v.ctx); n != 0 {
		t.Errorf("%d registrations, want none", n)
	}
}

func TestAMeetingsPageSaysWhatIsStillToCome(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	v.fix(100, 5)
	_, err := v.DB.ExecContext(v.ctx, "UPDATE meetings SET press_seats = 2, recorded = 'video', stream_url = 'https://video.example.org' WHERE id = ?", v.meeting.ID)
	v.must(err)
	const on, over, room = "L'incontro è in corso", "L'incontro si è già svolto", "La sala delle domande è aperta fino alle 02:00."
	ahead := []string{"L'ingresso è libero", "Aggiungi al calendario", "Posti tenuti da parte", "Riprendiamo la serata", "(diretta)"}
	for _, at := range []struct {
		when           time.Time
		says, saysNone []string
	}{
		{v.meeting.StartsAt.Add(-time.Minute), append(ahead, room), []string{on, over}},
		{v.meeting.EndsAt.Add(-time.Minute), append(ahead, room, on), []string{over}},
		{v.meeting.EndsAt, []string{room, over}, append(ahead, on)},
	} {
		v.at(at.when)
		page := v.browser().get(meetingPath)
		for _, words := range at.says {
			if !strings.Contains(page.Find("main").Text(), words) {
				t.Errorf("at %v it does not say %q", at.when, words)
			}
		}
		for _, words := range at.saysNone {
			if strings.Contains(page.Find("main").Text(), words) {
				t.Errorf("at %v it says %q", at.when, words)
			}
		}
	}
}

func TestWhoDoesNotComeAsksToBeToldOfTheMinutes(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	v.fix(100, 0)
	b := v.browser()
	if got := b.get(meetingPath).Find("#avvisami h3").Text(); got != "Avvisami del verbale" {
		t.Errorf("it offers %q", got)
	}
	done := b.confirm(b.post(meetingPath+"/avvisami", "email", "anna@example.org"))
	if !strings.Contains(done.Find("#fatto").Text(), "appena c'è il verbale") {
		t.Errorf("confirmed: %q", done.Find("main").Text())
	}
	v.at(v.meeting.EndsAt)
	minutes := v.meeting.MinutesForm(nil)
	minutes.MinutesIT = "Verbale."
	v.must(models.WriteMinutes(v.ctx, v.DB, v.Now(), v.staff, v.meeting.ID, minutes))
	v.must(models.CloseMeeting(v.ctx, v.DB, v.Now(), v.staff, v.meeting.ID, models.ClosingForm{NobodyCame: true}))
	if b.get(meetingPath).Find("#avvisami").Length() != 0 || b.post(meetingPath+"/avvisami", "email", "anna@example.org").StatusCode != http.StatusConflict {
		t.Error("once closed, it is still offered")
	}
}
