// SPDX-License-Identifier: AGPL-3.0-or-later

package staff

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// A passkey is used in two steps, both by the page's script: the browser is given a challenge, kept sealed in a cookie,
// and its answer is checked against it. The answer to the script is where to go next, or a sentence on what went wrong.

// challengeCookie keeps the challenge while the browser signs it; five minutes are enough to find one's telephone.
const (
	challengeCookie = "sfida"
	challengeTime   = 5 * time.Minute
)

// passkeyUser is an account as the passkey library wants it.
type passkeyUser struct{ *models.Staff }

func (u passkeyUser) WebAuthnID() []byte          { return u.ID[:] }
func (u passkeyUser) WebAuthnName() string        { return u.Email }
func (u passkeyUser) WebAuthnDisplayName() string { return u.Name }

func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential {
	var credentials []webauthn.Credential
	for _, key := range u.Passkeys {
		var credential webauthn.Credential
		if json.Unmarshal(key.Credential, &credential) == nil { // one that cannot be read proves nobody
			credentials = append(credentials, credential)
		}
	}
	return credentials
}

// BeginPasskey gives the browser what to make a new passkey with.
func (z *Staff) BeginPasskey(c *fiber.Ctx) error {
	account, err := models.StaffByID(c.UserContext(), z.DB, signed(c).ID)
	if err != nil {
		return err
	}
	if !z.mayAdd(c, account) {
		return z.refuse(c, "staff.passkey.prove_first")
	}
	user := passkeyUser{account}
	options, session, err := z.webauthn.BeginRegistration(user,
		webauthn.WithResidentKeyRequirement(protocol.ResidentKeyRequirementRequired),
		webauthn.WithExclusions(webauthn.Credentials(user.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return err
	}
	return z.challenge(c, session, options)
}

// mayAdd tells whether who is signed in may add a factor: who has one must have shown it.
func (z *Staff) mayAdd(c *fiber.Ctx, account *models.Staff) bool {
	return web.Staff(c) != nil || !account.HasFactor()
}

// AddPasskey keeps the passkey that the browser has made.
func (z *Staff) AddPasskey(c *fiber.Ctx) error {
	account, err := models.StaffByID(c.UserContext(), z.DB, signed(c).ID)
	if err != nil {
		return err
	}
	if !z.mayAdd(c, account) {
		return z.refuse(c, "staff.passkey.prove_first")
	}
	session, err := z.challenged(c)
	if err != nil {
		return z.refuse(c, "staff.passkey.late")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(c.Body())
	if err != nil {
		return z.refuse(c, "staff.passkey.failed")
	}
	credential, err := z.webauthn.CreateCredential(passkeyUser{account}, *session, parsed)
	if err != nil {
		return z.refuse(c, "staff.passkey.failed")
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	first := !account.HasFactor()
	key := models.Passkey{ID: credential.ID, Name: web.BrowserOf(c), Credential: record}
	if key.Name == "" {
		key.Name = "Passkey"
	}
	if err := models.AddPasskey(c.UserContext(), z.DB, z.Now(), account, key); err != nil {
		return err
	}
	if err := z.SignInStaff(c, account, true); err != nil {
		return err
	}
	if first {
		return z.lead(c, codesPath+"?fatto=passkey")
	}
	return z.lead(c, accountPath+"?fatto=passkey")
}

// AskPasskey gives the browser a challenge for the passkeys of who is signed in half of the way; of anybody, when nobody
// is: the passkey then says who it is.
func (z *Staff) AskPasskey(c *fiber.Ctx) error {
	verified := webauthn.WithUserVerification(protocol.VerificationRequired)
	if signed(c) == nil {
		options, session, err := z.webauthn.BeginDiscoverableLogin(verified)
		if err != nil {
			return err
		}
		return z.challenge(c, session, options)
	}
	account, err := models.StaffByID(c.UserContext(), z.DB, signed(c).ID)
	if err != nil {
		return err
	}
	options, session, err := z.webauthn.BeginLogin(passkeyUser{account})
	if err != nil {
		return z.refuse(c, "staff.passkey.none")
	}
	return z.challenge(c, session, options)
}

// ProveByPasskey lets in whom a passkey proves. Alone, a passkey is two factors: the device, and the finger, face or
// number that it asks for.
func (z *Staff) ProveByPasskey(c *fiber.Ctx) error {
	session, err := z.challenged(c)
	if err != nil {
		return z.refuse(c, "staff.passkey.late")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(c.Body())
	if err != nil {
		return z.refuse(c, "staff.passkey.failed")
	}
	ctx := c.UserContext()
	var account *models.Staff
	var credential *webauthn.Credential
	if who := signed(c); who != nil {
		if account, err = models.StaffByID(ctx, z.DB, who.ID); err != nil {
			return err
		}
		credential, err = z.webauthn.ValidateLogin(passkeyUser{account}, *session, parsed)
	} else {
		find := func(_, handle []byte) (webauthn.User, error) {
			account, err = z.byHandle(ctx, handle)
			return passkeyUser{account}, err
		}
		credential, err = z.webauthn.ValidateDiscoverableLogin(find, *session, parsed)
	}
	if err != nil || credential.Authenticator.CloneWarning {
		return z.refuse(c, "staff.passkey.failed")
	}
	record, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	if err := models.UsePasskey(ctx, z.DB, z.Now(), credential.ID, record); err != nil {
		return err
	}
	if err := z.SignInStaff(c, account, true); err != nil {
		return err
	}
	return z.lead(c, onward(c, account))
}

func (z *Staff) byHandle(ctx context.Context, handle []byte) (*models.Staff, error) {
	id, err := uuid.FromBytes(handle)
	if err != nil {
		return nil, fmt.Errorf("a passkey of somebody else: %w", models.ErrNotFound)
	}
	return models.StaffByID(ctx, z.DB, id)
}

// challenge keeps what the browser is to sign, and gives it the options.
func (z *Staff) challenge(c *fiber.Ctx, session *webauthn.SessionData, options any) error {
	kept, err := json.Marshal(session)
	if err != nil {
		return err
	}
	z.Seal(c, challengeCookie, kept, challengeTime)
	return c.JSON(options)
}

func (z *Staff) challenged(c *fiber.Ctx) (*webauthn.SessionData, error) {
	kept, err := z.Unseal(c, challengeCookie)
	if err != nil {
		return nil, err
	}
	session := new(webauthn.SessionData)
	return session, json.Unmarshal(kept, session)
}

// refuse tells the page's script what to say.
func (z *Staff) refuse(c *fiber.Ctx, key string) error {
	return c.Status(fiber.StatusUnprocessableEntity).JSON(fiber.Map{"problem": locale.T(c.UserContext(), key)})
}

// lead tells the page's script where to go.
func (z *Staff) lead(c *fiber.Ctx, path string) error {
	return c.JSON(fiber.Map{"to": locale.Path(c.UserContext(), path)})
}
