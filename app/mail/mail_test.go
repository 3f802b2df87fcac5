// SPDX-License-Identifier: AGPL-3.0-or-later

package mail_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/mail"
	"ultimaparola/app/mail/mailtest"
)

func message() mail.Message {
	return mail.Message{ID: uuid.Must(uuid.NewV7()), To: "anna@example.org", FromName: "Comuni di Carmignano e Poggio a Caiano",
		Subject: "È tutto pronto: l’incontro si farà", Text: "Però così è più chiaro.\n", HTML: "<p>Però così è più chiaro.</p>",
		Language: "it", Date: time.Date(2017, 12, 12, 20, 0, 0, 0, time.UTC)}
}

func open(t *testing.T, url string) *mail.Mailer {
	t.Helper()
	m, err := mail.New(url, "noreply@example.net", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSendHandsTheWholeMessageOver(t *testing.T) {
	server := mailtest.New(t)
	sent := message()
	sent.Unsubscribe = "https://example.net/avvisami/" + strings.Repeat("a-token_", 12) + "/disiscrizione"
	if err := open(t, server.URL).Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(1)[0]
	if got.From != "noreply@example.net" || got.To != sent.To {
		t.Errorf("envelope from %q to %q", got.From, got.To)
	}
	if got.Text != strings.ReplaceAll(sent.Text, "\n", "\r\n") || got.HTML != sent.HTML {
		t.Errorf("bodies arrived as %q and %q", got.Text, got.HTML)
	}
	for name, want := range map[string]string{
		"Subject": sent.Subject, "To": "<anna@example.org>", "Message-Id": "<" + sent.ID.String() + "@example.net>",
		"From":             `"Comuni di Carmignano e Poggio a Caiano" <noreply@example.net>`,
		"List-Unsubscribe": "<" + sent.Unsubscribe + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Content-Language": "it", "Auto-Submitted": "auto-generated", "Date": "Tue, 12 Dec 2017 20:00:00 +0000",
	} {
		if got := got.Header(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// files are what a letter about a seat carries: a code that its HTML shows, and an entry for a calendar.
func files() []mail.File {
	return []mail.File{
		{Name: "codice.png", ContentType: "image/png", ContentID: "codice@ultimaparola", Content: []byte("\x89PNG\r\n\x1a\n\x00\xff")},
		{Name: "incontro.ics", ContentType: "text/calendar; charset=utf-8; method=PUBLISH", Content: []byte("BEGIN:VCALENDAR\r\nSUMMARY:Così\r\n")},
	}
}

func checkFiles(t *testing.T, got []mail.File) {
	t.Helper()
	want := files()
	if len(got) != len(want) {
		t.Fatalf("%d files came: %+v", len(got), got)
	}
	for i := range want {
		if got[i].Name != want[i].Name || got[i].ContentID != want[i].ContentID || !bytes.Equal(got[i].Content, want[i].Content) ||
			!strings.HasPrefix(got[i].ContentType, want[i].ContentType) {
			t.Errorf("%+v came for %+v", got[i], want[i])
		}
	}
}

func TestWhatGoesWithAMessageArrivesAsItWas(t *testing.T) {
	server, sent := mailtest.New(t), message()
	sent.HTML, sent.Files = `<img src="cid:codice@ultimaparola" alt="7K3M-9QXR">`, files()
	if err := open(t, server.URL).Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(1)[0]
	checkFiles(t, got.Files)
	if got.HTML != sent.HTML || strings.TrimSpace(got.Text) != strings.TrimSpace(sent.Text) {
		t.Errorf("bodies arrived as %q and %q", got.Text, got.HTML)
	}
	kept := open(t, "")
	if err := kept.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	read, err := kept.Read(sent.ID)
	if err != nil {
		t.Fatal(err)
	}
	checkFiles(t, read.Files)
}

func TestOnlyRefusalsOfTheMessageArePermanent(t *testing.T) {
	for name, test := range map[string]struct {
		url       func(*mailtest.Server) string
		prepare   func(*mailtest.Server)
		permanent bool
	}{
		"greylisted":        {prepare: func(s *mailtest.Server) { s.Answer(451) }},
		"unknown recipient": {prepare: func(s *mailtest.Server) { s.Answer(550) }, permanent: true},
		"server away":       {prepare: (*mailtest.Server).Stop},
		"password not accepted or not offered": {prepare: func(*mailtest.Server) {},
			url: func(s *mailtest.Server) string { return strings.Replace(s.URL, "//", "//user:secret@", 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			server := mailtest.New(t)
			test.prepare(server)
			url := server.URL
			if test.url != nil {
				url = test.url(server)
			}
			err := open(t, url).Send(t.Context(), message())
			if err == nil || errors.Is(err, mail.ErrPermanent) != test.permanent {
				t.Errorf("error %v, permanent wanted: %v", err, test.permanent)
			}
			if err != nil && strings.Contains(err.Error(), "anna") {
				t.Errorf("the error, which is logged, names the recipient: %v", err)
			}
			if n := len(server.Taken()); n != 0 {
				t.Errorf("%d messages taken", n)
			}
		})
	}
}

// A message's content comes from people: it must never become a header, a recipient or a second message.
func TestNothingInAMessageForgesHeadersOrRecipients(t *testing.T) {
	const forged = "\r\nBcc: victim@example.com\r\n\r\nBuy!\r\n.\r\nMAIL FROM:<x@example.com>\r\n"
	server := mailtest.New(t)
	mailer := open(t, server.URL)
	for name, forge := range map[string]func(*mail.Message){
		"subject":  func(m *mail.Message) { m.Subject = "Hello" + forged },
		"sender":   func(m *mail.Message) { m.FromName = "Comune" + forged },
		"language": func(m *mail.Message) { m.Language = "it" + forged },
		"text":     func(m *mail.Message) { m.Text = "Hello" + forged },
		"html":     func(m *mail.Message) { m.HTML = "Hello" + forged },
	} {
		sent := message()
		forge(&sent)
		before := len(server.Taken())
		if err := mailer.Send(t.Context(), sent); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		taken := server.Taken()
		if len(taken) != before+1 {
			t.Fatalf("%s: %d messages were taken", name, len(taken)-before)
		}
		if got := taken[before]; got.Header("Bcc") != "" || got.To != "anna@example.org" || got.Text == "" || got.HTML == "" {
			t.Errorf("%s: forged: %s", name, got.Raw)
		}
	}
	for _, to := range []string{"a@example.org" + forged, "a@example.org, b@example.org", "Anna <a@example.org>", "a@example.org>\r\nRCPT TO:<b@example.org", "", "anna"} {
		sent := message()
		sent.To = to
		if err := mailer.Send(t.Context(), sent); !errors.Is(err, mail.ErrPermanent) {
			t.Errorf("recipient %q: %v", to, err)
		}
	}
	sent := message()
	sent.Unsubscribe = "https://example.net/" + forged
	if err := mailer.Send(t.Context(), sent); !errors.Is(err, mail.ErrPermanent) {
		t.Errorf("unsubscribe address: %v", err)
	}
}

func TestNewSaysWhatIsWrongWithoutThePassword(t *testing.T) {
	for _, url := range []string{"http://user:secret@example.net", "smtp://", "smtp://user:secret@example.net:port", "localhost:25", "smtp://example.net?from=nobody"} {
		if _, err := mail.New(url, "noreply@example.net", ""); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := mail.New("", "not an address", ""); err == nil {
		t.Error("a sender that is no address was accepted")
	}
	if _, err := mail.New("smtps://user:secret@example.net?from=comune@example.net", "not an address", ""); err != nil {
		t.Error(err)
	}
}

func TestWithoutAServerMessagesCanBeRead(t *testing.T) {
	mailer := open(t, "")
	if none, err := mailer.List(); err != nil || len(none) != 0 {
		t.Fatalf("an empty folder lists %v, %v", none, err)
	}
	older, newer := message(), message()
	newer.To, newer.Subject = "bruno@example.org", "Second"
	for _, m := range []mail.Message{older, newer, newer} {
		if err := mailer.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	listed, err := mailer.List()
	if err != nil || len(listed) != 2 || listed[0].Subject != "Second" || listed[1].Subject != older.Subject {
		t.Fatalf("listed %+v, %v", listed, err)
	}
	read, err := mailer.Read(older.ID)
	if err != nil {
		t.Fatal(err)
	}
	if read.To != older.To || read.HTML != older.HTML || strings.TrimSpace(read.Text) != strings.TrimSpace(older.Text) || !read.Date.Equal(older.Date) {
		t.Errorf("read %+v", read)
	}
}
