// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"
)

// Passkey is a credential (Web Authentication Level 3) with which a member of staff proves who they are. Credential is
// the record as the library that checks it keeps it.
type Passkey struct {
	bun.BaseModel `bun:"table:staff_passkeys"`

	ID         []byte `bun:",pk"`
	StaffID    uuid.UUID
	Name       string
	Credential json.RawMessage `bun:"type:jsonb"`
	CreatedAt  time.Time
	UsedAt     time.Time `bun:",nullzero"`
}

// Bounds of the second factor: after so many wrong codes none is tried for a while.
const (
	factorAttempts = 5
	factorLock     = 15 * time.Minute
	recoveryCodes  = 10
	totpPeriod     = 30 // seconds, RFC 6238
)

// ErrCode says that a code is not the right one now.
var ErrCode = errors.New("not the right code")

// HasFactor tells whether the account has a second factor; its passkeys must have been read.
func (s *Staff) HasFactor() bool { return !s.TOTPSince.IsZero() || len(s.Passkeys) > 0 }

// AddTOTP gives the account an app that makes codes of secret, once it has shown one. ErrClosed when it has one already;
// ErrCode, ErrTooManyAttempts.
func AddTOTP(ctx context.Context, db bun.IDB, now time.Time, sealer Sealer, staff *Staff, secret, code string) error {
	return attempt(ctx, db, now, staff.ID, func(ctx context.Context, tx bun.IDB, s *Staff) error {
		if !s.TOTPSince.IsZero() {
			return ErrClosed
		}
		s.TOTPSecret, s.TOTPStep = sealer.Seal(s.ID[:], []byte(secret)), 0
		if err := s.useTOTP(now, sealer, code); err != nil {
			return err
		}
		s.TOTPSince = now
		if _, err := tx.NewUpdate().Model(s).Column("totp_secret", "totp_since").WherePK().Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "add_totp", "staff", s.ID, nil, nil)
	})
}

// ProveByCode proves a member of staff by a code of their app, each good once, or by one of their recovery codes, which
// are told apart by their length. ErrCode; ErrTooManyAttempts after five wrong ones, for a quarter of an hour.
func ProveByCode(ctx context.Context, db bun.IDB, now time.Time, sealer Sealer, staffID uuid.UUID, code string) error {
	return attempt(ctx, db, now, staffID, func(ctx context.Context, tx bun.IDB, s *Staff) error {
		if recovery := normalCode(code); len(recovery) > 6 {
			return useRecoveryCode(ctx, tx, now, s, recovery)
		}
		if s.TOTPSince.IsZero() {
			return ErrCode
		}
		return s.useTOTP(now, sealer, code)
	})
}

// attempt tries a code of an account under its row's lock. A wrong one is counted, whatever else happens.
func attempt(ctx context.Context, db bun.IDB, now time.Time, staffID uuid.UUID, try func(context.Context, bun.IDB, *Staff) error) error {
	var refused error
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		s := new(Staff)
		if err := tx.NewSelect().Model(s).Where("id = ? AND disabled_at IS NULL", staffID).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		if refused = nil; now.Before(s.FactorLockedUntil) {
			refused = ErrTooManyAttempts
			return nil
		}
		switch refused = try(ctx, tx, s); {
		case errors.Is(refused, ErrCode):
			if s.FactorAttempts++; s.FactorAttempts >= factorAttempts {
				s.FactorAttempts, s.FactorLockedUntil = 0, now.Add(factorLock)
			}
		case refused != nil:
			return refused
		default:
			s.FactorAttempts, s.FactorLockedUntil = 0, time.Time{}
		}
		_, err := tx.NewUpdate().Model(s).Column("totp_step", "factor_attempts", "factor_locked_until").WherePK().Exec(ctx)
		return err
	})
	return errors.Join(err, refused)
}

// useTOTP checks a code against this time step and its neighbours, of those after the last used.
func (s *Staff) useTOTP(now time.Time, sealer Sealer, code string) error {
	secret, err := sealer.Open(s.ID[:], s.TOTPSecret)
	if err != nil {
		return err
	}
	typed := normalCode(code)
	for step := now.Unix()/totpPeriod - 1; step <= now.Unix()/totpPeriod+1; step++ {
		right, err := totp.GenerateCode(string(secret), time.Unix(step*totpPeriod, 0))
		if err != nil {
			return err
		}
		if step > s.TOTPStep && subtle.ConstantTimeCompare([]byte(typed), []byte(right)) == 1 {
			s.TOTPStep = step
			return nil
		}
	}
	return ErrCode
}

func normalCode(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return -1
	}, code)
}

// RemoveTOTP takes the app away as a second factor. ErrClosed when it is the only one.
func RemoveTOTP(ctx context.Context, db bun.IDB, now time.Time, staff *Staff) error {
	return dropFactor(ctx, db, now, staff, "remove_totp", func(ctx context.Context, tx bun.IDB, s *Staff) error {
		s.TOTPSecret, s.TOTPSince = nil, time.Time{}
		_, err := tx.NewUpdate().Model(s).Column("totp_secret", "totp_since").WherePK().Exec(ctx)
		return err
	})
}

// AddPasskey gives the account a passkey.
func AddPasskey(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, key Passkey) error {
	key.StaffID, key.CreatedAt = staff.ID, now
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewInsert().Model(&key).Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "add_passkey", "staff", staff.ID, nil, nil)
	})
}

// UsePasskey writes down that a passkey was used, with its record as it is now.
func UsePasskey(ctx context.Context, db bun.IDB, now time.Time, id []byte, record json.RawMessage) error {
	res, err := db.NewUpdate().Model((*Passkey)(nil)).Set("used_at = ?", now).Set("credential = ?", string(record)).Where("id = ?", id).Exec(ctx)
	return changedOne(res, err)
}

// RemovePasskey takes a passkey away. ErrClosed when it is the only second factor, ErrNotFound.
func RemovePasskey(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, id []byte) error {
	return dropFactor(ctx, db, now, staff, "remove_passkey", func(ctx context.Context, tx bun.IDB, s *Staff) error {
		res, err := tx.NewDelete().Model((*Passkey)(nil)).Where("id = ? AND staff_id = ?", id, s.ID).Exec(ctx)
		return changedOne(res, err)
	})
}

// dropFactor takes a factor of an account away, unless none would be left.
func dropFactor(ctx context.Context, db bun.IDB, now time.Time, staff *Staff, action string, drop func(context.Context, bun.IDB, *Staff) error) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if err := tx.NewSelect().Model(new(Staff)).Where("id = ?", staff.ID).For("UPDATE").Scan(ctx); err != nil {
			return found(err)
		}
		s, err := StaffByID(ctx, tx, staff.ID)
		if err != nil {
			return err
		}
		if err := drop(ctx, tx, s); err != nil {
			return err
		}
		if s, err = StaffByID(ctx, tx, staff.ID); err != nil {
			return err
		}
		if !s.HasFactor() {
			return ErrClosed
		}
		return audit(ctx, tx, now, staff, action, "staff", staff.ID, nil, nil)
	})
}

func forgetFactors(ctx context.Context, tx bun.IDB, s *Staff) error {
	s.TOTPSecret, s.TOTPSince, s.FactorAttempts, s.FactorLockedUntil = nil, time.Time{}, 0, time.Time{}
	_, err := tx.NewUpdate().Model(s).Column("totp_secret", "totp_since", "factor_attempts", "factor_locked_until").WherePK().Exec(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*Passkey)(nil)).Where("staff_id = ?", s.ID).Exec(ctx); err != nil {
		return err
	}
	_, err = tx.NewDelete().Model((*recoveryCode)(nil)).Where("staff_id = ?", s.ID).Exec(ctx)
	return err
}

// recoveryCode is one of the codes on paper, of which the database holds the SHA-256: 128 random bits need no slower one.
type recoveryCode struct {
	bun.BaseModel `bun:"table:staff_recovery_codes"`

	StaffID  uuid.UUID `bun:",pk"`
	CodeHash []byte    `bun:",pk"`
	UsedAt   time.Time `bun:",nullzero"`
}

// NewRecoveryCodes gives the account ten new codes, each good once, and returns them; those before are good no more.
func NewRecoveryCodes(ctx context.Context, db bun.IDB, now time.Time, staff *Staff) ([]string, error) {
	codes, rows := make([]string, recoveryCodes), make([]recoveryCode, recoveryCodes)
	for i := range codes {
		random := make([]byte, 16)
		rand.Read(random)
		codes[i] = strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random))
		rows[i] = recoveryCode{StaffID: staff.ID, CodeHash: Hash(codes[i])}
	}
	return codes, transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		if _, err := tx.NewDelete().Model((*recoveryCode)(nil)).Where("staff_id = ?", staff.ID).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return err
		}
		return audit(ctx, tx, now, staff, "new_recovery_codes", "staff", staff.ID, nil, nil)
	})
}

func useRecoveryCode(ctx context.Context, tx bun.IDB, now time.Time, s *Staff, code string) error {
	res, err := tx.NewUpdate().Model((*recoveryCode)(nil)).Set("used_at = ?", now).
		Where("staff_id = ? AND code_hash = ? AND used_at IS NULL", s.ID, Hash(code)).Exec(ctx)
	if err = changedOne(res, err); errors.Is(err, ErrNotFound) {
		return ErrCode
	}
	return err
}

// RecoveryCodesLeft returns how many of the account's recovery codes are unused.
func RecoveryCodesLeft(ctx context.Context, db bun.IDB, staffID uuid.UUID) (int, error) {
	n, err := db.NewSelect().Model((*recoveryCode)(nil)).Where("staff_id = ? AND used_at IS NULL", staffID).Count(ctx)
	return int(n), err
}
