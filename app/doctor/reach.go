// SPDX-License-Identifier: AGPL-3.0-or-later

package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"ultimaparola/app/mail"
)

const (
	// quietWorker is much longer than the worker goes without looking for jobs.
	quietWorker     = time.Minute
	shortLived      = 14 * 24 * time.Hour
	certificateNext = "Look whether certbot, or who else renews it, still does: systemctl list-timers"
)

// mail speaks with the mail server, and sends one where asked to.
func (p *Patient) mail(ctx context.Context) []Finding {
	const about = "mail"
	if p.MailsKept {
		return []Finding{{Fine, about, "Nothing is sent in development: e-mails are read at /posta.", ""}}
	}
	private, err := p.Mailer.Greet(ctx)
	if err != nil {
		return []Finding{{Problem, about, "The mail server does not take us: " + err.Error(), "Look at SMTP_URL (server, port, user, password), and whether a firewall stands between."}}
	}
	findings := []Finding{{Fine, about, "The mail server takes us.", ""}}
	if !private {
		findings = []Finding{{Warning, about, "The mail server takes us, but nothing on the way is encrypted.", "Have it offer STARTTLS, or use smtps:// in SMTP_URL."}}
	}
	if p.MailTo == "" {
		return append(findings, Finding{Fine, about, "No e-mail was sent: ultimaparola doctor --mail-to ADDRESS sends one.", ""})
	}
	err = p.Mailer.Send(ctx, mail.Message{ID: uuid.New(), To: p.MailTo, FromName: "Ultima Parola", Language: "it", Date: p.Now(),
		Subject: "Prova di Ultima Parola", Text: "La posta funziona. Mail works.\n", HTML: "<p>La posta funziona. Mail works.</p>"})
	if err != nil {
		return append(findings, Finding{Problem, about, "It did not take an e-mail for " + p.MailTo + ": " + err.Error(), "Look at MAIL_FROM, which the server must accept, and at the server's own log."})
	}
	return append(findings, Finding{Fine, about, "It has taken an e-mail for " + p.MailTo + ": look whether it comes, and not among the spam.", ""})
}

// status is what /status answers.
type status struct {
	Version  string
	Database string
	Worker   struct{ Beat time.Time }
}

func (p *Patient) ask(ctx context.Context, base string) (s status, answer *http.Response, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/status", nil)
	if err != nil {
		return s, nil, err
	}
	if answer, err = p.Client.Do(request); err != nil {
		var inside *url.Error // whose address the finding tells already
		if errors.As(err, &inside) {
			err = inside.Err
		}
		return s, nil, err
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil || s.Version == "" {
		return s, answer, fmt.Errorf("it answers %s, and not as this program does", answer.Status)
	}
	return s, answer, nil
}

// program asks the program that serves, and its worker.
func (p *Patient) program(ctx context.Context) []Finding {
	const about = "program"
	s, _, err := p.ask(ctx, p.Local)
	if err != nil {
		return []Finding{{Problem, about, "It does not answer on this machine: " + err.Error(), "sudo systemctl restart ultimaparola; if it does not start: journalctl -u ultimaparola -e"}}
	}
	if s.Version != p.Version {
		return []Finding{{Problem, about, fmt.Sprintf("Version %s serves, and %s is installed.", s.Version, p.Version), "sudo systemctl restart ultimaparola"}}
	}
	if s.Database != "ok" {
		return []Finding{{Problem, about, "It serves without its database.", "Mend the database; the program finds it again by itself."}}
	}
	if quiet := p.Now().Sub(s.Worker.Beat); quiet > quietWorker {
		return []Finding{{Problem, about, "Its worker, which sends e-mails, has not looked for work for " + words(quiet) + ".", "sudo systemctl restart ultimaparola; journalctl -u ultimaparola -e says why"}}
	}
	return []Finding{{Fine, about, "Version " + s.Version + " serves, and its worker works.", ""}}
}

// address asks what people reach.
func (p *Patient) address(ctx context.Context) []Finding {
	const about = "address"
	s, answer, err := p.ask(ctx, p.BaseURL.String())
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return []Finding{{Problem, about, "Browsers refuse the certificate of " + p.BaseURL.Host + ": " + untrusted.Err.Error(), certificateNext}}
	}
	if err != nil {
		return []Finding{{Problem, about, p.BaseURL.String() + " does not lead here: " + err.Error(), "Look at the web server in front (nginx -t; systemctl status nginx), its certificate, and the name's DNS."}}
	}
	if s.Version != p.Version {
		return []Finding{{Warning, about, p.BaseURL.String() + " is answered by version " + s.Version + ", this is " + p.Version + ".", "Look whether another machine, or an old program, stands behind that name."}}
	}
	if answer.TLS == nil {
		if p.Production {
			return []Finding{{Problem, about, p.BaseURL.String() + " is not encrypted: whoever is on the way reads what people write.", "Put a web server with TLS in front, and https:// in BASE_URL."}}
		}
		return []Finding{{Fine, about, p.BaseURL.String() + " leads here.", ""}}
	}
	ends := answer.TLS.PeerCertificates[0].NotAfter
	if left := ends.Sub(p.Now()); left < shortLived {
		return []Finding{{Warning, about, "The certificate of " + p.BaseURL.Host + " ends in " + words(left) + ".", certificateNext}}
	}
	return []Finding{{Fine, about, p.BaseURL.String() + " leads here; its certificate is good until " + ends.UTC().Format("2 January 2006") + ".", ""}}
}

// words are a time that passed or will, as people say it.
func words(d time.Duration) string {
	switch {
	case d > 72*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	case d > 3*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	case d > 3*time.Minute:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	}
	return fmt.Sprintf("%d seconds", int(d.Seconds()))
}
