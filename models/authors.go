// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"
)

// Author is how a person appears beside what they write, and where they say they live. Without a pseudonym it leaves
// the person as they are known already.
type Author struct {
	Pseudonym      string    `json:"pseudonym"`
	MunicipalityID uuid.UUID `json:"municipality_id,omitzero"`
	Elsewhere      bool      `json:"elsewhere"`
	Language       string    `json:"language"`
}

// Elsewhere is the slug, in forms and addresses, of those who live in none of the organisation's municipalities.
const Elsewhere = "altrove"

// AuthorForm asks who writes: all of it of a new browser, nothing of a person who is Known.
type AuthorForm struct {
	Pseudonym    string `form:"pseudonym" validate:"required_if=Known false,omitempty,oneline,min=2,max=40"`
	Email        string `form:"email" validate:"required_if=SignedIn false,omitempty,email,max=254"`
	Municipality string `form:"municipality" validate:"required_if=Known false"`

	// SignedIn is true of a browser with a session, Known when its person has a pseudonym and a municipality too.
	SignedIn bool `form:"-"`
	Known    bool `form:"-"`
}

// For fits the form to the person of the session; nil: nobody is signed in.
func (f *AuthorForm) For(p *Person) {
	f.SignedIn = p != nil
	f.Known = p != nil && p.Pseudonym != "" && (p.Elsewhere || p.MunicipalityID != uuid.Nil)
}

func (f *AuthorForm) clean() {
	f.Pseudonym, f.Email = cleanName(f.Pseudonym), strings.TrimSpace(f.Email)
}

// Author turns the form into an Author of o, writing in lang; a municipality that o does not have is a FieldErrors.
func (f *AuthorForm) Author(o *Organisation, lang string) (Author, error) {
	a := Author{Pseudonym: f.Pseudonym, Language: lang}
	switch m := o.MunicipalityBySlug(f.Municipality); {
	case m != nil:
		a.MunicipalityID = m.ID
	case f.Municipality == Elsewhere:
		a.Elsewhere = true
	case f.Municipality != "" || !f.Known:
		return a, Wrong("municipality", "errors.oneof")
	}
	return a, nil
}

// CheckPseudonym says, as FieldErrors of the field "pseudonym", that a name is reserved or, to a person who is signed in,
// taken by another. Somebody not signed in is not told that a name is taken: an answer that depended on the address
// would tell whose address stands behind a name. They get the next free name when they confirm.
func CheckPseudonym(ctx context.Context, db bun.IDB, personID uuid.UUID, pseudonym string) error {
	if pseudonym == "" {
		return nil
	}
	switch is, err := reserved(ctx, db, pseudonym); {
	case err != nil:
		return err
	case is:
		return Wrong("pseudonym", "errors.reserved")
	}
	if personID == uuid.Nil {
		return nil
	}
	switch is, err := taken(ctx, db, personID, pseudonym); {
	case err != nil:
		return err
	case is:
		return Wrong("pseudonym", "errors.taken")
	}
	return nil
}

// setAuthor makes p what author says, when that changes anything. A pseudonym that somebody else has by now becomes the
// next free one ("Anna 2"). ErrReserved changes nothing.
func setAuthor(ctx context.Context, tx bun.IDB, p *Person, author Author) error {
	next := *p
	if author.MunicipalityID != uuid.Nil || author.Elsewhere {
		next.MunicipalityID, next.Elsewhere = author.MunicipalityID, author.Elsewhere
	}
	if author.Language != "" {
		next.Language = author.Language
	}
	if author.Pseudonym != "" {
		next.Pseudonym = author.Pseudonym
	}
	if next.Pseudonym == "" {
		return Wrong("pseudonym", "errors.required")
	}
	if next.Pseudonym != p.Pseudonym {
		if is, err := reserved(ctx, tx, next.Pseudonym); err != nil {
			return err
		} else if is {
			return ErrReserved
		}
		return takeFreePseudonym(ctx, tx, p, next)
	}
	if next.MunicipalityID == p.MunicipalityID && next.Elsewhere == p.Elsewhere && next.Language == p.Language {
		return nil
	}
	return updateAuthor(ctx, tx, p, next)
}

// pseudonymTries bounds the search for a free name.
const pseudonymTries = 1000

func takeFreePseudonym(ctx context.Context, tx bun.IDB, p *Person, next Person) error {
	wanted := next.Pseudonym
	for n := 1; n <= pseudonymTries; n++ {
		if n > 1 {
			next.Pseudonym = fmt.Sprintf("%s %d", wanted, n)
		}
		if is, err := taken(ctx, tx, p.ID, next.Pseudonym); err != nil {
			return err
		} else if is {
			continue
		}
		// In a savepoint: somebody may take the same name at the same moment.
		err := tx.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error { return updateAuthor(ctx, tx, p, next) })
		if !violates(err, "people_pseudonym") {
			return err
		}
	}
	return ErrPseudonymTaken
}

func updateAuthor(ctx context.Context, tx bun.IDB, p *Person, next Person) error {
	_, err := tx.NewUpdate().Model(&next).Column("pseudonym", "municipality_id", "elsewhere", "language").WherePK().Exec(ctx)
	if err == nil {
		*p = next
	}
	return err
}

// taken tells whether a person other than personID has the pseudonym, compared as the unique index compares.
func taken(ctx context.Context, db bun.IDB, personID uuid.UUID, pseudonym string) (bool, error) {
	return db.NewSelect().Model((*Person)(nil)).
		Where(`lower(regexp_replace(pseudonym, '\s+', '', 'g')) = lower(regexp_replace(?, '\s+', '', 'g'))`, pseudonym).
		Where("pseudonym <> '' AND id <> ?", personID).Exists(ctx)
}

// Words that only offices and officials may bear: offices anywhere in a name, ranks as whole words.
var (
	officeWords = skeletons("sindaco", "sindaca", "ufficio", "segreteria", "amministrazione", "amministratore",
		"amministratrice", "assessore", "assessora", "municipio", "moderatore", "moderatrice", "comune di", "comune",
		"redazione", "polizia municipale", "ultima parola")
	rankWords = skeletons("staff", "giunta", "consigliere", "consigliera", "admin", "administrator", "moderator",
		"mayor", "office", "council", "councillor", "vigile", "responsabile", "ufficiale", "official")
)

func skeletons(words ...string) []string {
	for i, w := range words {
		words[i] = strings.Join(nameWords(w), "")
	}
	return words
}

// reserved tells whether a pseudonym could be taken for an office, for a municipality, for a member of staff or for one
// of the names the organisation reserves, however it is spelt.
func reserved(ctx context.Context, db bun.IDB, pseudonym string) (bool, error) {
	words := nameWords(pseudonym)
	whole := strings.Join(words, "")
	for _, w := range officeWords {
		if strings.Contains(whole, w) {
			return true, nil
		}
	}
	for _, w := range rankWords {
		if whole == w || slices.Contains(words, w) {
			return true, nil
		}
	}
	var places, names []string
	if err := db.NewSelect().Model((*Municipality)(nil)).Column("name").Scan(ctx, &places); err != nil {
		return false, err
	}
	if err := db.NewRaw("SELECT name FROM reserved_names UNION SELECT name FROM staff").Scan(ctx, &names); err != nil {
		return false, err
	}
	if slices.ContainsFunc(places, func(p string) bool { return strings.Join(nameWords(p), "") == whole }) {
		return true, nil
	}
	return slices.ContainsFunc(names, func(name string) bool { return bearsName(words, whole, nameWords(name)) }), nil
}

// bearsName tells whether a pseudonym holds all the words of name, in any order, or holds it run together.
func bearsName(words []string, whole string, name []string) bool {
	if len(name) == 0 {
		return false
	}
	for _, w := range name {
		if !slices.Contains(words, w) {
			return strings.Contains(whole, strings.Join(name, ""))
		}
	}
	return true
}

// lookalikes are letters and digits that pass for a Latin letter; "i" stands for the upright strokes.
var lookalikes = strings.NewReplacer(
	"0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "|", "i", "!", "i", "l", "i", "ı", "i",
	"а", "a", "в", "b", "е", "e", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p", "с", "c", "т", "t", "у", "y", "х", "x", "і", "i", "ѕ", "s", "ԁ", "d", "ј", "j", "п", "n",
	"α", "a", "β", "b", "ε", "e", "ι", "i", "κ", "k", "ν", "v", "ο", "o", "ρ", "p", "σ", "o", "τ", "t", "υ", "u", "χ", "x", "ɑ", "a", "ɡ", "g", "ո", "n", "ս", "u", "օ", "o",
)

// nameWords returns the words of a name as the eye reads them: without capitals, accents, invisible or punctuation
// marks, and with look-alike letters made one.
func nameWords(name string) []string {
	folded := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(name))
	return strings.FieldsFunc(lookalikes.Replace(folded), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// cleanName returns a name as it is kept: compatibility forms made plain, no invisible characters, single spaces.
func cleanName(name string) string {
	visible := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(name))
	return strings.Join(strings.Fields(visible), " ")
}

// cleanText returns a text as it is kept: lines ended by \n, no control characters, no marks that turn the direction of
// the text around it.
func cleanText(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case unicode.IsControl(r) && r != '\n' && r != '\t', r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(norm.NFC.String(text))
}
