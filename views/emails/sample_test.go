// SPDX-License-Identifier: AGPL-3.0-or-later

package emails_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"ultimaparola/models"
	"ultimaparola/views/emails"
	"ultimaparola/views/locale"
)

var sender = emails.Sender{Organisation: &models.Organisation{Municipalities: []models.Municipality{{Name: "Alfa"}, {Name: "Beta"}}}, Base: "https://parola.example"}

func render(t *testing.T, ctx context.Context, letter emails.Letter) (subject, text, html string) {
	t.Helper()
	subject, text, html, err := emails.Render(ctx, sender, letter)
	if err != nil {
		t.Fatal(err)
	}
	return subject, text, html
}

func TestEveryEditableLetterHasItsSampleAndSaysStaffsWords(t *testing.T) {
	t.Parallel()
	for _, lang := range locale.Languages {
		ctx := locale.With(t.Context(), lang)
		for _, mail := range models.EditableMails {
			letter, ok := emails.Sample(ctx, time.Now(), "https://parola.example", mail.Template)
			if !ok || letter.Template != mail.Template {
				t.Errorf("%s, %s: %q", lang, mail.Template, letter.Template)
				continue
			}
			for _, name := range mail.Placeholders {
				if letter.Values[name] == "" {
					t.Errorf("%s, %s: nothing for {%s}", lang, mail.Template, name)
				}
			}
			subject, opening := emails.Own(ctx, mail.Template)
			if subject == "" || opening == "" || strings.Contains(subject+opening, "mails.") {
				t.Errorf("%s, %s: the program says %q, %q", lang, mail.Template, subject, opening)
			}

			before, _, _ := render(t, ctx, letter)
			own := &models.MailText{Subject: "Canary subject", Opening: "Canary opening {" + strings.Join(mail.Placeholders, "} {") + "}", Closing: "Canary closing"}
			changed := letter.With(own)
			after, text, html := render(t, ctx, changed)
			if before == after || after != "Canary subject" || len(changed.Blocks) != len(letter.Blocks)+1 {
				t.Errorf("%s, %s: subject %q", lang, mail.Template, after)
			}
			for _, name := range mail.Placeholders {
				if !strings.Contains(text, letter.Values[name]) || strings.Contains(text, "{"+name+"}") {
					t.Errorf("%s, %s: {%s} in %s", lang, mail.Template, name, text)
				}
			}
			opened, closed := strings.Index(text, "Canary opening"), strings.Index(text, "Canary closing")
			if opened != 0 || closed < opened || closed > strings.Index(text, "-- \n") || strings.Count(html, "Canary") != 4 {
				t.Errorf("%s, %s: %s", lang, mail.Template, text)
			}
		}
	}
}

// What a placeholder stands for, and what staff write, are text: no header, no markup, no placeholder in its turn.
func TestWordsInALetterAreOnlyText(t *testing.T) {
	t.Parallel()
	ctx := locale.With(t.Context(), "it")
	letter := emails.Letter{Subject: "x", Blocks: []emails.Block{emails.Paragraph("y")}, Template: models.MailSeated,
		Values: map[string]string{"nome": "{data}\r\nBcc: altri@example.org", "data": "<b>domani</b>", "incontro": "{nome}"}}
	subject, text, html := render(t, ctx, letter.With(&models.MailText{Subject: "A {nome}", Opening: "{nome} {data} <script>x</script> {incontro}", Closing: "{{nome}}"}))
	if subject != "A {data} Bcc: altri@example.org" {
		t.Errorf("subject %q", subject)
	}
	if strings.Contains(html, "<script") || strings.Contains(html, "<b>") || !strings.Contains(html, "&lt;script&gt;") {
		t.Errorf("markup in %s", html)
	}
	if strings.Count(text, "<b>domani</b>") != 1 || !strings.Contains(text, "{nome}") {
		t.Errorf("a placeholder was filled twice: %s", text)
	}
}
