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
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/database/databasetest"
	"ultimaparola/app/jobs"
	"ultimaparola/app/mail"
	"ultimaparola/app/seed"
	"ultimaparola/app/web"
	"ultimaparola/models"
)

// postOffice is the whole program, without its port, whose e-mails go to the development mailbox.
type postOffice struct {
	*testing.T
	deps   web.Deps
	worker *jobs.Worker
	mailer *mail.Mailer
	sent   *sentLog
}

// sentLog tells of jobs done.
type sentLog struct {
	slog.Handler
	done chan string
}

func (l *sentLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *sentLog) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *sentLog) Handle(_ context.Context, r slog.Record) error {
	if strings.HasPrefix(r.Message, "job ") {
		l.done <- r.Message
	}
	return nil
}

func newPostOffice(t *testing.T, development bool) *postOffice {
	t.Helper()
	base, err := url.Parse("http://localhost:3000")
	if err != nil {
		t.Fatal(err)
	}
	db, sent := databasetest.New(t), &sentLog{slog.DiscardHandler, make(chan string, 100)}
	if err := seed.Case(t.Context(), db, time.Now()); err != nil {
		t.Fatal(err)
	}
	deps := web.NewDeps(db, web.Config{BaseURL: base, Development: development, Secret: []byte(strings.Repeat("s", 32))}, time.Now, slog.New(sent))
	mailer, err := mail.New("", "noreply@localhost", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &postOffice{t, deps, jobs.New(deps, mailer), mailer, sent}
}

// send works until n jobs are done.
func (p *postOffice) send(n int) {
	p.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { p.worker.Run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	for range n {
		select {
		case how := <-p.sent.done:
			if how != "job done" {
				p.Errorf("%s", how)
			}
		case <-time.After(30 * time.Second):
			p.Fatal("the mails are not sent")
		}
	}
}

func (p *postOffice) get(path string) (*http.Response, string) {
	p.Helper()
	response, err := newServer(p.deps, p.worker).Test(httptest.NewRequest(http.MethodGet, path, nil), -1)
	if err != nil {
		p.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.Fatal(err)
	}
	return response, string(body)
}

func (p *postOffice) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func TestInDevelopmentMailsAreReadAtPosta(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, true)
	if _, body := p.get("/posta"); !strings.Contains(body, "Non è ancora partita nessuna e-mail") {
		t.Errorf("empty mailbox: %s", body)
	}
	_, err := models.Ask(t.Context(), p.deps.DB, time.Now(), models.Asker{Email: "anna@example.org", Language: "it"}, models.ConfirmSignIn, struct{}{})
	p.must(err)
	p.send(1)
	kept, err := p.mailer.List()
	p.must(err)
	address := "/posta/" + kept[0].ID.String()
	if _, body := p.get("/posta"); !strings.Contains(body, `href="`+address+`"`) || !strings.Contains(body, "anna@example.org") {
		t.Errorf("the list lacks the mail: %s", body)
	}
	if _, body := p.get(address); !strings.Contains(body, `href="http://localhost:3000/conferme/`) {
		t.Errorf("the mail's link cannot be followed: %s", body)
	}
	response, body := p.get(address + "/html")
	if policy := response.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "sandbox") || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(body, "<style>") {
		t.Errorf("policy %q: %s", policy, body)
	}
	for _, none := range []string{"/posta/" + uuid.NewString(), "/posta/..%2fsecret", "/posta/x/html"} {
		if response, _ := p.get(none); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", none, response.StatusCode)
		}
	}
}

func TestInProductionThereIsNoPosta(t *testing.T) {
	t.Parallel()
	if response, _ := newPostOffice(t, false).get("/posta"); response.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", response.StatusCode)
	}
}

var linkInText = regexp.MustCompile(`(?m)^http\S+`)

func TestEveryLinkOfTheMailsLeadsToAPage(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, true)
	ctx, db, now := t.Context(), p.deps.DB, time.Now()
	consultation, err := models.TheConsultation(ctx, db)
	p.must(err)
	guideline, meeting := consultation.Guidelines[0], consultation.Meetings[0]
	_, err = db.ExecContext(ctx, "UPDATE meetings SET starts_at = ?, ends_at = ?, confirmed_at = ?", now.Add(240*time.Hour), now.Add(242*time.Hour), now)
	p.must(err)
	links := map[string]bool{}
	for _, lang := range []string{"it", "en"} {
		person := &models.Person{ID: uuid.New(), Language: lang, CreatedAt: now}
		comment := &models.Comment{ConsultationID: consultation.ID, ID: uuid.New(), GuidelineID: guideline.ID, PersonID: person.ID,
			Body: "Che cosa cambia?", Language: "it", State: models.Published, CreatedAt: now}
		answer := &models.Comment{ConsultationID: consultation.ID, ID: uuid.New(), GuidelineID: guideline.ID, OfficeID: meeting.MunicipalityID,
			ParentID: comment.ID, RootID: comment.ID, Body: "Niente.", Language: "it", State: models.Published, CreatedAt: now}
		seat := &models.Registration{ConsultationID: consultation.ID, ID: uuid.New(), MeetingID: meeting.ID, PersonID: person.ID,
			Name: "Anna", Seats: 1, SeatsHeld: 1, State: models.Seated, Channel: models.ByWeb, CreatedAt: now}
		for _, row := range []any{person, &models.Address{ID: uuid.New(), PersonID: person.ID, Kind: models.Email, Value: lang + "@example.org"}, comment, answer, seat} {
			_, err := db.NewInsert().Model(row).Exec(ctx)
			p.must(err)
		}
		about := models.FollowAsked{ConsultationID: consultation.ID, GuidelineID: guideline.ID}
		p.must(models.FollowAs(ctx, db, now, person.ID, about))
		p.must(models.FollowAs(ctx, db, now, person.ID, models.FollowAsked{ConsultationID: consultation.ID, MeetingID: meeting.ID}))
		_, err := models.Ask(ctx, db, now, models.Asker{Email: lang + "@example.org", Language: lang}, models.ConfirmFollow, about)
		p.must(err)
		p.must(models.Enqueue(ctx, db, now, now, models.JobMail,
			models.Mail{Template: models.MailSeated, PersonID: person.ID, SubjectID: seat.ID},
			models.Mail{Template: models.MailMeetingDate, PersonID: person.ID, SubjectID: meeting.ID},
			models.Mail{Template: models.MailGuidelineUpdated, PersonID: person.ID, SubjectID: guideline.ID},
			models.Mail{Template: models.MailCommentAnswered, PersonID: person.ID, SubjectID: answer.ID}))
	}
	p.send(10)
	kept, err := p.mailer.List()
	p.must(err)
	files := 0
	for _, k := range kept {
		whole, err := p.mailer.Read(k.ID)
		p.must(err)
		for _, f := range whole.Files {
			files++
			response, body := p.get("/posta/" + k.ID.String() + "/file/" + f.Name)
			if body != string(f.Content) || response.Header.Get("Content-Type") != f.ContentType {
				t.Errorf("%s comes as %s: %q", f.Name, response.Header.Get("Content-Type"), body)
			}
			_, html := p.get("/posta/" + k.ID.String() + "/html")
			if strings.Contains(html, "cid:") || strings.Contains(whole.HTML, "cid:") && !strings.Contains(html, `src="data:image/png;base64,`) {
				t.Errorf("the image of the mail is not shown: %s", html)
			}
		}
		for _, link := range linkInText.FindAllString(whole.Text, -1) {
			links[strings.TrimSpace(link)] = true
		}
	}
	if files != 4 {
		t.Errorf("%d files went with the mails, want the code of each seat and an entry for the calendar", files)
	}
	// Of each language: confirmation, registration, calendar, two pages, two unsubscriptions, answer, help.
	if len(links) != 2*9 {
		t.Errorf("%d links: %v", len(links), links)
	}
	for link := range links {
		if response, _ := p.get(strings.TrimPrefix(link, "http://localhost:3000")); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", link, response.StatusCode)
		}
	}
}
