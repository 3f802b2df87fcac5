// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/jobs"
	"ultimaparola/models"
)

// newRoom is a town on the evening of its meeting, with the address of the room's page.
func newRoom(t *testing.T) (*town, string) {
	t.Helper()
	v := newTown(t)
	v.fix(100, 0)
	v.at(v.meeting.StartsAt)
	return v, "/sala/" + v.Links.RoomCode(v.meeting.ID)
}

// at moves the program to another moment.
func (v *town) at(now time.Time) {
	v.Deps.Now = func() time.Time { return now }
	v.app = newServer(v.Deps, jobs.New(v.Deps, nil))
}

// enters signs somebody of the staff in.
func (v *town) enters(role string) *browser {
	v.Helper()
	s := &models.Staff{OrganisationID: v.staff.OrganisationID, Role: role, Name: "Prova", Email: role + "@example.org"}
	v.must(models.AddStaff(v.ctx, v.DB, v.Now(), s))
	token, err := models.SignInStaff(v.ctx, v.DB, v.Now(), s.ID, "Prova", true)
	v.must(err)
	b := v.browser()
	b.cookies["ufficio"] = token
	return b
}

func (v *town) question(body string) uuid.UUID {
	v.Helper()
	var id uuid.UUID
	v.must(v.DB.NewRaw("SELECT id FROM questions WHERE body = ?", body).Scan(v.ctx, &id))
	return id
}

func TestTheRoomsPageIsThereForWhoHasItsCode(t *testing.T) {
	t.Parallel()
	v, room := newRoom(t)
	code := strings.TrimPrefix(room, "/sala/")
	for _, typed := range []string{code, strings.ToUpper(code), strings.ReplaceAll(code, "-", "")} {
		if r := v.browser().get("/sala/" + typed); r.StatusCode != http.StatusOK || r.Find("form[action='"+room+"/domande']").Length() != 1 {
			t.Errorf("%s: status %d", typed, r.StatusCode)
		}
	}
	if r := v.browser().get("/sala/0000-0000"); r.StatusCode != http.StatusNotFound {
		t.Errorf("another code: status %d", r.StatusCode)
	}
	r := v.browser().get(room)
	if len(r.Cookies()) != 0 {
		t.Error("looking leaves a cookie")
	}
	if r.Find("meta[name=robots][content=noindex]").Length() != 1 {
		t.Error("search engines may keep the page")
	}
	if len(v.browser().get(meetingPath).Find("a[href='"+room+"']").Nodes) != 1 {
		t.Error("the meeting's page does not lead to it while the evening is on")
	}

	v.at(v.meeting.StartsAt.Add(-time.Hour))
	r = v.browser().get(room)
	if words := r.Find("main").Text(); !strings.Contains(words, "ore 20:30") || r.Find("main form[action$='/domande']").Length() != 0 {
		t.Errorf("an hour before: %s", words)
	}
	if len(v.browser().get(meetingPath).Find("a[href='"+room+"']").Nodes) != 0 {
		t.Error("the meeting's page leads to it before")
	}
	if r := v.browser().post(room+"/domande", "question", "Presto?"); r.StatusCode != http.StatusConflict {
		t.Errorf("asking before: status %d", r.StatusCode)
	}
	_, err := v.DB.ExecContext(v.ctx, "UPDATE meetings SET draft = true")
	v.must(err)
	if r := v.browser().get(room + "?bozza"); r.StatusCode != http.StatusNotFound {
		t.Errorf("of a draft: status %d", r.StatusCode)
	}
}

func TestAskingFromTheFloor(t *testing.T) {
	t.Parallel()
	v, room := newRoom(t)
	anna := v.browser()
	r := anna.post(room+"/domande", "question", " ", "author", "Anna", "about", "anagrafe")
	if r.StatusCode != http.StatusUnprocessableEntity || r.Find("#field-question[aria-invalid=true]").Length() != 1 ||
		r.Find("#field-author").AttrOr("value", "") != "Anna" || r.Find("#field-about option[selected]").AttrOr("value", "") != "anagrafe" {
		t.Errorf("an empty question: status %d\n%s", r.StatusCode, r.Find("main").Text())
	}
	asked := anna.follow(anna.post(room+"/domande", "question", "<b>Quando?</b>", "author", "Anna", "about", "anagrafe"))
	if words := asked.Find("main").Text(); !strings.Contains(words, "Domanda ricevuta") || !strings.Contains(words, "<b>Quando?</b>") {
		t.Errorf("to who asked: %s", words)
	}
	if got := asked.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("what is theirs is stored: %q", got)
	}
	id := v.question("<b>Quando?</b>")
	for _, path := range []string{room, room + "/proiezione"} {
		if words := v.browser().get(path).Find("body").Text(); strings.Contains(words, "Quando?") || strings.Contains(words, "Anna") {
			t.Errorf("%s shows what nobody has read", path)
		}
	}
	bruno := v.browser()
	if r := bruno.post(room + "/domande/" + id.String() + "/sostegno"); r.StatusCode != http.StatusNotFound {
		t.Errorf("supporting what is not shown: status %d", r.StatusCode)
	}
	v.must(models.ShowQuestion(v.ctx, v.DB, v.Now(), v.staff, id))
	for _, path := range []string{room, room + "/proiezione"} {
		if words := v.browser().get(path + "?poi").Find("body").Text(); !strings.Contains(words, "<b>Quando?</b>") {
			t.Errorf("%s does not show it: %s", path, words)
		}
	}
	support := room + "/domande/" + id.String() + "/sostegno"
	bruno.post(support)
	if words := bruno.follow(bruno.post(support)).Find("main").Text(); !strings.Contains(words, "Interessa a 1 persona") || !strings.Contains(words, "togli il segno") {
		t.Errorf("supported twice: %s", words)
	}
	if words := bruno.follow(bruno.post(support, "sostegno", "ritiro")).Find("main").Text(); strings.Contains(words, "Interessa a 1") {
		t.Errorf("taken back: %s", words)
	}
	robot := v.browser()
	robot.post(room+"/domande", "question", "Comprate", "website", "x")
	for i := range models.OpenQuestions {
		robot.post(room+"/domande", "question", strings.Repeat("?", i+1))
	}
	if r := robot.post(room+"/domande", "question", "Ancora"); r.StatusCode != http.StatusTooManyRequests || r.Find("#field-question").Text() != "Ancora" {
		t.Errorf("one too many: status %d, %q", r.StatusCode, r.Find("#field-question").Text())
	}
	var n int
	v.must(v.DB.NewRaw("SELECT count(*) FROM questions").Scan(v.ctx, &n))
	if n != 1+models.OpenQuestions {
		t.Errorf("%d questions", n)
	}
}

func TestTheProjectorIsReloadedWithoutJavaScriptAlone(t *testing.T) {
	t.Parallel()
	v, room := newRoom(t)
	r := v.browser().get("/en" + room + "/proiezione")
	if !strings.Contains(r.body, `<noscript><meta http-equiv="refresh" content="5"></noscript>`) {
		t.Error("without JavaScript the page stays as it is")
	}
	if r.Find("header.it-header-wrapper, footer").Length() != 0 {
		t.Error("the site's header and footer are on the wall")
	}
	if r.Find(".qr").Length() != 1 || !strings.Contains(r.Find(".projector-address").Text(), "localhost:3000/en"+room) {
		t.Errorf("the address on the wall: %q", r.Find(".projector-address").Text())
	}
}

// What was answered stands on the meeting's page once it is closed.
func TestAnswersAreReadOnceTheMeetingIsClosed(t *testing.T) {
	t.Parallel()
	v, room := newRoom(t)
	for _, body := range []string{"Quando?", "Quanto?", "Nascosta?"} {
		v.browser().post(room+"/domande", "question", body)
	}
	v.must(models.AnswerQuestion(v.ctx, v.DB, v.Now(), v.staff, v.question("Quanto?")))
	v.must(models.WriteAnswer(v.ctx, v.DB, v.Now(), v.staff, v.question("Quando?"), models.QuestionAnswerForm{Answer: "A marzo.", Basis: (&models.Question{}).AnswerForm().Basis}))
	if words := v.browser().get(meetingPath).Find("main").Text(); strings.Contains(words, "Quando?") {
		t.Error("before the minutes")
	}
	for _, statement := range []string{`INSERT INTO minutes (meeting_id, number, body, written_at) VALUES (?1, 1, '{"it": "Verbale"}', ?0)`,
		"UPDATE meetings SET closed_at = ?0 WHERE id = ?1"} {
		_, err := v.DB.ExecContext(v.ctx, statement, v.Now(), v.meeting.ID)
		v.must(err)
	}
	words := v.browser().get(meetingPath + "?chiuso").Find("#domande").Text()
	for _, want := range []string{"Quando?", "A marzo.", "Quanto?", "a voce"} {
		if !strings.Contains(words, want) {
			t.Errorf("no %q in %s", want, words)
		}
	}
	if strings.Contains(words, "Nascosta?") {
		t.Error("what was not answered is shown")
	}
}

func TestTheModeratorsList(t *testing.T) {
	t.Parallel()
	v, room := newRoom(t)
	v.browser().post(room+"/domande", "question", "Quando?", "author", "Anna", "about", "anagrafe")
	id := v.question("Quando?").String()
	const list = "/segreteria/incontri/carmignano/domande"
	moderator := v.enters(models.RoleModerator)
	if words := moderator.get(list).Find("main").Text(); !strings.Contains(words, "Anna") || !strings.Contains(words, "Anagrafe") || !strings.Contains(words, "Da leggere (1)") {
		t.Errorf("the list: %s", words)
	}
	if moderator.get("/segreteria/commenti").Find("a[href='"+list+"']").Length() != 1 {
		t.Error("the comments do not lead to it")
	}
	for _, step := range []struct{ place, says string }{
		{"pubblicazione", "In elenco (1)"}, {"turno", "Si risponde adesso (1)"}, {"ripristino", "In elenco (1)"}, {"accantonamento", "Messe da parte (1)"},
		{"ripristino", "Da leggere (1)"}, {"conclusione", "Con risposta (1)"},
	} {
		if words := moderator.follow(moderator.post(list + "/" + id + "/" + step.place)).Find("main").Text(); !strings.Contains(words, step.says) {
			t.Errorf("%s: %s", step.place, words)
		}
	}
	page := moderator.get(list + "/" + id + "/risposta")
	answered := moderator.follow(moderator.post(list+"/"+id+"/risposta", "answer", "A marzo.", "seen", page.Find("[name=seen]").AttrOr("value", ""), "action", "save"))
	if !strings.Contains(answered.Find("#domanda-"+id).Text(), "A marzo.") {
		t.Errorf("the answer: %s", answered.Find("main").Text())
	}
	if r := moderator.post(list, "question", strings.Repeat("a", 501), "author", "Bruno"); r.StatusCode != http.StatusUnprocessableEntity ||
		r.Find("#field-author").AttrOr("value", "") != "Bruno" {
		t.Errorf("too long: status %d", r.StatusCode)
	}
	if words := moderator.follow(moderator.post(list, "question", "Detta a voce")).Find("main").Text(); !strings.Contains(words, "a voce o su carta") {
		t.Errorf("said aloud: %s", words)
	}
	if r := moderator.get(list + "/cartello"); r.Find(".qr").Length() != 2 || !strings.Contains(r.Find(".room-sign").Text(), room) {
		t.Error("the sign has no code")
	}
	observer := v.enters(models.RoleObserver)
	if r := observer.get(list); r.StatusCode != http.StatusOK || r.Find("main form").Length() != 0 {
		t.Errorf("an observer: status %d, %d forms", r.StatusCode, r.Find("main form").Length())
	}
	if r := moderator.send(httptest.NewRequest(http.MethodGet, "/segreteria/incontri/poggio-a-caiano/domande/"+id+"/risposta", nil)); r.StatusCode != http.StatusNotFound {
		t.Errorf("under another meeting: status %d", r.StatusCode)
	}
}
