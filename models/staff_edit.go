// SPDX-License-Identifier: AGPL-3.0-or-later

package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// StaffForm is an account as an administrator edits it. Municipalities are slugs; none: all of them.
type StaffForm struct {
	Name           string   `form:"staff_name" validate:"required,max=100,oneline"`
	Email          string   `form:"email" validate:"required,max=254,oneline,email"`
	Role           string   `form:"role" validate:"oneof=administrator organiser moderator mayor observer"`
	Municipalities []string `form:"municipalities" validate:"max=200,dive,max=100"`
	Basis
}

// Form returns the account as the form has it.
func (s *Staff) Form(o *Organisation) StaffForm {
	f := StaffForm{Name: s.Name, Email: s.Email, Role: s.Role}
	for _, m := range o.Municipalities {
		if s.MunicipalityID != uuid.Nil && s.Serves(m.ID) {
			f.Municipalities = append(f.Municipalities, m.Slug)
		}
	}
	f.Seen = seenOf(f)
	return f
}

// towns returns the ids of the form's municipalities, in the organisation's order. FieldErrors where one is not of the
// organisation, and where a mayor's office is not of exactly one.
func (f StaffForm) towns(o *Organisation) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	for _, m := range o.Municipalities {
		if slices.Contains(f.Municipalities, m.Slug) {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) != len(f.Municipalities) {
		return nil, Wrong("municipalities", "errors.oneof")
	}
	if f.Role == RoleMayor && len(ids) != 1 {
		return nil, Wrong("municipalities", "errors.one_municipality")
	}
	return ids, nil
}

// fields are what the log says of an account.
func (f StaffForm) fields() map[string]any {
	return map[string]any{"staff_name": f.Name, "email": NormalAddress(Email, f.Email), "role": f.Role,
		"municipalities": strings.Join(f.Municipalities, ", ")}
}

// InviteColleague opens an account and returns its invitation, which the caller shows or sends: the link signs in once,
// within a week. FieldErrors, ErrStaffExists.
func InviteColleague(ctx context.Context, db bun.IDB, now time.Time, by *Staff, form StaffForm) (*Confirmation, error) {
	if wrong := Validate(&form); wrong != nil {
		return nil, wrong
	}
	var invitation *Confirmation
	err := transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		o, err := TheOrganisation(ctx, tx)
		if err != nil {
			return err
		}
		towns, err := form.towns(o)
		if err != nil {
			return err
		}
		s := &Staff{OrganisationID: o.ID, Name: form.Name, Email: form.Email, Role: form.Role}
		if len(towns) > 0 {
			s.MunicipalityID = towns[0]
		}
		if err := AddStaff(ctx, tx, now, s); err != nil {
			return err
		}
		if err := setFurther(ctx, tx, s, towns); err != nil {
			return err
		}
		if invitation, err = InviteStaff(ctx, tx, now, s.ID); err != nil {
			return err
		}
		return audit(ctx, tx, now, by, "add", "staff", s.ID, nil, form.fields())
	})
	return invitation, err
}

// MailInvitation sends an account's invitation to its address.
func MailInvitation(ctx context.Context, db bun.IDB, now time.Time, invitation *Confirmation) error {
	return enqueueMail(ctx, db, now, Mail{Template: MailStaffInvited, StaffID: invitation.StaffID, SubjectID: invitation.ID})
}

// setFurther writes the municipalities that an account serves beside the first.
func setFurther(ctx context.Context, tx bun.IDB, s *Staff, towns []uuid.UUID) error {
	if _, err := tx.NewRaw("DELETE FROM staff_municipalities WHERE staff_id = ?", s.ID).Exec(ctx); err != nil {
		return err
	}
	for _, id := range towns[min(1, len(towns)):] {
		if _, err := tx.NewRaw("INSERT INTO staff_municipalities (staff_id, municipality_id) VALUES (?, ?)", s.ID, id).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// EditStaff changes an account. Its sessions end where its role or its address is another, and with the address the links
// that were sent to the old one, which may never have been theirs. FieldErrors, ErrChanged, ErrStaffExists,
// ErrLastAdministrator, ErrNotFound.
func EditStaff(ctx context.Context, db bun.IDB, now time.Time, by *Staff, id uuid.UUID, form StaffForm) error {
	if wrong := Validate(&form); wrong != nil {
		return wrong
	}
	return onAccount(ctx, db, by, id, func(ctx context.Context, tx bun.IDB, s *Staff, o *Organisation) error {
		towns, err := form.towns(o)
		if err != nil {
			return err
		}
		current := s.Form(o)
		if form.Seen != current.Seen {
			return ErrChanged
		}
		old, edited := changes(current.fields(), form.fields())
		if len(edited) == 0 {
			return nil
		}
		s.Name, s.Email, s.Role, s.MunicipalityID = form.Name, NormalAddress(Email, form.Email), form.Role, uuid.Nil
		if len(towns) > 0 {
			s.MunicipalityID = towns[0]
		}
		_, err = tx.NewUpdate().Model(s).Column("name", "email", "role", "municipality_id").WherePK().Exec(ctx)
		if violates(err, "staff_email_key") {
			return ErrStaffExists
		}
		if err != nil {
			return err
		}
		if err := setFurther(ctx, tx, s, towns); err != nil {
			return err
		}
		if form.Role != current.Role || form.Email != current.Email {
			if err := endSessions(ctx, tx, id); err != nil {
				return err
			}
		}
		if form.Email != current.Email {
			if err := endLinks(ctx, tx, id); err != nil {
				return err
			}
		}
		return audit(ctx, tx, now, by, "edit", "staff", id, old, edited)
	})
}

// CloseStaff closes an account and ends its sessions; what it did stays in the log. Closing it again changes nothing.
// ErrLastAdministrator, ErrNotFound.
func CloseStaff(ctx context.Context, db bun.IDB, now time.Time, by *Staff, id uuid.UUID) error {
	return onAccount(ctx, db, by, id, func(ctx context.Context, tx bun.IDB, s *Staff, _ *Organisation) error {
		if !s.DisabledAt.IsZero() {
			return nil
		}
		s.DisabledAt = now
		if _, err := tx.NewUpdate().Model(s).Column("disabled_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		return audit(ctx, tx, now, by, "close", "staff", id, nil, nil)
	})
}

// ReopenStaff opens a closed account again, without its second factor, and returns a new invitation.
func ReopenStaff(ctx context.Context, db bun.IDB, now time.Time, by *Staff, id uuid.UUID) (*Confirmation, error) {
	return reinvite(ctx, db, now, by, id, "reopen")
}

// ResetFactors takes an account's second factor away, as when a telephone is lost, ends its sessions, and returns a new
// invitation: who opens it sets up a factor anew. ErrClosed when the account is.
func ResetFactors(ctx context.Context, db bun.IDB, now time.Time, by *Staff, id uuid.UUID) (*Confirmation, error) {
	return reinvite(ctx, db, now, by, id, "reset_factors")
}

func reinvite(ctx context.Context, db bun.IDB, now time.Time, by *Staff, id uuid.UUID, action string) (*Confirmation, error) {
	var invitation *Confirmation
	err := onAccount(ctx, db, by, id, func(ctx context.Context, tx bun.IDB, s *Staff, _ *Organisation) (err error) {
		if action == "reset_factors" && !s.DisabledAt.IsZero() {
			return ErrClosed
		}
		s.DisabledAt = time.Time{}
		if _, err := tx.NewUpdate().Model(s).Column("disabled_at").WherePK().Exec(ctx); err != nil {
			return err
		}
		if err := forgetFactors(ctx, tx, s); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		if err := endLinks(ctx, tx, id); err != nil {
			return err
		}
		if invitation, err = InviteStaff(ctx, tx, now, id); err != nil {
			return err
		}
		return audit(ctx, tx, now, by, action, "staff", id, nil, nil)
	})
	return invitation, err
}

// EndSessionsOf ends every session of an account. ErrNotFound.
func EndSessionsOf(ctx context.Context, db bun.IDB, now time.Time, by *Staff, id uuid.UUID) error {
	return onAccount(ctx, db, by, id, func(ctx context.Context, tx bun.IDB, _ *Staff, _ *Organisation) error {
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		return audit(ctx, tx, now, by, "end_sessions", "staff", id, nil, nil)
	})
}

func endSessions(ctx context.Context, tx bun.IDB, staffID uuid.UUID) error {
	_, err := tx.NewDelete().Model((*Session)(nil)).Where("staff_id = ?", staffID).Exec(ctx)
	return err
}

// endLinks has the links that were sent to an account before open nothing any more.
func endLinks(ctx context.Context, tx bun.IDB, staffID uuid.UUID) error {
	_, err := tx.NewDelete().Model((*Confirmation)(nil)).Where("staff_id = ?", staffID).Exec(ctx)
	return err
}

// onAccount does something with an account of the organisation of by, which it locks, and then makes sure that an
// administrator is left. Administrators' accounts are locked together, so that two cannot close each other's.
func onAccount(ctx context.Context, db bun.IDB, by *Staff, id uuid.UUID, do func(context.Context, bun.IDB, *Staff, *Organisation) error) error {
	return transact(ctx, db, func(ctx context.Context, tx bun.IDB) error {
		o, err := TheOrganisation(ctx, tx)
		if err != nil {
			return err
		}
		var locked []Staff
		err = tx.NewSelect().Model(&locked).Apply(withFurther).Where("staff.organisation_id = ?", by.OrganisationID).
			Where("staff.id = ? OR staff.role = ?", id, RoleAdministrator).Order("staff.id").For("UPDATE OF staff").Scan(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(locked, func(s Staff) bool { return s.ID == id })
		if i < 0 {
			return ErrNotFound
		}
		administers := func(s Staff) bool { return s.Role == RoleAdministrator && s.DisabledAt.IsZero() }
		had := slices.ContainsFunc(locked, administers)
		if err := do(ctx, tx, &locked[i], o); err != nil || !had {
			return err
		}
		if left, err := HasAdministrator(ctx, tx); err != nil || left {
			return err
		}
		return ErrLastAdministrator
	})
}
