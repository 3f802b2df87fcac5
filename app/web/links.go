// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// Purposes keep one sort of link from opening another.
const (
	PurposeConfirm      = "confirm"      // a models.Confirmation
	PurposeRegistration = "registration" // a models.Registration, to see and cancel it
	PurposeUnsubscribe  = "unsubscribe"  // a models.Follow
	purposeRoom         = "room"         // a models.Meeting, to ask questions at; see RoomCode
	PurposeDoor         = "door"         // a models.DoorPass, to take it
	purposeFounding     = "founding"     // the first administrator; there is one program, so there is no id
)

// ErrTampered says that a link was not made by this program, or was altered.
var ErrTampered = errors.New("link not valid")

// Links makes and opens the addresses that e-mails carry. Tokens and codes are derived from ids with the program's
// secret, so the database holds nothing that opens anything.
type Links struct {
	Base   string // address of the program, without a slash at the end
	Secret []byte
}

// unsubscribePath begins the addresses that end a follow.
const unsubscribePath = "/avvisami/"

// macSize is 128 bits: what a guesser would have to guess.
const macSize = 16

// Token returns the opaque token of id for a purpose.
func (l Links) Token(purpose string, id uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(append(id[:], l.mac(purpose, id)[:macSize]...))
}

// Open returns the id in a token made for purpose, or ErrTampered.
func (l Links) Open(purpose, token string) (uuid.UUID, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 16+macSize {
		return uuid.Nil, ErrTampered
	}
	id := uuid.UUID(raw[:16])
	if !hmac.Equal(raw[16:], l.mac(purpose, id)[:macSize]) {
		return uuid.Nil, ErrTampered
	}
	return id, nil
}

// Code returns the six digits that confirm id when typed into the browser that asked.
func (l Links) Code(id uuid.UUID) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(l.mac("code", id))%1_000_000)
}

// Confirm is the address at which a confirmation is looked at and confirmed.
func (l Links) Confirm(lang string, c *models.Confirmation) string {
	return l.Base + locale.PathIn(lang, "/conferme/"+l.Token(PurposeConfirm, c.ID))
}

// Founding is the address at which the first administrator begins. It is always the same: what makes it good once is that
// it does nothing where somebody administers already.
func (l Links) Founding() string {
	return l.Base + "/primo-accesso/" + l.Token(purposeFounding, uuid.Nil)
}

// IsFounding returns nil for the token in Founding, else ErrTampered.
func (l Links) IsFounding(token string) error {
	_, err := l.Open(purposeFounding, token)
	return err
}

// Registration is the address at which a registration is seen and cancelled.
func (l Links) Registration(lang string, id uuid.UUID) string {
	return l.Base + locale.PathIn(lang, "/iscrizioni/"+l.Token(PurposeRegistration, id))
}

// Door is the address at which a device takes a door's pass.
func (l Links) Door(lang string, passID uuid.UUID) string {
	return l.Base + locale.PathIn(lang, "/ingresso/"+l.Token(PurposeDoor, passID))
}

// Unsubscribe is the address that ends a follow; it also takes the one-click POST of RFC 8058.
func (l Links) Unsubscribe(lang string, followID uuid.UUID) string {
	return l.Base + locale.PathIn(lang, unsubscribePath+l.Token(PurposeUnsubscribe, followID)+"/disiscrizione")
}

// RoomCode is what the address of a meeting's page for the room ends with: short, so that it can be typed from a wall. It
// keeps strangers from guessing the page; everybody in the room, and who follows from home, is shown it.
func (l Links) RoomCode(meetingID uuid.UUID) string {
	return strings.ToLower(models.CodeOf(uuid.UUID(l.mac(purposeRoom, meetingID)[:16])))
}

// IsRoom tells whether somebody who typed code, in whatever letters, means that meeting's page for the room.
func (l Links) IsRoom(meetingID uuid.UUID, code string) bool {
	typed, _, ok := models.ParseCode(code)
	return ok && hmac.Equal([]byte(strings.ToLower(typed)), []byte(l.RoomCode(meetingID)))
}

// Room is the address of a meeting's page for the room.
func (l Links) Room(lang string, meetingID uuid.UUID) string {
	return l.Base + locale.PathIn(lang, "/sala/"+l.RoomCode(meetingID))
}

func (l Links) mac(purpose string, id uuid.UUID) []byte {
	h := hmac.New(sha256.New, l.Secret)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(id[:])
	return h.Sum(nil)
}
