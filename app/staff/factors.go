// SPDX-License-Identifier: AGPL-3.0-or-later

package staff

import (
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"ultimaparola/app/web"
	"ultimaparola/models"
	"ultimaparola/views/locale"
	"ultimaparola/views/parts"
	"ultimaparola/views/staff"
)

const (
	accountPath = "/il-mio-accesso"
	appPath     = accountPath + "/app"
	codesPath   = accountPath + "/codici"
)

// SecondFactor asks for the second factor; who has none yet is shown how to set one up.
func (z *Staff) SecondFactor(c *fiber.Ctx) error {
	return z.secondFactor(c, fiber.StatusOK, nil)
}

func (z *Staff) secondFactor(c *fiber.Ctx, status int, wrong models.FieldErrors) error {
	account, err := models.StaffByID(c.UserContext(), z.DB, signed(c).ID)
	if err != nil {
		return err
	}
	key := "staff.factor.title"
	if !account.HasFactor() {
		key = "staff.setup.title"
	}
	page, err := z.page(c, key)
	if err != nil {
		return err
	}
	return web.Render(c, status, staff.SecondFactor(staff.FactorPage{Page: page, Account: account, After: onward(c, account), Wrong: wrong}))
}

type codeForm struct {
	Code string `form:"code" validate:"required,max=100,oneline"`
}

// ProveByCode lets in who types a code of their app or one of their recovery codes.
func (z *Staff) ProveByCode(c *fiber.Ctx) error {
	form, account := new(codeForm), signed(c)
	wrong := web.Bind(c, form)
	if wrong == nil {
		err := models.ProveByCode(c.UserContext(), z.DB, z.Now(), z.sealer, account.ID, form.Code)
		switch {
		case errors.Is(err, models.ErrCode):
			wrong = models.Wrong("code", "errors.factor_code")
		case err != nil:
			return err
		}
	}
	if wrong != nil {
		return z.secondFactor(c, fiber.StatusUnprocessableEntity, wrong)
	}
	if err := z.SignInStaff(c, account, true); err != nil {
		return err
	}
	return web.SeeOther(c, onward(c, account))
}

// appCookie keeps the new secret of an app while its first code is typed.
const appCookie = "app"

// AppPage shows a new secret for an app that makes codes, as a QR code and in letters.
func (z *Staff) AppPage(c *fiber.Ctx) error {
	account, err := z.mayAddApp(c)
	if err != nil {
		return err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Ultima Parola " + z.Config.BaseURL.Hostname(), AccountName: account.Email})
	if err != nil {
		return err
	}
	return z.appPage(c, fiber.StatusOK, key, nil)
}

// AddApp puts the app in force once it has shown a code.
func (z *Staff) AddApp(c *fiber.Ctx) error {
	account, err := z.mayAddApp(c)
	if err != nil {
		return err
	}
	kept, err := z.Unseal(c, appCookie)
	if err != nil {
		return web.SeeOther(c, appPath) // too late: a new secret
	}
	key, err := otp.NewKeyFromURL(string(kept))
	if err != nil {
		return err
	}
	form := new(codeForm)
	wrong := web.Bind(c, form)
	if wrong == nil {
		err := models.AddTOTP(c.UserContext(), z.DB, z.Now(), z.sealer, account, key.Secret(), form.Code)
		switch {
		case errors.Is(err, models.ErrCode):
			wrong = models.Wrong("code", "errors.app_code")
		case err != nil:
			return err
		}
	}
	if wrong != nil {
		return z.appPage(c, fiber.StatusUnprocessableEntity, key, wrong)
	}
	first := !account.HasFactor()
	if err := z.SignInStaff(c, account, true); err != nil {
		return err
	}
	if first {
		return web.Done(c, codesPath, "app")
	}
	return web.Done(c, accountPath, "app")
}

// mayAddApp returns the account of who is signed in. ErrClosed when it has an app already; who has another factor must
// have shown it, or is sent to do so.
func (z *Staff) mayAddApp(c *fiber.Ctx) (*models.Staff, error) {
	account, err := models.StaffByID(c.UserContext(), z.DB, signed(c).ID)
	switch {
	case err != nil:
		return nil, err
	case !z.mayAdd(c, account):
		return nil, web.ErrProveAgain
	case !account.TOTPSince.IsZero():
		return nil, models.ErrClosed
	}
	return account, nil
}

func (z *Staff) appPage(c *fiber.Ctx, status int, key *otp.Key, wrong models.FieldErrors) error {
	page, err := z.page(c, "staff.app.title")
	if err != nil {
		return err
	}
	z.Seal(c, appCookie, []byte(key.URL()), challengeTime*3)
	return web.Render(c, status, staff.App(staff.AppPage{Page: page, Address: key.URL(), Secret: key.Secret(), Wrong: wrong}))
}

// CodesPage offers new recovery codes.
func (z *Staff) CodesPage(c *fiber.Ctx) error { return z.codes(c, nil) }

// NewCodes makes new recovery codes and shows them, this once.
func (z *Staff) NewCodes(c *fiber.Ctx) error {
	codes, err := models.NewRecoveryCodes(c.UserContext(), z.DB, z.Now(), web.Staff(c))
	if err != nil {
		return err
	}
	return z.codes(c, codes)
}

func (z *Staff) codes(c *fiber.Ctx, codes []string) error {
	page, err := z.page(c, "staff.codes.title", z.toAccount(c))
	if err != nil {
		return err
	}
	page.Path = codesPath
	left, err := models.RecoveryCodesLeft(c.UserContext(), z.DB, page.Staff.ID)
	if err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, staff.Codes(staff.CodesPage{Page: page, Codes: codes, Left: left, Done: c.Query("fatto")}))
}

// Account shows who is signed in their factors and their sessions.
func (z *Staff) Account(c *fiber.Ctx) error {
	page, err := z.page(c, "staff.account.title")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	p := staff.AccountPage{Page: page, Done: c.Query("fatto")}
	if p.Account, err = models.StaffByID(ctx, z.DB, page.Staff.ID); err != nil {
		return err
	}
	if p.CodesLeft, err = models.RecoveryCodesLeft(ctx, z.DB, page.Staff.ID); err != nil {
		return err
	}
	if p.Sessions, err = models.SessionsOfStaff(ctx, z.DB, z.Now(), page.Staff.ID); err != nil {
		return err
	}
	return web.Render(c, fiber.StatusOK, staff.Account(p))
}

// RemoveApp takes the app away as a second factor.
func (z *Staff) RemoveApp(c *fiber.Ctx) error {
	if err := models.RemoveTOTP(c.UserContext(), z.DB, z.Now(), web.Staff(c)); err != nil {
		return z.lastFactor(c, err)
	}
	return web.Done(c, accountPath, "app-tolta")
}

// RemovePasskey takes a passkey away.
func (z *Staff) RemovePasskey(c *fiber.Ctx) error {
	id, err := staff.PasskeyID(c.Params("id"))
	if err != nil {
		return models.ErrNotFound
	}
	if err := models.RemovePasskey(c.UserContext(), z.DB, z.Now(), web.Staff(c), id); err != nil {
		return z.lastFactor(c, err)
	}
	return web.Done(c, accountPath, "passkey-tolta")
}

// lastFactor says that the only second factor stays.
func (z *Staff) lastFactor(c *fiber.Ctx, err error) error {
	if errors.Is(err, models.ErrClosed) {
		return web.Done(c, accountPath, "ultimo-fattore")
	}
	return err
}

// EndSession ends one of the sessions of who is signed in; the one they are in signs them out.
func (z *Staff) EndSession(c *fiber.Ctx) error {
	if err := models.EndSession(c.UserContext(), z.DB, z.Now(), web.Staff(c).ID, c.Params("name")); err != nil {
		return err
	}
	if c.Params("name") == web.Staff(c).Session.Name() {
		return web.SeeOther(c, "/accesso-uffici")
	}
	return web.Done(c, accountPath, "sessione")
}

// WantDigest has who is signed in told each morning what came in.
func (z *Staff) WantDigest(c *fiber.Ctx) error { return z.digest(c, true) }

// EndDigest has them told no more.
func (z *Staff) EndDigest(c *fiber.Ctx) error { return z.digest(c, false) }

func (z *Staff) digest(c *fiber.Ctx, want bool) error {
	if err := models.WantDigest(c.UserContext(), z.DB, z.Now(), web.Staff(c), want); err != nil {
		return err
	}
	return web.Done(c, accountPath, "salvato")
}

func (z *Staff) toAccount(c *fiber.Ctx) parts.Crumb {
	ctx := c.UserContext()
	return parts.Crumb{Label: locale.T(ctx, "staff.account.title"), Href: locale.Path(ctx, accountPath)}
}
