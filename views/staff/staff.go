// SPDX-License-Identifier: AGPL-3.0-or-later

package staff

import (
	"context"
	"encoding/base64"
	"strings"

	"ultimaparola/models"
	"ultimaparola/views/locale"
)

// passkeyName is a passkey's id as an address has it.
func passkeyName(key models.Passkey) string { return base64.RawURLEncoding.EncodeToString(key.ID) }

// PasskeyID returns the id in an address made by passkeyName.
func PasskeyID(name string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(name) }

// inFours sets spaces between every four letters, so that they can be read from paper.
func inFours(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func codeTitle(ctx context.Context, s *models.Staff) string {
	if s.TOTPSince.IsZero() {
		return locale.T(ctx, "staff.factor.recovery")
	}
	return locale.T(ctx, "staff.factor.app")
}

func codeHint(ctx context.Context, s *models.Staff) string {
	if s.TOTPSince.IsZero() {
		return locale.T(ctx, "staff.factor.recovery.hint")
	}
	return locale.T(ctx, "staff.factor.app.hint")
}

// roleOf says what somebody does here, and for which municipalities.
func roleOf(ctx context.Context, o *models.Organisation, s *models.Staff) string {
	var towns []string
	for _, m := range o.Municipalities {
		if s.MunicipalityID == m.ID || len(s.Further) > 0 && s.Serves(m.ID) {
			towns = append(towns, m.Name)
		}
	}
	role := locale.T(ctx, "editing.role."+s.Role)
	if len(towns) == 0 {
		return role
	}
	return role + " (" + strings.Join(towns, ", ") + ")"
}

func keyUse(ctx context.Context, key models.Passkey) string {
	if key.UsedAt.IsZero() {
		return locale.T(ctx, "staff.account.since", "Date", locale.Date(ctx, key.CreatedAt))
	}
	return locale.T(ctx, "staff.account.used", "Date", locale.Date(ctx, key.UsedAt))
}

func sessionName(ctx context.Context, s models.Session) string {
	if s.Browser == "" {
		return locale.T(ctx, "staff.account.unknown_browser")
	}
	return s.Browser
}

// accountState says whether somebody can come in, and with what.
func accountState(ctx context.Context, s models.Staff) string {
	switch {
	case !s.DisabledAt.IsZero():
		return locale.T(ctx, "staff.state.closed", "Date", locale.Date(ctx, s.DisabledAt))
	case !s.HasFactor():
		return locale.T(ctx, "staff.state.invited", "Date", locale.Date(ctx, s.CreatedAt))
	}
	return locale.T(ctx, "staff.state.open")
}
