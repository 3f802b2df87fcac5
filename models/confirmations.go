// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Kinds of confirmation: what a mailbox is asked to confirm.
const (
	ConfirmRegistration = "registration"
	ConfirmContribution = "contribution"
	ConfirmReply        = "reply"
	ConfirmSupport      = "support"
	ConfirmFollow       = "follow"
	ConfirmSignIn       = "sign_in"
	ConfirmStaffSignIn  = "staff_sign_in"
)

// How long a link of each sort can be used; a registration's lasts as long as its seats are held.
const (
	confirmWithin     = 24 * time.Hour
	signInWithin      = 30 * time.Minute
	staffSignInWithin = time.Hour
	invitationWithin  = 7 * 24 * time.Hour
)

// codeAttempts bounds the guesses at one six-digit code, and addressAttempts those at all the codes of one address in
// a day: whoever asks for code after code in somebody's name must not find one.
const (
	codeAttempts    = 5
	addressAttempts = 20
)

// mailsAnHour bounds the confirmations that one address is mailed in an hour, whoever asks for them, and mailsOfOne how
// often one of them is mailed in all.
const (
	mailsAnHour = 20
	mailsOfOne  = 4
)

// Confirmation is something asked for that its author's mailbox has still to confirm.
type Confirmation struct {
	bun.BaseModel `bun:"table:confirmations"`

	ID           uuid.UUID `bun:",pk"`
	Kind         string
	AddressID    uuid.UUID       `bun:",nullzero"`
	StaffID      uuid.UUID       `bun:",nullzero"`
	Payload      json.RawMessage `bun:"type:jsonb"`
	BrowserHash  []byte
	CodeAttempts int
	// Mails is how often it was mailed.
	Mails     int `bun:",nullzero"`
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time `bun:",nullzero"`

	Address *Address `bun:"rel:belongs-to,join:address_id=id"`
}

// Asker is who asks for something without a session: an e-mail address still to be proved.
type Asker struct {
	Email    string
	Language string
	// BrowserHash is the hash of the asking browser's cookie: only that browser is signed in on confirming.
	BrowserHash []byte
}

// Ask keeps act, of the given kind, until the asker's mailbox confirms it, and mails the link and the code.
// ErrTooManyMails when the mailbox had enough of them lately.
func Ask(ctx context.Context, db bun.IDB, now time.Time, asker Asker, kind string, act any) (*Confirmation, error) {
	var c *Confirmation
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		address, err := addressOf(ctx, tx, now, Email, asker.Email, asker.Language)
		if err != nil {
			return err
		}
		switch full, err := mailedEnough(ctx, tx, now, []uuid.UUID{address.ID}); {
		case err != nil:
			return err
		case full[address.ID]:
			return ErrTooManyMails
		}
		within := confirmWithin
		if kind == ConfirmSignIn {
			within = signInWithin
		}
		c, err = ask(ctx, tx, now, asker, address, kind, act, now.Add(within))
		return err
	})
	return c, err
}

func ask(ctx context.Context, tx bun.IDB, now time.Time, asker Asker, address *Address, kind string, act any, expires time.Time) (*Confirmation, error) {
	c, err := newConfirmation(now, asker, address, kind, act, expires)
	if err != nil {
		return nil, err
	}
	return c, askAll(ctx, tx, now, []*Confirmation{c})
}

func newConfirmation(now time.Time, asker Asker, address *Address, kind string, act any, expires time.Time) (*Confirmation, error) {
	payload, err := json.Marshal(act)
	return &Confirmation{ID: newID(), Kind: kind, AddressID: address.ID, Address: address, Payload: payload,
		BrowserHash: asker.BrowserHash, CreatedAt: now, ExpiresAt: expires}, err
}

// mailedEnough tells which of the addresses were mailed as many confirmations in the last hour as one may be.
func mailedEnough(ctx context.Context, tx bun.IDB, now time.Time, addressIDs []uuid.UUID) (map[uuid.UUID]bool, error) {
	var full []uuid.UUID
	err := tx.NewSelect().Model((*Confirmation)(nil)).Column("address_id").
		Where("address_id IN (?) AND created_at > ?", bun.List(addressIDs), now.Add(-time.Hour)).
		Group("address_id").Having("sum(mails) >= ?", mailsAnHour).Scan(ctx, &full)
	enough := make(map[uuid.UUID]bool, len(full))
	for _, id := range full {
		enough[id] = true
	}
	return enough, err
}

// askAll writes confirmations and mails each to its address.
func askAll(ctx context.Context, tx bun.IDB, now time.Time, confirmations []*Confirmation) error {
	if len(confirmations) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&confirmations).Exec(ctx); err != nil {
		return err
	}
	mails := make([]Mail, len(confirmations))
	for i, c := range confirmations {
		mails[i] = c.mail()
	}
	return enqueueMail(ctx, tx, now, mails...)
}

func (c *Confirmation) mail() Mail {
	return Mail{Template: MailConfirm + c.Kind, PersonID: c.Address.PersonID, SubjectID: c.ID}
}

// AskAgain mails a confirmation once more to its address, with the link and the code it has. ErrUsed and ErrExpired when
// it can do nothing any more, ErrTooManyMails when it was mailed four times or the mailbox had enough lately.
func AskAgain(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		c, err := ConfirmationByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := c.Usable(now); err != nil {
			return err
		}
		full, err := mailedEnough(ctx, tx, now, []uuid.UUID{c.AddressID})
		if err != nil {
			return err
		}
		if full[c.AddressID] {
			return ErrTooManyMails
		}
		res, err := tx.NewUpdate().Model(c).Set("mails = mails + 1").WherePK().Where("mails < ?", mailsOfOne).Exec(ctx)
		if err = changedOne(res, err); errors.Is(err, ErrNotFound) {
			return ErrTooManyMails
		}
		if err != nil {
			return err
		}
		return enqueueMail(ctx, tx, now, c.mail())
	})
}

// CanAskAgain tells whether a confirmation may be mailed once more.
func (c *Confirmation) CanAskAgain() bool { return c.Mails < mailsOfOne }

// InviteStaff makes a one-time sign-in for a member of staff, good for a week; the caller shows or sends its link.
func InviteStaff(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID) (*Confirmation, error) {
	return newStaffSignIn(ctx, db, now, staffID, invitationWithin)
}

func newStaffSignIn(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID, within time.Duration) (*Confirmation, error) {
	c := &Confirmation{ID: newID(), Kind: ConfirmStaffSignIn, StaffID: staffID, Payload: json.RawMessage("{}"),
		CreatedAt: now, ExpiresAt: now.Add(within)}
	_, err := db.NewInsert().Model(c).Exec(ctx)
	return c, err
}

// AskStaffSignIn mails a one-time sign-in to the member of staff with that address; to anybody else, and to who was
// mailed enough of them lately, it does nothing.
func AskStaffSignIn(ctx context.Context, db bun.IDB, now time.Time, email string) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		staff := new(Staff)
		err := tx.NewSelect().Model(staff).Where("email = ? AND disabled_at IS NULL", NormalAddress(Email, email)).Scan(ctx)
		switch err = found(err); {
		case errors.Is(err, ErrNotFound):
			return nil
		case err != nil:
			return err
		}
		lately, err := tx.NewSelect().Model((*Confirmation)(nil)).
			Where("staff_id = ? AND created_at > ?", staff.ID, now.Add(-time.Hour)).Count(ctx)
		if err != nil || lately >= mailsAnHour {
			return err
		}
		c, err := newStaffSignIn(ctx, tx, now, staff.ID, staffSignInWithin)
		if err != nil {
			return err
		}
		return enqueueMail(ctx, tx, now, Mail{Template: MailStaffSignIn, StaffID: staff.ID, SubjectID: c.ID})
	})
}

// ConfirmationByID returns a confirmation with its address, used or not, for the page that shows what it will do.
func ConfirmationByID(ctx context.Context, db bun.IDB, id uuid.UUID) (*Confirmation, error) {
	c := new(Confirmation)
	err := db.NewSelect().Model(c).Relation("Address").Where("confirmation.id = ?", id).Scan(ctx)
	return c, found(err)
}

// CountCodeAttempt counts one guess at the code of a confirmation, before it is compared. After five, or after twenty
// in a day at the codes of its address, it gives ErrTooManyAttempts, and the link alone still works.
func CountCodeAttempt(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) error {
	res, err := db.NewUpdate().Model((*Confirmation)(nil)).Set("code_attempts = code_attempts + 1").
		Where("id = ? AND code_attempts < ?", id, codeAttempts).
		Where(`(SELECT coalesce(sum(o.code_attempts), 0) FROM confirmations o
			WHERE o.address_id = confirmation.address_id AND o.created_at > ?) < ?`, now.Add(-24*time.Hour), addressAttempts).Exec(ctx)
	if err = changedOne(res, err); errors.Is(err, ErrNotFound) {
		return ErrTooManyAttempts
	}
	return err
}

// Usable says why a confirmation cannot be used now: ErrUsed, ErrExpired or nil.
func (c *Confirmation) Usable(now time.Time) error {
	switch {
	case !c.UsedAt.IsZero():
		return ErrUsed
	case now.After(c.ExpiresAt):
		return ErrExpired
	}
	return nil
}

// Confirm carries out what a confirmation was asked for, once: it proves the address, does the act and forgets its
// text. ErrUsed and ErrExpired say that nothing was done.
func Confirm(ctx context.Context, db bun.IDB, now time.Time, id uuid.UUID) (*Confirmation, error) {
	c := new(Confirmation)
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		*c = Confirmation{}
		if err := tx.NewSelect().Model(c).Where("id = ?", id).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		if err := c.Usable(now); err != nil {
			return err
		}
		if c.AddressID != uuid.Nil {
			c.Address = new(Address)
			err := tx.NewUpdate().Model(c.Address).Set("verified_at = coalesce(verified_at, ?)", now).
				Where("id = ?", c.AddressID).Returning("*").Scan(ctx)
			if err != nil {
				return found(err)
			}
			if err := c.carryOut(ctx, tx, now); err != nil {
				return err
			}
		}
		_, err := tx.NewUpdate().Model(c).Set("used_at = ?", now).Set("payload = '{}'").WherePK().Exec(ctx)
		return err
	})
	return c, err
}

// carryOut does the act as the person whose address is now proved.
func (c *Confirmation) carryOut(ctx context.Context, tx bun.IDB, now time.Time) error {
	switch c.Kind {
	case ConfirmRegistration:
		return carryOut(ctx, tx, now, c, confirmRegistration)
	case ConfirmContribution:
		return carryOut(ctx, tx, now, c, contribute)
	case ConfirmReply:
		return carryOut(ctx, tx, now, c, reply)
	case ConfirmSupport:
		return carryOut(ctx, tx, now, c, support)
	case ConfirmFollow:
		return carryOut(ctx, tx, now, c, follow)
	}
	return nil // signing in does nothing else
}

func carryOut[T any](ctx context.Context, tx bun.IDB, now time.Time, c *Confirmation,
	do func(ctx context.Context, tx bun.IDB, now time.Time, personID uuid.UUID, act T) error) error {
	var act T
	if err := json.Unmarshal(c.Payload, &act); err != nil {
		return err
	}
	return do(ctx, tx, now, c.Address.PersonID, act)
}

// PlaceOf returns the address of the page about the guideline, comment, meeting or registration, the first that is given.
func PlaceOf(ctx context.Context, db bun.IDB, about Subjects) (string, error) {
	var path string
	err := db.NewRaw(`
		SELECT '/consultazioni/' || c.slug || '/linee-guida/' || g.slug FROM guidelines g JOIN consultations c ON c.id = g.consultation_id
		WHERE g.id = ? OR g.id = (SELECT guideline_id FROM comments WHERE consultation_id = ? AND id = ?)
		UNION ALL
		SELECT '/consultazioni/' || c.slug || '/incontri/' || m.slug FROM meetings m JOIN consultations c ON c.id = m.consultation_id
		WHERE m.id = ? OR m.id = (SELECT meeting_id FROM registrations WHERE consultation_id = ? AND id = ?) LIMIT 1`,
		about.GuidelineID, about.ConsultationID, about.CommentID,
		about.MeetingID, about.ConsultationID, about.RegistrationID).Scan(ctx, &path)
	return path, found(err)
}
