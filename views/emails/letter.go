// SPDX-License-Identifier: AGPL-3.0-or-later

// Package emails holds the text of every e-mail, in the language of who gets it. A function returns a Letter for each;
// Render gives its two bodies, plain text and HTML, which say the same.
//
// What somebody wrote who has not yet proved their address is never in a mail: anybody could type somebody else's
// address and have a municipality deliver any words to it.
package emails

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
)

// Letter is an e-mail: its subject, what it says in order, and why it comes.
type Letter struct {
	Subject string
	Blocks  []Block
	Why     string
	// Unsubscribe ends the mails of this sort; empty: this one comes once, for something its reader did.
	Unsubscribe string
	// Template names it among models.EditableMails; "" where staff change nothing. Values are what its placeholders stand
	// for.
	Template string
	Values   map[string]string
	// Calendar is the entry for the reader's calendar (RFC 5545) that goes with it; empty: none.
	Calendar string
}

// With returns the letter with what staff say instead of the program: another subject, another opening, a closing of
// theirs. What a placeholder stands for is text, whatever it holds.
func (l Letter) With(own *models.MailText) Letter {
	var pairs []string
	for name, value := range l.Values {
		pairs = append(pairs, "{"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...).Replace
	if own.Subject != "" {
		l.Subject = strings.Join(strings.Fields(fill(own.Subject)), " ")
	}
	if own.Opening != "" {
		l.Blocks = append([]Block{Paragraph(fill(own.Opening))}, l.Blocks[1:]...)
	}
	if own.Closing != "" {
		l.Blocks = append(slices.Clone(l.Blocks), Paragraph(fill(own.Closing)))
	}
	return l
}

// Block is one piece of a letter, in both its bodies.
type Block interface {
	text(ctx context.Context) string
	html() templ.Component
}

// Paragraph is plain text. Empty lines part it.
type Paragraph string

// Quote is what somebody else wrote.
type Quote string

// Code is the six digits that can be typed instead of opening the link.
type Code string

// Button is where the reader goes to do what the letter is about; Link is a place to read more.
type (
	Button struct{ Label, URL string }
	Link   struct{ Label, URL string }
)

// Ticket is the code of a registration, shown at the door: in letters, and to be read by a camera. Most mail programs show
// no SVG, so it goes with the letter as an image.
type Ticket string

// Facts are short values with their names.
type Facts []Fact

// Fact is one line of Facts.
type Fact struct{ Label, Value string }

func (p Paragraph) text(context.Context) string { return string(p) }
func (q Quote) text(context.Context) string {
	return "> " + strings.ReplaceAll(strings.TrimSpace(string(q)), "\n", "\n> ")
}
func (c Code) text(ctx context.Context) string   { return locale.T(ctx, "emails.code") + " " + string(c) }
func (b Button) text(ctx context.Context) string { return Link(b).text(ctx) }
func (l Link) text(context.Context) string       { return l.Label + ":\n" + l.URL }
func (t Ticket) text(ctx context.Context) string {
	return locale.T(ctx, "emails.ticket") + " " + string(t) + "\n" + locale.T(ctx, "emails.ticket_use")
}

// label says what the image shows.
func (t Ticket) label(ctx context.Context) string {
	return locale.T(ctx, "parts.qr_of", "Code", string(t))
}

func (f Facts) text(context.Context) string {
	lines := make([]string, len(f))
	for i, fact := range f {
		lines[i] = fact.Label + ": " + fact.Value
	}
	return strings.Join(lines, "\n")
}

// File goes with a letter: attached or, with a ContentID, shown by its HTML.
type File struct {
	Name, ContentType, ContentID string
	Content                      []byte
}

const (
	ticketID     = "codice@ultimaparola"
	calendarType = "text/calendar; charset=utf-8; method=PUBLISH"
)

// Files returns what goes with the letter.
func (l Letter) Files() ([]File, error) {
	var files []File
	for _, block := range l.Blocks {
		if ticket, is := block.(Ticket); is {
			image, err := parts.QRImage(string(ticket))
			if err != nil {
				return nil, err
			}
			files = append(files, File{Name: "codice.png", ContentType: "image/png", ContentID: ticketID, Content: image})
		}
	}
	if l.Calendar != "" {
		files = append(files, File{Name: "incontro.ics", ContentType: calendarType, Content: []byte(l.Calendar)})
	}
	return files, nil
}

// Sender is who the letters come from.
type Sender struct {
	Organisation *models.Organisation
	// Base is the address of the site, without a slash at the end.
	Base string
}

// Demo tells whether invented data are loaded: every mail then says so.
func (s Sender) Demo() bool { return !s.Organisation.DemoSince.IsZero() }

// Name is how the sender is shown: "Comuni di A e B", or the name of an organisation that is a legal person.
func (s Sender) Name(ctx context.Context) string { return parts.Owner(ctx, s.Organisation) }

// contacts are the telephone numbers and mailboxes that are known, of a legal person and of the municipalities.
func (s Sender) contacts(ctx context.Context) []string {
	var lines []string
	add := func(name, phone, email string) {
		if phone == "" && email == "" {
			return
		}
		if phone != "" {
			name += ", " + locale.T(ctx, "emails.phone", "Number", phone)
		}
		if email != "" {
			name += ", " + email
		}
		lines = append(lines, name)
	}
	if o := s.Organisation; o.LegalPerson {
		add(o.Name, o.Phone, o.Email)
	}
	for _, m := range s.Organisation.Municipalities {
		add(parts.Town(ctx, m.Name), m.Phone, m.Email)
	}
	return lines
}

// help is the page that says how to get help.
func (s Sender) help(ctx context.Context) Link {
	return Link{locale.T(ctx, "emails.help"), s.Base + locale.Path(ctx, "/assistenza")}
}

// Render returns the letter's subject and bodies in the language of ctx.
func Render(ctx context.Context, sender Sender, letter Letter) (subject, text, html string, err error) {
	subject = letter.Subject
	if sender.Demo() {
		subject = locale.T(ctx, "emails.demo_subject") + " " + subject
	}
	var page strings.Builder
	err = document(subject, sender, letter).Render(ctx, &page)
	return subject, plain(ctx, sender, letter), page.String(), err
}

func plain(ctx context.Context, sender Sender, letter Letter) string {
	var pieces []string
	if sender.Demo() {
		pieces = append(pieces, locale.T(ctx, "emails.demo"))
	}
	for _, block := range letter.Blocks {
		pieces = append(pieces, block.text(ctx))
	}
	pieces = append(pieces, "-- \n"+locale.T(ctx, "emails.from", "Sender", sender.Name(ctx)), letter.Why)
	if letter.Unsubscribe != "" {
		pieces = append(pieces, Link{locale.T(ctx, "emails.unsubscribe"), letter.Unsubscribe}.text(ctx))
	}
	pieces = append(pieces, locale.T(ctx, "emails.no_reply"))
	if locale.IsBegun(locale.Lang(ctx)) {
		pieces = append(pieces, locale.T(ctx, "emails.unofficial")+"\n"+locale.In(locale.Default, "emails.unofficial"))
	}
	pieces = append(pieces, sender.contacts(ctx)...)
	pieces = append(pieces, sender.help(ctx).text(ctx))
	return strings.Join(pieces, "\n\n") + "\n"
}
