// SPDX-License-Identifier: AGPL-3.0-or-later

// Package mail sends e-mails: through the mail server that SMTP_URL names or, in development without one, into a folder
// where they can be read. It knows nothing of what they say.
package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// Message is one e-mail to one person. Subject, Text and HTML may hold anything; what could forge another header or
// recipient is refused or made harmless.
type Message struct {
	// ID gives the Message-ID: sending again what may have been sent carries the same, so that mailboxes show it once.
	ID uuid.UUID
	// To is a bare address, FromName how the sender is shown.
	To, FromName        string
	Subject, Text, HTML string
	// Language of the text, as in Content-Language.
	Language string
	// Unsubscribe is the address that ends the mails of this sort with one click (RFC 8058); empty: there is none.
	Unsubscribe string
	// Files come with the message.
	Files []File
	Date  time.Time
}

// File goes with a message: attached or, with a ContentID, shown by its HTML, which names it "cid:" and that.
type File struct {
	Name, ContentType, ContentID string
	Content                      []byte
}

// Mailer sends messages. Several goroutines may use it at once.
type Mailer struct {
	client *gomail.Client // nil: into the folder
	host   string         // the mail server's
	from   string
	folder string
}

// sendTimeout bounds one conversation with the mail server.
const sendTimeout = 30 * time.Second

// New returns a mailer that sends from the bare address from. smtpURL is smtp://[user:password@]host[:port], which
// uses STARTTLS when the server offers it (and insists on it before a password), or smtps:// for TLS from the start;
// its ?from= goes before from. With an empty smtpURL each message becomes a file in folder. The error says what is
// wrong with the settings, without the password.
func New(smtpURL, from, folder string) (*Mailer, error) {
	m := &Mailer{from: from, folder: folder}
	if smtpURL != "" {
		server, err := url.Parse(smtpURL)
		if err != nil || server.Hostname() == "" {
			return nil, errors.New("SMTP_URL is not an address like smtp://user:password@host:587")
		}
		if own := server.Query().Get("from"); own != "" {
			m.from = own
		}
		m.host = server.Hostname()
		if m.client, err = newClient(server); err != nil {
			return nil, fmt.Errorf("SMTP_URL: %w", err)
		}
	}
	if _, err := bareAddress(m.from); err != nil {
		return nil, fmt.Errorf("the sender %q is not an e-mail address: set MAIL_FROM", m.from)
	}
	return m, nil
}

func newClient(server *url.URL) (*gomail.Client, error) {
	// NOOP and RSET would only add failures after the server has taken the message.
	options := []gomail.Option{gomail.WithTimeout(sendTimeout), gomail.WithoutNoop(), gomail.WithoutRset()}
	password, withPassword := server.User.Password()
	port := 25
	switch server.Scheme {
	case "smtp":
		policy := gomail.TLSOpportunistic
		if withPassword {
			policy, port = gomail.TLSMandatory, 587
		}
		options = append(options, gomail.WithTLSPolicy(policy))
	case "smtps":
		port = 465
		options = append(options, gomail.WithSSL())
	default:
		return nil, fmt.Errorf("%q is neither smtp nor smtps", server.Scheme)
	}
	if p := server.Port(); p != "" {
		var err error
		if port, err = strconv.Atoi(p); err != nil {
			return nil, err
		}
	}
	options = append(options, gomail.WithPort(port))
	if withPassword {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(server.User.Username()), gomail.WithPassword(password))
	}
	return gomail.NewClient(server.Hostname(), options...)
}

// ErrPermanent is in the errors that trying again would not change: the server refuses this recipient or this text.
var ErrPermanent = errors.New("refused for good")

// Send hands the message over: nil means that the server has taken it (or that the file is written). Of errors, those
// that are ErrPermanent concern this message; every other one (network, 4xx, the server refusing us) may pass.
func (m *Mailer) Send(ctx context.Context, message Message) error {
	built, err := m.build(message)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	if m.client == nil {
		return m.keep(message.ID, built)
	}
	conn, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := m.client.SendWithSMTPClient(conn, built); err != nil {
		return explain(err)
	}
	// The message is taken: a farewell that fails must not have it sent again.
	_ = conn.Quit()
	return nil
}

// Greet begins a conversation with the mail server as Send does, with encryption and password, and ends it without a
// message; private tells whether nobody on the way could read it, as it is encrypted or stays on this machine. Into a
// folder there is nobody to greet.
func (m *Mailer) Greet(ctx context.Context) (private bool, err error) {
	if m.client == nil {
		return true, nil
	}
	conn, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close() }()
	_, encrypted := conn.TLSConnectionState()
	ip := net.ParseIP(m.host)
	return encrypted || m.host == "localhost" || ip != nil && ip.IsLoopback(), conn.Quit()
}

// explain marks as permanent the answers 5xx to the recipient and to the text. One to the sender speaks of our
// settings, which somebody may mend. The server's own words are left out: they may quote the recipient, and errors are
// logged.
func explain(err error) error {
	var refused *gomail.SendError
	if !errors.As(err, &refused) {
		return err
	}
	if refused.ErrorCode() == 0 {
		return fmt.Errorf("the conversation with the mail server broke off: %s", refused.Reason)
	}
	err = fmt.Errorf("the mail server answered %d %s: %s", refused.ErrorCode(), refused.EnhancedStatusCode(), refused.Reason)
	if refused.ErrorCode() >= 500 && refused.Reason != gomail.ErrSMTPMailFrom {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	return err
}

func (m *Mailer) build(message Message) (*gomail.Msg, error) {
	to, err := bareAddress(message.To)
	if err != nil {
		return nil, err
	}
	built := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	built.FromMailAddress(&netmail.Address{Name: oneLine(message.FromName), Address: m.from})
	built.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to)
	built.Subject(oneLine(message.Subject))
	built.SetDateWithValue(message.Date)
	built.SetMessageIDWithValue(message.ID.String() + m.from[strings.LastIndex(m.from, "@"):])
	built.SetGenHeader(gomail.HeaderContentLang, oneLine(message.Language))
	// Nobody's holiday reply should answer these (RFC 3834).
	built.SetGenHeader("Auto-Submitted", "auto-generated")
	if message.Unsubscribe != "" {
		address, err := url.Parse(message.Unsubscribe)
		if err != nil {
			return nil, err
		}
		built.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+address.String()+">")
		built.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	built.SetBodyString(gomail.TypeTextPlain, message.Text)
	built.AddAlternativeString(gomail.TypeTextHTML, message.HTML)
	for _, f := range message.Files {
		contentType := gomail.WithFileContentType(gomail.ContentType(f.ContentType))
		if f.ContentID != "" {
			built.EmbedReadSeeker(f.Name, bytes.NewReader(f.Content), contentType, gomail.WithFileContentID("<"+f.ContentID+">"))
		} else {
			built.AttachReadSeeker(f.Name, bytes.NewReader(f.Content), contentType)
		}
	}
	return built, nil
}

// bareAddress reads one address with nothing beside it: no name, no list, no second line.
func bareAddress(s string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(s)
	if err != nil {
		return nil, errors.New("not an e-mail address")
	}
	if a.Address != s {
		return nil, errors.New("more than an e-mail address")
	}
	return a, nil
}

// oneLine makes every run of spaces, line ends and control characters one space.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0x85 || r == '\u2028' || r == '\u2029' }), " ")
}
